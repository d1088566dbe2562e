using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

public class StringFormatTests
{
    // Each line was compared with a real API server.
    [Theory]
    [InlineData("uri", "http://x.y/z?q /path x:y ftp:// mailto:a@b a:%zz http://[::1]/ //x/y http://u:p%40@h/ http:", "foo ?a=b /%zz http://a%zz http://[zz]/ http://a:x/ 1s:x")]
    [InlineData("email", "a@b.c a@b", "a@ a")]
    [InlineData("hostname", "example.com localhost EXAMPLE.COM", "a.b.c.d.e ex_ample -a.com a-.com")]
    [InlineData("ipv4", "1.2.3.4 ::ffff:1.2.3.4", "256.1.1.1 1.2.3 ::1")]
    [InlineData("ipv6", "::1 ::ffff:1.2.3.4", "1.2.3.4 fe80::1%eth0")]
    [InlineData("cidr", "1.2.3.4/24 ::/0", "1.2.3.4/33 1.2.3.4")]
    [InlineData("mac", "01:23:45:67:89:ab 01-23-45-67-89-AB 0123.4567.89ab 01:23:45:67:89:ab:cd:ef 0123456789ab", "01:23:45:67:89 x")]
    [InlineData("uuid", "f47ac10b-58cc-4372-a567-0e02b2c3d479 f47ac10b58cc4372a5670e02b2c3d479", "f47ac10b")]
    [InlineData("uuid3", "F47AC10B-58CC-3372-A567-0E02B2C3D479", "f47ac10b-58cc-4372-a567-0e02b2c3d479")]
    [InlineData("uuid4", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b-58cc-5372-a567-0e02b2c3d479")]
    [InlineData("uuid5", "f47ac10b-58cc-5372-a567-0e02b2c3d479", "f47ac10b-58cc-4372-a567-0e02b2c3d479")]
    [InlineData("isbn", "0321751043 9780321751041 978-0321751041", "032175104X 0321751044")]
    [InlineData("creditcard", "4111111111111111 4111-1111-1111-1111", "1234567890123456")]
    [InlineData("ssn", "123-45-6789", "123456789")]
    [InlineData("hexcolor", "#fff fff #ABCDEF", "#abcd")]
    [InlineData("rgbcolor", "rgb(1,2,3)", "rgb(255,0,256)")]
    [InlineData("byte", "aGk= YQ==", "aGk ====")]
    [InlineData("date", "2026-01-01", "2026-13-01 2026-02-30 2026-1-1")]
    [InlineData("duration", "1h 1h30m 1.5h -1h 0 1w .5s +5s", "1 h a")]
    [InlineData("date-time", "2026-01-01T00:00:00Z 2026-01-01t00:00:00z 2026-01-01T00:00:00.123456+02:00", "2026-01-01T24:00:00Z 2026-01-01T00:00:60Z 2026-01-01T00:00:00 2026-01-01T00:00:00+0200")]
    [InlineData("k8s-short-name", "a a-b a--b", "-a a- A a.b a_b")]
    [InlineData("k8s-long-name", "a a.b-c", "a..b A")]
    [InlineData("bsonobjectid", "507f1f77bcf86cd799439011", "507f")]
    [InlineData("password", "x", "")]
    public void Formats_accept_what_a_real_server_accepts(string format, string good, string bad)
    {
        Assert.True(StringFormats.IsKnown(format));
        Assert.All(good.Split(' '), text => Assert.True(StringFormats.Fits(format, text), text));
        Assert.All(bad.Split(' ', StringSplitOptions.RemoveEmptyEntries), text => Assert.False(StringFormats.Fits(format, text), text));
    }

    [Fact]
    public void Unknown_formats_are_not_checked() => Assert.False(StringFormats.IsKnown("unheard-of"));
}
