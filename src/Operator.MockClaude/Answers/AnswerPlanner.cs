using System.Text;
using System.Text.Json;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Answers;

/// <summary>Decides answers: a pure function of the request, the rules and the draws.</summary>
internal sealed class AnswerPlanner(MockClaudeOptions options)
{
    private readonly DrawSource _draws = new(options.Seed);

    /// <summary>Decides.</summary>
    public AnswerPlan Plan(MessageRequest request)
    {
        if (request.MaxTokens == 0) return new AnswerPlan { StopReason = "max_tokens" };
        if (options.Fast) return Text(request, FillerText.Of(Bytes(request, options.FastOutputTokens), 0), "end_turn", 0, default, default);
        var behaviour = Behaviour(request);
        var draws = _draws.For(request.Model.Id, request.Prefix);
        if (draws.Uniform(DrawPurpose.Error) < behaviour.ErrorRate) return new AnswerPlan { StopReason = "", Fails = true };
        var firstToken = TimeSpan.FromSeconds(
            behaviour.FirstToken.At(draws.Uniform(DrawPurpose.FirstToken), draws.Uniform(DrawPurpose.FirstTokenAngle)));
        var tokenTime = TimeSpan.FromSeconds(
            behaviour.TokenTime.At(draws.Uniform(DrawPurpose.TokenTime), draws.Uniform(DrawPurpose.TokenTimeAngle)));
        if (draws.Uniform(DrawPurpose.Refusal) < behaviour.RefusalRate)
            return new AnswerPlan { StopReason = "refusal", OutputTokens = 1, FirstToken = firstToken, TokenTime = tokenTime };
        var thinking = request.Thinks ? Math.Min(behaviour.ThinkingTokens, request.MaxTokens) : 0;
        if (UsesTool(request, behaviour, draws) && Tool(request) is { } tool && thinking + tool.Tokens <= request.MaxTokens)
        {
            return new AnswerPlan
            {
                Thinking = Thinking(request, thinking),
                Signature = thinking > 0 ? ThinkingSignature.Make(request.Model.Id, request.Prefix) : null,
                Tool = tool,
                StopReason = "tool_use",
                OutputTokens = thinking + tool.Tokens,
                ThinkingTokens = thinking,
                FirstToken = firstToken,
                TokenTime = tokenTime,
            };
        }
        var offset = (int)(draws.Uniform(DrawPurpose.Offset) * FillerText.Offsets);
        if (draws.Uniform(DrawPurpose.Truncation) < behaviour.TruncationRate)
        {
            var endless = FillerText.Of(Bytes(request, request.MaxTokens - thinking), offset);
            return Text(request, endless, "max_tokens", thinking, firstToken, tokenTime);
        }
        return Text(request, Content(request, behaviour, draws, offset), "end_turn", thinking, firstToken, tokenTime);
    }

    private static bool UsesTool(MessageRequest request, Behaviour behaviour, Draws draws)
    {
        if (request.Tools.ValueKind != JsonValueKind.Array || request.ToolChoice == "none") return false;
        if (request.ToolChoice is "any" or "tool") return true;
        return !request.AnswersTool && draws.Uniform(DrawPurpose.Tool) < behaviour.ToolUseRate;
    }

    private static ToolCall? Tool(MessageRequest request)
    {
        foreach (var tool in request.Tools.EnumerateArray())
        {
            if (!tool.TryGetProperty("input_schema"u8, out var schema)) continue;
            var name = tool.GetProperty("name"u8).GetString()!;
            if (request.ForcedTool is not null && request.ForcedTool != name) continue;
            var input = JsonAnswer.Compose(schema, static (json, s) => SchemaSample.Write(json, s)).ToArray();
            return new ToolCall(name, input, TokenCounter.OfBytes(name.Length + input.Length, request.Model.NewTokenizer));
        }
        return null;
    }

    private static int Bytes(MessageRequest request, int tokens) => TokenCounter.BytesFor(tokens, request.Model.NewTokenizer);

    private static ReadOnlyMemory<byte> Thinking(MessageRequest request, int tokens) => FillerText.Of(Bytes(request, tokens), 0);

    private ReadOnlyMemory<byte> Content(MessageRequest request, Behaviour behaviour, Draws draws, int offset)
    {
        var prompt = new MockPrompt(
            request.Model.Id, request.SystemText, request.UserText, draws.Uniform(DrawPurpose.Quality) < behaviour.Quality);
        var text = behaviour.Answer?.Invoke(prompt) ?? KnownAnswers.Find(options.Answers, prompt);
        if (text is not null) return Encoding.UTF8.GetBytes(text);
        if (request.Schema.ValueKind == JsonValueKind.Object)
            return JsonAnswer.Compose(request.Schema, static (json, s) => SchemaSample.Write(json, s)).ToArray();
        var tokens = behaviour.OutputTokens.At(draws.Uniform(DrawPurpose.Length), draws.Uniform(DrawPurpose.LengthAngle));
        return FillerText.Of(Bytes(request, (int)Math.Clamp(Math.Round(tokens), 1, request.Model.MaxOutput)), offset);
    }

    private static AnswerPlan Text(
        MessageRequest request, ReadOnlyMemory<byte> text, string stopReason, int thinking, TimeSpan firstToken, TimeSpan tokenTime)
    {
        string? sequence = null;
        foreach (var candidate in request.StopSequences)
        {
            var at = text.Span.IndexOf(Encoding.UTF8.GetBytes(candidate));
            if (at < 0) continue;
            text = text[..at];
            sequence = candidate;
            stopReason = "stop_sequence";
        }
        var window = request.Model.MaxInput - request.PromptTokens - thinking;
        var most = Math.Min(request.MaxTokens - thinking, Math.Max(0, window));
        if (TokenCounter.OfBytes(text.Length, request.Model.NewTokenizer) > most)
        {
            text = text[..Utf8Cut.Before(text.Span, Bytes(request, most))];
            stopReason = most < request.MaxTokens - thinking ? "model_context_window_exceeded" : "max_tokens";
            sequence = null;
        }
        return new AnswerPlan
        {
            Thinking = Thinking(request, thinking),
            Signature = thinking > 0 ? ThinkingSignature.Make(request.Model.Id, request.Prefix) : null,
            Text = text,
            StopReason = stopReason,
            StopSequence = sequence,
            OutputTokens = thinking + TokenCounter.OfBytes(text.Length, request.Model.NewTokenizer),
            ThinkingTokens = thinking,
            FirstToken = firstToken,
            TokenTime = tokenTime,
        };
    }

    private Behaviour Behaviour(MessageRequest request)
    {
        foreach (var rule in options.Behaviours)
        {
            if (rule.Fits(request)) return rule.Behaviour;
        }
        return options.Behaviour;
    }
}
