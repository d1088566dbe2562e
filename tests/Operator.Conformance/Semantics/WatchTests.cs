using System.Text.Json.Nodes;
using Operator.Conformance.Verdicts;

namespace Operator.Conformance.Semantics;

public class WatchTests(ConformanceRun run) : SemanticsTests(run)
{
    [Theory]
    [MemberData(nameof(Targets))]
    public Task Leaving_a_selector_is_DELETED_and_coming_back_is_ADDED(string target) => RunAsync(target, async api =>
    {
        await api.CreateWidgetAsync("one", ""","labels":{"sel":"in"}""");
        var list = (await api.GetAsync(api.Widgets)).Must(200);
        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&labelSelector=sel%3Din&resourceVersion={list.Version}&timeoutSeconds=60");

        (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"labels":{"sel":"in"}}}""")).Must(200);
        var left = (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"labels":{"sel":"out"}}}""")).Must(200);
        var changed = (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":2}}""")).Must(200);
        var back = (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"labels":{"sel":"in"}}}""")).Must(200);
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);

        // The patch that changed nothing and the change outside the selector send nothing.
        var deleted = await watch.NextAsync("DELETED", "one");
        Assert.Equal(left.VersionNumber, deleted.Version);
        Assert.Equal("in", (string?)deleted.Object["metadata"]!["labels"]!["sel"]);
        var added = await watch.NextAsync("ADDED", "one");
        Assert.Equal(back.VersionNumber, added.Version);
        Assert.True(changed.VersionNumber < added.Version);
        var gone = await watch.NextAsync("DELETED", "one");
        Assert.True(gone.Version > added.Version);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_DELETED_event_carries_the_version_of_the_deletion(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&resourceVersion={created.Version}&timeoutSeconds=60");
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);
        var later = await api.CreateWidgetAsync("two");

        var deleted = await watch.NextAsync("DELETED", "one");
        Assert.InRange(deleted.Version, created.VersionNumber + 1, later.VersionNumber - 1);
        await watch.NextAsync("ADDED", "two");

        // Who resumes from the deletion does not see it again.
        using var resumed = await api.WatchAsync($"{api.Widgets}?watch=true&resourceVersion={deleted.Version}&timeoutSeconds=60");
        await resumed.NextAsync("ADDED", "two");
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_from_a_version_replays_every_later_change_in_order(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        var second = (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":2}}""")).Must(200);
        var third = (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":3}}""")).Must(200);
        await api.CreateWidgetAsync("two");
        (await api.DeleteAsync(api.Widgets + "/two")).Must(200);

        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&resourceVersion={created.Version}&timeoutSeconds=60");
        Assert.Equal(second.VersionNumber, (await watch.NextAsync("MODIFIED", "one")).Version);
        var modified = await watch.NextAsync("MODIFIED", "one");
        Assert.Equal(third.VersionNumber, modified.Version);
        Assert.Equal(3, (int)modified.Object["spec"]!["replicas"]!);
        await watch.NextAsync("ADDED", "two");
        await watch.NextAsync("DELETED", "two");
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_held_deletion_is_MODIFIED_and_the_removal_of_the_last_finalizer_DELETED(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one", ""","finalizers":["example.com/hold"]""");
        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&resourceVersion={created.Version}&timeoutSeconds=60");
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);
        (await api.PatchAsync(api.Widgets + "/one", """{"metadata":{"finalizers":[]}}""")).Must(200);

        // The second deletion changes nothing and sends nothing.
        var held = await watch.NextAsync("MODIFIED", "one");
        Assert.NotNull(held.Object["metadata"]!["deletionTimestamp"]);
        var gone = await watch.NextAsync("DELETED", "one");
        Assert.True(gone.Version > held.Version);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_of_one_name_sees_only_that_object(string target) => RunAsync(target, async api =>
    {
        var list = (await api.GetAsync(api.Widgets)).Must(200);
        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&fieldSelector=metadata.name%3Dtwo&resourceVersion={list.Version}&timeoutSeconds=60");
        await api.CreateWidgetAsync("one");
        await api.CreateWidgetAsync("two");
        await watch.NextAsync("ADDED", "two");
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_across_namespaces_sees_them_all_in_one_order(string target) => RunAsync(target, async api =>
    {
        var list = (await api.GetAsync("/apis/example.com/v1/widgets")).Must(200);
        using var watch = await api.WatchAsync($"/apis/example.com/v1/widgets?watch=true&labelSelector=case%3D{api.Namespace}&resourceVersion={list.Version}&timeoutSeconds=60");
        await api.CreateWidgetAsync("one", $$""","labels":{"case":"{{api.Namespace}}"}""");
        (await api.PostAsync(
            "/apis/example.com/v1/namespaces/default/widgets",
            ApiSession.Widget($"{api.Namespace}-two", $$""","labels":{"case":"{{api.Namespace}}"}"""))).Must(201);
        var first = await watch.NextAsync("ADDED", "one");
        var second = await watch.NextAsync("ADDED", $"{api.Namespace}-two");
        Assert.True(first.Version < second.Version, "versions are not global");
        (await api.DeleteAsync($"/apis/example.com/v1/namespaces/default/widgets/{api.Namespace}-two")).Must(200);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_bookmark_before_the_end_tells_of_versions_that_the_selector_hides(string target) => RunAsync(target, async api =>
    {
        var list = (await api.GetAsync(api.Widgets)).Must(200);
        using var watch = await api.WatchAsync(
            $"{api.Widgets}?watch=true&allowWatchBookmarks=true&labelSelector=sel&resourceVersion={list.Version}&timeoutSeconds=6");
        var hidden = await api.CreateWidgetAsync("one");
        var events = await watch.RestAsync();
        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Equal("BOOKMARK", e.Type));
        var bookmark = events[^1];
        Assert.True(bookmark.Version >= hidden.VersionNumber);
        Assert.Equal(("example.com/v1", "Widget", ""), ((string?)bookmark.Object["apiVersion"], (string?)bookmark.Object["kind"], bookmark.Name));

        // Without permission there is none.
        using var plain = await api.WatchAsync($"{api.Widgets}?watch=true&labelSelector=sel&resourceVersion={list.Version}&timeoutSeconds=4");
        Assert.Empty(await plain.RestAsync());
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_from_a_version_before_the_kind_is_expired(string target) => RunAsync(target, async api =>
    {
        using var watch = await api.WatchAsync($"{api.Widgets}?watch=true&resourceVersion=1&timeoutSeconds=5");
        Assert.Equal(200, watch.Status);
        var error = await watch.NextAsync();
        Assert.Equal("ERROR", error?.Type);
        Assert.Equal("Status", (string?)error!.Object["kind"]);
        Assert.Equal(410, (int)error.Object["code"]!);
        Assert.Equal("Expired", (string?)error.Object["reason"]);
        Assert.Null(await watch.NextAsync());
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_as_Table_names_its_columns_once(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        using var watch = await api.WatchAsync(
            $"{api.Widgets}?watch=true&resourceVersion={created.Version}&timeoutSeconds=60", "application/json;as=Table;v=v1;g=meta.k8s.io");
        (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":2}}""")).Must(200);
        (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":3}}""")).Must(200);
        var first = (await watch.NextAsync())!;
        var second = (await watch.NextAsync())!;
        Assert.Equal(("MODIFIED", "Table"), (first.Type, (string?)first.Object["kind"]));
        Assert.NotEmpty(first.Object["columnDefinitions"]!.AsArray());
        Assert.True(second.Object["columnDefinitions"] is null or JsonArray { Count: 0 });
        Assert.Equal(3, (int)second.Object["rows"]![0]!["cells"]![2]!);
    });

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_watch_of_metadata_sends_metadata_alone(string target) => RunAsync(target, async api =>
    {
        var created = await api.CreateWidgetAsync("one");
        using var watch = await api.WatchAsync(
            $"{api.Widgets}?watch=true&resourceVersion={created.Version}&timeoutSeconds=60",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":2}}""")).Must(200);
        var changed = await watch.NextAsync("MODIFIED", "one");
        Assert.Equal("PartialObjectMetadata", (string?)changed.Object["kind"]);
        Assert.Null(changed.Object["spec"]);
    });
}
