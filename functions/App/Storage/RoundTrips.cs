using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MarketingAutomation.Storage;

/// <summary>Counts what is sent to Table Storage, tries again included: each is a round trip and, on Azure, a billed transaction.</summary>
/// <remarks>As telemetry it is the counter <c>marketing.storage.round_trips</c> with the tag <c>kind</c>.</remarks>
internal sealed class RoundTrips : HttpPipelineSynchronousPolicy
{
    private static readonly Counter<long> Telemetry = new Meter("MarketingAutomation.Storage").CreateCounter<long>("marketing.storage.round_trips", "{request}", "Requests sent to Table Storage.");

    private long _commits, _reads, _others;

    /// <summary>Entity group transactions.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Point reads and pages of ranges and scans.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Everything else, such as making tables.</summary>
    public long Others => Interlocked.Read(ref _others);

    public long All => Commits + Reads + Others;

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Method == RequestMethod.Get) Count(ref _reads, "read");
        else if (message.Request.Uri.Path.EndsWith("/$batch", StringComparison.Ordinal)) Count(ref _commits, "commit");
        else Count(ref _others, "other");
    }

    private static void Count(ref long count, string kind)
    {
        Interlocked.Increment(ref count);
        Telemetry.Add(1, new KeyValuePair<string, object?>("kind", kind));
    }
}
