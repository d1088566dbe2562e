using Operator.MockClaude.Accounts;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Batches;

/// <summary>A batch. Whoever reads or changes it holds its owner's lock.</summary>
internal sealed class MessageBatch
{
    public required string Id { get; init; }
    public required Caller Caller { get; init; }
    public required string Workspace { get; init; }
    public required ApiVersion Version { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Due { get; set; }
    public required List<BatchItem> Items { get; init; }

    public DateTimeOffset? CancelInitiated { get; set; }
    public DateTimeOffset? Ended { get; set; }
    public DateTimeOffset? Archived { get; set; }

    /// <summary>24 hours after its creation.</summary>
    public DateTimeOffset Expires => Created.AddHours(24);

    /// <summary>in_progress, canceling or ended.</summary>
    public string Status => Ended is not null ? "ended" : CancelInitiated is not null ? "canceling" : "in_progress";

    /// <summary>How many requests have that outcome; before the end all are processing.</summary>
    public int Count(string? outcome) => Items.Count(i => i.Outcome == outcome);
}
