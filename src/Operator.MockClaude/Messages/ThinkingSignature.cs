using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Messages;

/// <summary>The signature of a thinking block: which model made it and behind which prefix.</summary>
internal static class ThinkingSignature
{
    private const string Head = "mk1";

    /// <summary>A signature for a block that follows the prefix.</summary>
    public static string Make(string model, ContentHash prefix)
    {
        var content = $"{Head}:{model}:{prefix}";
        return Convert.ToBase64String(Encoding.ASCII.GetBytes($"{content}:{Check(content)}"));
    }

    /// <summary>Reads a signature.</summary>
    public static (SignatureState State, string Model, string Prefix) Read(string signature)
    {
        if (!Base64.IsValid(signature)) return (SignatureState.Foreign, "", "");
        var parts = Encoding.Latin1.GetString(Convert.FromBase64String(signature)).Split(':');
        if (parts is not [Head, var model, var prefix, var check]) return (SignatureState.Foreign, "", "");
        var state = check == Check($"{Head}:{model}:{prefix}") ? SignatureState.Genuine : SignatureState.Forged;
        return (state, model, prefix);
    }

    private static string Check(string content)
    {
        var hash = new ContentHash();
        hash.Add(Encoding.ASCII.GetBytes(content));
        return RequestIds.Mix(hash.A ^ hash.B).ToString("x16", CultureInfo.InvariantCulture);
    }
}

/// <summary>What a signature turned out to be.</summary>
internal enum SignatureState
{
    /// <summary>Made by this mock, unchanged.</summary>
    Genuine,

    /// <summary>Made by this mock and changed.</summary>
    Forged,

    /// <summary>Made by somebody else: the block is dropped without an error.</summary>
    Foreign,
}
