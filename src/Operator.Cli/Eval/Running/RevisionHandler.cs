using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Rewriting;

namespace Operator.Cli.Eval.Running;

/// <summary>
/// Makes of a runner's requests what a limiter makes of them, with its code: model, prompt and parameters of the revision. Judges pass as
/// they are.
/// </summary>
/// <param name="revision">The revision; without its prompt where the runner sends that itself.</param>
/// <param name="model">What is known of its model.</param>
/// <param name="namesDeployment">Whether requests belong to a deployment; otherwise none is named.</param>
/// <param name="inner">Sends.</param>
internal sealed class RevisionHandler(RevisionConfiguration revision, ModelConfiguration model, bool namesDeployment, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ServedRevision _served = new(revision, model);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!namesDeployment) request.Headers.Remove(RequestHeaders.Deployment);
        if (request.Content is { } content && request.Headers.TryGetValues(RequestHeaders.Revision, out var values) && values.Contains(_served.Id))
        {
            var body = await content.ReadAsByteArrayAsync(cancellationToken);
            var (scan, refusal) = MessageScanner.Scan(body);
            if (scan is null) return Refused(request, refusal!.Status, refusal.Type);
            var edits = MessageRewriter.Plan(body, scan, new BodyPlan { Revision = _served });
            request.Content = new ByteArrayContent(edits.IsEmpty ? body : edits.Apply(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            // A limiter on the way, if there is one, shall put in nothing of its own.
            request.Headers.Remove(RequestHeaders.Revision);
            request.Headers.Add(RequestHeaders.Revision, RequestHeaders.NoRevision);
        }
        return await base.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Refused(HttpRequestMessage request, int status, string type) => new((HttpStatusCode)status)
    {
        RequestMessage = request,
        Content = new StringContent($$"""{"type":"error","error":{"type":"{{type}}"} }""", Encoding.UTF8, "application/json"),
    };
}
