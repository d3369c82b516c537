using Scriban;
using Scriban.Syntax;

namespace MarketingAutomation.Messages;

/// <summary>Checks a message's templates before anybody gets them.</summary>
public static class MessageTemplates
{
    /// <summary>Everything wrong with the texts of one message, in the order of its files.</summary>
    /// <remarks>Whether the traits and properties they show exist is for <see cref="Rendering.MissingData"/> to say, customer by customer.</remarks>
    /// <param name="computed">Ids of the computed traits; null where they are not known.</param>
    public static IEnumerable<Problem> Check(string messageId, MessageFolder folder, IReadOnlyCollection<string>? computed = null)
    {
        var (subjects, file) = (folder.Message.Subject, $"messages/{messageId}/message.json $.subject");
        foreach (var locale in subjects.Keys.Except(folder.Bodies.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return new($"{file}.{locale}", $"has no body: add messages/{messageId}/{locale}.html or remove this subject");
        foreach (var locale in folder.Bodies.Keys.Except(subjects.Keys, StringComparer.Ordinal))
            yield return new(file, $"has no text for {locale}, which {locale}.html is written in");

        var texts =
            from subject in subjects.OrderBy(subject => subject.Key, StringComparer.Ordinal)
            select (Where: $"{file}.{subject.Key}", IsFile: false, Text: (string?)subject.Value);
        texts = texts.Concat(
            from body in folder.Bodies
            from text in new[] { (Kind: "html", Text: (string?)body.Value.Html), (Kind: "txt", body.Value.Text) }
            select (Where: $"messages/{messageId}/{body.Key}.{text.Kind}", IsFile: true, text.Text));

        foreach (var (where, isFile, text) in texts)
            if (text is not null)
                foreach (var (line, what) in Check(text, computed)) yield return new(isFile ? $"{where} (line {line + 1})" : where, what);
    }

    private static IEnumerable<(int Line, string What)> Check(string text, IReadOnlyCollection<string>? computed)
    {
        var template = CompiledMessage.Parse(text);
        return template.HasErrors
            ? template.Messages.Select(message => (message.Span.Start.Line, $"cannot be read as Scriban: {message.Message}")).DistinctBy(problem => problem.Line) // the first on a line brings on the rest
            : TemplateNames.Check(template.Page!, computed);
    }
}
