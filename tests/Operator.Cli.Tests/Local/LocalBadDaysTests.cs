using System.Net;
using System.Net.Sockets;
using Operator.Cli.Local;

namespace Operator.Cli.Tests.Local;

public sealed class LocalBadDaysTests
{
    [Fact]
    public async Task A_port_in_use_is_told_with_what_to_do()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(2, await LocalRun.RunAsync(new LocalRequest(null, false, null, null, port, 1), output, error, TestContext.Current.CancellationToken));
        Assert.Contains($"port {port} cannot be used", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("choose another --port, or none for any free one", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("kubeconfig", output.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("kubectl", true)]
    [InlineData("kubectl.old", false)]
    [InlineData(null, false)]
    public void A_program_is_on_path_where_a_shell_would_find_it(string? file, bool found)
    {
        var folder = Directory.CreateTempSubdirectory("path-");
        try
        {
            if (file is not null) File.WriteAllText(Path.Combine(folder.FullName, file), "");
            Assert.Equal(found, LocalRun.IsOnPath("kubectl", string.Join(Path.PathSeparator, "/nowhere", folder.FullName)));
            Assert.False(LocalRun.IsOnPath("kubectl", null));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(-1, "--port must be from 0 to 65535, not -1")]
    [InlineData(65_536, "--port must be from 0 to 65535, not 65536")]
    public async Task A_port_that_is_none_is_told(int port, string expected)
    {
        var error = new StringWriter();
        Assert.Equal(2, await LocalRun.RunAsync(new LocalRequest(null, false, null, null, port, 1), TextWriter.Null, error, TestContext.Current.CancellationToken));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }
}
