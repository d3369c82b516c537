using System.Text.Encodings.Web;
using System.Text.Json;
using MarketingAutomation.Broadcasts;
using MarketingAutomation.Journeys;
using MarketingAutomation.Jurisdictions;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Config;

/// <summary>The schemas that editors use to complete and underline config files; they stand in <c>config/schema</c>.</summary>
public static class ConfigSchemas
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<(string FileName, string Text)> All() =>
    [
        ("segment.json", TextOf<Segment>()),
        ("trait.json", TextOf<ComputedTrait>()),
        ("journey.json", TextOf<Journey>()),
        ("broadcast.json", TextOf<Broadcast>()),
        ("message.json", TextOf<Message>()),
        ("policy.json", TextOf<Policy>()),
        ("jurisdiction.json", TextOf<Jurisdiction>()),
    ];

    private static string TextOf<T>() => ShapeSchema.Of((Shape.Record)Shapes.Of(typeof(T))).ToJsonString(Pretty) + "\n";
}
