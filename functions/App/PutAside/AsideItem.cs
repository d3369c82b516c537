using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.PutAside;

/// <summary>Work that was put aside because it failed for good, or again and again.</summary>
/// <param name="Id">Names it in commands: <c>dead-{queue}-{number}</c> for a message of the bus, <c>quarantine-{partition}-{row}</c> for a row of quarantine.</param>
/// <param name="What">What kind of work it is: a queue, or an input of a customer.</param>
/// <param name="At">When it was put aside, UTC; null where that was not kept.</param>
/// <param name="Reason">Class of the fault, without personal data.</param>
/// <param name="Content">What is to be done, as JSON. Holds personal data: shown only when asked for.</param>
internal sealed record AsideItem(string Id, string What, DateTimeOffset? At, string Reason, [property: JsonIgnore] byte[] Content);

/// <param name="Content">Of the item, as it was sent.</param>
internal sealed record AsideDetails(string Id, string What, DateTimeOffset? At, string Reason, JsonElement Content);

internal sealed record AsideList(IReadOnlyList<AsideItem> Items);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(AsideList))]
[JsonSerializable(typeof(AsideDetails))]
internal sealed partial class AsideJson : JsonSerializerContext;
