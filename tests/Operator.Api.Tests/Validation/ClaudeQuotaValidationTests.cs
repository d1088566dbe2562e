using System.Text.Json.Nodes;
using Operator.Api.Validation;
using Xunit;

namespace Operator.Api.Tests.Validation;

public sealed class ClaudeQuotaValidationTests
{
    private const string Root = """{"metadata":{"name":"organization","namespace":"platform"},"spec":{"tier":"Scale","credentialsRef":{"secretName":"s","key":"k"}}}""";

    [Fact]
    public void A_full_manifest_has_nothing_to_find()
    {
        var found = Validate(JsonNode.Parse(Manifest.Quota)!);

        Assert.Empty(found.Errors);
        Assert.Empty(found.Warnings);
    }

    [Theory]
    [InlineData("spec.parentRef.name", "\"\"", "spec.parentRef.name", "is missing")]
    [InlineData("spec.parentRef", "{\"name\":\"support-tools\"}", "spec.parentRef", "names this quota itself")]
    [InlineData("spec.parentRef", "-", "spec.share", "there is no parent")]
    [InlineData("spec.tier", "\"Scale\"", "spec.tier", "without a parent only")]
    [InlineData("spec.tier", "\"Gold\"", "spec.tier", "write Evaluation, Start, Build, Scale, Custom")]
    [InlineData("spec.allowedNamespaces", "[\"a\",\"a\"]", "spec.allowedNamespaces[1]", "stands in the list already")]
    [InlineData("spec.allowedNamespaces", "[\"a*\"]", "spec.allowedNamespaces[0]", "has not the right form")]
    [InlineData("spec.allowedNamespaces", "[null]", "spec.allowedNamespaces[0]", "is null")]
    [InlineData("spec.share.guarantee", "\"80%\"", "spec.share.borrowing", "add up to 110%")]
    [InlineData("spec.share.weight", "0", "spec.share.weight", "between 1 and 1000")]
    [InlineData("spec.limits[0].models", "[]", "spec.limits[0].models", "is empty")]
    [InlineData("spec.limits[0].models", "[\"a\",\"a\"]", "spec.limits[0].models[1]", "in spec.limits[0] already")]
    [InlineData("spec.limits[0].requestsPerMinute", "0", "spec.limits[0].requestsPerMinute", "out of range")]
    [InlineData("spec.limits", "[{\"models\":[\"a\"]}]", "spec.limits[0]", "limits nothing")]
    [InlineData("spec.lanes.bulk.reserve", "\"30%\"", "-", "")]
    [InlineData("spec.lanes.bulk.reserve", "\"40%\"", "spec.lanes.bulk.max", "below the 40%")]
    [InlineData("spec.lanes.standard", "{\"reserve\":\"60%\"}", "spec.lanes", "reserve 110% together")]
    [InlineData("spec.lanes.bulk.max", "\"0%\"", "spec.lanes.bulk.max", "out of range")]
    [InlineData("spec.lanes.bulk.window", "\"20:00\"", "spec.lanes.bulk.window", "is no window")]
    [InlineData("spec.lanes.bulk.window", "\"24:00-06:00 UTC\"", "spec.lanes.bulk.window", "is no window")]
    [InlineData("spec.lanes.bulk.window", "\"06:00-06:00 UTC\"", "spec.lanes.bulk.window", "never open")]
    [InlineData("spec.lanes.bulk.window", "\"20:00-06:00 Europe/Atlantis\"", "spec.lanes.bulk.window", "is no time zone")]
    [InlineData("spec.lanes.bulk.window", "\"20:00-06:00 ../../etc/passwd\"", "spec.lanes.bulk.window", "is no time zone")]
    [InlineData("spec.spend", "{}", "spec.spend", "has no budget")]
    [InlineData("spec.spend.monthly", "\"-5\"", "spec.spend.monthly", "is no amount")]
    [InlineData("spec.spend.daily", "0", "spec.spend.daily", "above 0")]
    [InlineData("spec.spend.currency", "\"EUR\"", "spec.spend.currency", "priced in USD")]
    [InlineData("spec.spend.alertAt", "[80,50]", "spec.spend.alertAt[1]", "must increase")]
    [InlineData("spec.spend.alertAt", "[0]", "spec.spend.alertAt[0]", "between 1 and 100")]
    [InlineData("spec.spend.onExhausted", "6", "spec.spend.onExhausted", "a value that there is not")]
    [InlineData("spec.perUser", "{}", "spec.perUser", "limits nothing")]
    [InlineData("spec.perUser.requestsPerMinute", "0", "spec.perUser.requestsPerMinute", "out of range")]
    [InlineData("spec.perUser.action", "7", "spec.perUser.action", "a value that there is not")]
    [InlineData("spec.credentialsRef.secretName", "\"\"", "spec.credentialsRef.secretName", "is missing")]
    [InlineData("spec.credentialsRef.key", "\"a/b\"", "spec.credentialsRef.key", "key of a Secret")]
    [InlineData("spec.source", "\"RateLimitsApi\"", "spec.source", "without a parent")]
    public void A_fault_is_found_at_its_path_with_what_to_do(string field, string json, string path, string message)
    {
        var found = Validate(Manifest.With(Manifest.Quota, field, json));

        if (path == "-")
        {
            Assert.Empty(found.Errors);
            return;
        }
        var error = Assert.Single(found.Errors, e => e.Path == path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.tier", "-", "spec.limits")]
    [InlineData("spec.tier", "\"Custom\"", "spec.limits")]
    [InlineData("spec.tier", "\"Evaluation\"", "spec.limits")]
    [InlineData("spec", "{\"source\":\"RateLimitsApi\"}", "spec.credentialsRef")]
    public void An_organization_needs_a_source_of_limits(string field, string json, string path) =>
        Assert.Equal(path, Assert.Single(Validate(Manifest.With(Root, field, json)).Errors).Path);

    [Theory]
    [InlineData("spec.tier", "\"Start\"")]
    [InlineData("spec.source", "\"RateLimitsApi\"")]
    [InlineData("spec.allowedNamespaces", "[\"*\"]")]
    public void An_organization_is_a_quota_without_a_parent(string field, string json) =>
        Assert.Empty(Validate(Manifest.With(Root, field, json)).Errors);

    [Theory]
    [InlineData("20:00-06:00 Europe/Berlin", "2026-07-01T12:00Z", "is closed now: requests of this lane wait until 20:00 Europe/Berlin")]
    [InlineData("02:00-04:00 UTC", "2026-07-01T12:00Z", "is over for today: requests of this lane wait until 02:00 UTC tomorrow")]
    [InlineData("20:00-06:00 Europe/Berlin", "2026-07-01T18:00Z", null)]
    [InlineData("20:00-06:00 Europe/Berlin", "2026-01-01T18:59Z", "is closed now")]
    [InlineData("20:00-06:00 Europe/Berlin", "2026-01-01T19:00Z", null)]
    [InlineData("20:00-06:00 Europe/Berlin", "2026-01-02T04:59Z", null)]
    public void A_window_that_is_closed_is_warned_of(string window, string now, string? message)
    {
        var node = Manifest.With(Manifest.Quota, "spec.lanes.bulk.window", $"\"{window}\"");
        var found = ClaudeQuotaValidation.Validate(Manifest.Read<ClaudeQuota>(node), new ValidationContext(Now: DateTimeOffset.Parse(now)));

        Assert.Empty(found.Errors);
        if (message is null) Assert.Empty(found.Warnings);
        else Assert.Contains(message, Assert.Single(found.Warnings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spec.spend.daily", "600", "spec.spend.daily")]
    [InlineData("spec.perUser.dailySpend", "50", "spec.perUser.dailySpend")]
    [InlineData("spec.limit", "[]", "spec.limit")]
    public void What_is_allowed_but_unwise_is_warned_of(string field, string json, string path)
    {
        var found = Validate(Manifest.With(Manifest.Quota, field, json));

        Assert.Empty(found.Errors);
        Assert.Equal(path, Assert.Single(found.Warnings).Path);
    }

    private static Findings Validate(JsonNode node) => ClaudeQuotaValidation.Validate(Manifest.Read<ClaudeQuota>(node));
}
