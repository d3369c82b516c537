using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace MarketingAutomation.Endpoints;

/// <summary>Lets operators into <c>console/api</c>: with the key as <c>Authorization: Bearer …</c>; where no key is set, from this machine only, and not by way of a proxy.</summary>
/// <param name="key"><see cref="Settings.ConsoleKey"/>.</param>
internal sealed class ConsoleAccess(string? key) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        if (Allows(http)) return await next(context);
        http.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Json(new ConsoleError(key is null ? "Set MARKETING_CONSOLE_KEY to use this from elsewhere." : "Show the key in MARKETING_CONSOLE_KEY as Authorization: Bearer."), ConsoleJson.Default.ConsoleError, statusCode: StatusCodes.Status401Unauthorized);
    }

    private bool Allows(HttpContext http)
    {
        if (key is null) return http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !Functions.FunctionsHost.IsPassedOn(http.Request);
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Digest(header[Scheme.Length..].Trim()), Digest(key));
    }

    // Digests, because equal lengths are what a comparison in constant time needs.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
