using Operator.Kubernetes;
using Operator.Runtime.Caching;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Properties;

/// <summary>
/// Whatever happens to the objects, to the watches and to the operator itself: in the end every informer holds what the server holds,
/// every object was reconciled at its last state, every deletion was told, and on the way nothing went back in time, ran twice at the
/// same time, or was decided on a state older than the operator's own last write.
/// </summary>
internal sealed class RuntimeProperty(IFaultyCluster cluster, int seed, ReflectorMutant mutant, ReflectorOptions? options = null)
{
    private static readonly string[] Namespaces = ["one", "two"];

    private readonly Random _random = new(seed);
    private readonly List<string> _violations = [];
    private readonly HashSet<string> _finalized = [];
    private readonly HashSet<string> _reconciledEver = [];
    private readonly List<string> _steps = [];
    private OperatorUnderTest _operator = null!;
    private long _value;

    /// <summary>Runs one sequence.</summary>
    /// <returns>Every difference and every violation; empty when the property holds.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(int steps)
    {
        for (var i = _random.Next(6); i > 0; i--) await CreateAsync();
        _operator = Start();
        for (var i = 0; i < steps; i++) await StepAsync();
        await HealAsync();
        _operator.Controller.Steady = true;
        var differences = await ConvergeAsync();
        await _operator.StopAsync(cluster);
        if (_violations.Count + differences.Count == 0) return [];
        return [.. _violations, .. differences, $"seed {seed}: {string.Join(" ", _steps)}"];
    }

    private OperatorUnderTest Start() =>
        new(cluster, options ?? new ReflectorOptions { PageSize = 3 }, mutant, _random.Next(), _finalized, _violations);

    private async Task StepAsync()
    {
        var dice = _random.Next(100);
        _steps.Add(dice.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await (dice switch
        {
            < 18 => CreateAsync(),
            < 34 => UpdateAsync(),
            < 46 => DeleteAsync(),
            < 50 => RecreateAsync(),
            < 55 => cluster.EndWatchesAsync(WatchEnd.Closed),
            < 59 => cluster.EndWatchesAsync(WatchEnd.Broken),
            < 62 => cluster.EndWatchesAsync(WatchEnd.Expired),
            < 65 => cluster.ExpireVersionsAsync(),
            < 67 => ExpireWhileAwayAsync(),
            < 69 => cluster.HalfOpenWatchesAsync(),
            < 71 => cluster.RefuseReadsAsync(FakeErrors.Refused),
            < 72 => cluster.RefuseReadsAsync(() => FakeErrors.TooManyRequests(2)),
            < 75 => cluster.RefuseReadsAsync(null),
            < 78 => cluster.SendBookmarksAsync(),
            < 80 => cluster.LoseNextAnswerAsync(),
            < 83 => RestartAsync(),
            < 84 => cluster.PassAsync(TimeSpan.FromMinutes(_random.Next(1, 12))),
            _ => cluster.PassAsync(TimeSpan.FromMilliseconds(_random.Next(0, 2000))),
        });
    }

    private async Task CreateAsync()
    {
        try
        {
            await cluster.Client.CreateAsync(Widget.Named($"w{_random.Next(8)}", Namespaces[_random.Next(2)], ++_value));
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // The sequence does not look before it creates.
        }
    }

    private async Task UpdateAsync()
    {
        if (await PickAsync() is not { } widget) return;
        widget.Spec.Value = ++_value;
        await UpdateAsync(widget);
    }

    private async Task DeleteAsync()
    {
        if (await PickAsync() is { } widget) await cluster.Client.DeleteAsync<Widget>(widget.Metadata.Name!, widget.Metadata.NamespaceProperty);
    }

    /// <summary>Takes an object away at once, as the garbage collector of a forced deletion would, and makes another of its name.</summary>
    private async Task RecreateAsync()
    {
        if (await PickAsync() is not { } widget) return;
        var (name, @namespace) = (widget.Metadata.Name!, widget.Metadata.NamespaceProperty);
        if (widget.Metadata.Finalizers is { Count: > 0 })
        {
            _finalized.Add(widget.Metadata.Uid!);
            widget.Metadata.Finalizers = null;
            await UpdateAsync(widget);
        }
        await cluster.Client.DeleteAsync<Widget>(name, @namespace);
        if (await cluster.Client.GetAsync<Widget>(name, @namespace) is null) await cluster.Client.CreateAsync(Widget.Named(name, @namespace, ++_value));
    }

    private async Task UpdateAsync(Widget widget)
    {
        try
        {
            await cluster.Client.UpdateAsync(widget);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // The operator under test was faster; the sequence goes on with what is there.
        }
    }

    private async Task ExpireWhileAwayAsync()
    {
        await cluster.EndWatchesAsync(WatchEnd.Broken);
        await DeleteAsync();
        await CreateAsync();
        await cluster.ExpireVersionsAsync();
    }

    private async Task RestartAsync()
    {
        NoteReconciled();
        await _operator.StopAsync(cluster);
        _operator = Start();
    }

    private async Task HealAsync()
    {
        await cluster.RefuseReadsAsync(null);
    }

    private async Task<Widget?> PickAsync()
    {
        var all = await TruthAsync();
        return all.Count == 0 ? null : all[_random.Next(all.Count)];
    }

    private async Task<IReadOnlyList<Widget>> TruthAsync()
    {
        var list = await ListAsync();
        return [.. list.Items.OrderBy(w => ObjectKey.Of(w).ToString(), StringComparer.Ordinal)];
    }

    private async Task<KubernetesList<Widget>> ListAsync()
    {
        while (true)
        {
            try
            {
                return await cluster.Client.ListAsync<Widget>();
            }
            catch (Exception e) when (e is HttpRequestException or KubernetesException)
            {
                // The faults are for the operator; the sequence itself reads the truth.
                await HealAsync();
            }
        }
    }

    /// <summary>Half-open watches are noticed within 10.5 minutes and failing keys come back within 17; so long it may take.</summary>
    private async Task<List<string>> ConvergeAsync()
    {
        var differences = await DifferencesAsync();
        for (var waited = TimeSpan.Zero; differences.Count > 0 && waited < TimeSpan.FromMinutes(40);)
        {
            var step = waited < TimeSpan.FromSeconds(40) ? TimeSpan.FromSeconds(4) : TimeSpan.FromMinutes(1);
            await cluster.PassAsync(step);
            waited += step;
            differences = await DifferencesAsync();
        }
        return differences;
    }

    private async Task<List<string>> DifferencesAsync()
    {
        var differences = new List<string>();
        var truth = await TruthAsync();
        foreach (var informer in _operator.Informers)
        {
            var name = informer.Scope.Namespace ?? "all";
            var expected = truth.Where(w => informer.Scope.Namespace is null || w.Metadata.NamespaceProperty == informer.Scope.Namespace);
            Compare(name, expected.Select(Describe), informer.List().Select(Describe), differences);
            foreach (var @namespace in Namespaces)
                Compare($"{name} by {@namespace}", expected.Where(w => w.Metadata.NamespaceProperty == @namespace).Select(Describe), informer.List(@namespace).Select(Describe), differences);
        }
        var controller = _operator.Controller;
        foreach (var widget in truth)
        {
            var key = ObjectKey.Of(widget);
            if (controller.Reconciled.GetValueOrDefault(key) != (widget.Metadata.Uid, widget.Spec.Value)) differences.Add($"{key} was not reconciled at its last state");
            if (widget.Status?.ObservedValue != widget.Spec.Value) differences.Add($"{key} has status {widget.Status?.ObservedValue} for {widget.Spec.Value}");
        }
        var living = truth.Select(w => w.Metadata.Uid!).ToHashSet();
        foreach (var (key, (uid, _)) in controller.Reconciled)
        {
            if (!living.Contains(uid) && !controller.Deleted.Contains(uid)) differences.Add($"the controller was not told that {key} is gone");
        }
        NoteReconciled();
        differences.AddRange(_reconciledEver.Where(uid => !living.Contains(uid) && !_finalized.Contains(uid)).Select(uid => $"{uid} went without its finalizer"));
        if (_operator.Waiting > 0) differences.Add($"{_operator.Waiting} keys still wait");
        return differences;
    }

    private void NoteReconciled() => _reconciledEver.UnionWith(_operator.Controller.Reconciled.Values.Select(r => r.Uid));

    private static void Compare(string name, IEnumerable<string> expected, IEnumerable<string> actual, List<string> differences)
    {
        var (want, have) = (expected.ToHashSet(), actual.ToHashSet());
        differences.AddRange(want.Except(have).Select(e => $"{name} lacks {e}"));
        differences.AddRange(have.Except(want).Select(e => $"{name} has {e}, which is not there"));
    }

    private static string Describe(Widget widget) => $"{ObjectKey.Of(widget)} {widget.Metadata.Uid} at {widget.Metadata.ResourceVersion}";
}
