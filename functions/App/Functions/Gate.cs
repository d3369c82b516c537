namespace MarketingAutomation.Functions;

/// <summary>Stands before all routes: answers whether we are there at once, and lets everything else wait until the node is open.</summary>
/// <param name="fatal">Told what this process cannot go on after.</param>
internal sealed class Gate(TimeProvider clock, Action<Exception> fatal)
{
    /// <summary>How long a request waits for the node, and a start for storage and queue.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<RequestDelegate> routes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open(RequestDelegate all) => routes.TrySetResult(all);

    public async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/" && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            await http.Response.WriteAsync("Marketing automation is running. Events go to POST /v1/batch.", http.RequestAborted);
            return;
        }
        try
        {
            await (await routes.Task.WaitAsync(Patience, clock, http.RequestAborted))(http);
        }
        catch (TimeoutException) when (!routes.Task.IsCompleted)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "5"; // seconds
            await http.Response.WriteAsync("Storage cannot be reached; send it again.", http.RequestAborted);
        }
        catch (StaleCatalogException stale)
        {
            fatal(stale);
            throw;
        }
    }
}
