using System.Globalization;
using System.Text;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Hooks;

/// <summary>The latest claim of which the provider has called back, so that silence about an earlier one means something. One row, which only goes forward.</summary>
/// <remarks>Behind the truth by up to <see cref="Step"/>, which errs on the safe side: so much later a claim must be to be worth a write, and a busy hook writes once a minute.</remarks>
internal sealed class CalledBack(IPartitionStore store)
{
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private const string Partition = "account", Key = "claimed";

    private DateTimeOffset known;

    public async Task<DateTimeOffset?> LatestAsync(CancellationToken ct) => await store.ReadAsync(Tables.Callbacks, Partition, Key, ct) is { } row ? Read(row) : null;

    /// <summary>Takes in that the provider has called back about a message claimed then.</summary>
    public async Task TakeAsync(DateTimeOffset claimedAt, CancellationToken ct)
    {
        if (claimedAt < known + Step) return;
        var row = await store.ReadAsync(Tables.Callbacks, Partition, Key, ct);
        if (row is not null) known = Read(row);
        if (claimedAt < known + Step) return;
        var value = Encoding.ASCII.GetBytes(claimedAt.UtcTicks.ToString(CultureInfo.InvariantCulture));
        try
        {
            await store.CommitAsync(Tables.Callbacks, Partition, [row is null ? new Write.Insert(Key, value) : new Write.Replace(Key, value, row.ETag)], ct);
            known = claimedAt;
        }
        catch (CommitConflictException) { } // another instance was first, with a claim of about the same time; the next callback tells
    }

    private static DateTimeOffset Read(Row row) => new(long.Parse(Encoding.ASCII.GetString(row.Value), CultureInfo.InvariantCulture), TimeSpan.Zero);
}
