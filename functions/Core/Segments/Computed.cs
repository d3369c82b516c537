using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Segments;

/// <summary>Computed traits as values.</summary>
public static class Computed
{
    /// <summary>The name under which templates find them among the customer's traits.</summary>
    public const string Name = "computed";

    /// <summary>The customer's traits, the computed ones among them; those that come to nothing are left out.</summary>
    public static ImmutableSortedDictionary<string, JsonElement> Traits(Customer customer, Catalog catalog, DateTimeOffset now)
    {
        if (catalog.Rules.ComputedTraits.Count == 0) return customer.Traits;
        JsonObject all = [];
        foreach (var id in catalog.Traits!.Keys)
            if (Of(id, customer, catalog, now) is { IsMissing: false } value) all[id] = value.Number is { } number ? JsonValue.Create(number / 1.0000000000000000000000000000m) : JsonNode.Parse(value.Json.GetRawText());
        return customer.Traits.SetItem(Name, JsonElement.Parse(all.ToJsonString()));
    }

    /// <summary>One computed trait; missing where there is no such event, or no such trait.</summary>
    public static Value Of(string id, Customer customer, Catalog catalog, DateTimeOffset now) =>
        catalog.Rules.ComputedBy($"{Name}.{id}") is { } rule ? new Meter(rule, customer.Tallies.GetValueOrDefault(rule.Id, Tally.None), now).Value : default;
}
