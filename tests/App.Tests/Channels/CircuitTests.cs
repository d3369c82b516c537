using MarketingAutomation.Deliveries;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Channels;

public class CircuitTests
{
    private static readonly Outcome Down = new Outcome.Retry("smtp: SocketException", Outage: true);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly Circuit circuit;

    public CircuitTests() => circuit = new(clock);

    [Fact]
    public void A_few_failures_hold_nothing_back()
    {
        for (var n = 1; n < Circuit.Failures; n++) Assert.Null(circuit.Take(Down));
        Assert.Null(circuit.Wait());
        circuit.Take(new Outcome.Sent(null));
        for (var n = 1; n < Circuit.Failures; n++) circuit.Take(new Outcome.Unknown("sendgrid 500"));
        Assert.Null(circuit.Wait());
    }

    [Fact]
    public void What_is_wrong_with_messages_is_no_outage()
    {
        for (var n = 0; n < 100; n++) circuit.Take(n % 2 == 0 ? new Outcome.Failed("smtp 550 5.1.1", HardBounce: true) : new Outcome.Retry("smtp 451 4.7.1"));
        Assert.Null(circuit.Wait());
    }

    [Fact]
    public void An_outage_holds_messages_back_and_lets_one_after_the_other_try_until_one_succeeds()
    {
        Fail(Circuit.Failures);
        var until = clock.GetUtcNow() + TimeSpan.FromSeconds(30);
        Assert.All(Enumerable.Range(0, 50).Select(_ => circuit.Wait()), wait => Assert.True(wait >= until));

        clock.SetUtcNow(until);
        Assert.Null(circuit.Wait());
        Assert.NotNull(circuit.Wait());
        clock.Advance(Circuit.BetweenTries);
        Assert.Null(circuit.Wait());                                        // what became of the first try nobody knows yet
        circuit.Take(new Outcome.Sent(null));
        Assert.Null(circuit.Wait());
        Assert.Null(circuit.Wait());
    }

    [Fact]
    public void The_longer_an_outage_the_rarer_the_tries()
    {
        Fail(Circuit.Failures);
        List<double> pauses = [];
        for (var tries = 0; tries < 8; tries++)
        {
            var since = clock.GetUtcNow();
            while (circuit.Wait() is not null) clock.Advance(TimeSpan.FromSeconds(1));
            pauses.Add((clock.GetUtcNow() - since).TotalSeconds);
            circuit.Take(Down);
        }
        Assert.Equal([30, 60, 120, 240, 480, 600, 600, 600], pauses);
    }

    [Fact]
    public void A_provider_that_says_until_when_is_left_alone_at_once()
    {
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(5), circuit.Take(new Outcome.Retry("sendgrid 401", TimeSpan.FromMinutes(5), Outage: true)));
        Assert.NotNull(circuit.Wait());
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(circuit.Wait());
    }

    private void Fail(int times)
    {
        for (var n = 0; n < times; n++) circuit.Take(Down);
    }
}
