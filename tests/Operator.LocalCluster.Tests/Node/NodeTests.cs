using System.Text.Json.Nodes;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Node;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.Node;

public class NodeTests
{
    private static Task<ClusterUnderTest> StartAsync(Action<ContainerHandlers> register, ClusterControllers controllers = ClusterControllers.None) =>
        ClusterUnderTest.StartAsync(options =>
        {
            options.Controllers = controllers;
            options.Node = new NodeOptions { RestartDelay = TimeSpan.FromMilliseconds(20), VolumeUpdateDelay = TimeSpan.FromMilliseconds(1) };
            register(options.Node.Handlers);
        });

    private static string Pod(string containers, string rest = "", string policy = "Never") =>
        """{"metadata":{"name":"p","namespace":"default","labels":{"a":"b"}},"spec":{"restartPolicy":"POLICY","containers":[CONTAINERS]REST}}"""
            .Replace("POLICY", policy, StringComparison.Ordinal).Replace("CONTAINERS", containers, StringComparison.Ordinal)
            .Replace("REST", rest, StringComparison.Ordinal);

    private static bool Ended(JsonObject? pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    [Fact]
    public async Task A_container_gets_its_arguments_environment_and_files_and_its_message_is_told()
    {
        var seen = new TaskCompletionSource<ContainerContext>();
        var files = "";
        await using var cluster = await StartAsync(handlers => handlers.Register("app", (context, _) =>
        {
            files = File.ReadAllText(context.ResolvePath("/cfg/key")) + "|" + File.ReadAllText(context.ResolvePath("/sec/s")) + "|"
                + File.ReadAllText(context.ResolvePath("/down/labels"));
            File.WriteAllText(context.ResolvePath("/data/out"), "x");
            seen.SetResult(context);
            return Task.FromResult(new ContainerExit(0, "done"));
        }));
        await cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"c","namespace":"default"},"data":{"key":"one"}}""");
        await cluster.CreateAsync(WellKnown.Secrets, """{"metadata":{"name":"s","namespace":"default"},"stringData":{"s":"hidden"}}""");
        await cluster.CreateAsync(WellKnown.Pods, Pod(
            """
            {"name":"c","image":"app:1","args":["$(A)","$$(A)","$(NONE)"],"env":[{"name":"A","value":"x"},
            {"name":"P","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"K","valueFrom":{"configMapKeyRef":{"name":"c","key":"key"}}},
            {"name":"S","valueFrom":{"secretKeyRef":{"name":"s","key":"s"}}},{"name":"M","valueFrom":{"resourceFieldRef":{"resource":"limits.memory"}}}],
            "resources":{"limits":{"memory":"64Mi"}},"volumeMounts":[{"name":"v","mountPath":"/cfg"},{"name":"w","mountPath":"/sec"},
            {"name":"d","mountPath":"/down"},{"name":"e","mountPath":"/data"}]}
            """,
            """
            ,"volumes":[{"name":"v","configMap":{"name":"c"}},{"name":"w","projected":{"sources":[{"secret":{"name":"s"}}]}},{"name":"e","emptyDir":{}},
            {"name":"d","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]
            """));
        var pod = await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
        Assert.True(seen.Task.IsCompletedSuccessfully, pod!.ToJsonString());
        var context = await seen.Task;
        Assert.Equal(["x", "$(A)", "$(NONE)"], context.Arguments);
        Assert.Equal(("p", "one", "hidden", "67108864"), (context.Environment["P"], context.Environment["K"], context.Environment["S"], context.Environment["M"]));
        Assert.Equal("one|hidden|a=\"b\"", files);
        Assert.Equal("Succeeded", pod.Text("status", "phase"));
        var ended = pod.Children("status", "containerStatuses").Single().Child("state", "terminated");
        Assert.Equal(("done", "Completed", 0L), (ended.Text("message"), ended.Text("reason"), ended.Number("exitCode")));
        Assert.Throws<ArgumentException>(() => context.ResolvePath("/cfg/../../secret"));
    }

    [Fact]
    public async Task Init_containers_run_in_order_and_a_sidecar_lives_as_long_as_the_pod()
    {
        var order = new List<string>();
        var sidecarStopped = new TaskCompletionSource();
        await using var cluster = await StartAsync(handlers => handlers
            .Register("step", (context, _) =>
            {
                lock (order)
                    order.Add(context.ContainerName);
                return Task.FromResult(ContainerExit.Success);
            })
            .Register("side", async (context, stop) =>
            {
                lock (order)
                    order.Add(context.ContainerName);
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                finally
                {
                    sidecarStopped.SetResult();
                }
                return ContainerExit.Success;
            }));
        await cluster.CreateAsync(WellKnown.Pods, Pod(
            """{"name":"main","image":"step"}""",
            ""","initContainers":[{"name":"first","image":"step"},{"name":"side","image":"side","restartPolicy":"Always"},{"name":"second","image":"step"}]"""));
        var pod = await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
        await sidecarStopped.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("Succeeded", pod.Text("status", "phase"));
        Assert.Equal("first", order[0]);
        Assert.True(order.IndexOf("second") < order.IndexOf("main"), string.Join(',', order));
        Assert.Contains("side", order);
    }

    [Theory]
    [InlineData("Never", "Failed", 0)]
    [InlineData("OnFailure", "Succeeded", 2)]
    public async Task A_failed_container_is_started_again_where_the_policy_says_so(string policy, string phase, int restarts)
    {
        var runs = 0;
        await using var cluster = await StartAsync(handlers => handlers.Register("app", (_, _) =>
            Task.FromResult(new ContainerExit(Interlocked.Increment(ref runs) < 3 ? 1 : 0))));
        await cluster.CreateAsync(WellKnown.Pods, Pod("""{"name":"c","image":"app"}""", policy: policy));
        var pod = await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
        Assert.Equal((phase, restarts), (pod.Text("status", "phase"), pod.Children("status", "containerStatuses").Single().Number("restartCount")));
    }

    [Fact]
    public async Task An_exception_ends_a_container_with_code_one_and_its_text_in_the_log()
    {
        await using var cluster = await StartAsync(handlers => handlers.Register("app", (_, _) => throw new InvalidOperationException("boom")));
        await cluster.CreateAsync(WellKnown.Pods, Pod("""{"name":"c","image":"app"}"""));
        var pod = await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
        var ended = pod.Children("status", "containerStatuses").Single().Child("state", "terminated");
        Assert.Equal(("boom", 1L, "Error"), (ended.Text("message"), ended.Number("exitCode"), ended.Text("reason")));
    }

    [Fact]
    public async Task An_unknown_image_waits_and_says_what_to_do_and_starts_once_it_is_known()
    {
        ContainerHandlers? handlers = null;
        await using var cluster = await StartAsync(registry => handlers = registry);
        await cluster.CreateAsync(WellKnown.Pods, Pod("""{"name":"c","image":"nobody/knows:1"}"""));
        var pod = await cluster.UntilAsync(WellKnown.Pods, "default", "p",
            value => value.Children("status", "containerStatuses").Any(c => c.Text("state", "waiting", "reason") == "ErrImagePull"));
        Assert.Contains("nobody/knows:1", pod.Children("status", "containerStatuses").Single().Text("state", "waiting", "message"), StringComparison.Ordinal);
        Assert.Equal("Pending", pod.Text("status", "phase"));
        handlers!.Register("nobody/knows", (_, _) => Task.FromResult(ContainerExit.Success));
        await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
    }

    [Fact]
    public async Task A_missing_config_map_holds_the_pod_until_it_exists()
    {
        await using var cluster = await StartAsync(handlers => handlers.Register("app", (_, _) => Task.FromResult(ContainerExit.Success)));
        await cluster.CreateAsync(WellKnown.Pods, Pod(
            """{"name":"c","image":"app","volumeMounts":[{"name":"v","mountPath":"/cfg"}]}""", ""","volumes":[{"name":"v","configMap":{"name":"late"}}]"""));
        await cluster.UntilAsync(WellKnown.Pods, "default", "p", value =>
            value.Children("status", "containerStatuses").Any(c => c.Text("state", "waiting", "message") == "configmap \"late\" not found"));
        await cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"late","namespace":"default"},"data":{"k":"v"}}""");
        await cluster.UntilAsync(WellKnown.Pods, "default", "p", Ended);
    }

    [Fact]
    public async Task A_deleted_pod_is_asked_to_end_and_then_removed()
    {
        var stopped = new TaskCompletionSource();
        await using var cluster = await StartAsync(handlers => handlers.Register("app", async (_, stop) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                stopped.SetResult();
            }
            return ContainerExit.Success;
        }));
        await cluster.CreateAsync(WellKnown.Pods, Pod("""{"name":"c","image":"app"}""", policy: "Always"));
        await cluster.UntilAsync(WellKnown.Pods, "default", "p", value => Conditions.IsTrue(value, "Ready"));
        var marked = await cluster.Client.DeleteAsync(WellKnown.Pods, "default", "p", null, CancellationToken.None);
        Assert.Equal(30, marked.Number("metadata", "deletionGracePeriodSeconds"));
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await cluster.GoneAsync(WellKnown.Pods, "default", "p");
    }

    [Fact]
    public async Task A_changed_config_map_reaches_the_files_of_a_running_pod()
    {
        var path = new TaskCompletionSource<string>();
        await using var cluster = await StartAsync(handlers => handlers.Register("app", async (context, stop) =>
        {
            path.SetResult(context.ResolvePath("/cfg/key"));
            await Task.Delay(Timeout.Infinite, stop);
            return ContainerExit.Success;
        }));
        var map = await cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"c","namespace":"default"},"data":{"key":"one"}}""");
        await cluster.CreateAsync(WellKnown.Pods, Pod(
            """{"name":"c","image":"app","volumeMounts":[{"name":"v","mountPath":"/cfg"}]}""", ""","volumes":[{"name":"v","configMap":{"name":"c"}}]""", "Always"));
        var file = await path.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("one", File.ReadAllText(file));
        map["data"]!["key"] = "two";
        await cluster.Client.UpdateAsync(WellKnown.ConfigMaps, map, null, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (File.ReadAllText(file) != "two")
            await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task A_projected_token_is_the_pods_own_and_dies_with_it()
    {
        var token = new TaskCompletionSource<string>();
        await using var cluster = await StartAsync(handlers => handlers.Register("app", async (context, stop) =>
        {
            token.SetResult(File.ReadAllText(context.ResolvePath("/tok/token")));
            await Task.Delay(Timeout.Infinite, stop);
            return ContainerExit.Success;
        }), ClusterControllers.ServiceAccounts);
        await cluster.UntilAsync(WellKnown.ServiceAccounts, "default", "default", value => value is not null);
        await cluster.CreateAsync(WellKnown.Pods, Pod(
            """{"name":"c","image":"app","volumeMounts":[{"name":"t","mountPath":"/tok"}]}""",
            ""","volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"audience":"operator","path":"token"}}]}}]""", "Always"));
        var text = await token.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var authenticator = (Operator.LocalCluster.Authorization.Authenticator)cluster.Parts.Authenticator;
        var known = await authenticator.ReviewAsync(text, ["operator"], CancellationToken.None);
        Assert.Equal("system:serviceaccount:default:default", known.User?.Name);
        Assert.Equal(["p"], known.User?.Extra["authentication.kubernetes.io/pod-name"]);
        Assert.Null((await authenticator.ReviewAsync(text, ["other"], CancellationToken.None)).User);
        await cluster.Client.DeleteAsync(WellKnown.Pods, "default", "p", null, CancellationToken.None);
        await cluster.GoneAsync(WellKnown.Pods, "default", "p");
        Assert.Null((await authenticator.ReviewAsync(text, ["operator"], CancellationToken.None)).User);
    }

    [Fact]
    public async Task A_job_runs_to_its_completions_and_a_failing_one_to_its_limit()
    {
        await using var cluster = await StartAsync(handlers => handlers
            .Register("good", (_, _) => Task.FromResult(ContainerExit.Success))
            .Register("bad", (_, _) => Task.FromResult(new ContainerExit(3))), ClusterControllers.Jobs);
        string Job(string name, string image) => """
            {"metadata":{"name":"NAME","namespace":"default"},"spec":{"completions":3,"parallelism":2,"backoffLimit":1,"template":{"spec":{"restartPolicy":"Never",
            "containers":[{"name":"c","image":"IMAGE"}]}}}}
            """.Replace("NAME", name, StringComparison.Ordinal).Replace("IMAGE", image, StringComparison.Ordinal);
        await cluster.CreateAsync(WellKnown.Jobs, Job("g", "good"));
        await cluster.CreateAsync(WellKnown.Jobs, Job("b", "bad"));
        var good = await cluster.UntilAsync(WellKnown.Jobs, "default", "g", value => Conditions.IsTrue(value, "Complete"));
        var bad = await cluster.UntilAsync(WellKnown.Jobs, "default", "b", value => Conditions.IsTrue(value, "Failed"));
        Assert.Equal((3, null), (good.Number("status", "succeeded"), good.Number("status", "failed")));
        Assert.NotNull(good.Text("status", "completionTime"));
        Assert.True(bad.Number("status", "failed") >= 2);
        Assert.Equal("BackoffLimitExceeded", bad.Children("status", "conditions").First(c => c.Text("type") == "Failed").Text("reason"));
    }

    [Fact]
    public async Task A_deployment_serves_with_the_pods_of_its_newest_template()
    {
        await using var cluster = await StartAsync(handlers => handlers.Register("app", async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return ContainerExit.Success;
        }), ClusterControllers.Deployments | ClusterControllers.GarbageCollector);
        var deployment = await cluster.CreateAsync(WellKnown.Deployments, """
            {"metadata":{"name":"web","namespace":"default"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
            "template":{"metadata":{"labels":{"app":"web"}},"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"app:1"}]}}}}
            """);
        await cluster.UntilAsync(WellKnown.Deployments, "default", "web", value => value.Number("status", "availableReplicas") == 3);
        var current = (await cluster.Client.GetAsync(WellKnown.Deployments, "default", "web", CancellationToken.None))!;
        current["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "app:2";
        await cluster.Client.UpdateAsync(WellKnown.Deployments, current, null, CancellationToken.None);
        await cluster.UntilAsync(WellKnown.Deployments, "default", "web", value =>
            value.Number("status", "observedGeneration") > deployment.Number("metadata", "generation")
            && value.Number("status", "updatedReplicas") == 3 && value.Number("status", "availableReplicas") == 3 && value.Number("status", "replicas") == 3);
        var pods = (await cluster.Client.ListAsync(WellKnown.Pods, "default", CancellationToken.None)).Where(PodStates.IsActive).ToList();
        Assert.All(pods, pod => Assert.Equal("app:2", pod.Children("spec", "containers").Single().Text("image")));
        await cluster.Client.DeleteAsync(WellKnown.Deployments, "default", "web", null, CancellationToken.None);
        foreach (var pod in pods)
            await cluster.GoneAsync(WellKnown.Pods, "default", pod.Text("metadata", "name")!);
    }
}
