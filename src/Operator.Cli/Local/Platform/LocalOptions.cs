namespace Operator.Cli.Local.Platform;

/// <summary>What runs on this machine.</summary>
internal sealed record LocalOptions
{
    /// <summary>The port of the API server; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The Claude API that limiters call; null for a mock on this machine.</summary>
    public Uri? Upstream { get; init; }

    /// <summary>The API key; null for the mock's.</summary>
    public string? Key { get; init; }

    /// <summary>Told of every limiter that starts; for whoever measures them.</summary>
    public Action<Limiter.Hosting.LimiterHost>? LimiterStarted { get; init; }

    /// <summary>Changes how the mock is set up; for whoever measures.</summary>
    public Func<MockClaude.MockClaudeOptions, MockClaude.MockClaudeOptions> Mock { get; init; } = static mock => mock;

    /// <summary>Settings of the operator beside those of its manifest, by name without the prefix.</summary>
    public IReadOnlyDictionary<string, string> OperatorSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>What the mock's answers follow from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The folder that everything is kept in; null for a new one below the system's temporary folder.</summary>
    public string? Folder { get; init; }
}
