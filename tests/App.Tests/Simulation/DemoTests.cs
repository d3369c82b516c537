using MarketingAutomation.Reports;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketingAutomation.Simulation;

public sealed class DemoTests : IDisposable
{
    private static readonly DateTimeOffset End = new(2026, 5, 4, 3, 0, 0, TimeSpan.Zero);

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_demo_that_was_killed_half_way_starts_afresh_and_says_what_any_other_with_the_same_seed_says()
    {
        using var killed = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync("one", killed.Token, now => { if (now > End.AddDays(-60)) killed.Cancel(); }));
        Assert.NotEmpty(Directory.EnumerateFiles(Outbox("one")));

        var again = await RunAsync("one", TestContext.Current.CancellationToken);
        var other = await RunAsync("two", TestContext.Current.CancellationToken);

        Assert.Equal(ReportText.Of(again.Report), ReportText.Of(other.Report));
        Assert.Equal(ReportJson.Of(again.Report), ReportJson.Of(other.Report));
        Assert.Equal(Names("one"), Names("two"));
        Assert.Equal(again.Messages, Names("one").Count());
        Assert.Equal(again.Messages, again.Report.Journeys.Sum(journey => journey.Steps.Sum(step => step.Sent)));
        Assert.InRange(again.Messages, 20, 500);
    }

    private Task<DemoResult> RunAsync(string name, CancellationToken ct, Action<DateTimeOffset>? progress = null) => Demo.RunAsync(
        new(Path.Combine(scratch.Path, name), Path.Combine(SharedFolder.Repository, "functions", "config"), Seed: 1, Customers: 25, new("http://localhost:7071")),
        End, NullLoggerFactory.Instance, progress, ct);

    private string Outbox(string name) => DemoFolder.OutboxOf(Path.Combine(scratch.Path, name));

    private IEnumerable<string> Names(string name) => Directory.EnumerateFiles(Outbox(name)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}
