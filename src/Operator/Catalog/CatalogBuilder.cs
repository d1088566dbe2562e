using Operator.Api;
using Operator.Contract;

namespace Operator.Catalog;

/// <summary>Merges catalogue files and tells everything that is wrong with them.</summary>
/// <param name="report">Told the path, within the last file that was added, and the message of every error.</param>
internal sealed class CatalogBuilder(Action<string, string> report)
{
    private const int MaxEntries = 1000;
    private static readonly string[] Efforts = ["low", "medium", "high", "xhigh", "max"];
    private readonly Dictionary<string, (GroupDocument Document, string Path)> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ModelDocument Document, string Path)> _models = new(StringComparer.Ordinal);
    private DateOnly? _asOf;

    public void Add(CatalogDocument document, bool isOverride)
    {
        _asOf = document.AsOf ?? _asOf;
        Add(document.Groups ?? [], "groups", _groups, g => g.Id, CatalogMerge.Groups, isOverride);
        Add(document.Models ?? [], "models", _models, m => m.Id, CatalogMerge.Models, isOverride);
    }

    public ModelCatalog? Build()
    {
        var groups = _groups.Values.Select(g => Group(g.Document, g.Path)).ToList();
        var models = _models.Values.Select(m => Model(m.Document, m.Path)).ToList();
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in models) names[model.Id] = model.Id;
        foreach (var model in models)
        {
            for (var i = 0; i < model.Aliases.Count; i++)
            {
                if (!names.TryAdd(model.Aliases[i], model.Id))
                    Report(_models[model.Id].Path, $"aliases[{i}]", $"'{model.Aliases[i]}' already means {names[model.Aliases[i]]}");
            }
        }
        foreach (var model in models)
        {
            if (model.Lifecycle.Replacement is { } replacement && !names.ContainsKey(replacement))
                Report(_models[model.Id].Path, "lifecycle.replacement", $"there is no model '{replacement}'");
        }
        return _failed ? null : new ModelCatalog(_asOf, models, groups);
    }

    private bool _failed;

    private void Add<T>(
        IReadOnlyList<T?> entries, string list, Dictionary<string, (T, string)> known, Func<T, string?> idOf, Func<T, T, T> merge, bool isOverride)
        where T : class
    {
        if (entries.Count > MaxEntries) Report(list, "", $"has {entries.Count} entries; at most {MaxEntries} are read");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(entries.Count, MaxEntries); i++)
        {
            var path = $"{list}[{i}]";
            if (entries[i] is not { } entry || idOf(entry) is not { Length: > 0 and <= 128 } id) Report(path, "id", "is required, with 1 to 128 characters");
            else if (!seen.Add(id)) Report(path, "id", $"'{id}' stands twice in {list}");
            else known[id] = (isOverride && known.TryGetValue(id, out var shipped) ? merge(shipped.Item1, entry) : entry, path);
        }
    }

    private ModelGroup Group(GroupDocument group, string path)
    {
        var limits = new Dictionary<Tier, TierLimits>();
        foreach (var (tier, given) in new[] { (Tier.Start, group.Limits?.Start), (Tier.Build, group.Limits?.Build), (Tier.Scale, group.Limits?.Scale) })
        {
            if (given is null) continue;
            if (given is { RequestsPerMinute: > 0, InputTokensPerMinute: > 0, OutputTokensPerMinute: > 0 })
            {
                limits[tier] = new(
                    given.RequestsPerMinute.Value, given.InputTokensPerMinute.Value, given.OutputTokensPerMinute.Value, given.Certainty ?? Certainty.Verified);
            }
            else
            {
                Report(path, $"limits.{tier}", "needs requestsPerMinute, inputTokensPerMinute and outputTokensPerMinute, each above 0");
            }
        }
        return new ModelGroup { Id = group.Id!, Name = group.Name ?? group.Id!, CacheReadsCount = group.CacheReadsCount ?? false, Limits = limits };
    }

    private ModelEntry Model(ModelDocument model, string path)
    {
        if (string.IsNullOrEmpty(model.Line)) Report(path, "line", "is required, such as sonnet");
        if (string.IsNullOrEmpty(model.Group)) Report(path, "group", "is required");
        else if (!_groups.ContainsKey(model.Group)) Report(path, "group", $"there is no group '{model.Group}'; add it under groups");
        var lifecycle = model.Lifecycle ?? new LifecycleDocument();
        if (model.MaxOutputTokens < 1) Report(path, "maxOutputTokens", "must be at least 1");
        if (lifecycle.Retires < lifecycle.Deprecated) Report(path, "lifecycle.retires", "is before lifecycle.deprecated");
        var rules = model.Rules ?? new RulesDocument();
        for (var i = 0; i < (rules.Efforts?.Count ?? 0); i++)
        {
            if (!Efforts.Contains(rules.Efforts![i])) Report(path, $"rules.efforts[{i}]", $"is none of {string.Join(", ", Efforts)}");
        }
        return new ModelEntry
        {
            Id = model.Id!,
            Aliases = model.Aliases ?? [],
            Line = model.Line ?? "",
            Group = model.Group ?? "",
            Prices = Prices(model.Prices ?? [], path),
            MaxOutputTokens = model.MaxOutputTokens,
            Rules = CatalogMerge.Rules(rules),
            Lifecycle = CatalogMerge.Lifecycle(lifecycle),
            Certainty = new EntryCertainty(
                model.Certainty?.Group ?? Certainty.Verified,
                model.Certainty?.Prices ?? Certainty.Verified,
                model.Certainty?.Rules ?? Certainty.Verified,
                model.Certainty?.Lifecycle ?? Certainty.Verified),
            Note = model.Note,
        };
    }

    private List<PriceTier> Prices(IReadOnlyList<PriceDocument> prices, string path)
    {
        var tiers = new List<PriceTier>();
        for (var i = 0; i < prices.Count; i++)
        {
            var price = prices[i];
            var at = $"prices[{i}]";
            if (price.MaxPromptTokens is null != (i == prices.Count - 1))
                Report(path, at + ".maxPromptTokens", "every tier but the last needs a bound, and the last has none");
            if (i > 0 && price.MaxPromptTokens <= prices[i - 1].MaxPromptTokens) Report(path, at + ".maxPromptTokens", "must be above that of the tier before");
            tiers.Add(new PriceTier
            {
                MaxPromptTokens = price.MaxPromptTokens,
                Input = Nanodollars(price.Input, path, at + ".input"),
                CacheWrite5m = Nanodollars(price.CacheWrite5m, path, at + ".cacheWrite5m"),
                CacheWrite1h = Nanodollars(price.CacheWrite1h, path, at + ".cacheWrite1h"),
                CacheRead = Nanodollars(price.CacheRead, path, at + ".cacheRead"),
                Output = Nanodollars(price.Output, path, at + ".output"),
            });
        }
        return tiers;
    }

    /// <summary>Dollars a million tokens are thousands of nanodollars a token.</summary>
    private long Nanodollars(decimal? dollars, string path, string field)
    {
        if (dollars is >= 0 and <= 1_000_000 && decimal.Truncate(dollars.Value * 1000) == dollars.Value * 1000) return (long)(dollars.Value * 1000);
        Report(path, field, "is required: dollars a million tokens, with at most three decimals");
        return 0;
    }

    private void Report(string path, string field, string message)
    {
        _failed = true;
        report(field.Length == 0 ? path : path + "." + field, message);
    }
}
