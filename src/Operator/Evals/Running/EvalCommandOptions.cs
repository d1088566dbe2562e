using System.Globalization;

namespace Operator.Evals.Running;

/// <summary>The arguments of the <c>eval</c> command.</summary>
internal sealed record EvalCommandOptions
{
    /// <summary>How the command is called.</summary>
    public const string Usage =
        "eval --suite FOLDER --deployment NAME --revision ID --model ID [--digest SHA256] [--revision-file FILE] [--concurrency N] [--deadline SECONDS] "
        + "[--result FILE] [--unverified]";

    /// <summary>The folder with the suite.</summary>
    public required string Suite { get; init; }

    /// <summary>The deployment.</summary>
    public required string Deployment { get; init; }

    /// <summary>The revision under test.</summary>
    public required string Revision { get; init; }

    /// <summary>The revision's model.</summary>
    public required string Model { get; init; }

    /// <summary>The digest that the suite must have; null for any.</summary>
    public string? Digest { get; init; }

    /// <summary>A file with the revision's content, where the runner and not the limiter sends its prompt.</summary>
    public string? RevisionFile { get; init; }

    /// <summary>Calls at the same time.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>How long the run may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The file for the result.</summary>
    public string Result { get; init; } = "/dev/termination-log";

    /// <summary>Whether answers count that do not name the revision.</summary>
    public bool Unverified { get; init; }

    /// <summary>Reads arguments.</summary>
    /// <param name="args">The arguments behind <c>eval</c>.</param>
    /// <param name="problem">What is wrong; null when they were read.</param>
    public static EvalCommandOptions? Parse(IReadOnlyList<string> args, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(args);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var unverified = false;
        problem = null;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--unverified")
            {
                unverified = true;
                continue;
            }
            if (args[i] is not ("--suite" or "--deployment" or "--revision" or "--model" or "--digest" or "--revision-file" or "--concurrency" or "--deadline" or "--result"))
                problem = $"unknown argument {args[i]}";
            else if (i + 1 == args.Count)
                problem = $"{args[i]} needs a value";
            else
                values[args[i]] = args[++i];
        }
        foreach (var needed in new[] { "--suite", "--deployment", "--revision", "--model" })
        {
            if (!values.ContainsKey(needed)) problem ??= $"{needed} is missing";
        }
        var concurrency = Number(values, "--concurrency", 8, 256, ref problem);
        var seconds = Number(values, "--deadline", 1800, 7 * 86400, ref problem);
        return problem is not null
            ? null
            : new EvalCommandOptions
            {
                Suite = values["--suite"],
                Deployment = values["--deployment"],
                Revision = values["--revision"],
                Model = values["--model"],
                Digest = values.GetValueOrDefault("--digest"),
                RevisionFile = values.GetValueOrDefault("--revision-file"),
                Concurrency = concurrency,
                Deadline = TimeSpan.FromSeconds(seconds),
                Result = values.GetValueOrDefault("--result", "/dev/termination-log"),
                Unverified = unverified,
            };
    }

    private static int Number(Dictionary<string, string> values, string name, int fallback, int most, ref string? problem)
    {
        if (!values.TryGetValue(name, out var text)) return fallback;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= most) return value;
        problem ??= $"{name} is a whole number from 1 to {most}";
        return fallback;
    }
}
