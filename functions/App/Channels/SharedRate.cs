using System.Globalization;
using System.Text;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Channels;

/// <summary>One rate that all instances together keep to: each takes a few places at a time from a row in storage, and uses them within a short lease.</summary>
/// <param name="name">The row: letters, digits, <c>.</c> and <c>-</c>.</param>
/// <param name="perSecond">At an instant; null for no limit.</param>
/// <remarks>In any span w, all instances send at most burst + rate · (w + <see cref="Lease"/>) messages: what was taken out before the span may be used up to a lease later.</remarks>
internal sealed class SharedRate(IPartitionStore store, string name, Func<DateTimeOffset, double?> perSecond, TimeProvider clock) : IDisposable
{
    /// <summary>Places that were not used by then are lost, which errs on the slow side.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private const string Partition = "account";

    // Places taken at once: those of a quarter of a second, so that storage is asked four times a second and a crash loses little.
    private const double Share = 0.25;

    private const int MostTries = 5;

    private static readonly TimeSpan Contended = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim one = new(1);
    private int places;
    private DateTimeOffset leasedUntil, emptyUntil, nextSlot;

    /// <param name="Wait">Null where there was one; else when to ask again: everybody who asks gets another instant, so that those who wait do not come back all at once.</param>
    /// <param name="LeasedUntil">Which lease it is of.</param>
    public readonly record struct Place(DateTimeOffset? Wait, DateTimeOffset LeasedUntil);

    public async ValueTask<Place> TakeAsync(CancellationToken ct)
    {
        if (perSecond(clock.GetUtcNow()) is not { } rate) return default;
        await one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (now >= leasedUntil) places = 0;
            if (places == 0 && now >= emptyUntil && await LeaseAsync(rate, now, ct) is { } next) emptyUntil = next;
            if (places > 0)
            {
                places--;
                return new(null, leasedUntil);
            }
            var slot = nextSlot > emptyUntil ? nextSlot : emptyUntil;
            nextSlot = slot + TimeSpan.FromSeconds(1 / rate);
            return new(slot, default);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Gives back a place that is not needed; it is good for as long as its lease.</summary>
    public async ValueTask GiveBackAsync(Place place, CancellationToken ct)
    {
        await one.WaitAsync(ct);
        if (place.LeasedUntil == leasedUntil) places++;
        one.Release();
    }

    public void Dispose() => one.Dispose();

    // Null where places were leased; else when there may be some.
    private async Task<DateTimeOffset?> LeaseAsync(double rate, DateTimeOffset now, CancellationToken ct)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var row = await store.ReadAsync(Tables.Rates, Partition, name, ct);
            var (rest, taken) = (row is null ? new TokenBucket(TokenBucket.Most(rate), now) : Read(row)).Take(Math.Max(1, (int)(rate * Share)), rate, now);
            if (taken == 0) return rest.Next(rate);
            try
            {
                await store.CommitAsync(Tables.Rates, Partition, [row is null ? new Write.Insert(name, Bytes(rest)) : new Write.Replace(name, Bytes(rest), row.ETag)], ct);
                (places, leasedUntil) = (taken, now + Lease);
                return null;
            }
            catch (CommitConflictException) { } // another instance was first: see what it left
        }
        return now + Contended;
    }

    private static byte[] Bytes(TokenBucket bucket) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{bucket.Tokens:R} {bucket.At.UtcTicks}"));

    private static TokenBucket Read(Row row)
    {
        var parts = Encoding.ASCII.GetString(row.Value).Split(' ');
        return new(double.Parse(parts[0], CultureInfo.InvariantCulture), new(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero));
    }
}
