namespace Operator.MockClaude.Http;

/// <summary>Ids that look random and follow from the seed alone.</summary>
internal sealed class RequestIds(int seed)
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Letters = 20;
    private long _count;

    /// <summary>The next id with that prefix, for example <c>req_01</c>.</summary>
    public string Next(string prefix)
    {
        var number = (ulong)Interlocked.Increment(ref _count);
        return string.Create(prefix.Length + Letters, (prefix, number, seed), static (span, s) =>
        {
            s.prefix.CopyTo(span);
            var rest = span[s.prefix.Length..];
            var state = Mix(s.number + ((ulong)(uint)s.seed << 32));
            for (var i = 0; i < rest.Length; i++)
            {
                rest[i] = Alphabet[(int)(state % (ulong)Alphabet.Length)];
                state = i == 9 ? Mix(state ^ s.number) : state / (ulong)Alphabet.Length;
            }
        });
    }

    /// <summary>A well-mixed number that follows from <paramref name="value"/>.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
