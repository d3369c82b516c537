using System.Net;

namespace MarketingAutomation.Doctor;

/// <summary>Asks for an unsubscribe page as a customer's mail program would: reachable, over https, without redirect, and ours.</summary>
/// <param name="page">Address of a page that this deployment has signed, for nobody; null where its keys are not known. Asking changes nothing.</param>
internal sealed class PublicUrlCheck(HttpClient http, Uri? url, Func<CancellationToken, Task<Uri?>> page) : ICheck
{
    public string Name => "public url";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) =>
        [url is null ? new(Name, Severity.Warning, "Not set.", $"Set {Surroundings.PublicUrl}.") : await AskAsync(url, ct)];

    private async Task<Finding> AskAsync(Uri url, CancellationToken ct)
    {
        var signed = await page(ct);
        try
        {
            using var answer = await http.GetAsync(signed ?? new Uri($"{url.AbsoluteUri.TrimEnd('/')}/t/u/doctor"), HttpCompletionOption.ResponseHeadersRead, ct);
            return (answer.StatusCode, signed) switch
            {
                (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect, _) => Blocking($"{url.Host} redirects; mail programs do not follow when they unsubscribe (RFC 8058).", $"Set {Surroundings.PublicUrl} to where it redirects to."),
                (var status, _) when status >= HttpStatusCode.InternalServerError => Blocking($"{url.Host} answers {(int)answer.StatusCode}.", "Look into the server's log; if it has just been deployed, try again in a minute."),
                (HttpStatusCode.OK, not null) when url.Scheme != "https" => new(Name, Severity.Warning, $"{url.Host} answers, without TLS.", "Put a certificate in front: one-click unsubscribing is for https alone."),
                (HttpStatusCode.OK, not null) => new(Name, Severity.Fine, $"{url.Host} answers over https, and it is this deployment."),
                (_, not null) => Blocking($"{url.Host} answers {(int)answer.StatusCode} to a link of this deployment.", "Another deployment answers there, or something in front eats paths under /t/: links in messages do not work."),
                _ => new(Name, Severity.Warning, $"{url.Host} answers; whether it is this deployment cannot be told without its data.", ""),
            };
        }
        catch (HttpRequestException fault)
        {
            return fault.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => Blocking($"{url.Host} has no address.", "Make the DNS entry, or correct " + Surroundings.PublicUrl + "."),
                HttpRequestError.SecureConnectionError => Blocking($"The certificate of {url.Host} is not good.", "Renew it, with its whole chain and for this name."),
                _ => Blocking($"{url.Host} cannot be reached.", "Start the server, or see that the firewall lets port 443 in."),
            };
        }
    }

    private Finding Blocking(string what, string @do) => new(Name, Severity.Blocking, what, @do);
}
