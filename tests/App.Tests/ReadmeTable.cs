namespace MarketingAutomation;

/// <summary>Tables of README.md that tests work out, between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>. <c>UPDATE_GOLDEN=1</c> writes what comes out now.</summary>
internal static class ReadmeTable
{
    private static readonly Lock Writing = new();

    public static void Match(string name, string table)
    {
        var readme = Path.Combine(SharedFolder.Repository, "README.md");
        lock (Writing)
        {
            var text = File.ReadAllText(readme);
            var (from, to) = (text.IndexOf($"<!-- {name} -->", StringComparison.Ordinal) + $"<!-- {name} -->".Length, text.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal));
            if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(readme, $"{text[..from]}\n{table}\n{text[to..]}");
            else Assert.Equal(table, text[from..to].Trim());
        }
    }
}
