namespace Operator.LocalCluster.Controllers;

/// <summary>A part beside the server that drives objects towards what they declare.</summary>
internal interface IController
{
    /// <summary>The name in logs and options.</summary>
    string Name { get; }

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
