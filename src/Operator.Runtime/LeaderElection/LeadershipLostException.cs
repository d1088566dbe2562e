namespace Operator.Runtime.LeaderElection;

/// <summary>
/// A write was refused or cut off because this process does not lead, or its leadership ran out. Nothing can be done about it in
/// this process: the leader repeats the work.
/// </summary>
/// <param name="message">What was refused, and why.</param>
public sealed class LeadershipLostException(string message) : Exception(message);
