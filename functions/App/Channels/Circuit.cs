using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Channels;

/// <summary>Holds messages back while the provider is down or refuses our account, so that an outage costs few attempts; then lets one after the other try until one succeeds.</summary>
internal sealed class Circuit(TimeProvider clock)
{
    /// <summary>So many in a row that fail for a reason that is not theirs are an outage.</summary>
    public const int Failures = 5;

    /// <summary>From one try to the next while nobody knows yet whether the outage is over.</summary>
    public static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private int failures, openings;
    private bool suspect;
    private DateTimeOffset until;
    private TimeSpan pause;

    /// <summary>Null where a message may try; else when to ask again, another instant for each who asks.</summary>
    public DateTimeOffset? Wait()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (!suspect) return null;
            if (now < until) return until + pause * Random.Shared.NextDouble();
            (until, pause) = (now + BetweenTries, BetweenTries); // this one tries; the others wait for what becomes of it
            return null;
        }
    }

    /// <summary>Takes in what became of an attempt.</summary>
    /// <returns>Until when messages are held back, where that begins or goes on with this outcome.</returns>
    public DateTimeOffset? Take(Outcome outcome)
    {
        lock (gate)
        {
            switch (outcome)
            {
                case Outcome.Retry { Outage: true, After: { } after }:
                    return Open(after);                                  // the provider itself says until when
                case Outcome.Retry { Outage: true } or Outcome.Unknown:
                    return ++failures >= Failures || suspect ? Open(TimeSpan.FromTicks(Math.Min(First.Ticks << Math.Min(openings++, 10), Longest.Ticks))) : null;
                default:
                    (failures, openings, suspect) = (0, 0, false);       // it answered: whatever it said was about that message
                    return null;
            }
        }
    }

    private DateTimeOffset? Open(TimeSpan span)
    {
        var end = clock.GetUtcNow() + span;
        suspect = true;
        if (end <= until) return null;
        (until, pause) = (end, span);
        return end;
    }
}
