using System.Text.Json.Nodes;

namespace MarketingAutomation.Config;

/// <summary>JSON that is nearly config: our own words in places of their own and of others.</summary>
internal static class RandomJson
{
    private static readonly string[] Words =
    [
        "name", "when", "description", "all", "any", "not", "segment", "trait", "consent", "event", "where", "count", "within", "is", "oneOf", "atLeast", "exists",
        "entry", "steps", "id", "send", "wait", "branch", "exit", "goal", "holdout", "exitOn", "key", "reentry", "en", "zh-CN", "P7D", "PT1H", "P1M", "never", "", "$schema",
    ];

    private static readonly Gen<string> Word = Gen.Frequency((9, Gen.Int[0, Words.Length - 1].Select(i => Words[i])), (1, Gen.String));

    public static readonly Gen<JsonNode?> Node = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4 ? Leaf! : Gen.Frequency((2, Leaf!), (3, Object(inner)), (2, inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray(items)))));

    /// <summary>The document with one value somewhere in it dropped, renamed or replaced.</summary>
    public static JsonNode Mutate(JsonNode document, int place, int kind, string word, JsonNode? value)
    {
        var changed = document.DeepClone();
        var nodes = Below(changed).ToArray();
        var node = nodes[place % nodes.Length];
        if (node.Parent is JsonArray list)
        {
            var at = list.IndexOf(node);
            list.RemoveAt(at);
            if (kind > 0) list.Insert(at, value?.DeepClone());
            return changed;
        }
        var (parent, name) = ((JsonObject)node.Parent!, node.GetPropertyName());
        parent.Remove(name);
        if (kind > 0) parent[kind > 1 ? name : word] = kind > 1 ? value?.DeepClone() : node;
        return changed;
    }

    public static readonly Gen<(int Place, int Kind, string Word, JsonNode? Value)> Mutation = Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 2], Word, Node);

    private static Gen<JsonNode?> Leaf => Gen.OneOf<JsonNode?>(
        Word.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Decimal.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Const((JsonNode?)null));

    private static Gen<JsonNode?> Object(Gen<JsonNode?> inner) => Gen.Select(Word, inner).Array[0, 4].Select(properties =>
        (JsonNode?)new JsonObject(properties.DistinctBy(p => p.Item1).Select(p => KeyValuePair.Create(p.Item1, p.Item2))));

    private static IEnumerable<JsonNode> Below(JsonNode node) => (node switch
    {
        JsonObject parent => parent.Select(p => p.Value),
        JsonArray list => list,
        _ => [],
    }).OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child));
}
