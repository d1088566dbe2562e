using System.Net;
using System.Net.Sockets;

namespace Operator.Evals.Providers;

/// <summary>What kind of address a host has.</summary>
internal enum AddressKind
{
    /// <summary>One of the public internet.</summary>
    Public,

    /// <summary>One of a private network, or this machine's own.</summary>
    Private,

    /// <summary>One that nothing to be asked has: link-local (where clouds serve credentials), multicast, unspecified, reserved.</summary>
    Never,
}

/// <summary>Tells addresses apart, so that a gate cannot make the operator ask its own surroundings.</summary>
internal static class AddressPolicy
{
    private static readonly IPNetwork[] PrivateNetworks =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"),
    ];

    private static readonly IPNetwork[] NeverNetworks =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("2001::/32"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("100::/64"), IPNetwork.Parse("fd00:ec2::254/128"),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Tunnelled = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>The kind of an address; one that carries an IPv4 address within is of that one's kind.</summary>
    public static AddressKind KindOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (NeverNetworks.Any(n => n.Contains(address))) return AddressKind.Never;
        if (PrivateNetworks.Any(n => n.Contains(address))) return AddressKind.Private;
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return AddressKind.Public;
        var bytes = address.GetAddressBytes();
        return Translated.Contains(address) || Compatible.Contains(address) ? KindOf(new IPAddress(bytes.AsSpan(12, 4)))
            : Tunnelled.Contains(address) ? KindOf(new IPAddress(bytes.AsSpan(2, 4)))
            : AddressKind.Public;
    }
}
