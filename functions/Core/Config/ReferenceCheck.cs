using System.Collections.Immutable;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>Whatever one file calls by name exists.</summary>
public static class ReferenceCheck
{
    public static IEnumerable<Finding> Check(Part part, Names names) => part.Value switch
    {
        Condition.InSegment c => Unknown(part, "segment", c.Segment, names.Segments, "file in config/segments"),
        Condition.Trait { Path: var path } when path.StartsWith("computed.", StringComparison.Ordinal) => Unknown(part, "trait", path["computed.".Length..], names.Traits, "file in config/traits"),
        Condition.Engaged c => [.. Unknown(part, "message", c.Message, names.Messages, "folder in config/messages"), .. Unknown(part, "topic", c.Topic, names.Topics, "topic of policy.json")],
        Condition.Consented c => Unknown(part, "consent", c.Topic, names.Consents, "topic of policy.json"),
        Entry.SegmentEntered e => Unknown(part, "segmentEntered", e.Segment, names.Segments, "file in config/segments"),
        ExitRule.SegmentEntered e => Unknown(part, "segmentEntered", e.Segment, names.Segments, "file in config/segments"),
        ExitRule.SegmentLeft e => Unknown(part, "segmentLeft", e.Segment, names.Segments, "file in config/segments"),
        Broadcast b => [.. Unknown(part, "segment", b.Segment, names.Segments, "file in config/segments"), .. Unknown(part, "message", b.Message, names.Messages, "folder in config/messages")],
        FrequencyCap c => Unknown(part, "topic", c.Topic, names.Topics, "topic of policy.json"),
        Policy p => Unknown(part, "unknownCountry", p.UnknownCountry, names.Packs, "file in config/policy"),
        Step.Send s => Unknown(part, "send", s.Message, names.Messages, "folder in config/messages"),
        Message m => [.. Unknown(part, "topic", m.Topic, names.Topics, "topic of policy.json"), .. Unknown(part, "from", m.From, names.Senders, "sender of policy.json")],
        _ => [],
    };

    private static IEnumerable<Finding> Unknown(Part part, string property, string? name, ImmutableSortedSet<string>? known, string what) =>
        name is null || known is null || known.Contains(name) ? [] : [part.At(property, $"\"{name}\" names no {what}{Words.DidYouMean(name, known)}")];
}
