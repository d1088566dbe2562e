using Operator.Limiter.Usage;

namespace Operator.Limiter.Limiting;

/// <summary>
/// Learns what requests of one prompt version use, so that buckets are debited before the answer tells. Short answers end first: what
/// the first ones used says little about those that are under way, and a mean that follows the last few swings with the load. So the
/// mean remembers the last answers, and those of the last seconds where there are more, and forgets the first guess no faster. Only
/// where nearly all that began have ended, what they used is known at once. Safe for several threads: a lost update costs one
/// observation.
/// </summary>
internal sealed class PromptEstimator
{
    /// <summary>What is held for output before anything is known, in tokens.</summary>
    private const double FirstGuess = 500;

    /// <summary>The weight of an answer that comes alone: about twenty of them are remembered.</summary>
    private const double Weight = 0.05;

    /// <summary>How long answers are remembered at the least: longer than they usually take.</summary>
    private const double MemorySeconds = 10;

    /// <summary>
    /// How many answers, and how long after the first, make more than a guess. What is under way is longer than what was seen to end, and
    /// is charged for that only when it ends: a guess of which nothing is given back pays for it meanwhile.
    /// </summary>
    private const int EnoughAnswers = 5;

    /// <summary>Which part of all that began is under way where what ended tells everything, and where it tells nothing by itself.</summary>
    private const double Few = 0.05, Many = 0.1;

    private static readonly TimeSpan EnoughTime = TimeSpan.FromSeconds(4);

    private readonly TimeProvider _time;
    private readonly long _start;
    private double _bytesPerToken = 3.5;
    private double _countedShare = 1;
    private double _slow;
    private double _guessed = 1;
    private double _ended;
    private double _bytesPerOutputToken = 4;
    private long _longest;
    private int _underWay;
    private int _answers;
    private long _first;
    private long _last;

    /// <param name="time">The clock.</param>
    /// <param name="like">Another version of the same prompt: what it knows is better than a guess. Null where there is none.</param>
    public PromptEstimator(TimeProvider time, PromptEstimator? like = null)
    {
        (_time, _start) = (time, time.GetTimestamp());
        if (like is null || like.IsGuess) return;
        (_bytesPerToken, _countedShare) = (Volatile.Read(ref like._bytesPerToken), Volatile.Read(ref like._countedShare));
        (_ended, _bytesPerOutputToken) = (like.Output(), Volatile.Read(ref like._bytesPerOutputToken));
        (_first, _last) = (Volatile.Read(ref like._first), Volatile.Read(ref like._last));
        (_slow, _guessed) = (_ended, 0);
        // Its own answers count for more than those of the other, soon.
        _answers = EnoughAnswers;
    }

    /// <summary>Whether too little was seen to know how long answers are.</summary>
    public bool IsGuess => Volatile.Read(ref _answers) < EnoughAnswers || _time.GetElapsedTime(Volatile.Read(ref _first)) < EnoughTime;

    /// <summary>The first guess: no answer is longer than requests allow.</summary>
    private double Guess => Math.Min(FirstGuess, Volatile.Read(ref _longest) is > 0 and var longest ? longest : FirstGuess);

    /// <summary>The mean that forgets the guess over seconds.</summary>
    private double Slow => Volatile.Read(ref _slow) + (Volatile.Read(ref _guessed) * Guess);

    /// <summary>The debit of a request. Its limit is remembered: no guess goes beyond what requests allow.</summary>
    /// <param name="bytes">The length of its body.</param>
    /// <param name="maxTokens">Its token limit; null for none.</param>
    public Tokens Estimate(long bytes, long? maxTokens)
    {
        var longest = maxTokens ?? long.MaxValue;
        if (longest > Volatile.Read(ref _longest)) Volatile.Write(ref _longest, longest);
        var output = IsGuess ? Math.Max(Guess, Slow) : Output();
        return new Tokens(1, InputOf(bytes), maxTokens is { } max ? Math.Min(output, max) : output);
    }

    /// <summary>Input tokens that count in a body of a length.</summary>
    public double InputOf(long bytes) => bytes / Volatile.Read(ref _bytesPerToken) * Volatile.Read(ref _countedShare);

    /// <summary>A request was admitted. To be called once for each, and <see cref="End"/> at its end, however it ends.</summary>
    public void Begin() => Interlocked.Increment(ref _underWay);

    /// <summary>A request that was admitted has ended.</summary>
    public void End() => Interlocked.Decrement(ref _underWay);

    /// <summary>Output tokens in bytes of content that passed: for a stream that was cut off.</summary>
    public long OutputOf(long contentBytes) => (long)Math.Ceiling(contentBytes / Volatile.Read(ref _bytesPerOutputToken));

    /// <summary>Learns from an answer that told everything.</summary>
    /// <param name="bytes">The length of the request's body.</param>
    /// <param name="usage">What it used.</param>
    /// <param name="counted">Its input tokens that count.</param>
    /// <param name="contentBytes">Bytes of content in a stream; 0 for a plain answer.</param>
    public void Learn(long bytes, in TokenUsage usage, long counted, long contentBytes)
    {
        var (ended, weight) = Next();
        var prompt = usage.Prompt;
        if (prompt > 0 && bytes > 0)
        {
            Mean(ref _bytesPerToken, Math.Clamp((double)bytes / prompt, 0.25, 64), weight);
            Mean(ref _countedShare, (double)counted / prompt, weight);
        }
        Mean(ref _slow, usage.Output, weight);
        Mean(ref _guessed, 0, weight);
        Mean(ref _ended, usage.Output, ended);
        if (contentBytes > 0 && usage.Output > 0) Mean(ref _bytesPerOutputToken, Math.Clamp((double)contentBytes / usage.Output, 0.25, 64), weight);
    }

    /// <summary>The mean of all that ended where few others are under way, else the one that is slow to forget the guess; between them in between.</summary>
    private double Output()
    {
        double answers = Volatile.Read(ref _answers), underWay = Volatile.Read(ref _underWay);
        var unknown = Math.Clamp(((underWay / (answers + underWay)) - Few) / (Many - Few), 0, 1);
        var ended = Volatile.Read(ref _ended);
        return ended + ((Slow - ended) * unknown);
    }

    /// <summary>Counts an answer.</summary>
    /// <returns>Its weight beside all others, while they are few or young; and its weight beside the first guess, too.</returns>
    private (double Ended, double Slow) Next()
    {
        var now = _time.GetTimestamp();
        var answers = Volatile.Read(ref _answers);
        if (answers == 0) Volatile.Write(ref _first, now);
        var seconds = _time.GetElapsedTime(answers == 0 ? _start : Volatile.Read(ref _last), now).TotalSeconds;
        Volatile.Write(ref _last, now);
        Volatile.Write(ref _answers, Math.Min(answers, int.MaxValue - 1) + 1);
        var remembered = 1 - Math.Exp(-Math.Max(0, seconds) / MemorySeconds);
        return (Math.Max(1.0 / (answers + 1), Math.Min(Weight, remembered)), Math.Min(Math.Max(Weight, 1.0 / (answers + 2)), remembered));
    }

    private static void Mean(ref double mean, double value, double weight)
    {
        var before = Volatile.Read(ref mean);
        Volatile.Write(ref mean, before + (weight * (value - before)));
    }
}
