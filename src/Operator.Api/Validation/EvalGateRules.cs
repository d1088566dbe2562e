namespace Operator.Api.Validation;

/// <summary>One offline gate.</summary>
internal static class EvalGateRules
{
    public static void Check(FindingCollector found, string path, EvalGate gate)
    {
        found.Unknown(path, gate);
        TextRules.DnsLabel(found, path + ".name", gate.Name, TextRules.GateNameLength);
        ValueRules.Percent(found, path + ".at", gate.At, bare: true);
        ValueRules.Percent(found, path + ".passRate", gate.PassRate);
        ValueRules.Percent(found, path + ".maxRegression", gate.MaxRegression);
        // A confidence of 0 % or 100 % has no interval; below one half an interval says nothing.
        ValueRules.Percent(found, path + ".confidence", gate.Confidence, least: 5000, most: 9999);
        if (gate.Slices is { } slices)
        {
            found.Unknown(path + ".slices", slices);
            ValueRules.Percent(found, path + ".slices.worst", slices.Worst);
        }
        Source(found, path, gate);
        // Without any source the missing one is the error to tell.
        if (gate is { MaxRegression: not null, Suite: null } && (gate.Http ?? gate.Job ?? (object?)gate.External) is not null)
            found.Forbidden(path + ".maxRegression", "compares case by case and needs a suite; remove it, or let the evaluator itself compare");
    }

    private static void Source(FindingCollector found, string path, EvalGate gate)
    {
        var sources = new List<string>(4);
        if (gate.Suite is { } suite)
        {
            sources.Add("suite");
            found.Unknown(path + ".suite", suite);
            TextRules.ObjectName(found, path + ".suite.configMap", suite.ConfigMap);
        }
        if (gate.Http is { } http)
        {
            sources.Add("http");
            found.Unknown(path + ".http", http);
            HttpUrlRules.Check(found, path + ".http.url", http.Url);
            ValueRules.Duration(found, path + ".http.timeout", http.Timeout, TimeSpan.FromSeconds(1), Limits.Timeout);
        }
        if (gate.Job is { } job)
        {
            sources.Add("job");
            found.Unknown(path + ".job", job);
            TextRules.ObjectName(found, path + ".job.fromCronJob", job.FromCronJob);
        }
        if (gate.External is { } external)
        {
            sources.Add("external");
            found.Unknown(path + ".external", external);
        }
        if (sources.Count == 0) found.Required(path, "says not where its result comes from; give one of suite, http, job and external");
        else if (sources.Count > 1) found.Forbidden(path,
            $"has the sources {string.Join(" and ", sources)}; keep one and make the others gates of their own");
    }
}
