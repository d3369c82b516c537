using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Scriban;
using Scriban.Parsing;

namespace MarketingAutomation.Messages;

/// <summary>A message's templates, parsed once for as long as its catalog lives.</summary>
internal sealed record CompiledMessage(ImmutableSortedDictionary<string, CompiledBody> Bodies)
{
    private static readonly ConditionalWeakTable<MessageFolder, CompiledMessage> Known = [];

    public static CompiledMessage Of(MessageFolder folder) => Known.GetValue(folder, Compile);

    private static CompiledMessage Compile(MessageFolder folder) => new(
        (from body in folder.Bodies
         where folder.Message.Subject.ContainsKey(body.Key)
         select KeyValuePair.Create(body.Key, new CompiledBody(
             Parse(folder.Message.Subject[body.Key]),
             Parse(body.Value.Html),
             body.Value.Text is { } text ? Parse(text) : null,
             folder.Shared.For(body.Key, ".html"),
             folder.Shared.For(body.Key, ".txt"))))
        .ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <param name="path">File of a partial; null where the caller knows the place.</param>
    public static Template Parse(string text, string? path = null) => Template.Parse(text, path, new ParserOptions { ExpressionDepthLimit = 50 });
}

/// <param name="Text">Null where the plain text is made from the HTML.</param>
internal sealed record CompiledBody(Template Subject, Template Html, Template? Text, PartialsFor HtmlPartials, PartialsFor TextPartials);
