using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>The usage tier of an organization; it gives the limits that are not declared.</summary>
[JsonConverter(typeof(NamedEnumConverter<Tier>))]
public enum Tier
{
    /// <summary>A new organization below Start; its limits are not published and must be declared.</summary>
    Evaluation,

    /// <summary>The first tier.</summary>
    Start,

    /// <summary>The second tier.</summary>
    Build,

    /// <summary>The third tier.</summary>
    Scale,

    /// <summary>Limits agreed with the provider: declare them.</summary>
    Custom,
}

/// <summary>Where an organization's limits come from.</summary>
[JsonConverter(typeof(NamedEnumConverter<LimitSource>))]
public enum LimitSource
{
    /// <summary>From this resource.</summary>
    Declared,

    /// <summary>From the provider's rate-limit administration endpoint, with model groups.</summary>
    RateLimitsApi,
}

/// <summary>The declared state of a ClaudeQuota.</summary>
[ValidationRule("!has(self.tier) || !has(self.parentRef)", Message = "the tier stands on the quota without a parent only")]
[ValidationRule("!has(self.share) || has(self.parentRef)", Message = "a share needs a parent")]
[ValidationRule("!has(self.source) || self.source != 'RateLimitsApi' || (!has(self.parentRef) && has(self.credentialsRef))",
    Message = "source RateLimitsApi needs credentialsRef and a quota without a parent")]
public sealed class ClaudeQuotaSpec : KubernetesModel
{
    private const string NamespacePattern = @"^(\*|[a-z0-9]([a-z0-9-]*[a-z0-9])?)$";

    /// <summary>The quota that this one is a part of; without it this one stands for an organization.</summary>
    public QuotaReference? ParentRef { get; set; }

    /// <summary>Namespaces whose quotas and deployments may refer to this one; <c>*</c> allows all. The own namespace always may.</summary>
    [Items(maxItems: Validation.Limits.AllowedNamespaces), Pattern(NamespacePattern), Length(1, TextRules.LabelLength), ListType(ListType.Set)]
    public IList<string>? AllowedNamespaces { get; set; }

    /// <summary>The organization's tier; fills limits that are not given. Of a quota without a parent only.</summary>
    public Tier? Tier { get; set; }

    /// <summary>Limits a minute, by model. On a quota with a parent they are a cap beside its share.</summary>
    [Items(maxItems: Validation.Limits.ModelLimits), ListType(ListType.Atomic)]
    public IList<ModelLimits>? Limits { get; set; }

    /// <summary>The part of the parent's capacity.</summary>
    public ShareSpec? Share { get; set; }

    /// <summary>Rules for the lanes.</summary>
    public LanesSpec? Lanes { get; set; }

    /// <summary>The money budget.</summary>
    public SpendSpec? Spend { get; set; }

    /// <summary>Budget of one user of a tool.</summary>
    public PerUserSpec? PerUser { get; set; }

    /// <summary>The Secret with the API key, in this namespace. It is mounted into limiters; the operator never reads it.</summary>
    public CredentialsReference? CredentialsRef { get; set; }

    /// <summary>Where the organization's limits come from.</summary>
    [Default("Declared")]
    public LimitSource Source { get; set; } = LimitSource.Declared;
}

/// <summary>Limits a minute that some models share.</summary>
public sealed class ModelLimits : KubernetesModel
{
    /// <summary>Model ids; models of one group of the API share one limit.</summary>
    [Required, Items(1, Limits.ModelsInALimit), Pattern(TextRules.ModelIdPattern), Length(1, TextRules.ModelIdLength), ListType(ListType.Set)]
    public IList<string> Models { get; set; } = [];

    /// <summary>Requests a minute.</summary>
    [RangeMinimum(1), RangeMaximum(Limits.PerMinute)]
    public long? RequestsPerMinute { get; set; }

    /// <summary>Input tokens a minute that count: uncached ones and those written to the cache.</summary>
    [RangeMinimum(1), RangeMaximum(Limits.PerMinute)]
    public long? InputTokensPerMinute { get; set; }

    /// <summary>Output tokens a minute.</summary>
    [RangeMinimum(1), RangeMaximum(Limits.PerMinute)]
    public long? OutputTokensPerMinute { get; set; }
}

/// <summary>The part of a parent's capacity.</summary>
public sealed class ShareSpec : KubernetesModel
{
    /// <summary>What is always there when it is asked for; the guarantees of all children add up to no more than 100%.</summary>
    public Percent? Guarantee { get; set; }

    /// <summary>How much may be used beyond the guarantee when nobody else needs it; unset: all of it.</summary>
    public Percent? Borrowing { get; set; }

    /// <summary>How fast the quota gets what is left, against its siblings. 1 to 1000, default 1.</summary>
    [RangeMinimum(1), RangeMaximum(Limits.ShareWeight), Default(1)]
    public int? Weight { get; set; }
}

/// <summary>Rules for the lanes.</summary>
public sealed class LanesSpec : KubernetesModel
{
    /// <summary>Rules for interactive requests.</summary>
    public LaneRule? Interactive { get; set; }

    /// <summary>Rules for standard requests.</summary>
    public LaneRule? Standard { get; set; }

    /// <summary>Rules for bulk requests.</summary>
    public LaneRule? Bulk { get; set; }
}

/// <summary>Rules for one lane.</summary>
public sealed class LaneRule : KubernetesModel
{
    /// <summary>Capacity that other lanes leave to this one.</summary>
    public Percent? Reserve { get; set; }

    /// <summary>Capacity that this lane uses at most.</summary>
    public Percent? Max { get; set; }

    /// <summary>When the lane is open: <c>HH:MM-HH:MM Area/City</c>; it may cross midnight.</summary>
    [Pattern(LaneWindow.Pattern), Length(maxLength: 80)]
    public string? Window { get; set; }
}

/// <summary>What happens when the money is spent.</summary>
[JsonConverter(typeof(NamedEnumConverter<OnExhausted>))]
public enum OnExhausted
{
    /// <summary>An event and a condition.</summary>
    Alert,

    /// <summary>Bulk requests are refused; the others pass.</summary>
    ShedBulk,

    /// <summary>All requests are refused until the period ends or the budget is raised.</summary>
    Stop,
}

/// <summary>A money budget; periods are calendar days and months in UTC.</summary>
public sealed class SpendSpec : KubernetesModel
{
    /// <summary>For a calendar month.</summary>
    public Money? Monthly { get; set; }

    /// <summary>For a day.</summary>
    public Money? Daily { get; set; }

    /// <summary>The currency of all amounts: USD, in which the API is priced.</summary>
    [EnumValues("USD"), Default("USD")]
    public string Currency { get; set; } = "USD";

    /// <summary>Percentages of the budget at which an event is written.</summary>
    [Items(maxItems: Limits.Alerts), RangeMinimum(1), RangeMaximum(100), ListType(ListType.Atomic)]
    public IList<int>? AlertAt { get; set; }

    /// <summary>What happens when it is spent.</summary>
    [Default("Alert")]
    public OnExhausted OnExhausted { get; set; } = OnExhausted.Alert;
}

/// <summary>What happens to a user beyond the budget.</summary>
[JsonConverter(typeof(NamedEnumConverter<PerUserAction>))]
public enum PerUserAction
{
    /// <summary>A warning in log and metrics.</summary>
    Warn,

    /// <summary>The user's requests are refused until they fit again.</summary>
    Throttle,
}

/// <summary>Budget of one user of a tool, as the limiter knows users: by <c>metadata.user_id</c> or a header.</summary>
public sealed class PerUserSpec : KubernetesModel
{
    /// <summary>Requests a minute.</summary>
    [RangeMinimum(1), RangeMaximum(Limits.PerUserRequests)]
    public int? RequestsPerMinute { get; set; }

    /// <summary>Money a day.</summary>
    public Money? DailySpend { get; set; }

    /// <summary>What happens beyond it.</summary>
    [Default("Warn")]
    public PerUserAction Action { get; set; } = PerUserAction.Warn;
}

/// <summary>A key of a Secret.</summary>
public sealed class CredentialsReference : KubernetesModel
{
    /// <summary>The Secret's name.</summary>
    [Required, Pattern(TextRules.DnsSubdomainPattern), Length(1, TextRules.SubdomainLength)]
    public string SecretName { get; set; } = "";

    /// <summary>The key in it.</summary>
    [Pattern(TextRules.SecretKeyPattern), Length(1, TextRules.SubdomainLength), Default("api-key")]
    public string Key { get; set; } = "api-key";
}
