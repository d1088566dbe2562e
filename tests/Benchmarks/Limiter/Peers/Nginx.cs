using System.Diagnostics;

namespace Benchmarks.Limiter.Peers;

/// <summary>nginx as a plain proxy.</summary>
internal static class Nginx
{
    /// <summary>Starts it; null where it is not installed.</summary>
    /// <param name="upstream">The port of the API.</param>
    public static async Task<Proxy?> StartAsync(int upstream)
    {
        if (Proxy.Find("nginx") is not { } nginx) return null;
        var (folder, port) = (Directory.CreateTempSubdirectory("nginx-").FullName, Proxy.FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            worker_processes 1; daemon off; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 8192; }
            http {
              access_log off; client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              keepalive_requests 1000000; client_max_body_size 32m; proxy_request_buffering off;
              upstream api { server 127.0.0.1:{{upstream}}; keepalive 256; keepalive_requests 1000000; }
              server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
            }
            """);
        return await Proxy.StartAsync("nginx", new ProcessStartInfo(nginx, ["-c", Path.Combine(folder, "nginx.conf"), "-p", folder]), new Uri($"http://127.0.0.1:{port}"), "/", folder);
    }
}
