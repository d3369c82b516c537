using System.Collections.Frozen;
using MarketingAutomation.Segments;

namespace MarketingAutomation.Journeys;

/// <summary>A journey's steps by id, each with the one that follows it.</summary>
public sealed class Plan
{
    private readonly FrozenDictionary<string, Place> places;

    public Plan(Journey journey)
    {
        Dictionary<string, Place> all = new(StringComparer.Ordinal);
        Lay(journey.Steps, null);
        places = all.ToFrozenDictionary(StringComparer.Ordinal);
        Messages = [.. all.Values.Select(place => place.Step).OfType<Step.Send>().Select(send => send.Message)];
        First = journey.Steps is [var first, ..] ? first.Id : null;

        void Lay(IReadOnlyList<Step> steps, string? after)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                var next = i + 1 < steps.Count ? steps[i + 1].Id : after;
                all[steps[i].Id] = new(steps[i], next);
                if (steps[i] is Step.Branch branch)
                    foreach (var way in branch.Ways) Lay(way.Steps, next);
            }
        }
    }

    /// <summary>The messages it sends, in the order in which they are written.</summary>
    public IReadOnlyList<string> Messages { get; }

    /// <summary>Where a run begins; null for a journey without steps.</summary>
    public string? First { get; }

    /// <summary>The step and what follows it, or null where the journey no longer has it.</summary>
    public Place? At(string step) => places.GetValueOrDefault(step);

    /// <summary>The conditions of all branches, also nested ones.</summary>
    public static IEnumerable<Condition> Conditions(IReadOnlyList<Step> steps) =>
        steps.OfType<Step.Branch>().SelectMany(branch => branch.Ways).SelectMany(way => (way.When is { } when ? [when] : Enumerable.Empty<Condition>()).Concat(Conditions(way.Steps)));
}

/// <param name="Next">Id of the step that follows; null where the journey ends.</param>
public sealed record Place(Step Step, string? Next);
