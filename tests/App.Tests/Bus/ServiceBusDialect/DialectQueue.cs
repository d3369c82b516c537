using Amqp;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>One queue in memory, with Service Bus's rules: locks by token, delivery counts, schedules, and a queue for what is put aside.</summary>
internal sealed class DialectQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, DialectMessage> _waiting = [];
    private readonly SortedDictionary<(DateTimeOffset Due, long Sequence), DialectMessage> _scheduled = [];
    private readonly Dictionary<Guid, DialectMessage> _locked = [];
    private readonly List<DialectConsumer> _consumers = [];
    private readonly DialectQueueOptions _options;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long _last;

    public DialectQueue(string name, DialectQueueOptions options, TimeProvider clock, bool isAside = false)
    {
        (Name, _options, _clock) = (name, options, clock);
        _timer = clock.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!isAside) Aside = new($"{name}/$deadletterqueue", options, clock, isAside: true);
    }

    public string Name { get; }

    public DialectQueue? Aside { get; }

    /// <summary>Renewals asked for and given.</summary>
    public int Renewals { get; private set; }

    public (int Waiting, int Scheduled, int Locked) Count
    {
        get
        {
            lock (_gate) return (_waiting.Count, _scheduled.Count, _locked.Count);
        }
    }

    /// <summary>When the first of the locks ends; null where there is none.</summary>
    public DateTimeOffset? FirstLockEnds
    {
        get
        {
            lock (_gate) return _locked.Values.Min(message => (DateTimeOffset?)message.LockedUntil);
        }
    }

    public long Send(Message content)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var message = new DialectMessage(++_last, content, now);
            if (DialectMessage.DueOf(content) is { } due && due > now) _scheduled[(due, message.Sequence)] = Scheduled(message, due);
            else _waiting[message.Sequence] = message;
            Dispatch();
            return message.Sequence;
        }
    }

    public bool Cancel(long sequence)
    {
        lock (_gate)
        {
            var found = _scheduled.FirstOrDefault(entry => entry.Key.Sequence == sequence);
            return found.Value is not null && _scheduled.Remove(found.Key);
        }
    }

    public void Add(DialectConsumer consumer)
    {
        lock (_gate) _consumers.Add(consumer);
    }

    public void Credit(DialectConsumer consumer, int more)
    {
        lock (_gate)
        {
            consumer.Credit = more > 0 ? consumer.Credit + more : 0; // as the listener's own link counts it
            Dispatch();
        }
    }

    /// <summary>False where the lock is lost.</summary>
    public bool Complete(Guid token) => Settle(token, _ => { });

    /// <summary>False where the lock is lost.</summary>
    public bool Abandon(Guid token) => Settle(token, GiveBack);

    /// <summary>False where the lock is lost.</summary>
    public bool DeadLetter(Guid token, IEnumerable<KeyValuePair<string, object?>> added) => Settle(token, message => PutAside(message, added));

    /// <summary>The new ends; null where one lock is lost, and none is renewed.</summary>
    public DateTime[]? Renew(IReadOnlyList<Guid> tokens)
    {
        lock (_gate)
        {
            Sweep();
            if (!tokens.All(_locked.ContainsKey)) return null;
            Renewals += tokens.Count;
            foreach (var token in tokens) _locked[token].LockedUntil = _clock.GetUtcNow() + _options.LockFor;
            SetTimer();
            return [.. tokens.Select(token => _locked[token].LockedUntil.UtcDateTime)];
        }
    }

    public IReadOnlyList<Message> Peek(long from, int most)
    {
        lock (_gate)
        {
            Sweep();
            return [.. _waiting.Values.Concat(_locked.Values).Concat(_scheduled.Values).Where(message => message.Sequence >= from)
                .OrderBy(message => message.Sequence).Take(most).Select(message => message.ToMessage(message.Deliveries, locked: false))];
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        Aside?.Dispose();
    }

    private void Tick()
    {
        lock (_gate) Dispatch();
    }

    private bool Settle(Guid token, Action<DialectMessage> then)
    {
        lock (_gate)
        {
            Sweep();
            if (!_locked.Remove(token, out var message)) return false;
            then(message);
            Dispatch();
            return true;
        }
    }

    private void GiveBack(DialectMessage message)
    {
        if (Aside is not null && message.Deliveries >= _options.MostDeliveries)
            PutAside(message, [new("DeadLetterReason", "MaxDeliveryCountExceeded"), new("DeadLetterErrorDescription", "Message could not be consumed.")]);
        else _waiting[message.Sequence] = message;
    }

    private void PutAside(DialectMessage message, IEnumerable<KeyValuePair<string, object?>> added)
    {
        foreach (var (name, value) in added) message.Added[name] = value;
        Aside!.Take(message);
    }

    private void Take(DialectMessage message)
    {
        lock (_gate)
        {
            _waiting[message.Sequence] = message;
            Dispatch();
        }
    }

    private static DialectMessage Scheduled(DialectMessage message, DateTimeOffset due)
    {
        message.Due = due;
        return message;
    }

    /// <summary>Lets time pass: what fell due waits, in order of due time; what was locked too long waits again in its old place.</summary>
    private void Sweep()
    {
        var now = _clock.GetUtcNow();
        while (_scheduled.Count > 0 && _scheduled.First() is var (key, message) && key.Due <= now)
        {
            _scheduled.Remove(key);
            var due = new DialectMessage(++_last, message.Content, key.Due);
            _waiting[due.Sequence] = due;
        }
        foreach (var (token, over) in _locked.Where(entry => entry.Value.LockedUntil <= now).ToList())
        {
            _locked.Remove(token);
            GiveBack(over);
        }
    }

    private void Dispatch()
    {
        Sweep();
        _consumers.RemoveAll(consumer => consumer.IsClosed);
        foreach (var consumer in _consumers)
            while (consumer is { Credit: > 0, IsClosed: false } && _waiting.Count > 0)
            {
                var (sequence, message) = _waiting.First();
                (message.Lock, message.LockedUntil) = (Guid.NewGuid(), _clock.GetUtcNow() + _options.LockFor);
                message.Deliveries++;
                consumer.Credit--;
                _waiting.Remove(sequence);
                _locked[message.Lock] = message;
                if (!consumer.Deliver(message.ToMessage(message.Deliveries - 1, locked: true))) break; // lost on the way: its lock ends by itself
            }
        SetTimer();
    }

    private void SetTimer()
    {
        var next = _locked.Values.Select(message => message.LockedUntil).Concat(_scheduled.Keys.Take(1).Select(key => key.Due)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var span = next - _clock.GetUtcNow();
        _timer.Change(next == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}

/// <param name="LockFor">How long a received message is its receiver's.</param>
/// <param name="MostDeliveries">A message given back after so many is put aside.</param>
/// <param name="MostBytes">Of one transfer.</param>
internal sealed record DialectQueueOptions(TimeSpan LockFor, int MostDeliveries = 10, int MostBytes = 256 * 1024);
