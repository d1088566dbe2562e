using System.Text.Json.Serialization;

namespace Operator.Cli.Local.Platform;

[JsonSerializable(typeof(string))]
internal sealed partial class TextContext : JsonSerializerContext;
