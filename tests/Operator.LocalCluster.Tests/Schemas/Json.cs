using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

/// <summary>Short ways to write JSON and the schema of the recorded Widget in tests.</summary>
internal static class Json
{
    public static JsonObject Object(string text) => (JsonObject)Node(text)!;

    /// <summary>Parses JSON; single quotes stand for double quotes.</summary>
    public static JsonNode? Node(string text) => JsonNode.Parse(text.Replace('\'', '"'));

    public static StructuralSchema Schema(string text) => StructuralSchema.Parse(Object(text));

    public static void AreEqual(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected {GoFormat.Json(expected)}\n but was {GoFormat.Json(actual)}");

    /// <summary>The schema of the Widget that the records of a real API server use.</summary>
    public static StructuralSchema Widget { get; } = Schema("""
        {
          'type': 'object', 'description': 'Widget is a test resource.', 'required': ['spec'],
          'properties': {
            'apiVersion': {'type': 'string'}, 'kind': {'type': 'string'}, 'metadata': {'type': 'object'},
            'spec': {
              'type': 'object', 'description': 'Desired state.', 'required': ['size'],
              'x-kubernetes-validations': [{'rule': 'true'}],
              'properties': {
                'size': {'type': 'string', 'enum': ['small', 'large'], 'description': 'How big it is.'},
                'replicas': {'type': 'integer', 'minimum': 0, 'maximum': 100, 'default': 1, 'description': 'How many there are.'},
                'note': {'type': 'string', 'maxLength': 20, 'pattern': '^[a-z ]*$'},
                'limit': {'x-kubernetes-int-or-string': true},
                'extra': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true},
                'parts': {
                  'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'],
                  'items': {'type': 'object', 'required': ['name'], 'properties': {'name': {'type': 'string'}, 'count': {'type': 'integer', 'default': 1}}}
                }
              }
            },
            'status': {
              'type': 'object',
              'properties': {
                'replicas': {'type': 'integer'},
                'observedGeneration': {'type': 'integer', 'format': 'int64'},
                'conditions': {
                  'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'],
                  'items': {
                    'type': 'object', 'required': ['type', 'status'],
                    'properties': {
                      'type': {'type': 'string'}, 'status': {'type': 'string'}, 'reason': {'type': 'string'}, 'message': {'type': 'string'},
                      'observedGeneration': {'type': 'integer', 'format': 'int64'}, 'lastTransitionTime': {'type': 'string', 'format': 'date-time'}
                    }
                  }
                }
              }
            }
          }
        }
        """);
}
