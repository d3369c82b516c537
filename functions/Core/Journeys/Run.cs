using System.Text.Json;
using System.Text.Json.Serialization;
using MarketingAutomation.Reports;

namespace MarketingAutomation.Journeys;

/// <summary>One customer's passage through one journey.</summary>
/// <param name="Id">Hash of customer, journey and what started it: the same entry can never make two runs.</param>
/// <param name="Key">Value of the entry event's key property; empty where the journey has none.</param>
/// <param name="EnteredAt">When what started it happened, which may be a while before it was decided.</param>
/// <param name="CatalogVersion">The catalog it started under.</param>
public sealed record Run(string Id, string Journey, string Key, Arm Arm, DateTimeOffset EnteredAt, long CatalogVersion)
{
    /// <summary>Id of the step it is at; null once it has ended.</summary>
    public string? Step { get; init; }

    /// <summary>When it came to <see cref="Step"/>.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When a wait at <see cref="Step"/> is over; null where the run waits for something else.</summary>
    public DateTimeOffset? Due { get; init; }

    public DateTimeOffset? ExitedAt { get; init; }

    public DateTimeOffset? ConvertedAt { get; init; }

    /// <summary>Until when the goal counts, inclusive; null where the journey has none.</summary>
    public DateTimeOffset? GoalUntil { get; init; }

    /// <summary>Properties of the event that started it, for templates; undefined where a segment started it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Entry { get; init; }

    [JsonIgnore]
    public bool IsActive => ExitedAt is null;
}
