using Operator.Api;
using Operator.Api.Validation;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>One quota with its place in the tree.</summary>
public sealed class QuotaNode
{
    private readonly List<QuotaNode> _children = [];
    private readonly List<QuotaFinding> _findings = [];

    internal QuotaNode(ClaudeQuota quota)
    {
        Quota = quota;
        Key = ObjectKey.Of(quota);
        Spec = quota.Spec ?? new ClaudeQuotaSpec();
        Terms = QuotaSpecReader.Read(Spec);
        foreach (var error in ClaudeQuotaValidation.Validate(quota).Errors) Add(QuotaReasons.InvalidValue, error.Path, error.Message, isError: true);
    }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key { get; }

    /// <summary>The resource.</summary>
    public ClaudeQuota Quota { get; }

    /// <summary>The parent; null of an organization's root, and of a quota that is in no tree.</summary>
    public QuotaNode? Parent { get; internal set; }

    /// <summary>The children, by namespace and name.</summary>
    public IReadOnlyList<QuotaNode> Children => _children;

    /// <summary>The way from the root to this quota; only itself while it is in no tree.</summary>
    public IReadOnlyList<QuotaNode> Path { get; internal set; } = [];

    /// <summary>The root of its tree.</summary>
    public QuotaNode Root => Path[0];

    /// <summary>Everything that is wrong with it, errors first.</summary>
    public IReadOnlyList<QuotaFinding> Findings => _findings;

    /// <summary>Whether it is in a tree: its way to a root exists and is permitted.</summary>
    public bool IsRooted { get; internal set; }

    /// <summary>Whether it is in a tree and has no errors.</summary>
    public bool IsAccepted => IsRooted && !_findings.Exists(f => f.IsError);

    /// <summary>Whether it is in no tree because an existing parent, its own or further up, does not allow a namespace.</summary>
    public bool IsWithdrawn { get; internal set; }

    /// <summary>Whether the children's guarantees add up to more than 100 %; they are scaled down in proportion then.</summary>
    public bool IsOvercommitted { get; internal set; }

    /// <summary>Its limits by model group.</summary>
    public IReadOnlyDictionary<string, GroupLimits> Groups { get; internal set; } = new Dictionary<string, GroupLimits>();

    /// <summary>The groups of its organization.</summary>
    public GroupMap GroupMap { get; internal set; } = null!;

    /// <summary>What is told of the organization's limits.</summary>
    public ObservedLimits Observed { get; internal set; } = ObservedLimits.None;

    internal ClaudeQuotaSpec Spec { get; }

    internal QuotaTerms Terms { get; }

    internal void Add(QuotaNode child) => _children.Add(child);

    internal void Add(string reason, string path, string message, bool isError) =>
        _findings.Insert(isError ? _findings.TakeWhile(f => f.IsError).Count() : _findings.Count, new QuotaFinding(reason, path, message, isError));

    internal List<QuotaFinding> FindingList => _findings;

    /// <summary>This quota and everything below it, parents before children.</summary>
    public IEnumerable<QuotaNode> Subtree()
    {
        var stack = new Stack<QuotaNode>([this]);
        while (stack.TryPop(out var node))
        {
            yield return node;
            for (var i = node._children.Count - 1; i >= 0; i--) stack.Push(node._children[i]);
        }
    }
}
