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
         select KeyValuePair.Create(body.Key, new CompiledBody(Parse(folder.Message.Subject[body.Key]), Parse(body.Value.Html), body.Value.Text is { } text ? Parse(text) : null)))
        .ToImmutableSortedDictionary(StringComparer.Ordinal));

    public static Template Parse(string text) => Template.Parse(text, parserOptions: new ParserOptions { ExpressionDepthLimit = 50 });
}

/// <param name="Text">Null where the plain text is made from the HTML.</param>
internal sealed record CompiledBody(Template Subject, Template Html, Template? Text);
