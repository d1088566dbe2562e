using System.Diagnostics;

namespace Benchmarks.Limiter.Peers;

/// <summary>HAProxy as a plain proxy.</summary>
internal static class Haproxy
{
    /// <summary>Starts it; null where it is not installed.</summary>
    /// <param name="upstream">The port of the API.</param>
    public static async Task<Proxy?> StartAsync(int upstream)
    {
        if (Proxy.Find("haproxy") is not { } haproxy) return null;
        var (folder, port) = (Directory.CreateTempSubdirectory("haproxy-").FullName, Proxy.FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.cfg"), $"""
            global
              nbthread 1
              maxconn 8192
            defaults
              mode http
              timeout connect 5s
              timeout client 120s
              timeout server 120s
              http-reuse always
            frontend in
              bind 127.0.0.1:{port}
              default_backend api
            backend api
              server one 127.0.0.1:{upstream}

            """);
        return await Proxy.StartAsync("haproxy", new ProcessStartInfo(haproxy, ["-db", "-f", Path.Combine(folder, "haproxy.cfg")]), new Uri($"http://127.0.0.1:{port}"), "/", folder);
    }
}
