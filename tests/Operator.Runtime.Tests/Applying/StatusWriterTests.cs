using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Tests.Fakes;
using Operator.Testing;

namespace Operator.Runtime.Tests.Applying;

public class StatusWriterTests
{
    private readonly FakeCluster _cluster = new(new ManualTimeProvider());

    private StatusWriter Writer => new(_cluster);

    [Fact]
    public async Task A_status_that_does_not_differ_is_not_written()
    {
        var entity = await Writer.WriteAsync(await CreateAsync(), new WidgetStatus { ObservedValue = 1 });
        _cluster.ForgetRequests();
        Assert.Same(entity, await Writer.WriteAsync(entity!, new WidgetStatus { ObservedValue = 1 }));
        Assert.Empty(_cluster.Requests);
    }

    [Fact]
    public async Task Only_what_differs_is_sent_with_the_version_that_was_read()
    {
        var entity = await Writer.WriteAsync(await CreateAsync(), new WidgetStatus { ObservedValue = 1, Writes = 1 });
        _cluster.ForgetRequests();
        await Writer.WriteAsync(entity!, new WidgetStatus { ObservedValue = 2, Writes = 1 });
        var request = Assert.Single(_cluster.Requests);
        Assert.Equal("patch/status", request.Verb);
        Assert.Equal("""{"observedValue":2}""", request.Body!["status"]!.ToJsonString());
        Assert.Equal(entity!.Metadata.ResourceVersion, request.Body["metadata"]!["resourceVersion"]!.GetValue<string>());
        Assert.Equal(entity.Metadata.Uid, request.Body["metadata"]!["uid"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_field_that_is_no_longer_said_is_removed()
    {
        var entity = await Writer.WriteAsync(await CreateAsync(), new WidgetStatus { ObservedValue = 1, Writes = 1 });
        entity = await Writer.WriteAsync(entity!, new WidgetStatus { Writes = 1 });
        Assert.Null(entity!.Status.ObservedValue);
        Assert.Equal(1, entity.Status.Writes);
    }

    [Fact]
    public async Task A_change_of_labels_in_between_does_not_matter()
    {
        var entity = await CreateAsync();
        await ChangeAsync(w => w.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" });
        var written = await Writer.WriteAsync(entity, new WidgetStatus { ObservedValue = 1 });
        Assert.Equal(1, written!.Status.ObservedValue);
        Assert.Equal("b", written.Metadata.Labels!["a"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_spec_or_status_in_between_is_a_conflict(bool spec)
    {
        var entity = await CreateAsync();
        if (spec) await ChangeAsync(w => w.Spec.Value = 99);
        else await Writer.WriteAsync(await GetAsync(), new WidgetStatus { Writes = 5 });
        var conflict = await Assert.ThrowsAsync<KubernetesException>(() => Writer.WriteAsync(entity, new WidgetStatus { ObservedValue = 1 }));
        Assert.True(conflict.IsConflict);
        Assert.Null((await GetAsync()).Status?.ObservedValue);
    }

    [Fact]
    public async Task A_status_of_an_entity_that_is_gone_is_no_error()
    {
        var entity = await CreateAsync();
        await _cluster.DeleteAsync<Widget>("w", "default");
        Assert.Null(await Writer.WriteAsync(entity, new WidgetStatus { ObservedValue = 1 }));
    }

    [Fact]
    public async Task The_status_of_an_entity_is_not_written_to_the_next_of_its_name()
    {
        var entity = await CreateAsync();
        await _cluster.DeleteAsync<Widget>("w", "default");
        await CreateAsync();
        Assert.Null(await Writer.WriteAsync(entity, new WidgetStatus { ObservedValue = 1 }));
        Assert.Null((await GetAsync()).Status?.ObservedValue);
    }

    [Fact]
    public async Task A_missing_kind_is_an_error()
    {
        var entity = await CreateAsync();
        _cluster.Fault = _ => FakeErrors.Status(System.Net.HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource");
        await Assert.ThrowsAsync<KubernetesException>(() => Writer.WriteAsync(entity, new WidgetStatus { ObservedValue = 1 }));
    }

    [Fact]
    public async Task The_entitys_own_status_object_is_refused()
    {
        var entity = await CreateAsync();
        entity.Status = new WidgetStatus { ObservedValue = 3 };
        await Assert.ThrowsAsync<ArgumentException>(() => Writer.WriteAsync(entity, entity.Status));
    }

    private Task<Widget> CreateAsync() => _cluster.CreateAsync(Widget.Named("w"));

    private async Task<Widget> GetAsync() => (await _cluster.GetAsync<Widget>("w", "default"))!;

    private async Task ChangeAsync(Action<Widget> change)
    {
        var widget = await GetAsync();
        change(widget);
        await _cluster.UpdateAsync(widget);
    }
}
