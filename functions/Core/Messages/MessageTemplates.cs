
namespace MarketingAutomation.Messages;

/// <summary>Checks a message's templates before anybody gets them.</summary>
public static class MessageTemplates
{
    /// <summary>Everything wrong with the texts of one message and the partials they include, in the order of its files.</summary>
    /// <remarks>Whether the traits and properties they show exist is for <see cref="Rendering.MissingData"/> to say, customer by customer.</remarks>
    public static IEnumerable<Problem> Check(string messageId, MessageFolder folder, KnownNames? names = null)
    {
        var (subjects, file) = (folder.Message.Subject, $"messages/{messageId}/message.json $.subject");
        foreach (var locale in subjects.Keys.Except(folder.Bodies.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return new($"{file}.{locale}", $"has no body: add messages/{messageId}/{locale}.html or remove this subject");
        foreach (var locale in folder.Bodies.Keys.Except(subjects.Keys, StringComparer.Ordinal))
            yield return new(file, $"has no text for {locale}, which {locale}.html is written in");

        foreach (var text in Texts(messageId, folder))
            foreach (var (partial, line, what) in Check(text, names ?? KnownNames.Unknown, folder.Shared))
                yield return new(partial is null ? text.Place(line) : $"{partial} (line {line + 1})", what);
    }

    /// <summary>What somebody should look at, though nothing is wrong: HTML that is shown as it is, and dates and numbers in languages of which we do not know how they write them.</summary>
    public static IEnumerable<Problem> Notes(string messageId, MessageFolder folder)
    {
        foreach (var text in Texts(messageId, folder))
            if (CompiledMessage.Parse(text.Source) is { HasErrors: false, Page: { } page })
                foreach (var (partial, line, what) in TemplateNotes.Of(page, text.Locale, folder.Shared.For(text.Locale, text.Kind)))
                    yield return new(partial is null ? text.Place(line) : $"{partial} (line {line + 1})", what);
    }

    private static IEnumerable<Text> Texts(string messageId, MessageFolder folder) =>
    [
        .. from subject in folder.Message.Subject.OrderBy(subject => subject.Key, StringComparer.Ordinal)
           select new Text($"messages/{messageId}/message.json $.subject.{subject.Key}", subject.Key, ".txt", subject.Value, IsFile: false),
        .. from body in folder.Bodies
           from text in new[] { (Kind: ".html", Source: (string?)body.Value.Html), (Kind: ".txt", Source: body.Value.Text) }
           where text.Source is not null
           select new Text($"messages/{messageId}/{body.Key}{text.Kind}", body.Key, text.Kind, text.Source, IsFile: true),
    ];

    private static IEnumerable<(string? Partial, int Line, string What)> Check(Text text, KnownNames names, Partials partials)
    {
        var template = CompiledMessage.Parse(text.Source);
        return template.HasErrors
            ? template.Messages.Select(message => ((string?)null, message.Span.Start.Line, $"cannot be read as Scriban: {message.Message}")).DistinctBy(problem => problem.Line) // the first on a line brings on the rest
            : TemplateNames.Check(template.Page!, names, partials.For(text.Locale, text.Kind));
    }

    /// <param name="Kind"><c>.html</c> or <c>.txt</c>, which says what it may include.</param>
    private sealed record Text(string Where, string Locale, string Kind, string Source, bool IsFile)
    {
        /// <param name="line">Counted from 0.</param>
        public string Place(int line) => IsFile ? $"{Where} (line {line + 1})" : Where;
    }
}
