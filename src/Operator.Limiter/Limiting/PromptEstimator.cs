using Operator.Limiter.Usage;

namespace Operator.Limiter.Limiting;

/// <summary>
/// Learns what requests of one prompt version use, so that buckets are debited before the answer tells. Safe for several threads:
/// a lost update costs one observation.
/// </summary>
internal sealed class PromptEstimator
{
    private const double Weight = 0.05;

    private double _bytesPerToken = 3.5;
    private double _countedShare = 1;
    private double _output = 500;
    private double _bytesPerOutputToken = 4;

    /// <summary>The debit of a request.</summary>
    /// <param name="bytes">The length of its body.</param>
    /// <param name="maxTokens">Its token limit; null for none.</param>
    public Tokens Estimate(long bytes, long? maxTokens)
    {
        var output = Volatile.Read(ref _output);
        return new Tokens(
            1, bytes / Volatile.Read(ref _bytesPerToken) * Volatile.Read(ref _countedShare), maxTokens is { } max ? Math.Min(output, max) : output);
    }

    /// <summary>Output tokens in bytes of content that passed: for a stream that was cut off.</summary>
    public long OutputOf(long contentBytes) => (long)Math.Ceiling(contentBytes / Volatile.Read(ref _bytesPerOutputToken));

    /// <summary>Learns from an answer that told everything.</summary>
    /// <param name="bytes">The length of the request's body.</param>
    /// <param name="usage">What it used.</param>
    /// <param name="counted">Its input tokens that count.</param>
    /// <param name="contentBytes">Bytes of content in a stream; 0 for a plain answer.</param>
    public void Learn(long bytes, in TokenUsage usage, long counted, long contentBytes)
    {
        var prompt = usage.Prompt;
        if (prompt > 0 && bytes > 0)
        {
            Mean(ref _bytesPerToken, Math.Clamp((double)bytes / prompt, 0.25, 64));
            Mean(ref _countedShare, (double)counted / prompt);
        }
        Mean(ref _output, usage.Output);
        if (contentBytes > 0 && usage.Output > 0) Mean(ref _bytesPerOutputToken, Math.Clamp((double)contentBytes / usage.Output, 0.25, 64));
    }

    private static void Mean(ref double mean, double value)
    {
        var before = Volatile.Read(ref mean);
        Volatile.Write(ref mean, before + (Weight * (value - before)));
    }
}
