namespace MarketingAutomation.Config;

/// <summary>A record, list or map read from a file, and the place it was read from.</summary>
public sealed record Part(JsonText Json, string Path, object Value)
{
    /// <summary>Something is wrong with the part as a whole.</summary>
    public Finding At(string what) => Json.At(Path, what);

    /// <summary>Something is wrong with one of its properties.</summary>
    public Finding At(string property, string what) => Json.At(JsonPath.Child(Path, property), what);
}

/// <summary>A problem before it is put into words.</summary>
/// <param name="File">Path in the config folder.</param>
/// <param name="Path">JSON path; null where the whole file is meant.</param>
/// <param name="Line">Counted from 1; null where the file has no lines to speak of, or does not exist.</param>
/// <param name="What">Completes a sentence that begins with the place.</param>
public sealed record Finding(string File, string? Path, int? Line, string What)
{
    public Problem ToProblem() => new($"{File}{(Path is null ? "" : $" {Path}")}{(Line is null ? "" : $" (line {Line})")}", What);
}
