using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Operator.Runtime.Tests.Admission;

/// <summary>Small documents that share many names and values, so that two of them differ in parts.</summary>
internal static class RandomJson
{
    private static readonly string[] Names = ["a", "b", "c/d", "e~f", "name"];

    public static Gen<string> Documents() => Gen.Choose(0, int.MaxValue - 1).Select(seed => Value(new Random(seed), 4));

    private static string Value(Random random, int depth)
    {
        var kind = random.Next(depth > 0 ? 7 : 4);
        return kind switch
        {
            0 => random.Next(3).ToString(CultureInfo.InvariantCulture),
            1 => "\"" + (char)('x' + random.Next(3)) + "\"",
            2 => "null",
            3 => random.Next(2) == 0 ? "true" : "false",
            4 => "[" + string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, depth - 1))) + "]",
            _ => "{" + string.Join(',', Names.Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\":{Value(random, depth - 1)}")) + "}",
        };
    }
}
