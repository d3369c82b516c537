using System.Collections.Immutable;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Config;

/// <summary>A message has a subject and a body in each of its languages, and a way out where the customer may refuse it.</summary>
public static class MessageCheck
{
    /// <summary>What a template calls the address at which the customer refuses the message's topic.</summary>
    private const string UnsubscribeUrl = "unsubscribe_url";

    public static IEnumerable<Finding> Check(MessageFiles files, Policy? policy, Partials partials) =>
        [.. Complete(files), .. Subjects(files), .. Default(files, policy), .. WayOut(files, policy, partials)];

    private static IEnumerable<Finding> Complete(MessageFiles files)
    {
        if (files.Json is null) yield return new($"{files.Folder}/message.json", null, null, "is missing: it gives the message its name, topic and subject");
        if (files.Html.IsEmpty) yield return new(files.Folder, null, null, "has no body: add one per language, such as en.html");
        foreach (var locale in files.Html.Keys.Union(files.Text.Keys).Where(locale => !LocaleName.IsValid(locale)))
            yield return new($"{files.Folder}/{locale}{(files.Html.ContainsKey(locale) ? ".html" : ".txt")}", null, null, LocaleName.Explain(locale));
        foreach (var locale in files.Text.Keys.Where(locale => !files.Html.ContainsKey(locale)))
            yield return new($"{files.Folder}/{locale}.txt", null, null, $"has no {locale}.html beside it");
    }

    private static IEnumerable<Finding> Subjects(MessageFiles files)
    {
        if (files.Json is not { Value: Message message, Json: { } json }) yield break;
        foreach (var locale in files.Html.Keys.Where(locale => !message.Subject.ContainsKey(locale)))
            yield return json.At("$.subject", $"misses \"{locale}\", for which there is a body: add it or remove {locale}.html");
        foreach (var locale in message.Subject.Keys.Where(locale => !files.Html.ContainsKey(locale)))
            yield return json.At(JsonPath.Child("$.subject", locale), $"has no body: add {locale}.html or remove the subject{Words.DidYouMean(locale, files.Html.Keys)}");
    }

    private static IEnumerable<Finding> Default(MessageFiles files, Policy? policy) =>
        policy is null || files.Html.IsEmpty || files.Html.ContainsKey(policy.DefaultLocale)
            ? []
            : [new(files.Folder, null, null, $"has no {policy.DefaultLocale}.html: customers whose language it lacks get the defaultLocale of policy.json")];

    private static IEnumerable<Finding> WayOut(MessageFiles files, Policy? policy, Partials partials) =>
        files.Json?.Value is Message message && policy?.Topics.GetValueOrDefault(message.Topic) is { Consent: not ConsentRule.None }
            ? [.. WayOut(files.Folder, files.Html, ".html", partials), .. WayOut(files.Folder, files.Text, ".txt", partials)]
            : [];

    private static IEnumerable<Finding> WayOut(string folder, ImmutableSortedDictionary<string, string> bodies, string extension, Partials partials) =>
        from locale in bodies.Keys
        where !PartialsCheck.Mentions(bodies[locale], UnsubscribeUrl, locale, extension, partials)
        select new Finding($"{folder}/{locale}{extension}", null, null, $"has no way to unsubscribe: link to {{{{ {UnsubscribeUrl} }}}}, or choose a topic with consent \"none\"");
}
