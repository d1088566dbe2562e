using System.Runtime.CompilerServices;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.LeaderElection;

/// <summary>The lock as a <see cref="V1Lease"/>. Its client must not be fenced: renewing the lease is what opens the fence.</summary>
internal sealed class LeaseLock(IKubernetesClient client, string @namespace, string name) : ILeaseLock
{
    public string Description => @namespace + "/" + name;

    public async Task<LeaseVersion?> ReadAsync(CancellationToken cancellationToken) =>
        Version(await client.GetAsync<V1Lease>(name, @namespace, cancellationToken));

    public async Task<LeaseVersion> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken)
    {
        var lease = new V1Lease { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace }, Spec = new V1LeaseSpec() };
        Fill(lease.Spec, record);
        return Version(await client.CreateAsync(lease, cancellationToken: cancellationToken))!;
    }

    public async Task<LeaseVersion> UpdateAsync(LeaseVersion previous, LeaderElectionRecord record, CancellationToken cancellationToken)
    {
        var read = (V1Lease)previous.Source;
        // A new object: the one that was read stays as it was read, for the next try.
        var lease = new V1Lease
        {
            ApiVersion = read.ApiVersion,
            Kind = read.Kind,
            Metadata = read.Metadata,
            AdditionalProperties = read.AdditionalProperties,
            Spec = new V1LeaseSpec
            {
                Strategy = read.Spec?.Strategy,
                PreferredHolder = read.Spec?.PreferredHolder,
                AdditionalProperties = read.Spec?.AdditionalProperties,
            },
        };
        Fill(lease.Spec, record);
        return Version(await client.UpdateAsync(lease, cancellationToken: cancellationToken))!;
    }

    public async IAsyncEnumerable<LeaseVersion?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new WatchOptions
        {
            Namespace = @namespace,
            FieldSelector = "metadata.name=" + name,
            // Bounded, so that a half-open connection is noticed.
            Timeout = TimeSpan.FromMinutes(5),
        };
        await foreach (var change in client.WatchAsync<V1Lease>(options, cancellationToken))
        {
            if (change.Type != WatchEventType.Bookmark)
                yield return change.Type == WatchEventType.Deleted ? null : Version(change.Object);
        }
    }

    private static LeaseVersion? Version(V1Lease? lease)
    {
        if (lease is null) return null;
        var spec = lease.Spec;
        var record = new LeaderElectionRecord(
            spec?.HolderIdentity ?? "", spec?.LeaseDurationSeconds ?? 0, spec?.AcquireTime, spec?.RenewTime, spec?.LeaseTransitions ?? 0);
        return new LeaseVersion(record, lease, lease.Metadata?.CreationTimestamp);
    }

    private static void Fill(V1LeaseSpec spec, LeaderElectionRecord record)
    {
        spec.HolderIdentity = record.HolderIdentity;
        spec.LeaseDurationSeconds = record.LeaseDurationSeconds;
        spec.AcquireTime = record.AcquireTime;
        spec.RenewTime = record.RenewTime;
        spec.LeaseTransitions = record.LeaseTransitions;
    }
}
