using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Operator.Certificates;

/// <summary>
/// The ConfigMap in which every replica publishes what to trust of it: an entry a replica, whose value is its certificates as PEM. The
/// certificates themselves say until when.
/// </summary>
internal static class TrustEntries
{
    /// <summary>The most entries that count; the youngest do.</summary>
    public const int Most = 32;

    /// <summary>How long an entry stays though its pod is not seen: a pod's own informer may be ahead of this one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string PodPrefix = "pod.";
    private const string ProcessPrefix = "process.";

    /// <summary>The key of a replica that is a pod; its entry goes when the pod is gone.</summary>
    public static string OfPod(string name) => PodPrefix + name;

    /// <summary>The key of a replica that is a process outside of the cluster; its entry goes when its certificates have expired.</summary>
    public static string OfProcess(string name) =>
        ProcessPrefix + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-').Take(200));

    /// <summary>The bundle: every certificate of every entry that is still valid, each once, in a fixed order.</summary>
    public static string Bundle(IEnumerable<KeyValuePair<string, string>> entries, DateTimeOffset now)
    {
        var bundle = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, certificates) in Read(entries).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var (pem, notAfter, _) in certificates)
            {
                if (notAfter > now && seen.Add(pem)) bundle.Append(pem);
            }
        }

        return bundle.ToString();
    }

    /// <summary>The keys of entries that nobody needs any more.</summary>
    /// <param name="entries">The ConfigMap's data.</param>
    /// <param name="podExists">Whether there is a pod of a name; null while that is not known.</param>
    /// <param name="now">The time.</param>
    /// <param name="rules">How far certificates are backdated.</param>
    public static IReadOnlyList<string> Outdated(
        IEnumerable<KeyValuePair<string, string>> entries, Func<string, bool>? podExists, DateTimeOffset now, CertificateRules rules)
    {
        var read = Read(entries);
        var outdated = read.Where(entry => IsOutdated(entry.Key, entry.Value, podExists, now - rules.Backdating - Patience, now)).Select(entry => entry.Key).ToList();
        var tooMany = read.Where(entry => !outdated.Contains(entry.Key))
            .OrderByDescending(entry => entry.Value.Max(certificate => certificate.NotAfter)).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Skip(Most).Select(entry => entry.Key);
        return [.. outdated.Concat(tooMany).Order(StringComparer.Ordinal)];
    }

    private static bool IsOutdated(
        string key, List<(string Pem, DateTimeOffset NotAfter, DateTimeOffset NotBefore)> certificates, Func<string, bool>? podExists,
        DateTimeOffset youngEnough, DateTimeOffset now)
    {
        if (certificates.All(certificate => certificate.NotAfter <= now)) return true;
        return key.StartsWith(PodPrefix, StringComparison.Ordinal)
            && podExists is not null && !podExists(key[PodPrefix.Length..])
            && certificates.Max(certificate => certificate.NotBefore) < youngEnough;
    }

    private static Dictionary<string, List<(string Pem, DateTimeOffset NotAfter, DateTimeOffset NotBefore)>> Read(
        IEnumerable<KeyValuePair<string, string>> entries)
    {
        var read = new Dictionary<string, List<(string, DateTimeOffset, DateTimeOffset)>>(StringComparer.Ordinal);
        foreach (var (key, value) in entries) read[key] = Certificates(value);
        return read;
    }

    private static List<(string Pem, DateTimeOffset NotAfter, DateTimeOffset NotBefore)> Certificates(string? pem)
    {
        var read = new List<(string, DateTimeOffset, DateTimeOffset)>();
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem ?? "");
        }
        catch (CryptographicException)
        {
            // Written by hand, and of no use to anybody: it counts as an entry without certificates, and is taken out as such.
            return read;
        }

        foreach (var certificate in certificates)
        {
            using (certificate)
            {
                read.Add((certificate.ExportCertificatePem() + "\n", certificate.NotAfter.ToUniversalTime(), certificate.NotBefore.ToUniversalTime()));
            }
        }

        return read;
    }
}
