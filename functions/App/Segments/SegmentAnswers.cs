using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.Segments;

/// <summary>A segment in a list.</summary>
/// <param name="Customers">In it now, by the index.</param>
internal sealed record SegmentLine(string Id, IReadOnlyDictionary<string, string> Name, long Customers);

/// <param name="Rebuild">Null where none was needed since the data was made.</param>
internal sealed record SegmentList(IReadOnlyList<SegmentLine> Segments, RebuildProgress? Rebuild);

/// <param name="When">The definition, written in one fixed way.</param>
/// <param name="Asks">Segments that its definition names.</param>
/// <param name="AskedBy">Segments whose definitions name it.</param>
/// <param name="Journeys">Journeys that begin, branch or end by it, and broadcasts to it.</param>
/// <param name="ChangedIn">The catalog version since which the definition is as it is.</param>
internal sealed record SegmentDetails(
    string Id, IReadOnlyDictionary<string, string> Name, string? Description, JsonElement When, long Customers,
    IReadOnlyList<string> Asks, IReadOnlyList<string> AskedBy, IReadOnlyList<string> Journeys, long? ChangedIn, RebuildProgress? Rebuild);

/// <param name="Customer">The customer's key, which gives away no id.</param>
/// <param name="UserId">Null for who is still anonymous.</param>
internal sealed record MemberLine(string Customer, string? UserId, DateTimeOffset Since);

/// <param name="Next">What to ask for as <c>after</c> to get the next page; null on the last.</param>
internal sealed record MemberPage(IReadOnlyList<MemberLine> Members, string? Next);

/// <summary>How many customers a definition would have, without publishing it.</summary>
/// <param name="Sampled">Customers looked at.</param>
/// <param name="Among">Of those, in the segment.</param>
/// <param name="Customers">In it of all customers: counted where exact, else the estimate.</param>
/// <param name="Low">95 % interval of <paramref name="Customers"/> (Wilson); the number itself where exact.</param>
internal sealed record SegmentPreview(long Sampled, long Among, long Customers, long Low, long High, bool IsExact);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(SegmentList))]
[JsonSerializable(typeof(SegmentDetails))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(SegmentPreview))]
internal sealed partial class SegmentJson : JsonSerializerContext
{
    private static SegmentJson? readable;

    /// <summary>People's languages stay readable.</summary>
    public static SegmentJson Readable => readable ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
