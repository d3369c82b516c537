using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Applies a test to what a path leads to. Where a list stands on the way the path goes on in each of its elements, and one that passes is enough; where no element has it the value is missing.</summary>
internal static class Paths
{
    public static Answer Ask(Test test, JsonElement root, string path, in Sight sight)
    {
        var walk = new Walk(test, sight);
        walk.Go(root, path);
        return walk.Found ? new(walk.Holds, walk.ChangesAt) : new(test.Holds(default, sight));
    }

    private struct Walk(Test test, Sight sight)
    {
        public bool Found, Holds;
        public DateTimeOffset? ChangesAt;

        public void Go(JsonElement value, ReadOnlySpan<char> path)
        {
            if (path.IsEmpty) { Take(value); return; }
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (var element in value.EnumerateArray()) Go(element, path);
                return;
            }
            if (value.ValueKind != JsonValueKind.Object) return;
            if (value.TryGetProperty(path, out var found)) { Go(found, default); return; }
            var dot = path.IndexOf('.');
            if (dot > 0 && value.TryGetProperty(path[..dot], out var inner)) Go(inner, path[(dot + 1)..]);
        }

        private void Take(JsonElement json)
        {
            if (json.ValueKind == JsonValueKind.Null) return;
            var value = new Value(json);
            Found = true;
            Holds |= test.Holds(value, sight);
            ChangesAt = Answer.Earlier(ChangesAt, test.ChangesAt(value, sight));
        }
    }
}
