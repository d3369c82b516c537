[assembly: AssemblyFixture(typeof(MarketingAutomation.Storage.Azurite))]

namespace MarketingAutomation.Storage;

/// <summary>One <see cref="AzuriteProcess"/> for all tests of the run, started when first asked for.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteProcess>> _process = new(() => AzuriteProcess.StartAsync(AzuriteProcess.ProgramIn(SharedFolder.Repository), accounts: 1000));
    private int _taken;

    /// <summary>Path of the program; the test is skipped where Azurite is not installed.</summary>
    public static string ProgramOrSkip()
    {
        var program = AzuriteProcess.ProgramIn(SharedFolder.Repository);
        Assert.SkipUnless(File.Exists(program), "Azurite is not installed: run tests/run, which does it where npm is.");
        return program;
    }

    /// <summary>Connection strings of accounts that no other test uses; the test is skipped where Azurite is not installed.</summary>
    public async Task<string[]> TakeAccountsAsync(int count)
    {
        ProgramOrSkip();
        var all = (await _process.Value).Accounts;
        var end = Interlocked.Add(ref _taken, count);
        return end <= all.Length ? all[(end - count)..end] : throw new InvalidOperationException("Let Azurite have more accounts.");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process.IsValueCreated) await (await _process.Value).DisposeAsync();
    }
}
