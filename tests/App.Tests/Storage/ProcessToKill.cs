using System.Globalization;
using System.IO.Pipes;
using System.Text;

namespace MarketingAutomation.Storage;

/// <summary>
/// The process that dies in <see cref="SqliteFileTests.What_was_acknowledged_survives_the_death_of_the_process"/>: it tells
/// through a pipe what it has committed, until it is killed.
/// </summary>
public sealed class ProcessToKill
{
    /// <summary>Environment variables that name the SQLite file and the pipe.</summary>
    internal const string File = "MARKETING_TEST_FILE", Pipe = "MARKETING_TEST_PIPE";

    [Fact(Explicit = true)]
    public async Task Writes_until_killed()
    {
        var ct = TestContext.Current.CancellationToken;
        var pipe = Environment.GetEnvironmentVariable(Pipe);
        Assert.SkipWhen(pipe is null, "Runs only as another test's child.");
        await using var acknowledged = new NamedPipeClientStream(".", pipe!, PipeDirection.Out);
        await acknowledged.ConnectAsync(ct);
        using var file = new SqliteFile(Environment.GetEnvironmentVariable(File)!);
        var (store, written, one) = (new SqlitePartitionStore(file), 0, new SemaphoreSlim(1));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            while (Interlocked.Increment(ref written) is < 50_000 and var i)
            {
                var key = i.ToString("d5", CultureInfo.InvariantCulture);
                await store.CommitAsync("rows", $"p{writer}", [new Write.Insert(key, new byte[500]), new Write.Insert(key + "+", [])], ct);
                await one.WaitAsync(ct);
                await acknowledged.WriteAsync(Encoding.ASCII.GetBytes(key + "\n"), ct);
                one.Release();
            }
        }));
        Assert.Fail("Nobody killed this process.");
    }
}
