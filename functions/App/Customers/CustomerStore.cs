using MarketingAutomation.Collect;
using MarketingAutomation.Messages;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Customers;

/// <summary>The only writer of a customer: load, decide, commit, and start over when another writer was first.</summary>
internal sealed class CustomerStore(IPartitionStore store, Catalog catalog, TimeProvider clock, Quarantine quarantine)
{
    private const int MostTries = 20;

    /// <summary>Decides the inputs in order and commits them, each once; an event known by its messageId is passed over.</summary>
    /// <returns>What is left to run, earlier leftovers included: run it, then the inputs are done with.</returns>
    /// <exception cref="CommitConflictException">Other writers were first again and again.</exception>
    public Task<Decided> DecideAsync(CustomerKey key, IReadOnlyList<Input> inputs, CancellationToken ct)
    {
        var once = WithoutRepeats(inputs);
        return DecideAsync(key, (_, _) => ValueTask.FromResult(once), ct);
    }

    /// <summary>The same for inputs that depend on the customer as loaded, such as what the outside says of its address.</summary>
    /// <param name="inputsOf">Asked again when another writer was first.</param>
    public Task<Decided> DecideAsync(CustomerKey key, Func<Customer, CancellationToken, ValueTask<IReadOnlyList<Input>>> inputsOf, CancellationToken ct) => DecideAsync(key, left: null, inputsOf, ct);

    /// <summary>The same, going on from what an earlier decision left, where nobody else was there meanwhile.</summary>
    public Task<Decided> DecideAsync(Decided earlier, Input input, CancellationToken ct) =>
        DecideAsync(earlier.Customer.Key, earlier.Left, (_, _) => ValueTask.FromResult<IReadOnlyList<Input>>([input]), ct);

    private async Task<Decided> DecideAsync(CustomerKey key, Loaded? left, Func<Customer, CancellationToken, ValueTask<IReadOnlyList<Input>>> inputsOf, CancellationToken ct)
    {
        HashSet<string> known = new(StringComparer.Ordinal);
        for (var tries = 1; ; tries++)
        {
            var loaded = left ?? await LoadAsync(key, ct);
            left = null;
            var commit = await DecideAsync(loaded, Without(known, await inputsOf(loaded.Customer, ct)), ct);
            try
            {
                var decided = new Decided(commit.Customer, loaded.Todos, commit.Outgoing);
                if (commit.Changed)
                {
                    var todo = new Pending(key, CustomerRows.Todo(commit.Customer.Version), commit.Effects);
                    List<Write> writes = [.. Writes(loaded, commit, todo)];
                    var etag = await store.CommitAsync(Tables.Customers, key.Value, writes, ct);
                    if (commit.Effects.Count > 0) decided = decided with { Todos = [.. loaded.Todos, todo] };
                    if (CustomerRows.OnlyState(key, loaded.State, writes, etag) is { } state) decided = decided with { Left = new(commit.Customer, [state], decided.Todos) };
                }
                if (commit.MovedTo is { } to)
                {
                    // What was decided here before the merge comes over with the log; forwarded as well it would count twice until it is absorbed.
                    await LearnAsync(known, key, commit.Rest.OfType<Input.Happened>().Select(input => input.Event), ct);
                    if (!commit.Changed) return Decided.Join(decided, await DecideAsync(to, async (customer, cancel) => Without(known, await inputsOf(customer, cancel)), ct));
                }
                return commit.Rest.Count > 0 ? Decided.Join(decided, await DecideAsync(commit.MovedTo ?? key, Without(known, commit.Rest), ct)) : decided;
            }
            catch (CommitConflictException conflict) when (conflict.Key.StartsWith("id-", StringComparison.Ordinal))
            {
                await LearnAsync(known, key, commit.Events, ct);
            }
            catch (CommitConflictException) when (tries < MostTries) { } // another writer was first: start over with what it left
        }
    }

    /// <summary>The customer as last committed; an empty one where nothing is known.</summary>
    public async Task<Loaded> LoadAsync(CustomerKey key, CancellationToken ct)
    {
        var rows = await store.ReadRangeAsync(Tables.Customers, key.Value, CustomerRows.From, CustomerRows.To, ct);
        List<Row> state = [.. rows.Where(CustomerRows.IsState)];
        return new(CustomerRows.Customer(key, state), state, [.. rows.Skip(state.Count).Select(row => new Pending(key, row.Key, CustomerRows.Effects(row)))]);
    }

    /// <summary>The log from a version on, at most about <paramref name="most"/> lines, whole commits only.</summary>
    public async Task<IReadOnlyList<(long Version, LogEntry Entry)>> LogAsync(CustomerKey key, long from, CancellationToken ct)
    {
        var rows = await store.ReadRangeAsync(Tables.Customers, key.Value, CustomerRows.Log(from, 0), CustomerRows.LogTo, ct);
        return [.. rows.Select(row => (long.Parse(row.Key.AsSpan(4, 12)), CustomerRows.LogEntry(row)))];
    }

    /// <summary>Everything that happened to the customer, also before it was known, by business time.</summary>
    public async Task<IReadOnlyList<CustomerEvent>> HistoryAsync(CustomerKey key, CancellationToken ct)
    {
        var log = await LogAsync(key, 0, ct);
        List<CustomerEvent> events = [.. (await EventsAsync(key, log, ct)).Select(line => line.Event)];
        foreach (var (_, entry) in log)
            if (entry.Input is Input.Absorb { Position: 0 } absorbed) events.AddRange(await HistoryAsync(absorbed.From, ct));
        return [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).DistinctBy(e => e.MessageId)];
    }

    /// <summary>What conditions count of some lines of the log: what happened, and the messages that were sent.</summary>
    public async Task<IReadOnlyList<(long Version, CustomerEvent Event)>> EventsAsync(CustomerKey key, IReadOnlyList<(long Version, LogEntry Entry)> log, CancellationToken ct)
    {
        Dictionary<string, Deliveries.Delivery>? deliveries = null;
        HashSet<string> sent = new(StringComparer.Ordinal);
        List<(long, CustomerEvent)> events = [];
        foreach (var (version, entry) in log)
        {
            if (entry.Input is Input.Happened happened) events.Add((version, happened.Event));
            if (Deliveries.Callbacks.SentBy(entry.Input) is not { } id || !sent.Add(id)) continue;
            deliveries ??= (await store.ReadRangeAsync(Tables.Customers, key.Value, CustomerRows.Delivery(""), CustomerRows.Delivery("~"), ct)).Select(CustomerRows.DeliveryOf).ToDictionary(delivery => delivery.Id, StringComparer.Ordinal);
            if (deliveries.TryGetValue(id, out var delivery)) events.Add((version, Tracking.Hits.SentEvent(delivery, entry.Now)));
        }
        return events;
    }

    private async Task<Commit> DecideAsync(Loaded loaded, IReadOnlyList<Input> inputs, CancellationToken ct)
    {
        var commit = new Commit(loaded.Customer);
        foreach (var (index, input) in inputs.Index())
        {
            if (!commit.IsFull && await TryDecideAsync(commit, input, ct)) continue;
            commit.Rest = [.. inputs.Skip(index)];
            break;
        }
        return commit;
    }

    private async Task<bool> TryDecideAsync(Commit commit, Input input, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var decision = await DecideOrPutAsideAsync(commit, input, () => Pipeline.Decide(catalog, commit.Customer, input, now), ct);
        if (decision is Decision.NeedsHistory)
        {
            commit.History ??= await HistoryAsync(commit.Customer.Key, ct);
            var past = input with { Past = [.. commit.History, .. commit.Events] };
            decision = await DecideOrPutAsideAsync(commit, input, () => Pipeline.Decide(catalog, commit.Customer, past, now), ct);
        }
        if (decision is null) return true;
        if (decision is Decision.Moved moved) { commit.MovedTo = moved.To; return false; }
        commit.Take(input, (Decision.Made)decision, catalog.Version);
        return true;
    }

    // Null where the input cannot be decided: on the same state it would fault again and again, and nothing else waits for it. Storage that
    // cannot be reached is no such fault, so nothing in here waits.
    private async ValueTask<Decision?> DecideOrPutAsideAsync(Commit commit, Input input, Func<Decision> decide, CancellationToken ct)
    {
        try
        {
            return decide();
        }
        catch (Exception fault) when (fault is not StaleCatalogException)
        {
            await quarantine.AddAsync(commit.Customer.Key, input, fault, ct);
            return null;
        }
    }

    private static IEnumerable<Write> Writes(Loaded loaded, Commit commit, Pending todo)
    {
        foreach (var write in CustomerRows.State(commit.Customer, loaded.State)) yield return write;
        foreach (var id in commit.Events.Select(e => e.MessageId).Distinct(StringComparer.Ordinal)) yield return new Write.Insert(CustomerRows.Id(id), []);
        foreach (var (index, entry) in commit.Log.Index()) yield return new Write.Insert(CustomerRows.Log(commit.Customer.Version, index), entry);
        foreach (var delivery in commit.Deliveries) yield return new Write.Put(CustomerRows.Delivery(delivery.Id), CustomerRows.Pack(delivery));
        if (commit.Outgoing is { Page: { } page } outgoing && CustomerRows.Pack(page) is { Length: <= CommitLimits.ValueBytes } packed) yield return new Write.Put(CustomerRows.Sent(outgoing.Delivery), packed);
        if (todo.Effects.Count > 0) yield return new Write.Insert(todo.RowKey, CustomerRows.Pack(todo.Effects));
    }

    // Within one batch a client may have sent the same call twice.
    private static IReadOnlyList<Input> WithoutRepeats(IReadOnlyList<Input> inputs)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. inputs.Where(input => input is not Input.Happened happened || seen.Add(happened.Event.MessageId))];
    }

    private static IReadOnlyList<Input> Without(HashSet<string> known, IReadOnlyList<Input> inputs) => known.Count == 0 ? inputs :
        [.. from input in inputs
            where input is not Input.Happened happened || !known.Contains(happened.Event.MessageId)
            select input is Input.Absorb absorb ? absorb with { Events = [.. absorb.Events.Where(e => !known.Contains(e.MessageId))] } : input];

    private async Task LearnAsync(HashSet<string> known, CustomerKey key, IEnumerable<CustomerEvent> events, CancellationToken ct)
    {
        foreach (var e in events)
            if (await store.ReadAsync(Tables.Customers, key.Value, CustomerRows.Id(e.MessageId), ct) is not null) known.Add(e.MessageId);
    }

    // What one commit will hold, gathered input by input.
    private sealed class Commit(Customer customer)
    {
        // A commit holds at most 100 rows and 3 MiB: so much is left for what the next input may add, and for the state.
        private const int FullRows = 92, FullBytes = 1024 * 1024;

        private readonly long version = customer.Version + 1;
        private readonly SortedDictionary<string, Deliveries.Delivery> deliveries = new(StringComparer.Ordinal);

        public Customer Customer { get; private set; } = customer;

        public bool Changed { get; private set; }

        public List<Effect> Effects { get; } = [];

        public List<byte[]> Log { get; } = [];

        public List<CustomerEvent> Events { get; } = [];

        public IEnumerable<Deliveries.Delivery> Deliveries => deliveries.Values;

        public OutgoingMessage? Outgoing { get; private set; }

        /// <summary>What the log had before this commit, once somebody has asked for it.</summary>
        public IReadOnlyList<CustomerEvent>? History { get; set; }

        /// <summary>Where the rest belongs, where it is another customer.</summary>
        public CustomerKey? MovedTo { get; set; }

        /// <summary>Inputs for a commit of their own.</summary>
        public IReadOnlyList<Input> Rest { get; set; } = [];

        public bool IsFull => 2 + Log.Count + Events.Count + deliveries.Count >= FullRows || Log.Sum(entry => entry.Length) >= FullBytes;

        public void Take(Input input, Decision.Made made, long catalogVersion)
        {
            if (!made.Changed && input is not Input.Happened) return;
            Changed = true;
            Customer = made.Customer with { Version = version };
            Effects.AddRange(made.Effects);
            foreach (var delivery in made.Deliveries) deliveries[delivery.Id] = delivery;
            Log.Add(CustomerRows.Pack(new LogEntry(made.Customer.LastNow, catalogVersion, input, made.Notes)));
            if (input is Input.Happened happened) Events.Add(happened.Event);
            if (input is Input.Absorb absorb) Events.AddRange(absorb.Events);
            Outgoing ??= made.Outgoing;
        }
    }
}

/// <param name="State">The rows the customer was read from.</param>
/// <param name="Todos">Effects of earlier commits that have not been seen to run.</param>
internal sealed record Loaded(Customer Customer, IReadOnlyList<Row> State, IReadOnlyList<Pending> Todos);

/// <summary>Effects of one commit and the row that remembers them until they have run.</summary>
internal sealed record Pending(CustomerKey Customer, string RowKey, List<Effect> Effects);

/// <param name="Outgoing">The message to hand to the channel now that it is committed.</param>
internal sealed record Decided(Customer Customer, IReadOnlyList<Pending> Todos, OutgoingMessage? Outgoing)
{
    /// <summary>Of work that is about no customer.</summary>
    public static readonly Decided Nothing = new(new(default(CustomerKey)), [], null);

    /// <summary>What a load would find, as long as nobody else commits; null where a load has to tell.</summary>
    public Loaded? Left { get; init; }

    public static Decided Join(Decided? first, Decided then) =>
        first is null ? then : then with { Todos = [.. first.Todos.Concat(then.Todos).DistinctBy(todo => (todo.Customer, todo.RowKey))], Outgoing = first.Outgoing ?? then.Outgoing };
}
