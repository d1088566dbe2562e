using System.Security.Cryptography;
using System.Text;

namespace Operator.Conformance.Replay;

/// <summary>
/// Where the recorded namespace "default" is in this run: in "default" itself on a server of our own, in a namespace of our own
/// on a cluster that others use. The name is as long as the recorded one, so that it fits into binary bodies too.
/// </summary>
public sealed class RecordedNamespace
{
    private const string Name = "default";

    private RecordedNamespace(string live) => Live = live;

    /// <summary>The namespace in the cluster.</summary>
    public string Live { get; }

    public bool IsOwn => Live != Name;

    public static RecordedNamespace For(bool privateCluster) =>
        new(privateCluster ? Name : "c" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3)));

    /// <summary>A recorded path in this run's namespace.</summary>
    public string Path(string recorded) => recorded.Replace($"/namespaces/{Name}/", $"/namespaces/{Live}/", StringComparison.Ordinal);

    /// <summary>A recorded JSON body in this run's namespace.</summary>
    public string Body(string recorded) => recorded.Replace($"\"namespace\":\"{Name}\"", $"\"namespace\":\"{Live}\"", StringComparison.Ordinal);

    /// <summary>A recorded protobuf body in this run's namespace.</summary>
    public byte[] Binary(byte[] recorded) =>
        IsOwn ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(recorded).Replace(Name, Live, StringComparison.Ordinal)) : recorded;

    /// <summary>A live text in the record's words.</summary>
    public string Recorded(string live) => IsOwn ? live.Replace(Live, Name, StringComparison.Ordinal) : live;
}
