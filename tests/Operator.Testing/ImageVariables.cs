namespace Operator.Testing;

/// <summary>The environment that the Dockerfile gives a program, so that it is measured as it ships.</summary>
public static class ImageVariables
{
    /// <summary>What an image sets, itself or by the image that it is built on.</summary>
    /// <param name="image">The name of a stage of the Dockerfile.</param>
    /// <exception cref="ArgumentException">No stage has that name.</exception>
    public static IReadOnlyDictionary<string, string> Of(string image) => Of(image, File.ReadAllLines(Repository.PathOf("Dockerfile")));

    /// <summary>What an image of a Dockerfile sets.</summary>
    /// <param name="image">The name of a stage.</param>
    /// <param name="lines">The lines of the Dockerfile, each instruction on one of them, values without quotes.</param>
    /// <exception cref="ArgumentException">No stage has that name.</exception>
    public static IReadOnlyDictionary<string, string> Of(string image, IEnumerable<string> lines)
    {
        var stages = new Dictionary<string, Dictionary<string, string>>();
        Dictionary<string, string> stage = [];
        foreach (var line in lines)
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["FROM", .., var source, "AS", var name]:
                    stages[name] = stage = new(stages.GetValueOrDefault(source) ?? []);
                    break;
                case ["ENV", .. var pairs]:
                    foreach (var pair in pairs) stage[pair.Split('=', 2)[0]] = pair.Split('=', 2)[1];
                    break;
                default:
                    break;
            }
        }
        return stages.GetValueOrDefault(image) ?? throw new ArgumentException($"The Dockerfile has no stage '{image}', only {string.Join(", ", stages.Keys)}.", nameof(image));
    }
}
