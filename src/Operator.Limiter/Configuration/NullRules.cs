using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>Finds nulls where the reader of JSON lets them through: elements of lists, and members of records that are left out.</summary>
internal static class NullRules
{
    /// <summary>Adds an error for each; with any, no other rule may look at the configuration.</summary>
    public static void Check(List<ConfigurationError> errors, DeploymentConfiguration configuration)
    {
        if (Missing(errors, "quota", configuration.Quota) | List(errors, "models", configuration.Models)
            | List(errors, "standby", configuration.Standby) | List(errors, "fallback", configuration.Fallback)
            | Missing(errors, "measurement", configuration.Measurement))
        {
            return;
        }
        for (var i = 0; i < configuration.Models.Count; i++)
        {
            List(errors, $"models[{i}].aliases", configuration.Models[i].Aliases);
            List(errors, $"models[{i}].prices", configuration.Models[i].Prices);
            List(errors, $"models[{i}].efforts", configuration.Models[i].Efforts);
        }
        var quota = configuration.Quota;
        List(errors, "quota.spend", quota.Spend);
        if (!List(errors, "quota.lanes", quota.Lanes))
        {
            for (var i = 0; i < quota.Lanes.Count; i++)
            {
                if (quota.Lanes[i].Window is { } window) Missing(errors, $"quota.lanes[{i}].window.timeZone", window.TimeZone);
            }
        }
        if (List(errors, "quota.groups", quota.Groups)) return;
        for (var i = 0; i < quota.Groups.Count; i++)
        {
            Missing(errors, $"quota.groups[{i}].limits", quota.Groups[i].Limits);
            Share(errors, $"quota.groups[{i}].boot", quota.Groups[i].Boot);
            Share(errors, $"quota.groups[{i}].fallback", quota.Groups[i].Fallback);
        }
    }

    private static void Share(List<ConfigurationError> errors, string path, Share? share)
    {
        if (Missing(errors, path, share)) return;
        Missing(errors, $"{path}.rate", share!.Rate);
        Missing(errors, $"{path}.burst", share.Burst);
    }

    private static bool List<T>(List<ConfigurationError> errors, string path, IReadOnlyList<T>? list)
        where T : class
    {
        if (Missing(errors, path, list)) return true;
        var before = errors.Count;
        for (var i = 0; i < list!.Count; i++) Missing(errors, $"{path}[{i}]", list[i]);
        return errors.Count > before;
    }

    private static bool Missing(List<ConfigurationError> errors, string path, object? value)
    {
        if (value is not null) return false;
        errors.Add(new(path, "is missing or null"));
        return true;
    }
}
