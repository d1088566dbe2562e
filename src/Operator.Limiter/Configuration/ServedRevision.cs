using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Operator.Contract;
using Operator.Limiter.Rewriting;

namespace Operator.Limiter.Configuration;

/// <summary>A revision with everything that requests need of it prepared.</summary>
internal sealed class ServedRevision
{
    public ServedRevision(RevisionConfiguration configuration, ModelConfiguration model)
    {
        Configuration = configuration;
        Model = model;
        ModelJson = Quote(configuration.Model);
        EffortJson = configuration.Effort is { } effort ? Quote(effort) : null;
        ThinkingJson = configuration.Thinking is { } thinking ? Quote(thinking) : null;
        MaxTokensJson = configuration.MaxTokens is { } max
            ? Encoding.UTF8.GetBytes(max.ToString(CultureInfo.InvariantCulture))
            : null;
        System = configuration.SystemPrompt is { } prompt ? new SystemPromptJson(Quote(prompt)) : null;
    }

    /// <summary>As it was configured.</summary>
    public RevisionConfiguration Configuration { get; }

    /// <summary>64 hex digits.</summary>
    public string Id => Configuration.Revision;

    /// <summary>What is known of its model.</summary>
    public ModelConfiguration Model { get; }

    /// <summary>The model's id as a JSON string.</summary>
    public byte[] ModelJson { get; }

    /// <summary>The effort as a JSON string; null leaves the caller's.</summary>
    public byte[]? EffortJson { get; }

    /// <summary>The type of thinking as a JSON string; null leaves the caller's.</summary>
    public byte[]? ThinkingJson { get; }

    /// <summary>The token limit as a JSON number; null leaves the caller's.</summary>
    public byte[]? MaxTokensJson { get; }

    /// <summary>The system prompt; null puts none in.</summary>
    public SystemPromptJson? System { get; }

    /// <summary>A text as a JSON string.</summary>
    public static byte[] Quote(string text) =>
        Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
}
