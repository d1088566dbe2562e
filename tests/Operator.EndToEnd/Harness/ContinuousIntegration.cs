using System.Text.Json.Nodes;

namespace Operator.EndToEnd.Harness;

/// <summary>Plays the CI that answers the external gates: one run a gate, revision and attempt, with the result that a test chose.</summary>
public sealed class ContinuousIntegration(ClusterRecord cluster, UserClient user)
{
    private readonly Dictionary<string, (int Passed, int Total)> _results = new(StringComparer.Ordinal);
    private readonly List<string> _uids = [];
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Whether it answers at all.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Chooses the result of a prompt version; without one 198 of 200 cases pass.</summary>
    public void Set(string promptVersion, int passed, int total)
    {
        lock (_gate) _results[promptVersion] = (passed, total);
    }

    /// <summary>Answers what waits.</summary>
    /// <returns>Whether there was something.</returns>
    public async Task<bool> TickAsync()
    {
        if (!Answers) return false;
        var answered = false;
        foreach (var deployment in cluster.All("claudedeployments"))
        {
            if (deployment["status"]?["canary"] is not JsonObject canary) continue;
            var gates = (deployment["spec"]?["gates"]?["evals"] as JsonArray ?? []).OfType<JsonObject>().Where(g => g["external"] is not null);
            foreach (var gate in gates) answered |= await AnswerAsync(deployment, (string)gate["name"]!, canary);
        }
        return answered;
    }

    private async Task<bool> AnswerAsync(JsonObject deployment, string gate, JsonObject canary)
    {
        var name = (string)deployment["metadata"]!["name"]!;
        var space = (string)deployment["metadata"]!["namespace"]!;
        var revision = (string)canary["revision"]!;
        var attempt = (int?)canary["attempt"] ?? 0;
        // Runs of CI belong to nobody and outlive a deployment; one for its successor has a name of its own.
        var uid = (string)deployment["metadata"]!["uid"]!;
        if (!_uids.Contains(uid)) _uids.Add(uid);
        var run = $"from-ci-{name}-{gate}-{revision[..10]}-{attempt}-{_uids.IndexOf(uid)}";
        if (!_made.Add($"{space}/{run}")) return false;
        (int Passed, int Total) result;
        lock (_gate) result = _results.GetValueOrDefault((string)canary["promptVersion"]!, (198, 200));
        var answer = await user.CreateAsync(new JsonObject
        {
            ["apiVersion"] = "claudeops.dev/v1alpha1",
            ["kind"] = "ClaudeEvalRun",
            ["metadata"] = new JsonObject { ["name"] = run, ["namespace"] = space },
            ["spec"] = new JsonObject
            {
                ["deploymentRef"] = new JsonObject { ["name"] = name },
                ["revision"] = revision,
                ["gate"] = gate,
                ["attempt"] = attempt,
                ["result"] = new JsonObject { ["passed"] = result.Passed, ["total"] = result.Total, ["report"] = "https://ci.example.com/1" },
            },
        });
        if (!answer.IsSuccess && (int)answer.Status is not 409 and not 404 and not 403) answer.Must();
        return true;
    }
}
