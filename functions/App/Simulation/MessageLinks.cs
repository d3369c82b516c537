using System.Text.RegularExpressions;
using MarketingAutomation.Messages;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Simulation;

/// <summary>The tracked addresses of a message, as somebody finds them who has nothing but the message.</summary>
/// <param name="Open">What its pixel says; null where it has none.</param>
/// <param name="Clicks">What its links say, in their order.</param>
/// <param name="Unsubscribe">What its one-click address says; null where its topic cannot be refused.</param>
internal sealed partial record MessageLinks(TrackingToken.Open? Open, IReadOnlyList<TrackingToken.Click> Clicks, TrackingToken.Unsubscribe? Unsubscribe)
{
    /// <exception cref="FormatException">An address was not signed by this deployment.</exception>
    public static MessageLinks Of(OutgoingMessage message, TrackingTokens tokens) => new(
        Read<TrackingToken.Open>(message.Html, "o", tokens).FirstOrDefault(),
        [.. Read<TrackingToken.Click>(message.Html, "c", tokens)],
        message.UnsubscribeUrl is { } url ? Read<TrackingToken.Unsubscribe>(url, "u", tokens).First() : null);

    private static IEnumerable<T> Read<T>(string text, string scope, TrackingTokens tokens) where T : TrackingToken =>
        from match in Tracked().Matches(text)
        where match.Groups["scope"].Value == scope
        select tokens.TryRead<T>(match.Groups["token"].Value, out var token) ? token : throw new FormatException($"A message holds a link of {typeof(T).Name} that does not verify.");

    [GeneratedRegex("/t/(?<scope>[ocu])/(?<token>[A-Za-z0-9._/-]+)")]
    private static partial Regex Tracked();
}
