using System.Text.Json;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Http;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Limits;

/// <summary>Writes the entries of the Rate Limits API in both versions.</summary>
internal static class RateLimitWriter
{
    /// <summary>One entry.</summary>
    /// <param name="Id">The entry's id, which differs between organizations.</param>
    /// <param name="GroupId">The group's id, which does not.</param>
    /// <param name="GroupType">model_group, batch or token_count.</param>
    /// <param name="DisplayName">The group's name; model groups only.</param>
    /// <param name="Models">Ids and aliases; null unless a model group.</param>
    /// <param name="Limits">Type, value, the organization's value where the workspace has its own.</param>
    internal sealed record Row(
        string Id, string GroupId, string GroupType, string? DisplayName, IReadOnlyList<string>? Models, IReadOnlyList<RowLimit> Limits);

    /// <summary>One limit of an entry.</summary>
    internal readonly record struct RowLimit(string Type, long Value, long? OrganizationValue = null, bool FromWorkspace = false);

    /// <summary>An organization's entries.</summary>
    public static List<Row> Rows(MockState state, MockOrganization organization)
    {
        var rows = new List<Row>();
        foreach (var group in state.Limits.Groups)
        {
            var models = new List<string>();
            foreach (var model in state.Models.Entries)
            {
                if (model.Group != group.Name || model.Lifecycle == ModelLifecycle.Retired) continue;
                models.Add(model.Id);
                if (model.Alias is not null) models.Add(model.Alias);
            }
            if (models.Count == 0) continue;
            var limits = state.Limits.OrganizationLimits(organization.Id, group.Name);
            rows.Add(new Row(
                Id(organization, group.Id), group.Id, "model_group", group.DisplayName, models,
                [
                    new RowLimit("requests_per_minute", limits.Requests),
                    new RowLimit(group.CacheReadsCount ? "input_tokens_per_minute" : "input_tokens_per_minute_cache_aware", limits.Input),
                    new RowLimit("output_tokens_per_minute", limits.Output),
                ]));
        }
        rows.Add(new Row(
            Id(organization, "rlg_batch"), "rlg_batch", "batch", null, null,
            [
                new RowLimit("requests_per_minute", EndpointLimits.Batches(organization.Tier)),
                new RowLimit("enqueued_batch_requests", EndpointLimits.BatchQueue(organization.Tier)),
            ]));
        rows.Add(new Row(
            Id(organization, "rlg_tokencount"), "rlg_tokencount", "token_count", null, null,
            [new RowLimit("requests_per_minute", EndpointLimits.CountTokens(organization.Tier))]));
        return rows;
    }

    /// <summary>Writes an entry.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="row">The entry.</param>
    /// <param name="version">Decides the shape.</param>
    /// <param name="workspace">The workspace; null for an organization's entry.</param>
    public static void Write(Utf8JsonWriter json, Row row, ApiVersion version, string? workspace)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, workspace is null ? "rate_limit"u8 : "workspace_rate_limit"u8);
        if (version == ApiVersion.October2026)
        {
            json.WriteString(workspace is null ? "id"u8 : "rate_limit_id"u8, row.Id);
            if (workspace is not null) json.WriteString("workspace_id"u8, workspace);
            json.WriteStartObject("group"u8);
            json.WriteString("id"u8, row.GroupId);
            json.WriteString("type"u8, row.GroupType);
            if (row.DisplayName is not null) json.WriteString("display_name"u8, row.DisplayName);
            json.WriteEndObject();
        }
        else json.WriteString("group_type"u8, row.GroupType);
        if (row.Models is null) json.WriteNull("models"u8);
        else
        {
            json.WriteStartArray("models"u8);
            foreach (var model in row.Models) json.WriteStringValue(model);
            json.WriteEndArray();
        }
        json.WriteStartArray("limits"u8);
        foreach (var limit in row.Limits)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, limit.Type);
            json.WriteNumber("value"u8, limit.Value);
            if (workspace is not null)
            {
                if (limit.OrganizationValue is { } own) json.WriteNumber("org_limit"u8, own);
                else json.WriteNull("org_limit"u8);
                json.WriteStartObject("source"u8);
                json.WriteString("type"u8, limit.FromWorkspace ? "workspace"u8 : "organization"u8);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Id(MockOrganization organization, string group)
    {
        var hash = new Caching.ContentHash();
        hash.Add(System.Text.Encoding.UTF8.GetBytes(organization.Id));
        hash.Add(System.Text.Encoding.UTF8.GetBytes(group));
        return $"rl_{hash.A:x16}";
    }
}
