using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Node;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.Node;

public class PodLogsTests
{
    [Fact]
    public async Task Logs_are_tailed_followed_and_explained()
    {
        var go = new TaskCompletionSource();
        var options = new LocalClusterOptions { Node = new NodeOptions() };
        options.Node.Handlers.Register("app", async (context, _) =>
        {
            context.Output.WriteLine("one");
            context.Output.WriteLine("two");
            await go.Task;
            context.Output.Write("three");
            return ContainerExit.Success;
        });
        await using var server = await LocalClusterServer.StartAsync(options);
        using var http = Client(server);
        var created = await http.PostAsync("api/v1/namespaces/default/pods", Json(
            """{"metadata":{"name":"p"},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"app"},{"name":"d","image":"none"}]}}"""));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await http.GetStringOrErrorAsync("api/v1/namespaces/default/pods/p/log?container=c") != "one\ntwo\n")
            await Task.Delay(10, patience.Token);
        Assert.Equal("two\n", await http.GetStringAsync("api/v1/namespaces/default/pods/p/log?container=c&tailLines=1"));
        Assert.Equal("one", await http.GetStringAsync("api/v1/namespaces/default/pods/p/log?container=c&limitBytes=3"));
        var following = http.GetStringAsync("api/v1/namespaces/default/pods/p/log?container=c&follow=true");
        go.SetResult();
        Assert.Equal("one\ntwo\nthree\n", await following.WaitAsync(patience.Token));
        Assert.Contains("a container name must be specified for pod p, choose one of: [c d]",
            await http.GetStringOrErrorAsync("api/v1/namespaces/default/pods/p/log"), StringComparison.Ordinal);
        Assert.Contains("container \\\"d\\\" in pod \\\"p\\\" is waiting to start",
            await http.GetStringOrErrorAsync("api/v1/namespaces/default/pods/p/log?container=d"), StringComparison.Ordinal);
        Assert.Contains("container x is not valid for pod p",
            await http.GetStringOrErrorAsync("api/v1/namespaces/default/pods/p/log?container=x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_readiness_probe_decides_when_a_container_serves()
    {
        var healthy = false;
        var (listener, port) = Listen();
        using var listening = listener;
        var serving = Task.Run(async () =>
        {
            try
            {
                while (listener.IsListening)
                {
                    var context = await listener.GetContextAsync();
                    context.Response.StatusCode = Volatile.Read(ref healthy) ? 200 : 503;
                    context.Response.Close();
                }
            }
            catch (Exception) when (!listener.IsListening)
            {
                // The test has stopped the listener.
            }
        });
        await using var cluster = await ClusterUnderTest.StartAsync(options =>
        {
            options.Node = new NodeOptions();
            options.Node.Handlers.Register("app", async (_, stop) =>
            {
                await Task.Delay(Timeout.Infinite, stop);
                return ContainerExit.Success;
            });
        });
        await cluster.CreateAsync(WellKnown.Pods, """
            {"metadata":{"name":"p","namespace":"default"},"spec":{"containers":[{"name":"c","image":"app","ports":[{"name":"web","containerPort":PORT}],
            "readinessProbe":{"httpGet":{"path":"/ready","port":"web"},"periodSeconds":1}}]}}
            """.Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var running = await cluster.UntilAsync(WellKnown.Pods, "default", "p", value => value.Text("status", "phase") == "Running");
        Assert.False(Conditions.IsTrue(running, "Ready"));
        Volatile.Write(ref healthy, true);
        await cluster.UntilAsync(WellKnown.Pods, "default", "p", value => Conditions.IsTrue(value, "Ready"));
        listener.Stop();
        await serving;
    }

    private static (HttpListener Listener, int Port) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody else took the port in between.
            }
        }
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static HttpClient Client(LocalClusterServer server)
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        }) { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", server.AdminToken);
        return http;
    }
}

internal static class HttpAnswers
{
    public static async Task<string> GetStringOrErrorAsync(this HttpClient http, string path)
    {
        using var response = await http.GetAsync(path);
        return await response.Content.ReadAsStringAsync();
    }
}
