using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.MockClaude.Models;

namespace Operator.MockClaude;

/// <summary>Everything that requests share.</summary>
internal sealed class MockState
{
    public MockState(MockClaudeOptions options, CancellationToken stopping)
    {
        Options = options;
        Stopping = stopping;
        Accounts = new AccountDirectory(options.Organizations);
        Limits = new LimitBook(options, Accounts);
        EndpointLimits = new EndpointLimits(options);
        Faults = new FaultPlan(options.Seed);
        Ledger = new RequestLedger(options.LedgerEntries);
        Planner = new AnswerPlanner(options);
        Ids = new RequestIds(options.Seed);
    }

    public MockClaudeOptions Options { get; }
    public CancellationToken Stopping { get; }
    public AccountDirectory Accounts { get; }
    public ModelCatalogue Models { get; } = new();
    public LimitBook Limits { get; }
    public EndpointLimits EndpointLimits { get; }
    public SpendBook Spend { get; } = new();
    public PromptCache Cache { get; } = new();
    public FaultPlan Faults { get; }
    public RequestLedger Ledger { get; }
    public AnswerPlanner Planner { get; }
    public RequestIds Ids { get; }

    public DateTimeOffset Now => Options.Time.GetUtcNow();
}
