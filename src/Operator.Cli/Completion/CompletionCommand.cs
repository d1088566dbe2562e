using System.CommandLine;

namespace Operator.Cli.Completion;

/// <summary>Writes what a shell needs to complete this command.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _kubectl_claude() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(kubectl-claude "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _kubectl_claude kubectl-claude
        """;

    private const string Zsh = """
        #compdef kubectl-claude
        _kubectl_claude() {
            local -a found
            found=("${(@f)$(kubectl-claude "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found
        }
        compdef _kubectl_claude kubectl-claude
        """;

    private const string Fish = """
        complete -c kubectl-claude -f -a '(kubectl-claude "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    private const string Kubectl = """
        #!/bin/sh
        # Save as kubectl_complete-claude, executable and on PATH: kubectl then completes "kubectl claude".
        line="kubectl-claude $*"
        kubectl-claude "[suggest:${#line}]" "$line" 2>/dev/null
        echo ":4"
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish, or kubectl for the plugin's own completion." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "kubectl");
        var command = new Command("completion", "Writes shell completion to standard output.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            "kubectl" => Kubectl,
            _ => Bash,
        }));
        return command;
    }
}
