using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Channels;

public sealed class SharedRateTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(0.5, 2, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(20, 3, 3)]
    [InlineData(200, 4, 4)]
    public async Task However_many_instances_send_together_they_keep_to_the_rate_and_use_it(double rate, int instances, int seed)
    {
        var (random, clock) = (new Random(seed), new FakeTimeProvider(Noon));
        using var file = File();
        var store = new SqlitePartitionStore(file);
        SharedRate[] rates = [.. Enumerable.Range(0, instances).Select(_ => new SharedRate(store, "all", _ => rate, clock))];
        List<DateTimeOffset> sent = [];
        var waiting = new PriorityQueue<int, DateTimeOffset>();
        var backlog = (int)(rate * 40) + 20;
        for (var message = 0; message < backlog; message++) waiting.Enqueue(message, Noon);

        var asked = 0;
        while (waiting.TryDequeue(out var message, out var due) && due < Noon.AddSeconds(30))
        {
            if (due > clock.GetUtcNow()) clock.SetUtcNow(due);
            asked++;
            // Any instance may receive it; two of them may be asked at the same time.
            var (one, other) = (rates[random.Next(instances)], rates[random.Next(instances)]);
            var extra = random.Next(4) == 0 && waiting.TryDequeue(out var second, out _) ? (int?)second : null;
            var answers = await Task.WhenAll(one.TakeAsync(ct).AsTask(), extra is null ? Task.FromResult<SharedRate.Place>(default) : other.TakeAsync(ct).AsTask());
            foreach (var (id, place) in new[] { (message, answers[0]), (extra ?? -1, answers[1]) }.Where(answer => answer.Item1 >= 0))
                if (place.Wait is { } later) waiting.Enqueue(id, later > clock.GetUtcNow() ? later : throw new InvalidOperationException("It is told to come at once and finds nothing."));
                else sent.Add(clock.GetUtcNow());
        }

        var burst = Deliveries.TokenBucket.Most(rate);
        for (var i = 0; i < sent.Count; i++)
            for (var j = i; j < sent.Count; j++)
                Assert.True(j - i + 1 <= burst + rate * ((sent[j] - sent[i]) + SharedRate.Lease).TotalSeconds + 1e-6, $"{j - i + 1} within {sent[j] - sent[i]}");
        Assert.True(sent.Count >= rate * 30 * 0.6, $"{sent.Count} sent of {rate * 30} that were allowed");
        Assert.True(asked < backlog * 12, $"{asked} asked for {backlog}");
        foreach (var each in rates) each.Dispose();
    }

    [Fact]
    public async Task A_place_given_back_is_there_for_the_next()
    {
        using var file = File();
        using var rate = new SharedRate(new SqlitePartitionStore(file), "all", _ => 0.1, new FakeTimeProvider(Noon));
        var place = await rate.TakeAsync(ct);
        Assert.Null(place.Wait);
        await rate.GiveBackAsync(place, ct);
        Assert.Null((await rate.TakeAsync(ct)).Wait);
        Assert.NotNull((await rate.TakeAsync(ct)).Wait);
    }

    [Fact]
    public async Task A_rate_without_a_limit_asks_nobody()
    {
        using var rate = new SharedRate(null!, "all", _ => null, new FakeTimeProvider(Noon));
        Assert.Null((await rate.TakeAsync(ct)).Wait);
    }

    private SqliteFile File()
    {
        Directory.CreateDirectory(scratch.Data);
        return new(Path.Combine(scratch.Data, "marketing.db"), durable: false);
    }
}
