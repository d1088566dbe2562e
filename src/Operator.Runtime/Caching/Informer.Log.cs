using Microsoft.Extensions.Logging;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Caching;

internal partial class Informer<T>
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Synced {Resource}: {Count} objects")]
        public static partial void Synced(ILogger logger, string resource, int count);

        [LoggerMessage(2, LogLevel.Warning, "The {Request} of {Resource} failed ({Kind}) and is tried again: {Message}")]
        public static partial void RequestFailed(ILogger logger, string request, string resource, WatchFailureKind kind, string message);

        [LoggerMessage(3, LogLevel.Error, "The {Request} of {Resource} was refused ({Kind}); it is tried again, but somebody may have to act")]
        public static partial void RequestRefused(ILogger logger, string request, string resource, WatchFailureKind kind, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "A handler of {Resource} threw on {Key}; the event is lost to this handler alone")]
        public static partial void HandlerFailed(ILogger logger, string resource, ObjectKey key, Exception exception);

        [LoggerMessage(5, LogLevel.Error, "The index {Index} of {Resource} threw on {Key}; the object has no value in it")]
        public static partial void IndexFailed(ILogger logger, string index, string resource, ObjectKey key, Exception exception);

        [LoggerMessage(6, LogLevel.Error, "The transform of {Resource} threw on {Key}; the object is stored as it came")]
        public static partial void TransformFailed(ILogger logger, string resource, ObjectKey key, Exception exception);
    }
}
