using System.Globalization;

namespace Operator.Cli.Local.View;

/// <summary>Plain lines: for files, pipes and terminals that can do no more. The state is told only where it changed.</summary>
/// <param name="output">Where lines go.</param>
internal sealed class NarrowView(TextWriter output) : LocalView
{
    private readonly Lock _gate = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override TimeSpan Pace => TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override void Tell(string what)
    {
        lock (_gate)
        {
            Write(() =>
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetElapsedTime(_started).TotalSeconds,6:0.0} s  {what}"));
                output.Flush();
            });
        }
    }

    /// <inheritdoc/>
    internal override void Show(LocalState state)
    {
        foreach (var d in state.Deployments)
            Tell(d.Name, $"{d.Phase}, stable {d.Stable}" + (d.Canary == "-" ? "" : $", canary {d.Canary} at {d.Weight.Split(' ')[0]}") + (d.Message.Length > 0 ? $": {d.Message}" : ""));
        foreach (var q in state.Quotas) Tell(q.Name, $"quota {q.Throttle}");
    }

    private void Tell(string name, string state)
    {
        if (_shown.GetValueOrDefault(name) == state) return;
        _shown[name] = state;
        Tell($"{name}: {state}");
    }
}
