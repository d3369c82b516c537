using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.Broadcasts;

/// <summary>Broadcasts as commands and over HTTP.</summary>
public sealed class BroadcastsCommandTests : IDisposable
{
    private readonly BroadcastShop shop = new(at: "2031-01-01T10:00:00Z");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => shop.Dispose();

    [Fact]
    public async Task A_broadcast_is_listed_shown_started_and_cancelled_from_beside_the_server()
    {
        await using (var node = await shop.OpenAsync()) await BroadcastShop.VisitAsync(node, 0, 3);
        Assert.Contains("sale                             planned     2031-01-01 10:00Z  visitors", await SaysAsync("list"), StringComparison.Ordinal);
        Assert.Contains("state     planned, for 2031-01-01 10:00Z", await SaysAsync("show", "sale"), StringComparison.Ordinal);
        Assert.Equal("sale begins.\n", await SaysAsync("start", "sale"));
        Assert.Equal("sale has begun already.\n", await SaysAsync("start", "sale"));
        Assert.Equal("sale is cancelled.\n", await SaysAsync("cancel", "sale"));
        Assert.Equal("sale enters nobody anyway.\n", await SaysAsync("cancel", "sale"));
        Assert.Equal("sale goes on.\n", await SaysAsync("start", "sale"));
        shop.Clock.Set(TimeProvider.System.GetUtcNow()); // commands go by the machine's clock
        await using (var node = await shop.OpenAsync()) await shop.PassAsync(node, TimeProvider.System.GetUtcNow().AddMinutes(5));
        var found = JsonElement.Parse(await SaysAsync("show", "sale", "--json"));
        Assert.Equal(("complete", 3, 3, 0, true), (found.GetProperty("state").GetString(), found.GetProperty("audience").GetInt32(), found.GetProperty("sent").GetInt32(), found.GetProperty("waiting").GetInt32(), found.GetProperty("isComplete").GetBoolean()));
        Assert.Contains("audience  3: entered 3 (0 held out), left meanwhile 0\nmessages  sent 3, skipped 0, failed 0, unknown 0, waiting 0", await SaysAsync("show", "sale"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_a_sentence()
    {
        await using (await shop.OpenAsync()) { }
        Assert.Equal("There is no broadcast sail; `marketing broadcasts list` shows all.\n", (await RunAsync("show", "sail")).Errors);
        Assert.Equal("There is no broadcast sail; `marketing broadcasts list` shows all.\n", (await RunAsync("start", "sail")).Errors);
        File.Copy(Path.Combine(shop.Config, "broadcasts", "sale.json"), Path.Combine(shop.Config, "broadcasts", "new.json"));
        Assert.Contains("new                              unpublished", await SaysAsync("list"), StringComparison.Ordinal);
        Assert.Equal("new is not published yet: start `marketing serve` with this config, or restart it.\n", (await RunAsync("start", "new")).Errors);
    }

    [Fact]
    public async Task The_console_shows_starts_and_cancels_to_whoever_has_the_key()
    {
        await using var node = await shop.OpenAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapBroadcasts(new(node.Store, node.Catalog, node.Clock), node.Broadcasts, "secret");
        await app.StartAsync(Ct);
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()) };
        using (var refused = await http.PostAsync("/console/api/broadcasts/sale/start", null, Ct)) Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");

        var line = Assert.Single(JsonElement.Parse(await http.GetStringAsync("/console/api/broadcasts", Ct)).GetProperty("broadcasts").EnumerateArray());
        Assert.Equal(("sale", "planned", "2031-01-01T10:00:00+00:00"), (line.GetProperty("id").GetString(), line.GetProperty("state").GetString(), line.GetProperty("at").GetString()));
        Assert.Equal("running", await PostAsync(http, "sale/start"));
        Assert.Equal("cancelled", await PostAsync(http, "sale/cancel"));
        Assert.Equal("cancelled", JsonElement.Parse(await http.GetStringAsync("/console/api/broadcasts/sale", Ct)).GetProperty("state").GetString());
        foreach (var path in new[] { "sail/start", "sail/cancel" })
            using (var unknown = await http.PostAsync($"/console/api/broadcasts/{path}", null, Ct)) Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private static async Task<string?> PostAsync(HttpClient http, string path)
    {
        using var answer = await http.PostAsync($"/console/api/broadcasts/{path}", null, Ct);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)).GetProperty("state").GetString();
    }

    private async Task<string> SaysAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await RunAsync(arguments);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Programs.RunAsync(Programs.Marketing(null, ["broadcasts", .. arguments, "--data", shop.Data, "--config", shop.Config]), Ct);
}
