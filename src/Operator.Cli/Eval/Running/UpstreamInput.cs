using Operator.Cli.Cluster;

namespace Operator.Cli.Eval.Running;

/// <summary>Where answers come from.</summary>
/// <param name="Address">The base address.</param>
/// <param name="Key">The API key; empty for none.</param>
internal sealed record UpstreamInput(Uri Address, string Key)
{
    private static readonly Uri Default = new("https://api.anthropic.com");

    /// <summary>Takes address and key from the command line, then from the variables that the official SDKs read.</summary>
    /// <exception cref="CliException">The address is none, or a key is missing or cannot be read.</exception>
    public static async Task<UpstreamInput> ReadAsync(string? upstream, string? keyFile, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var (source, text) = upstream is not null ? ("--upstream", upstream) : ("ANTHROPIC_BASE_URL", environment("ANTHROPIC_BASE_URL"));
        var address = string.IsNullOrWhiteSpace(text) ? Default : Parse(source, text);
        var key = keyFile is not null ? await KeyAsync(keyFile, cancellationToken) : environment("ANTHROPIC_API_KEY")?.Trim() ?? "";
        if (key.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new CliException(ExitCode.Usage, $"{(keyFile is not null ? $"--key-file {keyFile}" : "ANTHROPIC_API_KEY")} holds more than a key: one line without blanks is expected");
        // Somebody's gateway, or a limiter, may have a key of its own.
        if (key.Length == 0 && address == Default) throw new CliException(ExitCode.Usage, $"a key for {Default.Host} is missing: give --key-file, or set ANTHROPIC_API_KEY");
        return new UpstreamInput(address, key);
    }

    /// <summary>Whether the key would be sent so that others on the way can read it.</summary>
    public bool IsOpen => Key.Length > 0 && Address.Scheme == Uri.UriSchemeHttp && !Address.IsLoopback;

    private static Uri Parse(string source, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0
            ? address
            // Not shown: it may hold credentials.
            : throw new CliException(ExitCode.Usage, $"{source} must be an http or https address without credentials, such as {Default.AbsoluteUri.TrimEnd('/')}");

    private static async Task<string> KeyAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var key = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            return key.Length > 0 ? key : throw new CliException(ExitCode.Usage, $"--key-file {file} is empty");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--key-file {file} cannot be read: {problem.Message}");
        }
    }
}
