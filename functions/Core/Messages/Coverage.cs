using System.Collections.Immutable;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Messages;

/// <summary>Which messages are written in which languages, and what the customers of the others get.</summary>
/// <param name="Languages">All languages that any message is written in, and the default one.</param>
/// <param name="Nearest">By message and language: the language its customers read, <c>null</c> where there is none.</param>
public sealed record Coverage(IReadOnlyList<string> Languages, ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string?>> Nearest)
{
    public static Coverage Of(Catalog catalog)
    {
        string[] languages = [.. catalog.Messages.Values.SelectMany(message => message.Bodies.Keys).Append(catalog.Policy.DefaultLocale).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(languages, catalog.Messages.ToImmutableSortedDictionary(
            message => message.Key,
            message => languages.ToImmutableSortedDictionary(language => language, language => Locales.Choose(language, catalog.Policy.DefaultLocale, [.. message.Value.Bodies.Keys]), StringComparer.Ordinal),
            StringComparer.Ordinal));
    }

    public bool IsComplete => Nearest.Values.All(message => message.All(language => language.Value == language.Key));

    /// <summary>A table of messages and languages: <c>yes</c> where there is a text, else <c>→ zh</c>, the language that its customers read instead.</summary>
    public override string ToString() => Nearest
        .Aggregate(new TextTable(1 + Languages.Count, ["message", .. Languages]), (table, message) => table.Add([message.Key, .. message.Value.Select(Cell)]))
        .ToString();

    private static string Cell(KeyValuePair<string, string?> language) => language.Value == language.Key ? "yes" : $"→ {language.Value ?? "nothing"}";
}
