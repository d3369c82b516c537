using System.Net;

namespace MarketingAutomation.Doctor;

/// <summary>Whether providers can tell what became of messages: bounces, complaints, opens.</summary>
internal sealed class CallbacksCheck(HttpClient http, Uri? url) : ICheck
{
    private static readonly string[] Providers = ["sendgrid", "wechat"];

    public string Name => "callbacks";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct)
    {
        List<string> answering = [];
        if (url is not null)
            foreach (var provider in Providers)
                if (await AnswersAsync(new Uri($"{url.AbsoluteUri.TrimEnd('/')}/hooks/{provider}"), ct)) answering.Add(provider);
        return [answering.Count > 0
            ? new(Name, Severity.Fine, $"Callbacks are taken from {string.Join(" and ", answering)}.")
            : new(Name, Severity.Warning, "No provider can call back: bounces and complaints are not learned of.", "Where the provider offers callbacks, point them at the public address under /hooks/; until then watch its own list of bounces.")];
    }

    // A hook refuses what is not signed, but it is there.
    private async Task<bool> AnswersAsync(Uri hook, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(hook, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.StatusCode is < HttpStatusCode.InternalServerError and not HttpStatusCode.NotFound;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
