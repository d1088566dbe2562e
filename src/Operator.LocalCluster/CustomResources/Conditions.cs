using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.CustomResources;

/// <summary>The conditions in the status of cluster objects.</summary>
internal static class Conditions
{
    /// <summary>Sets a condition; its transition time changes only with its status. Answers whether anything changed.</summary>
    public static bool Set(JsonObject status, string type, bool holds, string reason, string message, string now)
    {
        if (status["conditions"] is not JsonArray list)
            status["conditions"] = list = [];
        var text = holds ? "True" : "False";
        var condition = list.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        if (condition is null)
        {
            condition = new JsonObject { ["type"] = type, ["lastTransitionTime"] = now };
            list.Add((JsonNode)condition);
        }
        else if (condition.Text("status") == text && condition.Text("reason") == reason && condition.Text("message") == message)
        {
            return false;
        }
        if (condition.Text("status") != text)
            condition["lastTransitionTime"] = now;
        condition["status"] = text;
        condition["reason"] = reason;
        condition["message"] = message;
        return true;
    }

    /// <summary>Whether a condition is True.</summary>
    public static bool IsTrue(JsonObject? value, string type) =>
        value.Children("status", "conditions").Any(c => c.Text("type") == type && c.Text("status") == "True");
}
