using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Applies <see cref="Test"/>s to values.</summary>
public static class Tests
{
    /// <summary>Whether every operator of <paramref name="test"/> holds for <paramref name="value"/>; undefined and null both count as missing.</summary>
    public static bool Holds(this Test test, JsonElement value)
    {
        var missing = value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        return (test.Exists is not { } exists || exists != missing)
            && (test.Is is not { } same || Same(value, same))
            && (test.IsNot is not { } other || !Same(value, other))
            && (test.OneOf is not { } some || some.Any(one => Same(value, one)))
            && (test.AtLeast is not { } low || Number(value) >= low)
            && (test.AtMost is not { } high || Number(value) <= high)
            && (test.GreaterThan is not { } above || Number(value) > above)
            && (test.LessThan is not { } below || Number(value) < below)
            && (test.Contains is not { } part || Contains(value, part));
    }

    /// <summary>The same for a count, which is never missing.</summary>
    public static bool Holds(this Test test, long count) =>
        test.Exists is null or true
        && (test.Is is not { } same || Number(same) == count)
        && (test.IsNot is not { } other || Number(other) != count)
        && (test.OneOf is not { } some || some.Any(one => Number(one) == count))
        && (test.AtLeast is not { } low || count >= low)
        && (test.AtMost is not { } high || count <= high)
        && (test.GreaterThan is not { } above || count > above)
        && (test.LessThan is not { } below || count < below)
        && test.Contains is null;

    /// <summary>Whether every test holds for the value its path leads to.</summary>
    public static bool Hold(this IReadOnlyDictionary<string, Test>? tests, JsonElement details)
    {
        if (tests is null) return true;
        foreach (var (path, test) in tests)
            if (!test.Holds(Find(details, path))) return false; // a conjunction: the order of asking does not matter
        return true;
    }

    /// <summary>Follows a dotted path; undefined where it leads nowhere. A name that itself holds dots is found first.</summary>
    public static JsonElement Find(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return default;
        if (value.TryGetProperty(path, out var found)) return found;
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && value.TryGetProperty(path.AsSpan(0, dot), out var inner) ? Find(inner, path[(dot + 1)..]) : default;
    }

    /// <summary>The numbers a test compares with.</summary>
    public static IEnumerable<decimal> Numbers(Test test)
    {
        foreach (var number in new[] { test.AtLeast, test.AtMost, test.GreaterThan, test.LessThan, Number(test.Is), Number(test.IsNot) })
            if (number is { } value) yield return value;
        foreach (var one in test.OneOf ?? [])
            if (Number(one) is { } value) yield return value;
    }

    /// <summary>The same text for the same test, for hashing.</summary>
    public static string Canonical(Test test) => string.Join('|',
        test.Is?.GetRawText(), test.IsNot?.GetRawText(), test.OneOf is null ? null : string.Join(',', test.OneOf.Select(one => one.GetRawText())),
        test.AtLeast, test.AtMost, test.GreaterThan, test.LessThan, test.Contains, test.Exists);

    private static decimal? Number(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var parsed) ? parsed : null;

    private static bool Same(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => left.ValueEquals(right.GetString()),
        (JsonValueKind.Number, JsonValueKind.Number) => Number(left) == Number(right),
        (var one, var two) => one == two && one is (JsonValueKind.True or JsonValueKind.False),
    };

    private static bool Contains(JsonElement value, string part) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Contains(part, StringComparison.OrdinalIgnoreCase),
        JsonValueKind.Array => value.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(part)),
        _ => false,
    };
}
