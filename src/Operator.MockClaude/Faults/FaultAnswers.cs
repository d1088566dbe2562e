using System.Buffers;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Faults;

/// <summary>The faults in which nothing of the API answers.</summary>
internal static class FaultAnswers
{
    /// <summary>Resets, hangs, or answers HTML.</summary>
    public static async Task MeetAsync(Exchange exchange, FaultRule fault)
    {
        var http = exchange.Http;
        switch (fault.Kind)
        {
            case FaultKind.ConnectionReset:
                exchange.Settle(0, RequestOutcome.Broken);
                http.Abort();
                break;
            case FaultKind.Hang:
                using (var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, exchange.State.Stopping))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                exchange.Settle(0, RequestOutcome.Broken);
                http.Abort();
                break;
            case FaultKind.HtmlAnswer:
                exchange.Settle(StatusCodes.Status502BadGateway, RequestOutcome.Broken);
                http.Response.StatusCode = StatusCodes.Status502BadGateway;
                http.Response.ContentType = "text/html; charset=utf-8";
                http.Response.BodyWriter.Write("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"u8);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
                break;
            default:
                throw new InvalidOperationException($"The fault {fault.Kind} belongs to an answer.");
        }
    }
}
