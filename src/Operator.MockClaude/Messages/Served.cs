using Operator.MockClaude.Http;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Messages;

/// <summary>A request that was admitted, with everything that is left of it once its body is gone.</summary>
internal sealed record Served(ModelEntry Model, MessageWriter.Envelope Envelope, bool Fast, bool UsOnly)
{
    /// <summary>Charges the request with so many tokens of output.</summary>
    public void Charge(Exchange exchange, int output)
    {
        var usage = Envelope.Usage with { Output = output, Thinking = Math.Min(Envelope.Usage.Thinking, output) };
        exchange.Entry.StopReason = output == Envelope.Usage.Output ? Envelope.Plan.StopReason : null;
        exchange.Charge(Model, usage, Fast, UsOnly);
    }

    /// <summary>Counts output against the limits.</summary>
    public void Meter(Exchange exchange, int output) =>
        exchange.State.Limits.Meter(exchange.Caller.Organization, exchange.Workspace, Model.Group, 0, output);
}
