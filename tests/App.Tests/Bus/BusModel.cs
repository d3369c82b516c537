using MarketingAutomation.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Bus;

/// <summary>A queue as a plain list, and what may be done to it.</summary>
internal sealed class BusModel
{
    internal abstract record Step
    {
        /// <param name="In">Seconds from now, also negative; now where null.</param>
        public sealed record Send(int? In) : Step;

        public sealed record Receive(int Most, int LockFor) : Step;

        /// <param name="Which">Of everything received so far, locks long lost included.</param>
        public sealed record Complete(int Which) : Step;

        public sealed record Abandon(int Which, int Delay) : Step;

        public sealed record DeadLetter(int Which) : Step;

        public sealed record Elapse(int Seconds) : Step;
    }

    private sealed class Message(int number, DateTimeOffset due)
    {
        public int Number { get; } = number;
        public DateTimeOffset Due { get; set; } = due;
        public DateTimeOffset? LockedUntil { get; set; }
        public int DeliveryCount { get; set; }
        public bool IsGone { get; set; }
        public bool IsDead { get; set; }
    }

    public static readonly Gen<Step[]> Steps = Gen.Frequency(
        (4, Gen.Int[-5, 20].Nullable().Select(seconds => (Step)new Step.Send(seconds))),
        (4, Gen.Select(Gen.Int[1, 4], Gen.Int[1, 15], (most, lockFor) => (Step)new Step.Receive(most, lockFor))),
        (3, Gen.Int[0, 30].Select(which => (Step)new Step.Complete(which))),
        (2, Gen.Select(Gen.Int[0, 30], Gen.Int[0, 10], (which, delay) => (Step)new Step.Abandon(which, delay))),
        (1, Gen.Int[0, 30].Select(which => (Step)new Step.DeadLetter(which))),
        (3, Gen.Int[1, 12].Select(seconds => (Step)new Step.Elapse(seconds)))).Array[1, 60];

    private readonly FakeTimeProvider _clock = new();
    private readonly SqliteBus _bus;
    private readonly List<Message> _messages = [];
    private readonly List<(Received Received, Message Message, int DeliveryCount)> _received = [];

    private BusModel(SqliteFile file) => _bus = new(file, _clock);

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Does the steps to both and compares after each.</summary>
    public static async Task CheckAsync(Step[] steps)
    {
        using var folder = new ScratchFolder();
        using var file = new SqliteFile(folder.File, durable: false);
        var model = new BusModel(file);
        foreach (var step in steps)
        {
            await model.DoAsync(step);
            await model.CompareAsync();
        }
    }

    private async Task DoAsync(Step step)
    {
        switch (step)
        {
            case Step.Send send:
                DateTimeOffset? due = send.In is { } seconds ? Now.AddSeconds(seconds) : null;
                await _bus.SendAsync("q", [new([(byte)_messages.Count], due)], CancellationToken.None);
                _messages.Add(new(_messages.Count, due ?? Now));
                break;
            case Step.Receive receive:
                await ReceiveAsync(receive);
                break;
            case Step.Complete complete when Find(complete.Which) is var (received, message):
                await _bus.CompleteAsync([received], CancellationToken.None);
                message?.IsGone = true;
                break;
            case Step.Abandon abandon when Find(abandon.Which) is var (received, message):
                await _bus.AbandonAsync([received], TimeSpan.FromSeconds(abandon.Delay), CancellationToken.None);
                if (message is not null) (message.LockedUntil, message.Due) = (null, Now.AddSeconds(abandon.Delay));
                break;
            case Step.DeadLetter dead when Find(dead.Which) is var (received, message):
                await _bus.DeadLetterAsync(received, "why", CancellationToken.None);
                message?.IsDead = true;
                break;
            case Step.Elapse elapse:
                _clock.Advance(TimeSpan.FromSeconds(elapse.Seconds));
                break;
        }
    }

    private async Task ReceiveAsync(Step.Receive step)
    {
        var expected = _messages.Where(message => IsHere(message) && ReceivableAt(message) <= Now).OrderBy(message => message.Due).ThenBy(message => message.Number).Take(step.Most).ToList();
        var received = await _bus.ReceiveAsync("q", step.Most, TimeSpan.FromSeconds(step.LockFor), CancellationToken.None);
        foreach (var message in expected) (message.LockedUntil, message.DeliveryCount) = (Now.AddSeconds(step.LockFor), message.DeliveryCount + 1);
        Assert.Equal(expected.Select(message => (message.Number, message.DeliveryCount)), received.Select(message => ((int)message.Body[0], message.DeliveryCount)));
        _received.AddRange(received.Zip(expected, (got, message) => (got, message, message.DeliveryCount)));
    }

    /// <summary>Something received before, and the message where the lock still holds; null where nothing was received yet.</summary>
    private (Received, Message?)? Find(int which)
    {
        if (_received is []) return null;
        var (received, message, deliveryCount) = _received[which % _received.Count];
        var isOurs = IsHere(message) && message.LockedUntil > Now && message.DeliveryCount == deliveryCount;
        return (received, isOurs ? message : null);
    }

    private async Task CompareAsync()
    {
        var here = _messages.Where(IsHere).ToList();
        Assert.Equal(Ahead(here.Min(message => (DateTimeOffset?)ReceivableAt(message))), Ahead(await _bus.NextDueAsync(CancellationToken.None)));
        var locked = here.Count(message => message.LockedUntil > Now);
        var waiting = here.Count(message => ReceivableAt(message) <= Now);
        Assert.Equal(new(waiting, here.Count - waiting - locked, locked, _messages.Count(message => message.IsDead)), await _bus.CountAsync("q", CancellationToken.None));
    }

    /// <summary>How long ago something fell due makes no difference.</summary>
    private DateTimeOffset? Ahead(DateTimeOffset? due) => due < Now ? Now : due;

    private static bool IsHere(Message message) => !message.IsGone && !message.IsDead;

    private static DateTimeOffset ReceivableAt(Message message) => message.LockedUntil ?? message.Due;
}
