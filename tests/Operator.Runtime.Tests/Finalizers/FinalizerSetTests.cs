using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes;
using Operator.Runtime.Finalizers;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;
using Operator.Testing;

namespace Operator.Runtime.Tests.Finalizers;

public class FinalizerSetTests
{
    private readonly FakeCluster _cluster = new(new ManualTimeProvider());
    private readonly IServiceScopeFactory _scopes = new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();
    private readonly List<string> _called = [];
    private Func<string, Widget, ReconciliationResult<Widget>> _answer = (_, w) => ReconciliationResult<Widget>.Success(w);

    [Fact]
    public async Task Missing_identifiers_are_added_in_one_write_behind_those_of_others()
    {
        await CreateAsync("other.dev/theirs");
        var attached = await Set("test.dev/a", "test.dev/b").AttachAsync(await GetAsync(), default);
        Assert.Equal(["other.dev/theirs", "test.dev/a", "test.dev/b"], attached!.Metadata.Finalizers);
        Assert.Single(_cluster.Requests, r => r.Verb == "patch");
    }

    [Fact]
    public async Task Nothing_is_written_when_all_are_there()
    {
        await CreateAsync("test.dev/a");
        var entity = await GetAsync();
        Assert.Same(entity, await Set("test.dev/a").AttachAsync(entity, default));
        Assert.DoesNotContain(_cluster.Requests, r => r.Verb == "patch");
    }

    [Fact]
    public async Task Adding_to_a_stale_object_is_a_conflict_and_loses_nobodys_finalizer()
    {
        await CreateAsync();
        var stale = await GetAsync();
        var fresh = await GetAsync();
        fresh.Metadata.Finalizers = ["other.dev/theirs"];
        await _cluster.UpdateAsync(fresh);
        await Assert.ThrowsAsync<KubernetesException>(() => Set("test.dev/a").AttachAsync(stale, default));
        Assert.Equal(["other.dev/theirs"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task Adding_to_an_object_that_is_gone_is_no_error()
    {
        await CreateAsync();
        var entity = await GetAsync();
        await _cluster.DeleteAsync<Widget>("w", "default");
        Assert.Null(await Set("test.dev/a").AttachAsync(entity, default));
    }

    [Fact]
    public async Task A_finalizer_is_acted_on_wherever_it_stands_in_the_list()
    {
        await CreateAsync("other.dev/theirs", "test.dev/a", "more.dev/theirs");
        await _cluster.DeleteAsync<Widget>("w", "default");
        Assert.IsType<ReconcileOutcome.Done>(await Set("test.dev/a").FinalizeAsync(await GetAsync(), default));
        Assert.Equal(["test.dev/a"], _called);
        Assert.Equal(["other.dev/theirs", "more.dev/theirs"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task All_are_called_and_the_object_goes_with_the_last()
    {
        await CreateAsync("test.dev/b", "test.dev/a");
        await _cluster.DeleteAsync<Widget>("w", "default");
        Assert.IsType<ReconcileOutcome.Done>(await Set("test.dev/a", "test.dev/b").FinalizeAsync(await GetAsync(), default));
        Assert.Equal(["test.dev/a", "test.dev/b"], _called);
        Assert.Empty(_cluster.Present<Widget>());
    }

    [Fact]
    public async Task One_that_fails_stays_and_keeps_no_other_from_its_work()
    {
        await CreateAsync("test.dev/a", "test.dev/b");
        await _cluster.DeleteAsync<Widget>("w", "default");
        _answer = (id, w) => id == "test.dev/a" ? throw new InvalidOperationException("stuck") : ReconciliationResult<Widget>.Success(w);
        var outcome = Assert.IsType<ReconcileOutcome.Failed>(await Set("test.dev/a", "test.dev/b").FinalizeAsync(await GetAsync(), default));
        Assert.Contains("test.dev/a", outcome.Message, StringComparison.Ordinal);
        Assert.Contains("stuck", outcome.Message, StringComparison.Ordinal);
        Assert.Equal(["test.dev/a"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task One_that_asks_for_time_stays_and_is_called_again()
    {
        await CreateAsync("test.dev/a");
        await _cluster.DeleteAsync<Widget>("w", "default");
        _answer = (_, w) => ReconciliationResult<Widget>.Success(w, TimeSpan.FromSeconds(30));
        Assert.Equal(new ReconcileOutcome.Again(TimeSpan.FromSeconds(30)), await Set("test.dev/a").FinalizeAsync(await GetAsync(), default));
        Assert.Equal(["test.dev/a"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task A_conflict_while_removing_is_solved_without_calling_the_finalizer_again()
    {
        await CreateAsync("other.dev/theirs", "test.dev/a");
        await _cluster.DeleteAsync<Widget>("w", "default");
        var stale = await GetAsync();
        var fresh = await GetAsync();
        fresh.Metadata.Finalizers = ["test.dev/a", "new.dev/theirs"];
        await _cluster.UpdateAsync(fresh);
        Assert.IsType<ReconcileOutcome.Done>(await Set("test.dev/a").FinalizeAsync(stale, default));
        Assert.Equal(["test.dev/a"], _called);
        Assert.Equal(["new.dev/theirs"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task A_conflict_with_the_next_object_of_the_name_leaves_that_alone()
    {
        await CreateAsync("test.dev/a");
        await _cluster.DeleteAsync<Widget>("w", "default");
        var stale = await GetAsync();
        var fresh = await GetAsync();
        fresh.Metadata.Finalizers = null;
        await _cluster.UpdateAsync(fresh);
        await CreateAsync("test.dev/a");
        await Set("test.dev/a").FinalizeAsync(stale, default);
        Assert.Equal(["test.dev/a"], (await GetAsync()).Metadata.Finalizers);
    }

    [Fact]
    public async Task The_second_controller_of_a_kind_adds_but_does_not_finalize()
    {
        await CreateAsync("test.dev/a");
        await _cluster.DeleteAsync<Widget>("w", "default");
        Assert.IsType<ReconcileOutcome.Done>(await Set(runs: false, "test.dev/a").FinalizeAsync(await GetAsync(), default));
        Assert.Empty(_called);
    }

    [Fact]
    public void An_object_without_a_version_is_not_patched_blindly() =>
        Assert.Throws<InvalidOperationException>(() => FinalizerPatch.Add(Widget.Named("w").Metadata, ["test.dev/a"]));

    private FinalizerSet<Widget> Set(params string[] identifiers) => Set(runs: true, identifiers);

    private FinalizerSet<Widget> Set(bool runs, params string[] identifiers) =>
        new([.. identifiers.Select(id => new FinalizerRegistration<Widget>(id, _ => new Finalizer(this, id)))], _cluster, _scopes, runs);

    private Task<Widget> CreateAsync(params string[] finalizers)
    {
        var widget = Widget.Named("w");
        widget.Metadata.Finalizers = [.. finalizers];
        return _cluster.CreateAsync(widget);
    }

    private async Task<Widget> GetAsync() => (await _cluster.GetAsync<Widget>("w", "default"))!;

    private sealed class Finalizer(FinalizerSetTests test, string identifier) : IEntityFinalizer<Widget>
    {
        public Task<ReconciliationResult<Widget>> FinalizeAsync(Widget entity, CancellationToken cancellationToken)
        {
            test._called.Add(identifier);
            return Task.FromResult(test._answer(identifier, entity));
        }
    }
}
