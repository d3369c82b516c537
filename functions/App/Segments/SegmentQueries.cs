using System.Text.Json;
using MarketingAutomation.Config;
using MarketingAutomation.Customers;
using MarketingAutomation.Journeys;
using MarketingAutomation.Reports;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Segments;

/// <summary>What people ask about segments, answered from the index and from the customers as they are stored. No customer is changed.</summary>
/// <param name="sampleSize">Customers a preview looks at; with so many the interval is some two percentage points to either side at worst.</param>
internal sealed class SegmentQueries(IPartitionStore store, Catalog catalog, TimeProvider clock, int sampleSize = 2500)
{
    /// <summary>Most members on a page.</summary>
    public const int MostOnPage = 1000;

    private readonly Members members = new(store);
    private readonly StoredCustomers stored = new(store);
    private readonly CustomerStore customers = new(store, catalog, clock, new Quarantine(store, NullLogger<Quarantine>.Instance));

    public async Task<SegmentList> ListAsync(CancellationToken ct)
    {
        List<SegmentLine> lines = [];
        foreach (var (id, segment) in catalog.Segments) lines.Add(new(id, segment.Name, await members.CountAsync(id, ct)));
        return new(lines, await ProgressAsync(ct));
    }

    /// <returns>Null where there is no such segment.</returns>
    public async Task<SegmentDetails?> ShowAsync(string id, CancellationToken ct)
    {
        if (!catalog.Segments.TryGetValue(id, out var segment)) return null;
        var since = catalog.Lineage?.Since.Where(part => part.Key.StartsWith($"segment {id} ", StringComparison.Ordinal)).Select(part => (long?)part.Value).FirstOrDefault();
        return new(
            id, segment.Name, segment.Description, JsonElement.Parse(ConfigJson.Canonical(segment.When)), await members.CountAsync(id, ct),
            [.. Names(segment.When).Distinct().Order(StringComparer.Ordinal)], catalog.Rules.SegmentsTouchedBySegment(id),
            [.. catalog.Journeys.Where(journey => Asks(journey.Value, id)).Select(journey => journey.Key)], since, await ProgressAsync(ct));
    }

    /// <param name="after">Key of the last customer of the page before.</param>
    /// <param name="limit">From 1 to <see cref="MostOnPage"/>.</param>
    /// <returns>Null where there is no such segment.</returns>
    public async Task<MemberPage?> MembersAsync(string id, CustomerKey? after, int limit, CancellationToken ct)
    {
        if (!catalog.Segments.ContainsKey(id)) return null;
        var page = await members.ListAsync(id, after, ct).Take(limit + 1).ToListAsync(ct);
        var lines = await Task.WhenAll(page.Take(limit).Select(async member => new MemberLine(member.Customer.Value, (await customers.LoadAsync(member.Customer, ct)).Customer.UserId, member.Since)));
        return new(lines, page.Count > limit ? lines[^1].Customer : null);
    }

    /// <summary>How many customers would be in a segment of another catalog than the one that is published.</summary>
    /// <param name="read">Reads that catalog under a version.</param>
    /// <param name="exact">Looks at everybody rather than at a sample.</param>
    public async Task<SegmentPreview> PreviewAsync(string id, Func<long, Catalog> read, bool exact, CancellationToken ct)
    {
        var (next, now) = (await Catalogs.NextAsync(store, read, ct), clock.GetUtcNow());
        long sampled = 0, among = 0;
        var shards = 0;
        for (; shards < StoredCustomers.Shards && (exact || sampled < sampleSize); shards++) // keys are hashes, so a shard is a fair sample
            await foreach (var (customer, _) in stored.ReadAsync(shards, "", ct))
            {
                sampled++;
                if (await IsInAsync(next, id, customer, now, ct)) among++;
            }
        if (shards == StoredCustomers.Shards || sampled == 0) return new(sampled, among, among, among, among, shards == StoredCustomers.Shards);
        var (all, interval) = (sampled * (double)StoredCustomers.Shards / shards, Rates.Wilson(among, sampled));
        return new(sampled, among, (long)Math.Round(all * among / sampled), (long)Math.Floor(all * interval.Low), (long)Math.Ceiling(all * interval.High), false);
    }

    /// <summary>Makes the index of members anew (<see cref="Members.ReindexAsync"/>).</summary>
    /// <returns>Memberships there are.</returns>
    public async Task<long> ReindexAsync(CancellationToken ct)
    {
        var found = 0L;
        for (var shard = 0; shard < StoredCustomers.Shards; shard++) found += await members.ReindexAsync(shard, catalog.Segments.Keys, ct);
        return found;
    }

    // As the customer's next decision would have it.
    private async Task<bool> IsInAsync(Catalog next, string id, Customer customer, DateTimeOffset now, CancellationToken ct)
    {
        var woke = new Input.Woke(now);
        var decision = Pipeline.Decide(next, customer, woke, now);
        if (decision is Decision.NeedsHistory)
            decision = Pipeline.Decide(next, customer, woke with { Past = await customers.HistoryAsync(customer.Key, ct) }, now);
        return decision is Decision.Made made && made.Customer.Segments.ContainsKey(id);
    }

    private Task<RebuildProgress?> ProgressAsync(CancellationToken ct) => Rebuilds.ProgressAsync(store, Rebuilds.VersionOf(catalog), ct);

    private static IEnumerable<string> Names(Condition condition) => Rules.Nodes(condition).OfType<Condition.InSegment>().Select(other => other.Segment);

    private static bool Asks(Journey journey, string id) =>
        journey.Entry is Entry.SegmentEntered { Segment: var entered } && entered == id
        || (journey.ExitOn ?? []).Any(rule => rule is ExitRule.SegmentEntered { Segment: var one } && one == id || rule is ExitRule.SegmentLeft { Segment: var other } && other == id)
        || Plan.Conditions(journey.Steps).SelectMany(Names).Contains(id);
}
