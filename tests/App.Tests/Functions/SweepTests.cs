using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Handlers;

namespace MarketingAutomation.Functions;

public sealed class SweepTests
{
    private static readonly DateTimeOffset Start = FaultyDeployment.Start;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_wake_is_made_up_for()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.AcceptAsync(Ct, Events);
        await deployment.RunAsync(Worker.Pump, Ct, Start + TimeSpan.FromMinutes(1));
        Assert.Equal(1, await deployment.LoseAsync(Queue.Wakes, Ct));
        deployment.Clock.Pass(Start + TimeSpan.FromHours(1) + Sweep.Grace + TimeSpan.FromSeconds(1));

        Assert.Equal((1, 1, 0), await SweepAsync(deployment));
        await deployment.RunAsync(Worker.Pump, Ct);
        Assert.Single(deployment.Sent);
        Assert.Equal((1, 0, 0), await SweepAsync(deployment));
    }

    [Fact]
    public async Task Effects_left_over_are_run()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.Node.Customers.DecideAsync(deployment.KeyOf("ada"), [.. Events.Select(e => new Input.Happened(e))], Ct); // and then everything dies, and the message is lost
        deployment.Clock.Pass(Start + Sweep.Grace + TimeSpan.FromSeconds(1));

        Assert.Equal((1, 0, 1), await SweepAsync(deployment));
        await deployment.RunAsync(Worker.Pump, Ct);
        Assert.Single(deployment.Sent);
        Assert.Equal((1, 0, 0), await SweepAsync(deployment));
    }

    [Fact]
    public async Task What_is_on_its_way_is_left_alone()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.Node.Customers.DecideAsync(deployment.KeyOf("ada"), [.. Events.Select(e => new Input.Happened(e))], Ct);
        Assert.Equal((1, 0, 0), await SweepAsync(deployment));
        Assert.Null(await deployment.NextDueAsync(Ct));
    }

    [Fact]
    public async Task Who_works_by_the_clock_comes_by_everybody_within_three_hours()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.Node.Customers.DecideAsync(deployment.KeyOf("ada"), [.. Events.Select(e => new Input.Happened(e))], Ct);
        deployment.Clock.Pass(Start + Sweep.Grace + TimeSpan.FromSeconds(1));
        for (var turn = 0; turn < Sweep.Turns; turn++)
        {
            await deployment.Node.Sweep.RunAsync(Ct);
            deployment.Clock.Pass(deployment.Clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        }
        Assert.NotNull(await deployment.NextDueAsync(Ct));
        Assert.True(Sweep.Turns * 5 <= 180);
    }

    [Fact]
    public async Task Outside_the_host_the_sweep_keeps_to_the_schedule_of_its_function()
    {
        await using var deployment = await FaultyDeployment.OpenAsync(Ct);
        await deployment.Node.Customers.DecideAsync(deployment.KeyOf("ada"), [.. Events.Select(e => new Input.Happened(e))], Ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var timer = new SweepTimer(deployment.Node.Sweep, deployment.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SweepTimer>.Instance).RunAsync(stop.Token); // on this clock hours pass at once
        await EndToEnd.Eventually.HoldsAsync(async () => await deployment.NextDueAsync(Ct) is not null, "The sweep found nothing.", TimeSpan.FromSeconds(20), Ct);
        await stop.CancelAsync();
        await timer;
        Assert.Equal("0 */5 * * * *", FunctionFiles.ScheduleOf("tick"));
    }

    private static IReadOnlyList<CustomerEvent> Events { get; } =
    [
        new CustomerEvent.Identified { MessageId = "m-1", UserId = "ada", At = Start, ReceivedAt = Start, Traits = System.Text.Json.JsonElement.Parse("""{"email":"ada@shop.example"}""") },
        new CustomerEvent.Tracked { MessageId = "m-2", UserId = "ada", At = Start, ReceivedAt = Start, Event = "Order Completed", Properties = System.Text.Json.JsonElement.Parse("""{"revenue":20}""") },
    ];

    private static async Task<(int Customers, int Wakes, int Todos)> SweepAsync(FaultyDeployment deployment)
    {
        var all = (Customers: 0, Wakes: 0, Todos: 0);
        for (var turn = 0; turn < Sweep.Turns; turn++)
        {
            var found = await deployment.Node.Sweep.RunAsync(turn, Ct);
            all = (all.Customers + found.Customers, all.Wakes + found.Wakes, all.Todos + found.Todos);
        }
        return all;
    }
}
