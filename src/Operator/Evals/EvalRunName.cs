using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Evals;

/// <summary>Names of eval runs: the same for the same request, so that asking twice makes one run.</summary>
internal static class EvalRunName
{
    private const int Longest = 63;
    private const int RevisionDigits = 10;
    private const int HashDigits = 10;

    /// <summary><c>deployment-gate-revision-attempt</c>, the revision in its short form; cut and marked by a hash where longer than a label may be.</summary>
    public static string Of(string deployment, string gate, string revision, int attempt) =>
        Bounded($"{deployment}-{gate}-{Short(revision)}-{attempt.ToString(CultureInfo.InvariantCulture)}", $"{deployment}/{gate}/{revision}/{attempt}");

    /// <summary>The name of the run of stable that another run is compared with.</summary>
    /// <param name="run">The name of that other run.</param>
    public static string OfBaseline(string run) => Bounded(run + "-base", run + "/base");

    /// <summary>The short form of a revision.</summary>
    public static string Short(string revision) => revision.Length <= RevisionDigits ? revision : revision[..RevisionDigits];

    private static string Bounded(string name, string identity)
    {
        if (name.Length <= Longest) return name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..HashDigits];
        return name[..(Longest - HashDigits - 1)].TrimEnd('-', '.') + "-" + hash;
    }
}
