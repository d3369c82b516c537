namespace MarketingAutomation.Storage;

public sealed class TablePartitionStoreTests(Azurite azurite) : PartitionStoreContract, IAsyncLifetime
{
    private readonly RoundTrips _trips = new();
    private TablePartitionStore _store = null!;

    private protected override IPartitionStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new(TableAccount.FromConnectionString((await azurite.ConnectionStringsAsync())[0], new(_trips)), TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
