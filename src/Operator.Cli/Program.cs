using System.CommandLine;
using Operator.Cli;

// Ctrl-C is obeyed in order: nothing is left behind.
return await CommandTree.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) }, CancellationToken.None);
