namespace Operator.Limiter.Rewriting;

/// <summary>Bytes of a body: from <see cref="Start"/> to before <see cref="End"/>.</summary>
internal readonly record struct JsonSpan(int Start, int End)
{
    /// <summary>Whether there is anything.</summary>
    public bool Exists => End > Start;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body[Start..End];
}

/// <summary>A member of an object: its name, its value, and what of it matters.</summary>
internal readonly record struct JsonMember(KnownField Field, int NameStart, JsonSpan Value);

/// <summary>The members of a request that the limiter reads or may change.</summary>
[Flags]
internal enum KnownField
{
    Other = 0,
    Model = 1,
    MaxTokens = 1 << 1,
    OutputConfig = 1 << 2,
    Thinking = 1 << 3,
    System = 1 << 4,
    Messages = 1 << 5,
    Metadata = 1 << 6,
    Stream = 1 << 7,
    Temperature = 1 << 8,
    TopP = 1 << 9,
    TopK = 1 << 10,
    ToolChoice = 1 << 11,
    InferenceGeo = 1 << 12,
    Speed = 1 << 13,
    Tools = 1 << 14,
    CacheControl = 1 << 15,
}
