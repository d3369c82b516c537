using System.Runtime.InteropServices;
using System.Text.Json;

namespace MarketingAutomation.Segments;

/// <summary>Applies <see cref="Test"/>s to values.</summary>
public static class Tests
{
    /// <summary>Whether every operator of <paramref name="test"/> holds for <paramref name="value"/>.</summary>
    public static bool Holds(this Test test, in Value value, in Sight sight) =>
        (test.Exists is not { } exists || exists != value.IsMissing)
        && (test.Is is not { } same || Same(value, same, test.IgnoreCase))
        && (test.IsNot is not { } other || !Same(value, other, test.IgnoreCase))
        && (test.OneOf is not { } some || SameAsAny(value, some, test.IgnoreCase))
        && (test.AtLeast is not { } low || value.Number >= low)
        && (test.AtMost is not { } high || value.Number <= high)
        && (test.GreaterThan is not { } above || value.Number > above)
        && (test.LessThan is not { } below || value.Number < below)
        && (test.Contains is not { } part || Contains(value, part, test.IgnoreCase))
        && (test.StartsWith is not { } start || value.Text?.StartsWith(start, StringComparison.OrdinalIgnoreCase) is true)
        && (test.EndsWith is not { } end || value.Text?.EndsWith(end, StringComparison.OrdinalIgnoreCase) is true)
        && (test.Matches is not { } pattern || Patterns.Matches(pattern, test.IgnoreCase, value.Text))
        && (test.VersionAtLeast is not { } oldest || Versions.Compare(value.Text, oldest) >= 0)
        && (test.VersionBelow is not { } newer || Versions.Compare(value.Text, newer) < 0)
        && (!test.IsOfDates || Dates.Hold(test, value, sight));

    /// <summary>The earliest instant after <see cref="Sight.Now"/> at which time alone may change what the test says of the value; null where it cannot.</summary>
    public static DateTimeOffset? ChangesAt(this Test test, in Value value, in Sight sight) => test.IsOfTime ? Dates.ChangeAt(test, value, sight) : null;

    /// <summary>Whether every test holds for what its path leads to in an event's details. Days are those of UTC, so that the answer is the same whenever it is asked.</summary>
    public static bool Hold(this IReadOnlyDictionary<string, Test>? tests, JsonElement details)
    {
        if (tests is null) return true;
        foreach (var (path, test) in tests)
            if (!Paths.Ask(test, details, path, default).Holds) return false; // a conjunction: the order of asking does not matter
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

    private static decimal? Number(JsonElement? value) => value is { } given ? Value.NumberOf(given) : null;

    private static bool SameAsAny(in Value value, IReadOnlyList<JsonElement> some, bool ignoreCase)
    {
        for (var i = 0; i < some.Count; i++)
            if (Same(value, some[i], ignoreCase)) return true;
        return false;
    }

    private static bool Same(in Value value, JsonElement other, bool ignoreCase) => other.ValueKind switch
    {
        JsonValueKind.String => value.Json.ValueKind == JsonValueKind.String && SameText(value.Json, other, ignoreCase),
        JsonValueKind.Number => value.Number is { } number && number == Value.NumberOf(other),
        _ => value.Json.ValueKind == other.ValueKind, // true or false
    };

    // Bytes first: most texts hold no escape, and then no string need be made of them.
    private static bool SameText(JsonElement one, JsonElement other, bool ignoreCase)
    {
        if (ignoreCase) return string.Equals(one.GetString(), other.GetString(), StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<byte> left = JsonMarshal.GetRawUtf8Value(one), right = JsonMarshal.GetRawUtf8Value(other);
        return left.SequenceEqual(right) || ((left.Contains((byte)'\\') || right.Contains((byte)'\\')) && one.ValueEquals(other.GetString()));
    }

    private static bool Contains(in Value value, JsonElement part, bool ignoreCase)
    {
        if (value.Json.ValueKind == JsonValueKind.String) return part.ValueKind == JsonValueKind.String && value.Text!.Contains(part.GetString()!, StringComparison.OrdinalIgnoreCase);
        if (value.Json.ValueKind != JsonValueKind.Array) return false;
        foreach (var element in value.Json.EnumerateArray())
            if (Same(new(element), part, ignoreCase)) return true;
        return false;
    }
}
