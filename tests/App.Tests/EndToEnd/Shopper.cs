using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MarketingAutomation.EndToEnd;

/// <summary>One call as an SDK sends it.</summary>
internal sealed record ShopperCall(
    string Type, string MessageId, string? UserId, string? AnonymousId, DateTimeOffset Timestamp,
    string? Event = null, ShopperProperties? Properties = null, ImmutableSortedDictionary<string, string>? Traits = null)
{
    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Batch(IReadOnlyList<ShopperCall> calls) => JsonSerializer.SerializeToUtf8Bytes(new { batch = calls }, Wire);
}

internal sealed record ShopperProperties(decimal Revenue);

/// <summary>Somebody who visits the shop, and everything they do there.</summary>
/// <param name="Devices">The anonymousIds of their devices.</param>
/// <param name="Calls">In the order of time.</param>
internal sealed record Shopper(string UserId, IReadOnlyList<string> Devices, IReadOnlyList<ShopperCall> Calls)
{
    /// <summary>Makes up shoppers: a third is known from the start, a third comes to be known, a third has given an address before and has two devices.</summary>
    public static IReadOnlyList<Shopper> Make(Random random, int count, DateTimeOffset until) => [.. Enumerable.Range(0, count).Select(number => new Story(random, number, until).Tell())];

    private sealed class Story(Random random, int number, DateTimeOffset until)
    {
        private static readonly string[] Plans = ["free", "silver", "gold"];

        private readonly string userId = $"shopper-{number}";
        private readonly List<ShopperCall> calls = [];
        private DateTimeOffset now = until - TimeSpan.FromHours(1) + TimeSpan.FromSeconds(number);

        public Shopper Tell()
        {
            string[] devices = (number % 3) switch { 0 => [], 1 => [$"device-{number}"], _ => [$"device-{number}", $"tablet-{number}"] };
            if (devices is [_, _]) Identify(null, devices[0], ("email", $"first-{number}@shop.example"), ("city", "Graz"));
            foreach (var device in devices)
                Act(random.Next(1, 4), null, device);
            if (devices is [_, _]) Identify(null, devices[0], ("city", "Linz"), ("size", "M"));
            Identify(userId, devices.FirstOrDefault(), ("email", $"shopper-{number}@shop.example"), ("plan", Plans[random.Next(3)]));
            Act(random.Next(2, 5), userId, null);
            if (devices is [_, var second]) Track("Product Viewed", userId, second);
            foreach (var device in devices)
                Act(random.Next(0, 3), null, device); // a device that has forgotten who it belongs to
            Identify(userId, null, ("plan", Plans[random.Next(3)]));
            Act(random.Next(1, 4), userId, null);
            return new(userId, devices, calls);
        }

        private void Act(int times, string? user, string? device)
        {
            for (var i = 0; i < times; i++) Track(random.Next(3) == 0 ? "Order Completed" : "Product Viewed", user, device);
        }

        private void Track(string name, string? user, string? device) =>
            calls.Add(new("track", Id(), user, device, Next(), name, name == "Order Completed" ? new(random.Next(10, 200)) : null));

        private void Identify(string? user, string? device, params ReadOnlySpan<(string Name, string Value)> traits) =>
            calls.Add(new("identify", Id(), user, device, Next(), Traits: traits.ToArray().ToImmutableSortedDictionary(trait => trait.Name, trait => trait.Value, StringComparer.Ordinal)));

        private string Id() => $"{userId}-{calls.Count}";

        private DateTimeOffset Next() => now += TimeSpan.FromMilliseconds(random.Next(1, 60_000));
    }
}
