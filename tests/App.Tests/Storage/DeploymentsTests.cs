using MarketingAutomation.Commands;

namespace MarketingAutomation.Storage;

public sealed class DeploymentsTests : IDisposable
{
    private static readonly string Pepper = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]), Key = Convert.ToBase64String([.. Enumerable.Range(2, 32).Select(i => (byte)i)]);

    private readonly ScratchFolder folder = new();
    private readonly SqliteFile file;
    private readonly SqlitePartitionStore store;

    public DeploymentsTests()
    {
        file = new(folder.File);
        store = new(file);
    }

    public void Dispose()
    {
        file.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Secrets_that_nobody_gives_are_made_once()
    {
        var (first, then) = (await OpenAsync(null, null), await OpenAsync(null, null));

        Assert.Equal(first.Pepper, then.Pepper);
        Assert.Equal(first.TrackingKey, then.TrackingKey);
        Assert.NotEqual(first.Pepper, first.TrackingKey);
    }

    [Fact]
    public async Task Secrets_that_are_given_are_used_and_not_kept()
    {
        Assert.Equal(Convert.FromBase64String(Pepper), (await OpenAsync(Pepper, Key)).Pepper);
        Assert.Equal(Convert.FromBase64String(Key), (await OpenAsync(Pepper, Key)).TrackingKey);
        await foreach (var row in store.ScanAsync(Tables.Deployment, "", "~", Ct))
            Assert.DoesNotContain(Convert.ToBase64String(row.Value), new[] { Pepper, Key });
    }

    [Theory]
    [InlineData("c2hvcnQ=", "is not 32 bytes"), InlineData("@Microsoft.KeyVault(SecretUri=https://v/secrets/pepper)", "the vault did not answer")]
    public async Task A_secret_that_is_none_stops_the_start_and_is_not_shown(string given, string says)
    {
        var fault = await Assert.ThrowsAsync<CommandFault>(() => OpenAsync(given, Key));

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(given, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_pepper_than_the_data_was_made_with_stops_the_start()
    {
        await OpenAsync(Pepper, Key);

        Assert.Contains("MARKETING_PEPPER is another", (await Assert.ThrowsAsync<CommandFault>(() => OpenAsync(Key, Key))).Message, StringComparison.Ordinal);
        Assert.Contains("MARKETING_PEPPER is not set", (await Assert.ThrowsAsync<CommandFault>(() => OpenAsync(null, Key))).Message, StringComparison.Ordinal);
        Assert.Contains("MARKETING_TRACKING_KEY is another", (await Assert.ThrowsAsync<CommandFault>(() => OpenAsync(Pepper, Pepper))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kept_secrets_may_move_to_a_vault_if_they_stay_the_same()
    {
        var kept = await OpenAsync(null, null);

        Assert.Equal(kept.Pepper, (await OpenAsync(Convert.ToBase64String(kept.Pepper), Convert.ToBase64String(kept.TrackingKey))).Pepper);
        await Assert.ThrowsAsync<CommandFault>(() => OpenAsync(Pepper, Key));
    }

    [Fact]
    public async Task Looking_makes_nothing()
    {
        Assert.Null(await Deployments.FindAsync(store, Url, _ => null, Ct));
        Assert.Equal(Convert.FromBase64String(Pepper), (await Deployments.FindAsync(store, Url, Variables(Pepper, Key), Ct))!.Pepper);
        Assert.Null(await store.ReadAsync(Tables.Deployment, "secrets", "pepper", Ct));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Uri Url { get; } = new("https://shop.example");

    private Task<Deployment> OpenAsync(string? pepper, string? key) => Deployments.OpenAsync(store, new(folder.File, Url), Variables(pepper, key), Ct);

    private static Func<string, string?> Variables(string? pepper, string? key) => name => name switch { "MARKETING_PEPPER" => pepper, "MARKETING_TRACKING_KEY" => key, _ => null };
}
