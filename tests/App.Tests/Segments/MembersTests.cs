using CsCheck;
using MarketingAutomation.Customers;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Segments;

public sealed class MembersTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Pepper = new byte[32];

    private readonly Simulation.ScratchFolder scratch = new();
    private readonly SqliteFile file;
    private readonly Members members;

    public MembersTests()
    {
        file = new(Path.Combine(scratch.Path, "marketing.db"), durable: false);
        members = new(new SqlitePartitionStore(file));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        file.Dispose();
        scratch.Dispose();
    }

    private static CustomerKey Key(int i) => CustomerKey.OfUser(Pepper, $"{i}");

    private async Task<List<Member>> ListAsync(string segment, CustomerKey? after = null) => await members.ListAsync(segment, after, Ct).ToListAsync(Ct);

    [Fact]
    public async Task Whatever_order_changes_come_in_and_however_often_the_latest_state_stands() => await Gen.Int[0, 1_000_000].SampleAsync(async seed =>
    {
        var segment = $"s{seed}";
        var changes = Enumerable.Range(1, 12).Select(version => new MemberChange(segment, Key(version % 3), version, Hash.Bucket($"{seed}", $"{version}") % 2 == 0 ? Monday.AddHours(version) : null)).ToList();
        await Task.WhenAll(changes.Concat(changes.Take(5)).OrderBy(change => Hash.Bucket($"{seed} {change.Version}")).Chunk(2).Select(chunk => members.PutAsync(chunk, Ct)));
        var expected = changes.Where(change => change.Version > 9 && change.Since is not null).Select(change => new Member(change.Customer, change.Since!.Value)).OrderBy(member => member.Customer);
        Assert.Equal(expected, await ListAsync(segment));
    }, iter: 40, threads: 1);

    [Fact]
    public async Task Pages_follow_each_other_without_gaps_and_names_that_begin_alike_are_kept_apart()
    {
        await members.PutAsync([.. Enumerable.Range(0, 300).SelectMany(i => new[] { new MemberChange("vip", Key(i), 1, Monday), new MemberChange("vip-2", Key(i), 1, i % 2 == 0 ? Monday : null) })], Ct);
        List<CustomerKey> paged = [];
        while (await members.ListAsync("vip", paged.Count > 0 ? paged[^1] : null, Ct).Take(7).ToListAsync(Ct) is [_, ..] page) paged.AddRange(page.Select(member => member.Customer));
        Assert.Equal(Enumerable.Range(0, 300).Select(Key).Order(), paged);
        Assert.Equal((300, 150), (await members.CountAsync("vip", Ct), await members.CountAsync("vip-2", Ct)));
    }

    [Fact]
    public async Task Of_what_one_commit_changes_twice_the_last_counts()
    {
        await members.PutAsync([new("vip", Key(1), 5, null), new("vip", Key(1), 5, Monday)], Ct);
        Assert.Equal(Monday, Assert.Single(await ListAsync("vip")).Since);
    }
}
