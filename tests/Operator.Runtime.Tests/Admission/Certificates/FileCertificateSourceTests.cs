using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Certificates;
using Operator.Testing;

namespace Operator.Runtime.Tests.Admission.Certificates;

public sealed class FileCertificateSourceTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("certificates");
    private readonly ManualTimeProvider _clock = new();
    private readonly Meter _meter = new("test");
    private readonly FileCertificateSource _source;
    private int _generation;

    public FileCertificateSourceTests()
    {
        Directory.CreateDirectory(Mount);
        _source = new FileCertificateSource(Mount, Interval, _clock, new AdmissionMetrics(_meter), NullLogger<FileCertificateSource>.Instance);
    }

    private string Mount => Path.Combine(_root.FullName, "mount");

    private string? Subject => _source.Current?.Leaf.Subject;

    [Fact]
    public void A_mounted_secret_is_followed_through_the_swap_of_its_link()
    {
        Swap(TestCertificates.Create("one"));
        _source.Start();
        Assert.Equal("CN=one", Subject);
        Swap(TestCertificates.Create("two"));
        _clock.Advance(Interval);
        Assert.Equal("CN=two", Subject);
    }

    [Fact]
    public void A_broken_or_mixed_pair_keeps_the_former_certificate()
    {
        var one = TestCertificates.Create("one");
        var two = TestCertificates.Create("two");
        Swap(one);
        _source.Start();
        foreach (var broken in new[] { (two.Certificate, one.Key), (two.Certificate[..40], two.Key), ("", ""), (two.Certificate, "no key") })
        {
            Swap(broken);
            _clock.Advance(Interval);
            Assert.Equal("CN=one", Subject);
        }

        Swap(two);
        _clock.Advance(Interval);
        Assert.Equal("CN=two", Subject);
    }

    [Fact]
    public void Files_that_come_later_are_found()
    {
        Directory.Delete(Mount);
        _source.Start();
        Assert.Null(_source.Current);
        Directory.CreateDirectory(Mount);
        Swap(TestCertificates.Create("late"));
        _clock.Advance(Interval);
        Assert.Equal("CN=late", Subject);
    }

    [Fact]
    public void Files_that_vanish_keep_the_certificate()
    {
        Swap(TestCertificates.Create("one"));
        _source.Start();
        Directory.Delete(Mount, recursive: true);
        _clock.Advance(Interval);
        Assert.Equal("CN=one", Subject);
    }

    [Fact]
    public async Task A_change_is_noticed_without_the_timer()
    {
        Swap(TestCertificates.Create("one"));
        _source.Start();
        Swap(TestCertificates.Create("two"));
        // The clock stands still: only the watch on the folder can tell. Generous, because the machine may be slow.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Subject != "CN=two") await Task.Delay(20, patience.Token);
    }

    [Fact]
    public void Unchanged_files_are_read_but_not_replaced()
    {
        Swap(TestCertificates.Create("one"));
        _source.Start();
        var before = _source.Current;
        Assert.False(_source.Reload());
        Assert.Same(before, _source.Current);
    }

    [Fact]
    public void The_chain_is_served_with_the_leaf()
    {
        Swap(TestCertificates.CreateSigned("leaf", "issuer"));
        _source.Start();
        Assert.Equal("CN=leaf", Subject);
        Assert.Equal("CN=issuer", _source.Current!.Context.IntermediateCertificates.Single().Subject);
    }

    public void Dispose()
    {
        _source.Dispose();
        _meter.Dispose();
        _root.Delete(recursive: true);
    }

    /// <summary>As the kubelet does it, only not in one step: a new folder, and a link that leads to it.</summary>
    private void Swap((string Certificate, string Key) pair)
    {
        var data = Directory.CreateDirectory(Path.Combine(Mount, $"..generation{_generation++}"));
        File.WriteAllText(Path.Combine(data.FullName, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(data.FullName, "tls.key"), pair.Key);
        var link = Path.Combine(Mount, "..data");
        if (Directory.Exists(link)) Directory.Delete(link);
        Directory.CreateSymbolicLink(link, data.Name);
        foreach (var name in new[] { "tls.crt", "tls.key" })
        {
            var file = Path.Combine(Mount, name);
            if (!File.Exists(file)) File.CreateSymbolicLink(file, Path.Combine("..data", name));
        }
    }
}
