using Operator.Kubernetes;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Watching;

internal sealed class RecordingSink : IReflectorSink<Widget>
{
    public List<string> Calls { get; } = [];

    public Widget Transform(Widget entity) => entity;

    public void ListStarted() => Calls.Add("list");

    public void Replace(IReadOnlyList<Widget> entities) => Calls.Add("replace " + string.Join(",", entities.Select(e => e.Metadata.Name)));

    public void Apply(WatchEvent<Widget> watchEvent) => Calls.Add($"{watchEvent.Type} {watchEvent.Object.Metadata.Name}");

    public void Failed(string request, WatchFailureKind kind, Exception exception) => Calls.Add($"{request} failed: {kind}");
}
