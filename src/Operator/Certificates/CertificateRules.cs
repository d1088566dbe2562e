namespace Operator.Certificates;

/// <summary>How long certificates live and when they change.</summary>
public sealed record CertificateRules
{
    /// <summary>How long a certificate is valid from the moment it is made. At least an hour, default 90 days.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How far a certificate's validity begins before it is made, for readers whose clocks are behind. Default 1 hour.</summary>
    public TimeSpan Backdating { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long the next certificate's authority has been trusted by the webhook configurations before it is served: the time that
    /// copies of the bundle need to reach limiters. Default 1 hour; the kubelet takes two minutes.
    /// </summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromHours(1);

    /// <summary>When the next certificate is made: two thirds of the lifetime.</summary>
    public TimeSpan RenewAfter => Lifetime * 2 / 3;

    /// <summary>How long before the end of the served certificate the next one is served even if nobody is seen to trust it.</summary>
    public TimeSpan Urgency => Lifetime / 90;
}

/// <summary>When a certificate may be used.</summary>
/// <param name="IssuedAt">When it was made.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="NotAfter">Until when it is valid.</param>
public sealed record CertificateValidity(DateTimeOffset IssuedAt, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>The validity of a certificate that is made now, in the whole seconds that certificates have.</summary>
    public static CertificateValidity From(DateTimeOffset now, CertificateRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var issued = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        return new(issued, issued - rules.Backdating, issued + rules.Lifetime);
    }

    /// <summary>Whether it is valid at a moment.</summary>
    public bool Covers(DateTimeOffset moment) => moment >= NotBefore && moment < NotAfter;
}
