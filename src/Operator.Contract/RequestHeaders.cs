namespace Operator.Contract;

/// <summary>Headers by which a request tells a limiter what it wants, and a limiter tells what it did.</summary>
public static class RequestHeaders
{
    /// <summary>Of a request: the ClaudeDeployment that it belongs to, where a pod has several.</summary>
    public const string Deployment = "x-claude-deployment";

    /// <summary>
    /// Of a request: the revision that is to serve it, in its full form, whatever the weights are; the limiter must hold it (stable,
    /// canary or standby) and answers 404 otherwise. <see cref="NoRevision"/> asks for the request to pass as it is. Of a response: the
    /// revision that served it.
    /// </summary>
    public const string Revision = "x-claude-revision";

    /// <summary>The value of <see cref="Revision"/> that asks for no revision at all: model and content pass as they are, accounted as ever.</summary>
    public const string NoRevision = "none";

    /// <summary>Of a request: its lane, in lower case.</summary>
    public const string Lane = "x-claude-lane";

    /// <summary>Of a request: the conversation that it belongs to; without it, the first user message and the user tell.</summary>
    public const string Conversation = "x-claude-conversation";

    /// <summary>Of a request: the user on whose behalf it is made; without it, the body's <c>metadata.user_id</c> tells.</summary>
    public const string User = "x-claude-user";

    /// <summary>
    /// Of a refusal: which limit refused and whose it is, as <c>kind; owner</c>, such as <c>input-tokens; team-a/support-tools</c>. An answer
    /// without it comes from the API itself.
    /// </summary>
    public const string Limit = "x-claude-limit";
}
