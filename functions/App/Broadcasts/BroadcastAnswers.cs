using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Broadcasts;

/// <summary>A broadcast in a list.</summary>
/// <param name="State"><c>planned</c>, <c>running</c>, <c>complete</c>, <c>cancelled</c>, <c>late</c> or <c>expired</c>; <c>unpublished</c> where no server has seen its file yet.</param>
/// <param name="At">When it begins, or was to begin.</param>
/// <param name="Since">When it did, or was last started.</param>
/// <param name="Audience">Customers whose turn it has been.</param>
internal sealed record BroadcastLine(string Id, IReadOnlyDictionary<string, string> Name, string State, DateTimeOffset At, DateTimeOffset? Since, string Segment, string Message, long Audience);

internal sealed record BroadcastList(IReadOnlyList<BroadcastLine> Broadcasts);

/// <summary>How far a broadcast is, and what became of its messages as the ledger of reports has it.</summary>
/// <param name="Shards">Done, of <paramref name="OfShards"/>.</param>
/// <param name="Audience">Customers whose turn it has been: those entered and those who had left.</param>
/// <param name="Left">No longer in the segment when their turn came, or merged with somebody who has the message.</param>
/// <param name="Entered">Runs, those held out among them.</param>
/// <param name="HeldOut">Kept from the message to measure what it is worth.</param>
/// <param name="Skipped">Those held out included where the message may be refused.</param>
/// <param name="Unknown">The provider may have taken them.</param>
/// <param name="Waiting">Entered, and nothing has become of the message yet.</param>
/// <param name="IsComplete">Everybody's turn has been, and all that were entered are sent, skipped, failed or unknown.</param>
internal sealed record BroadcastDetails(
    string Id, IReadOnlyDictionary<string, string> Name, string State, DateTimeOffset At, DateTimeOffset? Since, string Segment, string Message, int Shards, int OfShards,
    long Audience, long Left, long Entered, long HeldOut, long Sent, long Skipped, IReadOnlyList<Reason> SkippedBecause, long Failed, long Unknown, long Waiting, bool IsComplete);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(BroadcastList))]
[JsonSerializable(typeof(BroadcastDetails))]
internal sealed partial class BroadcastAnswerJson : JsonSerializerContext
{
    private static BroadcastAnswerJson? readable;

    /// <summary>People's languages stay readable.</summary>
    public static BroadcastAnswerJson Readable => readable ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
