using Microsoft.Extensions.Hosting;

namespace Operator.Runtime.Hosting;

/// <summary>Ends the process as failed.</summary>
internal interface IOperatorExit
{
    /// <summary>Asks the host to stop and makes the process end with exit code 1.</summary>
    void Fail();
}

/// <inheritdoc />
internal sealed class OperatorExit(IHostApplicationLifetime lifetime) : IOperatorExit
{
    public void Fail()
    {
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }
}
