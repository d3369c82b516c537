using System.Collections.Immutable;
using MarketingAutomation.Journeys;
using MarketingAutomation.Messages;
using MarketingAutomation.Segments;

namespace MarketingAutomation;

/// <summary>All config in memory, checked. A journey, broadcast, segment or message is known by its file's or folder's name.</summary>
/// <param name="Hash">Of all texts; another hash is another catalog.</param>
/// <param name="Version">Grows with every new <paramref name="Hash"/> that is published.</param>
/// <param name="Journeys">Broadcasts are among them: each is a journey of one step.</param>
/// <param name="Traits">Computed traits; conditions and templates know them as <c>computed.{id}</c>.</param>
/// <param name="Lineage">Since when each part is as it is; all of it is new where not given.</param>
public sealed record Catalog(
    string Hash,
    long Version,
    Policy Policy,
    ImmutableSortedDictionary<string, Segment> Segments,
    ImmutableSortedDictionary<string, Journey> Journeys,
    ImmutableSortedDictionary<string, MessageFolder> Messages,
    Deployment Deployment,
    ImmutableSortedDictionary<string, ComputedTrait>? Traits = null,
    Lineage? Lineage = null)
{
    private Blank? blank;

    /// <summary>Whether the message is one that its customers may refuse; one that is no longer there is.</summary>
    public bool MayBeRefused(string message) => !Messages.TryGetValue(message, out var folder) || Policy.MayBeRefused(folder.Message.Topic);

    /// <summary>What follows from the definitions, worked out once.</summary>
    public Rules Rules { get; } = new(Policy, Segments, Traits ?? ImmutableSortedDictionary<string, ComputedTrait>.Empty, Journeys);

    /// <summary>The broadcasts among the journeys.</summary>
    public IEnumerable<KeyValuePair<string, Journey>> Broadcasts => Journeys.Where(journey => journey.Value.Entry is Entry.Broadcast);

    /// <summary>The memberships of a customer of whom nothing is known.</summary>
    public Blank Blank => blank ??= Blank.Of(this);

    /// <summary>What this catalog says otherwise than an earlier version did.</summary>
    public Changes ChangesSince(long version) => version >= Version ? Changes.None : Lineage?.ChangesSince(version) ?? Rules.Everything;
}

/// <param name="Bodies">By locale.</param>
/// <param name="Partials">What the bodies may include; nothing where not given.</param>
public sealed record MessageFolder(Message Message, ImmutableSortedDictionary<string, Body> Bodies, Partials? Partials = null)
{
    /// <summary>What the bodies may include.</summary>
    public Partials Shared => Partials ?? Messages.Partials.None;
}
