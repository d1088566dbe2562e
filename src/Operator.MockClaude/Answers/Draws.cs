using Operator.MockClaude.Caching;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Answers;

/// <summary>
/// Random numbers that follow from the seed, the prompt and how often that prompt came before, so that the same requests get the same
/// answers in whatever order they arrive. Two prompts that share a counter (one pair in 65 536) may trade numbers.
/// </summary>
internal sealed class DrawSource(int seed)
{
    private const int Slots = 1 << 16;
    private readonly int[] _seen = new int[Slots];
    private readonly ulong _seed = RequestIds.Mix((uint)seed ^ 0x5EEDUL);

    /// <summary>The numbers of one request.</summary>
    public Draws For(string model, ContentHash prompt)
    {
        var hash = new ContentHash();
        hash.Add(System.Runtime.InteropServices.MemoryMarshal.AsBytes(model.AsSpan()));
        var content = prompt.A ^ prompt.B ^ hash.A;
        var time = Interlocked.Increment(ref _seen[content % Slots]);
        return new Draws(RequestIds.Mix(_seed ^ RequestIds.Mix(content ^ RequestIds.Mix((uint)time))));
    }
}

/// <summary>The random numbers of one request; each purpose has its own, so that one rule never shifts another's.</summary>
internal readonly struct Draws(ulong state)
{
    /// <summary>Uniform from 0 (inclusive) to 1.</summary>
    public double Uniform(DrawPurpose purpose) => (RequestIds.Mix(state + (ulong)purpose) >> 11) * (1.0 / (1UL << 53));
}

/// <summary>What a number is drawn for.</summary>
internal enum DrawPurpose
{
    Refusal = 1,
    Truncation,
    Tool,
    Quality,
    Error,
    FirstToken,
    FirstTokenAngle,
    TokenTime,
    TokenTimeAngle,
    Length,
    LengthAngle,
    Offset,
}
