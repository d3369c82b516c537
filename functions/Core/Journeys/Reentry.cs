using NodaTime.Text;

namespace MarketingAutomation.Journeys;

/// <summary>Whether a customer may enter a journey again.</summary>
public abstract record Reentry
{
    private Reentry() { }

    public sealed record Never : Reentry;

    public sealed record Always : Reentry;

    public sealed record AfterExit : Reentry;

    /// <summary>Once <paramref name="Span"/> has passed since the last entry.</summary>
    public sealed record Cooldown(TimeSpan Span) : Reentry;

    /// <summary>Reads <c>never</c>, <c>always</c>, <c>afterExit</c> (also where nothing is said) or an ISO 8601 span; null where it is none of them.</summary>
    public static Reentry? Of(string? text) => text switch
    {
        null or "afterExit" => new AfterExit(),
        "never" => new Never(),
        "always" => new Always(),
        _ => PeriodPattern.NormalizingIso.Parse(text) is { Success: true, Value: { Months: 0, Years: 0 } period } && period.ToDuration() > NodaTime.Duration.Zero
            ? new Cooldown(period.ToDuration().ToTimeSpan())
            : null,
    };
}
