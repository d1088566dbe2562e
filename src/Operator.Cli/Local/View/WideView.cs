using Spectre.Console;
using Spectre.Console.Rendering;

namespace Operator.Cli.Local.View;

/// <summary>A live picture on a terminal: deployments, quotas, traffic, and the last things that happened.</summary>
internal sealed class WideView : LocalView
{
    private const int LastEvents = 10;
    private readonly IAnsiConsole _console;
    private readonly Lock _gate = new();
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<string> _events = [];
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _live;
    private LocalState _state = new([], [], "");
    private LiveDisplayContext? _context;

    public WideView(IAnsiConsole? console = null)
    {
        _console = console ?? AnsiConsole.Create(Settings(Environment.GetEnvironmentVariable("NO_COLOR")));
        _live = _console.Live(new Text("")).AutoClear(false).StartAsync(context =>
        {
            lock (_gate) _context = context;
            return _end.Task;
        });
    }

    /// <summary>How the terminal is written to.</summary>
    /// <param name="noColor">What <c>NO_COLOR</c> says: anything but nothing leaves colours out.</param>
    internal static AnsiConsoleSettings Settings(string? noColor) =>
        new() { Ansi = AnsiSupport.Detect, ColorSystem = string.IsNullOrEmpty(noColor) ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) };

    /// <inheritdoc/>
    protected override TimeSpan Pace => TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public override void Tell(string what)
    {
        lock (_gate)
        {
            _events.Add($"{TimeProvider.System.GetElapsedTime(_started).TotalSeconds,6:0.0} s  {what}");
            Refresh();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _end.TrySetResult();
        Write(() => _live.GetAwaiter().GetResult());
        base.Dispose();
    }

    /// <summary>The whole picture.</summary>
    /// <param name="state">What is shown.</param>
    /// <param name="events">What happened, oldest first.</param>
    /// <param name="width">The terminal's width in columns; below 100 what matters least is left out.</param>
    internal static IRenderable Render(LocalState state, IReadOnlyList<string> events, int width)
    {
        var wide = width >= 100;
        var deployments = new Table().Border(TableBorder.Rounded).Expand().AddColumns("deployment", "phase", "stable", "canary", "weight");
        if (wide) deployments.AddColumns("gates", "limiters");
        foreach (var d in state.Deployments)
        {
            List<string> cells = [d.Name, $"[{Colour(d.Phase)}]{Markup.Escape(d.Phase)}[/]", d.Stable, d.Canary, wide ? d.Weight : d.Weight.Split(' ')[0]];
            if (wide) cells.AddRange([d.Gates, d.Limiters]);
            deployments.AddRow([.. cells.Select((c, i) => i == 1 ? c : Markup.Escape(c))]);
        }
        var quotas = new Table().Border(TableBorder.Rounded).Expand().AddColumns("quota", "state", "used");
        if (wide) quotas.AddColumn("spend");
        foreach (var q in state.Quotas)
        {
            List<string> cells = [Markup.Escape(q.Name), $"[{Colour(q.Throttle)}]{Markup.Escape(q.Throttle)}[/]", Markup.Escape(q.Used)];
            if (wide) cells.Add(Markup.Escape(q.Spend));
            quotas.AddRow([.. cells]);
        }
        return new Rows(deployments, quotas, new Text(state.Traffic), new Text(""), new Rows(events.TakeLast(LastEvents).Select(e => new Text(e))));
    }

    /// <inheritdoc/>
    internal override void Show(LocalState state)
    {
        lock (_gate)
        {
            _state = state;
            Refresh();
        }
    }

    private void Refresh() => Write(() =>
    {
        _context?.UpdateTarget(Render(_state, _events, _console.Profile.Width));
        _context?.Refresh();
    });

    private static string Colour(string state) => state switch
    {
        "Healthy" or "Clear" => "green",
        "RolledBack" or "Degraded" or "RollingBack" or "Frozen" or "SpendExhausted" or "Throttled" => "red",
        "-" => "grey",
        _ => "yellow",
    };
}
