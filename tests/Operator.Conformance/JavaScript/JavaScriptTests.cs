using System.Diagnostics;
using System.Text.Json.Nodes;
using Operator.Conformance.Semantics;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;
using Operator.Testing.Node;

namespace Operator.Conformance.JavaScript;

public class JavaScriptTests(ConformanceRun run) : SemanticsTests(run)
{
    private static readonly NodePackage Package = new("@kubernetes/client-node", "JavaScript", "CONFORMANCE_NODE_MODULES");
    private static readonly string[] Cases = ["list", "patch", "apply", "watch", "informer"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_official_JavaScript_client_lists_patches_applies_watches_and_informs(string target)
    {
        var cluster = ConformanceCase.Target(target);
        if ((cluster.UnavailableReason ?? await Package.MissingReasonAsync()) is { } reason)
        {
            foreach (var name in Cases) VerdictTable.Record("javascript", $"client {name}", cluster, Verdict.NotRun, reason);
            Assert.Skip(reason);
        }
        foreach (var name in Cases) VerdictTable.Record("javascript", $"client {name}", cluster, Verdict.Failed);
        var owner = await ClusterAsync(cluster);
        var session = await owner.SessionAsync();
        var problems = new List<string>();
        foreach (var line in await RunScriptAsync(owner.Kubeconfig, session.Namespace))
        {
            var result = JsonNode.Parse(line)!;
            if ((string?)result["problem"] is { } problem) problems.Add($"{result["case"]}: {problem}");
            else VerdictTable.Record("javascript", $"client {result["case"]}", cluster, Verdict.Passed);
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static async Task<string[]> RunScriptAsync(string kubeconfig, string space)
    {
        var folder = Directory.CreateTempSubdirectory("javascript-");
        try
        {
            var config = Path.Combine(folder.FullName, "config");
            await File.WriteAllTextAsync(config, kubeconfig);
            var start = new ProcessStartInfo("node") { WorkingDirectory = Package.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("client.mjs");
            start.ArgumentList.Add(space);
            start.Environment["KUBECONFIG"] = config;
            start.Environment["NO_PROXY"] = "127.0.0.1,localhost";
            using var process = Process.Start(start)!;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            deadline.CancelAfter(Limit);
            try
            {
                var stdout = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var stderr = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                var lines = (await stdout).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.True(process.ExitCode == 0 && lines.Length == Cases.Length, $"node ended with {process.ExitCode}: {await stdout}{await stderr}");
                return lines;
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
