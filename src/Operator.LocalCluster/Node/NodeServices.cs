using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Node;

/// <summary>What the parts of the node work with.</summary>
/// <param name="Client">Reads pods and their sources, writes their status.</param>
/// <param name="Content">Finds the content of volumes.</param>
/// <param name="Options">How pods are run.</param>
/// <param name="Directory">Where the files of pods are kept.</param>
/// <param name="CaCertificate">The cluster's authority in PEM.</param>
/// <param name="ApiAddress">Where pods reach the API.</param>
/// <param name="Time">The clock of probes, pauses and grace periods.</param>
/// <param name="Logger">Where the node tells what happens.</param>
internal sealed record NodeServices(
    IInternalClient Client, VolumeContent Content, NodeOptions Options, string Directory, string CaCertificate, Uri ApiAddress, TimeProvider Time,
    ILogger Logger);
