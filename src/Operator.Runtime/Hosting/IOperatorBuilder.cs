using Microsoft.Extensions.DependencyInjection;

namespace Operator.Runtime.Hosting;

/// <summary>Adds parts to an operator. Features that are not built in plug in as extension methods on this interface.</summary>
public interface IOperatorBuilder
{
    /// <summary>The services of the host.</summary>
    IServiceCollection Services { get; }

    /// <summary>The settings of this operator; they may be changed until the host is built.</summary>
    OperatorSettings Settings { get; }
}
