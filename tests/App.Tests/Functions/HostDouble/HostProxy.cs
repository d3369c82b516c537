using System.Net;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>The host's front: finds the HTTP function for a request and passes it on to the handler, saying that it does.</summary>
internal sealed class HostProxy(FunctionsHostDouble host) : HttpMessageHandler
{
    private const int MostTries = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150); // the real one waits 50 to 250 ms

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (!host.App.IsProxying || !host.App.Functions.Any(function => function.Type == "httpTrigger" && function.Takes(request.Method.Method, path))) return new(HttpStatusCode.NotFound) { Content = new ByteArrayContent([]) };
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(ct);
        for (var tries = 1; ; tries++)
            try
            {
                using var passed = PassOn(request, body, (await host.HandlerAsync()).Address(request.RequestUri.PathAndQuery));
                return await HandlerProcess.SendAsync(passed, ct);
            }
            catch (HttpRequestException broken) when (broken.HttpRequestError == HttpRequestError.ConnectionError && tries < MostTries)
            {
                await Task.Delay(Pause, ct); // nobody there: not a byte was sent
            }
            catch (HttpRequestException)
            {
                return new(HttpStatusCode.InternalServerError) { Content = new ByteArrayContent([]) };
            }
    }

    private HttpRequestMessage PassOn(HttpRequestMessage request, byte[]? body, Uri to)
    {
        var passed = new HttpRequestMessage(request.Method, to) { Content = body is null ? null : new ByteArrayContent(body) };
        foreach (var header in request.Headers) passed.Headers.TryAddWithoutValidation(header.Key, header.Value);
        foreach (var header in request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()) passed.Content!.Headers.TryAddWithoutValidation(header.Key, header.Value);
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("X-Forwarded-Host", request.RequestUri!.Host), ("X-Forwarded-Proto", request.RequestUri.Scheme), ("X-Forwarded-For", "203.0.113.7"), (FunctionsHost.InvocationId, host.NewInvocation()), ("X-Azure-Functions-HostVersion", "4.1052.0.0")])
        {
            passed.Headers.Remove(name); // whatever the client claims
            passed.Headers.TryAddWithoutValidation(name, value);
        }
        return passed;
    }
}
