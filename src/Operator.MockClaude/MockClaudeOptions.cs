using System.Security.Cryptography.X509Certificates;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude;

/// <summary>How the mock is set up.</summary>
public sealed record MockClaudeOptions
{
    /// <summary>The key of the organization that is there when none is given.</summary>
    public const string DefaultKey = "sk-ant-api03-mock";

    /// <summary>The administration key of that organization.</summary>
    public const string DefaultAdminKey = "sk-ant-admin01-mock";

    /// <summary>The id of that organization.</summary>
    public const string DefaultOrganization = "org_mock";

    /// <summary>What every draw and every id follows from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The clock of limits, caches, batches and pauses.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The port on the loopback interface; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Serves HTTPS with HTTP/1.1 and HTTP/2 when given; plain HTTP/1.1 otherwise.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The organizations; keys are unique among all of them.</summary>
    public IReadOnlyList<MockOrganization> Organizations { get; init; } =
    [
        new MockOrganization(DefaultOrganization)
        {
            Keys = [new MockKey(DefaultKey), new MockKey(DefaultAdminKey) { Name = "admin", Admin = true, Workspace = null }],
        },
    ];

    /// <summary>How requests are answered that no rule fits. Without pauses by default.</summary>
    public Behaviour Behaviour { get; init; } = new();

    /// <summary>Rules for requests that behave differently; the first that fits wins.</summary>
    public IReadOnlyList<BehaviourRule> Behaviours { get; init; } = [];

    /// <summary>Questions whose answers are known.</summary>
    public IReadOnlyList<MockAnswer> Answers { get; init; } = [];

    /// <summary>
    /// Answers at once with <see cref="FastOutputTokens"/> tokens of the same text and ignores behaviours, answers and tools. Limits,
    /// validation, caching and the ledger work as always.
    /// </summary>
    public bool Fast { get; init; }

    /// <summary>The length of an answer when <see cref="Fast"/>, in tokens.</summary>
    public int FastOutputTokens { get; init; } = 32;

    /// <summary>How many tokens one event of a stream carries; 1 or more.</summary>
    public int TokensPerEvent { get; init; } = 8;

    /// <summary>Whether rate limits refuse; headers are sent in any case.</summary>
    public bool EnforceLimits { get; init; } = true;

    /// <summary>How many seconds of inflow a bucket holds: 60 is a full minute, 1 makes limits strict.</summary>
    public double BurstSeconds { get; init; } = 60;

    /// <summary>By how much the estimate of input at a request's start exceeds the truth; it is corrected when the answer begins. 1 or more.</summary>
    public double InputEstimateFactor { get; init; } = 1;

    /// <summary>The acceleration limit; null for none.</summary>
    public MockRampLimit? RampLimit { get; init; }

    /// <summary>How long a batch takes.</summary>
    public TimeSpan BatchDuration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest body of the Messages endpoints in bytes; the API's own is 32 MB.</summary>
    public int MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>A request header whose value the ledger keeps, to tell revisions apart.</summary>
    public string MarkerHeader { get; init; } = "x-claude-revision";

    /// <summary>How many single requests the ledger keeps; its sums are exact whatever the number.</summary>
    public int LedgerEntries { get; init; } = 100_000;
}
