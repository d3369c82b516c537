using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.PutAside;

public sealed class DeadLettersTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly Scratch scratch = new();
    private Node node = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private DeadLetters Letters => new(node.Store, node.Bus);

    private CustomerKey Ada => CustomerKey.OfUser(node.Catalog.Deployment.Pepper, "ada");

    public async ValueTask InitializeAsync()
    {
        ConfigWriter.In(scratch.Config).Segment("buyers", """{ "event": "Order" }""");
        node = await Node.OpenAsync(new(scratch.Data, new("http://localhost")), (deployment, version) => ConfigFiles.Load(scratch.Config, version, deployment), new RecordingChannel(), new FakeTimeProvider(Start), NullLoggerFactory.Instance, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task An_input_in_quarantine_is_listed_shown_and_counts_once_however_often_it_is_replayed()
    {
        var quarantine = new Quarantine(node.Store, NullLogger<Quarantine>.Instance);
        await quarantine.AddAsync(Ada, new Input.Happened(Order("o1")), new InvalidOperationException("ada@shop.example"), Ct);
        var item = Assert.Single(await ListAsync());
        Assert.Equal("happened", item.What);
        Assert.DoesNotContain("@", item.Reason, StringComparison.Ordinal);
        Assert.Contains("o1", System.Text.Encoding.UTF8.GetString((await Letters.FindAsync(item.Id, Ct))!.Content), StringComparison.Ordinal);

        Assert.True(await Letters.ReplayAsync(item.Id, Ct));
        Assert.False(await Letters.ReplayAsync(item.Id, Ct));
        await quarantine.AddAsync(Ada, new Input.Happened(Order("o1")), new InvalidOperationException(), Ct); // as if the replay had broken off
        Assert.True(await Letters.ReplayAsync(Assert.Single(await ListAsync()).Id, Ct));
        await node.Pump.DrainAsync(Ct);

        var (customer, _, _) = await node.Customers.LoadAsync(Ada, Ct);
        Assert.Equal(1, Assert.Single(customer.Tallies).Value.Count);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_dead_message_of_the_bus_goes_back_into_its_queue()
    {
        await node.AcceptAsync([Order("o2")], Ct);
        var received = Assert.Single(await node.Bus.ReceiveAsync(Queue.Events, 1, TimeSpan.FromMinutes(5), Ct));
        await node.Bus.DeadLetterAsync(received, "StoreBusyException", Ct);
        var item = Assert.Single(await ListAsync());
        Assert.Equal((Queue.Events, "StoreBusyException", Start), (item.What, item.Reason, item.At!.Value));

        Assert.True(await Letters.ReplayAsync(item.Id, Ct));
        await node.Pump.DrainAsync(Ct);
        Assert.True((await node.Customers.LoadAsync(Ada, Ct)).Customer.Segments.ContainsKey("buyers"));
    }

    [Fact]
    public async Task What_was_discarded_is_gone_and_does_nothing()
    {
        await new Quarantine(node.Store, NullLogger<Quarantine>.Instance).AddAsync(Queue.Wakes, "{}"u8.ToArray(), new FormatException(), Ct);
        var item = Assert.Single(await ListAsync());
        Assert.True(await Letters.DiscardAsync(item.Id, Ct));
        Assert.False(await Letters.DiscardAsync(item.Id, Ct));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("dead-events-99")]
    [InlineData("dead-nowhere-1")]
    [InlineData("quarantine-")]
    [InlineData("quarantine-x-y")]
    [InlineData("")]
    public async Task An_id_that_is_not_on_the_list_is_said_to_be_none(string id)
    {
        Assert.Null(await Letters.FindAsync(id, Ct));
        Assert.False(await Letters.ReplayAsync(id, Ct));
        Assert.False(await Letters.DiscardAsync(id, Ct));
    }

    [Fact]
    public async Task What_became_of_an_attempt_cannot_be_told_again()
    {
        await new Quarantine(node.Store, NullLogger<Quarantine>.Instance).AddAsync(Ada, new Input.Settle("d", "t", new Deliveries.Outcome.Sent(null)), new InvalidOperationException(), Ct);
        var item = Assert.Single(await ListAsync());
        await Assert.ThrowsAsync<NotSupportedException>(() => Letters.ReplayAsync(item.Id, Ct));
        Assert.Single(await ListAsync());
    }

    private async Task<List<AsideItem>> ListAsync() => await Letters.ListAsync(Ct).ToListAsync(Ct);

    private static CustomerEvent.Tracked Order(string messageId) => new() { MessageId = messageId, UserId = "ada", Event = "Order", At = Start, ReceivedAt = Start };
}
