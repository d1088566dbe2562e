using System.Net.Http.Headers;

namespace Operator.Kubernetes.Configuration;

/// <summary>Somebody else as whom every request is made; the caller's own rights must allow it.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Uid">The user's UID; null for none.</param>
/// <param name="Extra">Extra fields, each with its values.</param>
public sealed record Impersonation(
    string User, IReadOnlyList<string> Groups, string? Uid, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    internal void AddTo(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("Impersonate-User", User);
        foreach (var group in Groups) headers.TryAddWithoutValidation("Impersonate-Group", group);
        if (Uid is not null) headers.TryAddWithoutValidation("Impersonate-Uid", Uid);
        foreach (var (key, values) in Extra)
            headers.TryAddWithoutValidation("Impersonate-Extra-" + Uri.EscapeDataString(key), values);
    }
}
