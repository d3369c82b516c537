
namespace MarketingAutomation.Doctor;

/// <summary>This machine's clock against that of a server, by the Date header of its answer.</summary>
internal sealed class ClockCheck(HttpClient http, Uri? server, TimeProvider clock) : ICheck
{
    // Events further ahead than five minutes are flagged, and Azure refuses tokens at fifteen.
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(30), Wrong = TimeSpan.FromMinutes(5);

    public string Name => "clock";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) =>
        [server is null ? new(Name, Severity.Warning, "There is no server to compare with.", $"Set {Surroundings.PublicUrl}.") : await CompareAsync(server, ct)];

    private async Task<Finding> CompareAsync(Uri server, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, server);
            var before = clock.GetUtcNow();
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var here = before + (clock.GetUtcNow() - before) / 2;
            if (answer.Headers.Date is not { } there) return new(Name, Severity.Warning, $"{server.Host} does not say what time it is.", "Compare the clock yourself: `timedatectl`.");
            var off = here - there;
            if (off.Duration() < Noticeable) return new(Name, Severity.Fine, $"Agrees with {server.Host}.");
            var what = $"{off.Duration().TotalSeconds:0} seconds {(off > TimeSpan.Zero ? "ahead of" : "behind")} {server.Host}.";
            return new(Name, off.Duration() < Wrong ? Severity.Warning : Severity.Blocking, what, "Have the machine keep time (`timedatectl set-ntp true`): quiet hours, windows and sign-ins hang on it.");
        }
        catch (HttpRequestException)
        {
            return new(Name, Severity.Warning, $"{server.Host} cannot be reached to compare.", "See the check of the public address.");
        }
    }
}
