using System.Text.Json;

namespace MarketingAutomation.Config;

/// <summary>Pieces of the sentences in which problems are told.</summary>
public static class Words
{
    /// <summary><c>"a", "b" or "c"</c></summary>
    public static string List(IEnumerable<string> names, string last = "or")
    {
        var quoted = names.Select(name => $"\"{name}\"").ToArray();
        return quoted is [.. var head, var tail] && head.Length > 0 ? $"{string.Join(", ", head)} {last} {tail}" : string.Concat(quoted);
    }

    /// <summary>Completes the sentence "is …".</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    /// <summary><c>; did you mean "welcome"?</c>, or nothing where no candidate comes close.</summary>
    public static string DidYouMean(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } meant ? $"; did you mean \"{meant}\"?" : "";

    /// <summary>The candidate that differs least, by at most a third of its letters; capitals do not count.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates) => candidates
        .Select(candidate => (Candidate: candidate, Edits: Edits(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(c => c.Edits <= Math.Max(word.Length, c.Candidate.Length) / 3)
        .OrderBy(c => c.Edits).ThenBy(c => c.Candidate, StringComparer.Ordinal)
        .Select(c => c.Candidate).FirstOrDefault();

    /// <summary>Letters to insert, delete, replace or swap with their neighbour to turn one word into the other.</summary>
    /// <remarks>Source: optimal string alignment distance, L. Boytsov, ACM J. Exp. Algorithmics 16 (2011) 1.1.</remarks>
    public static int Edits(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                    edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }
        return edits[a.Length, b.Length];
    }
}
