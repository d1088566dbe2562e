using System.CommandLine;
using Operator.Cli;

// The library's own handling of signals ends the process at once while a command begins; this one always lets it end in order.
using var interruption = new Interruption();
return await CommandTree.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = null }, interruption.Token);
