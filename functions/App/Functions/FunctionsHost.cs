using System.Globalization;

namespace MarketingAutomation.Functions;

/// <summary>The Azure Functions host that started this process as its custom handler.</summary>
/// <param name="Port">Where it expects us, on 127.0.0.1.</param>
internal sealed record FunctionsHost(int Port)
{
    /// <summary>Set by the host on whatever it sends, so that our traces can be found from its own.</summary>
    public const string InvocationId = "X-Azure-Functions-InvocationId";

    /// <summary>Null outside a Functions host.</summary>
    public static FunctionsHost? Current { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FUNCTIONS_CUSTOMHANDLER_PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? new(port) : null;

    /// <summary>Whether somebody outside sent the request and the host only passed it on. It says so itself, whatever the sender wrote.</summary>
    public static bool IsPassedOn(HttpRequest request) => request.Headers.Keys.Any(name => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase));
}

/// <summary>How a process ends that the Functions host started. Never with 0: the host takes that for wanted, and starts no other.</summary>
internal static class ExitCode
{
    /// <summary>Counted by the host; the third in 30 minutes restarts the host itself.</summary>
    public const int Fault = 1;

    /// <summary>Start again, nothing is wrong.</summary>
    public const int StartAgain = 200;
}
