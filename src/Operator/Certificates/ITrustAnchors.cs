namespace Operator.Certificates;

/// <summary>What others must trust so that they can talk to this replica.</summary>
internal interface ITrustAnchors
{
    /// <summary>Whether the operator makes its certificates itself, and so must tell the webhook configurations what to trust.</summary>
    bool AreOwn { get; }

    /// <summary>The certificates to trust, each as PEM that ends in a line break; empty when those of the system do.</summary>
    IReadOnlyList<string> Current { get; }

    /// <summary>Does what is due by the clock.</summary>
    /// <param name="isTrusted">Whether everybody who is asked trusts a certificate, given as PEM.</param>
    void Advance(Func<string, bool> isTrusted);
}
