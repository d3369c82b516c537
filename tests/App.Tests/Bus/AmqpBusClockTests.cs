using Azure.Core;
using MarketingAutomation.Bus.ServiceBusDialect;
using MarketingAutomation.EndToEnd;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Bus;

/// <summary>Locks and tokens that would end, on a clock of our own.</summary>
public sealed class AmqpBusClockTests : IAsyncDisposable
{
    private const string Queue = "events";

    private static readonly TimeSpan LockFor = TimeSpan.FromSeconds(30), Step = TimeSpan.FromSeconds(5), Soon = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero));
    private readonly DialectBroker _broker;
    private readonly RecordingLog<AmqpBus> _log = new();
    private readonly AmqpBus _bus;

    public AmqpBusClockTests()
    {
        _broker = new(_clock, new(LockFor), Queue);
        _bus = new(AmqpEndpoint.Parse(_broker.ConnectionString, () => throw new NotSupportedException()), AmqpBusTests.Patient, _clock, _log);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task A_lock_shorter_than_asked_for_is_renewed_until_then()
    {
        await SendAsync(1);
        await ReceiveAsync(TimeSpan.FromMinutes(5));
        var queue = _broker.Queue(Queue);
        for (var over = Step; over < TimeSpan.FromMinutes(5); over += Step)
        {
            _clock.Advance(Step);
            Assert.Equal(1, queue.Count.Locked);
            if (over <= TimeSpan.FromMinutes(4.5)) await Eventually.HoldsAsync(() => Task.FromResult(queue.FirstLockEnds - _clock.GetUtcNow() > LockFor / 2), $"Not renewed after {over}.", Soon, Ct);
        }
        _clock.Advance(LockFor);
        Assert.Equal(2, (await ReceiveAsync(LockFor))[0].DeliveryCount); // and once more where it was on its way back before the clock went on
    }

    [Fact]
    public async Task A_lock_lost_on_completing_is_reported_and_the_message_comes_back()
    {
        await SendAsync(1);
        var taken = await ReceiveAsync(LockFor);
        _clock.Advance(LockFor);
        await _bus.CompleteAsync(taken, Ct);
        Assert.Equal("1 messages of events could not be settled and come back when their locks end: BusLockException", Assert.Single(_log.Lines));
        Assert.Equal(2, Assert.Single(await ReceiveAsync(LockFor)).DeliveryCount);
    }

    [Fact]
    public async Task Giving_back_with_a_delay_under_a_lost_lock_leaves_one_message_not_two()
    {
        await SendAsync(1);
        var taken = await ReceiveAsync(LockFor);
        _clock.Advance(LockFor);
        await _bus.AbandonAsync(taken, TimeSpan.FromSeconds(5), Ct);
        Assert.Equal(0, _broker.Queue(Queue).Count.Scheduled);
        Assert.Single(await ReceiveAsync(LockFor));
    }

    [Fact]
    public async Task A_message_that_waited_here_past_its_lock_is_not_handed_out()
    {
        Assert.Empty(await ReceiveAsync(LockFor)); // leaves credit
        await SendAsync(1, 2);
        await _bus.WaitAsync(Queue, Ct);
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Queue(Queue).Count.Locked == 2), "The messages were not pushed.", Soon, Ct);
        _clock.Advance(LockFor);
        Assert.All(await ReceiveAsync(LockFor), message => Assert.Equal(2, message.DeliveryCount));
    }

    [Fact]
    public async Task Tokens_of_a_shared_key_are_renewed_before_they_end()
    {
        await SendAsync(1);
        var first = Assert.Single(_broker.Claims.Put);
        Assert.Equal(("servicebus.windows.net:sastoken", "sb://127.0.0.1/events", _clock.GetUtcNow() + TimeSpan.FromHours(1)), (first.Type, first.Audience, first.Expires));
        await AdvanceUntilRenewedAsync(TimeSpan.FromMinutes(56));
        _clock.Advance(TimeSpan.FromMinutes(30));
        await SendAsync(2);
        Assert.Equal([1, 2], (await ReceiveAsync(LockFor)).Select(message => (int)message.Body[0]));
        Assert.Equal(2, _broker.Claims.Put.Count);
    }

    [Fact]
    public async Task Tokens_of_an_identity_are_renewed_before_they_end()
    {
        var identity = new Identity(_clock);
        _broker.Claims.Jwt = identity.EndOf;
        await using var bus = new AmqpBus(new("127.0.0.1", _broker.Port, Secure: false, new AmqpCredential.Entra(identity)), AmqpBusTests.Patient, _clock, _log);
        await bus.SendAsync(Queue, [new([1])], Ct);
        Assert.Equal(("jwt", 1), (Assert.Single(_broker.Claims.Put).Type, identity.Asked));
        Assert.Equal("https://servicebus.azure.net/.default", identity.Scope);
        await AdvanceUntilRenewedAsync(TimeSpan.FromMinutes(56));
        _clock.Advance(TimeSpan.FromMinutes(30));
        await bus.SendAsync(Queue, [new([2])], Ct);
        Assert.Equal(2, _broker.Queue(Queue).Count.Waiting);
    }

    [Fact]
    public async Task A_link_whose_token_ended_comes_back_with_a_fresh_one()
    {
        var identity = new Identity(_clock);
        _broker.Claims.Jwt = identity.EndOf;
        await using var bus = new AmqpBus(new("127.0.0.1", _broker.Port, Secure: false, new AmqpCredential.Entra(identity)), AmqpBusTests.Patient, _clock, _log);
        await bus.SendAsync(Queue, [new([1])], Ct);
        identity.Ill = true;
        _clock.Advance(TimeSpan.FromMinutes(61));
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Links == 0), "The link stays.", Soon, Ct);
        identity.Ill = false;
        await bus.SendAsync(Queue, [new([2])], Ct);
        Assert.Equal(2, _broker.Queue(Queue).Count.Waiting);
    }

    private async Task AdvanceUntilRenewedAsync(TimeSpan span)
    {
        _clock.Advance(span);
        await Eventually.HoldsAsync(() => Task.FromResult(_broker.Claims.Put.Count > 1), "The token was not renewed.", Soon, Ct);
    }

    private Task SendAsync(params byte[] numbers) => _bus.SendAsync(Queue, [.. numbers.Select(number => new BusMessage([number]))], Ct);

    private Task<IReadOnlyList<Received>> ReceiveAsync(TimeSpan lockFor) => _bus.ReceiveAsync(Queue, 100, lockFor, Ct);

    /// <summary>Signs tokens good for an hour.</summary>
    private sealed class Identity(TimeProvider clock) : TokenCredential
    {
        public int Asked { get; private set; }

        public string? Scope { get; private set; }

        public bool Ill { get; set; }

        public DateTimeOffset? EndOf(string token) => DateTimeOffset.Parse(token, System.Globalization.CultureInfo.InvariantCulture);

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (Ill) throw new Azure.RequestFailedException("The identity service is ill.");
            (Asked, Scope) = (Asked + 1, requestContext.Scopes.Single());
            var end = clock.GetUtcNow() + TimeSpan.FromHours(1);
            return new(end.ToString("O"), end);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
