namespace Operator.MockClaude.Http;

/// <summary>The versions that <c>anthropic-version</c> may name.</summary>
internal enum ApiVersion
{
    /// <summary>2023-06-01.</summary>
    June2023,

    /// <summary>2026-10-21: no sampling parameters, stricter content.</summary>
    October2026,
}
