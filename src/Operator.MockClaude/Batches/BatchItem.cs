namespace Operator.MockClaude.Batches;

/// <summary>One request of a batch and, once the batch ended, its result.</summary>
/// <param name="CustomId">The caller's id.</param>
/// <param name="Params">The body: JSON in UTF-8.</param>
internal sealed record BatchItem(string CustomId, ReadOnlyMemory<byte> Params)
{
    /// <summary>succeeded, errored, canceled or expired; null while it waits.</summary>
    public string? Outcome { get; set; }

    /// <summary>The <c>result</c>: JSON in UTF-8.</summary>
    public ReadOnlyMemory<byte> Result { get; set; }
}
