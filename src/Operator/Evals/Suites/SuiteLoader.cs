using System.Collections.Immutable;
using System.Text;
using Operator.Api;
using Operator.Evals.Providers;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Evals.Suites;

/// <summary>A suite as its ConfigMaps hold it now.</summary>
/// <param name="Reading">The suite, or its errors.</param>
/// <param name="Shards">Its ConfigMaps, in the order of its cases.</param>
internal sealed record LoadedSuite(SuiteReading Reading, ImmutableArray<SuiteShard> Shards);

/// <summary>Reads suites from ConfigMaps: the one of the suite's name, and all that carry the suite's label.</summary>
/// <param name="client">The API server.</param>
internal sealed class SuiteLoader(IKubernetesClient client)
{
    /// <summary>The ending of keys that hold cases.</summary>
    public const string KeyEnding = ".jsonl";

    /// <summary>Reads a suite live: its content decides a digest, so an old one will not do.</summary>
    /// <exception cref="KubernetesException">The API server refused it.</exception>
    public async Task<LoadedSuite> LoadAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        var maps = new SortedDictionary<string, V1ConfigMap>(StringComparer.Ordinal);
        // A name longer than a label may be cannot have shards.
        if (name.Length <= 63)
        {
            var labelled = await client.ListAsync<V1ConfigMap>(
                new ListOptions { Namespace = @namespace, LabelSelector = $"{Labels.EvalSuite}={name}" }, cancellationToken);
            foreach (var map in labelled.Items) maps[map.Metadata.Name!] = map;
        }
        if (!maps.ContainsKey(name) && await client.GetAsync<V1ConfigMap>(name, @namespace, cancellationToken) is { } named) maps[name] = named;
        return Read(name, maps.Values.Where(m => m.Metadata.DeletionTimestamp is null));
    }

    /// <summary>Reads a suite from its ConfigMaps. Pure.</summary>
    public static LoadedSuite Read(string name, IEnumerable<V1ConfigMap> maps)
    {
        var shards = ImmutableArray.CreateBuilder<SuiteShard>();
        var files = new List<SuiteFile>();
        var any = false;
        foreach (var map in maps.OrderBy(m => m.Metadata.Name, StringComparer.Ordinal))
        {
            any = true;
            ImmutableArray<string> keys =
                [.. (map.Data?.Keys ?? []).Where(k => k.EndsWith(KeyEnding, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
            if (keys.IsEmpty) continue;
            shards.Add(new SuiteShard(map.Metadata.Name!, keys));
            files.AddRange(keys.Select(k => new SuiteFile(map.Metadata.Name!, k, Encoding.UTF8.GetBytes(map.Data![k]))));
        }
        var reading = files.Count > 0 ? SuiteReader.Read(files)
            : new SuiteReading(null, [new SuiteError(name, "", 0, 0, any
                ? $"the ConfigMap has no key that ends in {KeyEnding}; put the cases under one, one JSON object a line"
                : $"there is no ConfigMap of this name, and none with the label {Labels.EvalSuite}={name}")], 0);
        return new LoadedSuite(reading, shards.ToImmutable());
    }
}
