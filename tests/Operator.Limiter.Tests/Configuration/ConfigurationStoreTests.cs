using Microsoft.Extensions.Logging.Abstractions;
using Operator.Limiter.Configuration;
using Operator.Limiter.Tests.Hosting;

namespace Operator.Limiter.Tests.Configuration;

public sealed class ConfigurationStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("limiter").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_higher_generation_wins_whatever_the_source()
    {
        var store = new ConfigurationStore();
        Assert.Null(store.Apply("operator", Sample.Deployment(generation: 7)));
        var refused = store.Apply("triage.json", Sample.Deployment(generation: 6));
        Assert.Equal("generation", Assert.Single(refused!.Errors).Path);
        Assert.Equal(6, Assert.Single(store.Current.Refused).Generation);
        Assert.Equal(7, store.Current.Only!.Configuration.Generation);
        Assert.Null(store.Apply("triage.json", Sample.Deployment(generation: 8)));
        Assert.Empty(store.Current.Refused);
        Assert.Equal(8, store.Current.Only!.Configuration.Generation);
    }

    [Fact]
    public void An_invalid_one_is_reported_and_the_last_good_one_stays()
    {
        var store = new ConfigurationStore();
        store.Apply("a", Sample.Deployment());
        var before = store.Current.Only;
        var refused = store.Apply("a", Sample.Deployment(generation: 2) with { CanaryWeight = 5 });
        Assert.Equal("team/triage", refused!.Deployment);
        Assert.Equal(2, refused.Generation);
        Assert.Same(before, store.Current.Only);
    }

    [Fact]
    public void A_configuration_of_another_namespace_is_refused()
    {
        var store = new ConfigurationStore("mine");
        Assert.Equal("namespace", Assert.Single(store.Apply("a", Sample.Deployment())!.Errors).Path);
        Assert.Empty(store.Current.Deployments);
    }

    [Fact]
    public void The_same_refusal_again_changes_nothing()
    {
        var store = new ConfigurationStore("mine");
        var changes = 0;
        store.Changed += _ => changes++;
        store.Apply("a", Sample.Deployment());
        store.Apply("a", Sample.Deployment());
        Assert.Equal(1, changes);
    }

    [Fact]
    public void A_swapped_data_link_shows_all_new_files_and_a_torn_file_keeps_the_last_good_one()
    {
        Generation("one", ("x.json", Sample.Json(Sample.Deployment("x"))), ("y.json", Sample.Json(Sample.Deployment("y"))));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "one");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "deployments"), Path.Combine("..data", "deployments"));
        var store = new ConfigurationStore();
        var folder = new ConfigurationFolder(Path.Combine(_folder, "deployments"), store, TimeProvider.System, NullLogger.Instance);
        folder.Look();
        Assert.Equal(["x", "y"], store.Current.Deployments.Select(d => d.Configuration.Name));

        var second = Sample.Json(Sample.Deployment("x", 2));
        Generation("two", ("x.json", second), ("y.json", Sample.Json(Sample.Deployment("y", 2))[..^40]));
        Swap("two");
        folder.Look();
        Assert.Equal(2, store.Current.Find("x")!.Configuration.Generation);
        Assert.Equal(1, store.Current.Find("y")!.Configuration.Generation);
        Assert.Equal("y.json", Assert.Single(store.Current.Refused).Source);

        File.WriteAllBytes(Path.Combine(_folder, "two", "deployments", "y.json"), Sample.Json(Sample.Deployment("y", 2)));
        folder.Look();
        Assert.Equal(2, store.Current.Find("y")!.Configuration.Generation);
        Assert.Empty(store.Current.Refused);
    }

    [Fact]
    public void A_folder_that_vanishes_drops_nothing()
    {
        var store = new ConfigurationStore();
        File.WriteAllBytes(Path.Combine(_folder, "x.json"), Sample.Json(Sample.Deployment("x")));
        var folder = new ConfigurationFolder(_folder, store, TimeProvider.System, NullLogger.Instance);
        folder.Look();
        File.Delete(Path.Combine(_folder, "x.json"));
        folder.Look();
        Assert.NotNull(store.Current.Find("x"));
        new ConfigurationFolder(Path.Combine(_folder, "absent"), store, TimeProvider.System, NullLogger.Instance).Look();
        Assert.NotNull(store.Current.Find("x"));
    }

    [Fact]
    public void What_was_refused_is_told_no_more_once_its_file_is_gone()
    {
        var store = new ConfigurationStore();
        store.Apply("operator/y", Sample.Deployment("y") with { CanaryWeight = 5 });
        File.WriteAllBytes(Path.Combine(_folder, "x.json"), Sample.Json(Sample.Deployment("x"))[..^40]);
        var folder = new ConfigurationFolder(_folder, store, TimeProvider.System, NullLogger.Instance);
        folder.Look();
        Assert.Equal(["operator/y", "x.json"], store.Current.Refused.Select(r => r.Source));
        File.Delete(Path.Combine(_folder, "x.json"));
        var changes = 0;
        store.Changed += _ => changes++;
        folder.Look();
        folder.Look();
        Assert.Equal(["operator/y"], store.Current.Refused.Select(r => r.Source));
        Assert.Equal(1, changes);
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_told_once_and_looked_at_again()
    {
        var store = new ConfigurationStore();
        File.WriteAllBytes(Path.Combine(_folder, "x.json"), Sample.Json(Sample.Deployment("x")));
        var link = Path.Combine(_folder, "link");
        Directory.CreateSymbolicLink(link, _folder);
        var logs = new CapturedLogs();
        var folder = new ConfigurationFolder(link, store, TimeProvider.System, logs.Factory.CreateLogger("configuration"));
        folder.Look();
        // A link that leads to itself: nobody can list that.
        File.Delete(link);
        Directory.CreateSymbolicLink(link, link);
        folder.Look();
        folder.Look();
        Assert.NotNull(store.Current.Find("x"));
        Assert.Single(logs.Lines, l => l.StartsWith("Warning The folder of configurations cannot be read", StringComparison.Ordinal));
        File.Delete(link);
        Directory.CreateSymbolicLink(link, _folder);
        File.WriteAllBytes(Path.Combine(_folder, "x.json"), Sample.Json(Sample.Deployment("x", 2)));
        folder.Look();
        Assert.Equal(2, store.Current.Find("x")!.Configuration.Generation);
    }

    private void Generation(string name, params (string Name, byte[] Content)[] files)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_folder, name, "deployments"));
        foreach (var (file, content) in files) File.WriteAllBytes(Path.Combine(directory.FullName, file), content);
    }

    private void Swap(string to)
    {
        var next = Path.Combine(_folder, "..data_tmp");
        Directory.CreateSymbolicLink(next, to);
        File.Delete(Path.Combine(_folder, "..data"));
        Directory.Move(next, Path.Combine(_folder, "..data"));
    }
}
