namespace Operator.MockClaude.Models;

/// <summary>Prices in USD per million tokens.</summary>
internal sealed class ModelPrice
{
    /// <summary>Input that no cache holds.</summary>
    public decimal Input { get; set; }

    /// <summary>Input written to the cache for five minutes.</summary>
    public decimal Write5m { get; set; }

    /// <summary>Input written to the cache for an hour.</summary>
    public decimal Write1h { get; set; }

    /// <summary>Input read from the cache.</summary>
    public decimal Read { get; set; }

    /// <summary>Output.</summary>
    public decimal Output { get; set; }
}
