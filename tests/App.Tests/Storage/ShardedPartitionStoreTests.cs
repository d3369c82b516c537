namespace MarketingAutomation.Storage;

/// <summary>The contract inside one shard of two accounts, and outside of all shards.</summary>
public abstract class ShardedPartitionStoreContract(Azurite azurite, string prefix) : PartitionStoreContract(prefix), IAsyncLifetime
{
    private ShardedPartitionStore _store = null!;

    private protected override IPartitionStore Store => _store;

    public async ValueTask InitializeAsync() => _store = TableStores.Open(string.Join(", ", await azurite.TakeAccountsAsync(2)), TimeProvider.System);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

public sealed class FirstHalfOfTwoAccountsTests(Azurite azurite) : ShardedPartitionStoreContract(azurite, "3f-");

public sealed class SecondHalfOfTwoAccountsTests(Azurite azurite) : ShardedPartitionStoreContract(azurite, "c-")
{
    [Fact]
    public async Task A_scan_over_all_accounts_goes_in_order()
    {
        string[] partitions = [.. Enumerable.Range(0, 64).Select(i => $"{i * 4:x2}-a"), "3~x", "a", "b~y", "catalogs", "zz"];
        foreach (var partition in partitions.Reverse()) await Store.CommitAsync(Table, partition, [new Write.Insert("2", []), new Write.Insert("1", [])], Ct);
        var expected = partitions.Order(StringComparer.Ordinal).SelectMany(partition => (string[])[$"{partition} 1", $"{partition} 2"]).ToArray();
        Assert.Equal(expected, (await Store.ScanAsync(Table, "", "~", Ct).ToListAsync(Ct)).Select(row => $"{row.Partition} {row.Key}"));
        Assert.Equal(expected.Where(row => string.CompareOrdinal(row, "80") >= 0 && string.CompareOrdinal(row, "b1") < 0), (await Store.ScanAsync(Table, "80", "b1", Ct).ToListAsync(Ct)).Select(row => $"{row.Partition} {row.Key}"));
    }
}

public sealed class TableStoresTests(Azurite azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("AccountKey=c2VjcmV0")]
    [InlineData("http://shop.table.core.windows.net")]
    [InlineData("https://shop.table.core.windows.net?sig=c2VjcmV0")]
    [InlineData("https://me:c2VjcmV0@shop.table.core.windows.net")]
    [InlineData("https://shop.table.core.windows.net,nonsense c2VjcmV0")]
    [InlineData("https://shop.table.core.windows.net,https://shop.table.core.windows.net")]
    public void What_is_no_account_is_refused_without_being_repeated(string setting)
    {
        var fault = Assert.Throws<Commands.CommandFault>(() => TableStores.Open(setting, TimeProvider.System));
        Assert.Contains("MARKETING_STORAGE", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_are_opened_with_the_machines_identity() =>
        Assert.Equal(["shopa", "shopb"], TableStores.Open("https://shopa.table.core.windows.net, https://shopb.table.core.windows.net/", TimeProvider.System).AccountNames);

    [Fact]
    public async Task Half_of_the_shards_live_in_each_of_two_accounts_and_the_rest_in_the_first()
    {
        var accounts = await azurite.TakeAccountsAsync(2);
        var store = TableStores.Open(string.Join(',', accounts), TimeProvider.System);
        foreach (var partition in (string[])["00-a", "7f-a", "80-a", "ff-a", "f~x~20260101", "secrets"]) await store.CommitAsync("customers", partition, [new Write.Insert("state", [])], Ct);
        Assert.Equal("00-a 7f-a secrets", await PartitionsAsync(accounts[0]));
        Assert.Equal("80-a ff-a f~x~20260101", await PartitionsAsync(accounts[1]));
    }

    [Fact]
    public async Task A_map_that_names_an_unknown_account_says_what_to_do()
    {
        var accounts = await azurite.TakeAccountsAsync(2);
        var both = TableStores.Open(string.Join(',', accounts), TimeProvider.System);
        await both.CommitAsync("customers", "ff-a", [new Write.Insert("state", [])], Ct);
        var one = TableStores.Open(accounts[0], TimeProvider.System);
        Assert.Null(await one.ReadAsync("customers", "00-a", "state", Ct));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => one.ReadAsync("customers", "ff-a", "state", Ct));
        Assert.Contains("MARKETING_STORAGE", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_map_costs_an_event_no_round_trip_of_its_own()
    {
        var trips = new RoundTrips();
        var store = TableStores.Open((await azurite.TakeAccountsAsync(1))[0], TimeProvider.System, trips, ShardTimes.Default with { Lease = TimeSpan.FromHours(1) });
        await store.CommitAsync("customers", "00-a", [new Write.Insert("state", [])], Ct);
        var before = trips.All;
        for (var i = 0; i < 10; i++)
        {
            var state = (await store.ReadRangeAsync("customers", "00-a", "state", "todo~", Ct))[0];
            await store.CommitAsync("customers", "00-a", [new Write.Replace("state", [], state.ETag)], Ct);
        }
        Assert.Equal(20, trips.All - before);
    }

    private static async Task<string> PartitionsAsync(string account)
    {
        var store = new TablePartitionStore(TableAccount.FromConnectionString(account, new(new())), TimeProvider.System);
        return string.Join(' ', (await store.ScanAsync("customers", "", "~", Ct).ToListAsync(Ct)).Select(row => row.Partition));
    }
}
