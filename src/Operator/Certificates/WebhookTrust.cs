using System.Text;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Certificates;

/// <summary>Whom the webhook configurations trust, as the cache has them.</summary>
internal sealed class WebhookTrust(IInformers informers, TrustSettings settings)
{
    private readonly IInformer<V1ValidatingWebhookConfiguration>? _validating =
        settings.Webhooks is null ? null : informers.Get<V1ValidatingWebhookConfiguration>(settings.WebhooksScope);

    private readonly IInformer<V1MutatingWebhookConfiguration>? _mutating =
        settings.Webhooks is null ? null : informers.Get<V1MutatingWebhookConfiguration>(settings.WebhooksScope);

    /// <summary>The validating configuration; null when there is none.</summary>
    public V1ValidatingWebhookConfiguration? Validating => _validating?.Get(new ObjectKey(null, settings.Webhooks!));

    /// <summary>The mutating configuration; null when there is none.</summary>
    public V1MutatingWebhookConfiguration? Mutating => _mutating?.Get(new ObjectKey(null, settings.Webhooks!));

    /// <summary>Whether every webhook trusts an authority. Where there is no webhook nobody has to.</summary>
    public bool Holds(string authority)
    {
        if (_validating is { HasSynced: false } || _mutating is { HasSynced: false }) return false;
        return Bundles().All(bundle => Encoding.UTF8.GetString(bundle ?? []).Contains(authority.Trim(), StringComparison.Ordinal));
    }

    private IEnumerable<byte[]?> Bundles() =>
        (Validating?.Webhooks ?? []).Select(webhook => webhook.ClientConfig.CaBundle)
        .Concat((Mutating?.Webhooks ?? []).Select(webhook => webhook.ClientConfig.CaBundle));

    /// <summary>Whether a bundle on the wire is the wanted one.</summary>
    public static bool Same(byte[]? bundle, byte[] wanted) => bundle is not null && bundle.AsSpan().SequenceEqual(wanted);
}
