using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MarketingAutomation.Controls;
using MarketingAutomation.Deliveries;
using MarketingAutomation.Doctor;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Receptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace MarketingAutomation.Endpoints;

/// <summary>Stopping messages, and how they were received, over HTTP and as commands.</summary>
public sealed class ConsoleControlsTests : IAsyncLifetime
{
    private readonly List<WebApplication> apps = [];
    private StoppedShop shop = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => shop = await StoppedShop.OpenAsync(Ct, """, "autoPause": { "complaints": 0.1 }""");

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps) await app.DisposeAsync();
        await shop.DisposeAsync();
    }

    private async Task<HttpClient> ServeAsync(string? key = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        apps.Add(app);
        app.MapControls(shop.Node.Controls, shop.Node.Catalog, key);
        app.MapReceptions(new(shop.Node.Store, shop.Clock), shop.Node.Controls, shop.Node.Catalog, key);
        await app.StartAsync(Ct);
        return new() { BaseAddress = new(app.Urls.Single() + "/console/api/") };
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(HttpClient http, string path, string body)
    {
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Ct);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)));
    }

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        await Programs.RunAsync(Programs.Marketing(null, [.. arguments, "--data", shop.Scratch.Data, .. arguments[0] == "controls" ? Array.Empty<string>() : ["--config", shop.Scratch.Config]]), Ct);

    [Fact]
    public async Task What_is_stopped_over_HTTP_stands_until_it_is_resumed_and_leaves_its_history()
    {
        using var http = await ServeAsync();
        var (status, answer) = await PostAsync(http, "controls/pause", """{ "journey": "thanks", "reason": "wrong price" }""");
        Assert.Equal((HttpStatusCode.OK, "journey", "thanks", "paused", "console", "wrong price"), (status, Text(answer, "scope"), Text(answer, "id"), Text(answer, "stop"), Text(answer, "by"), Text(answer, "reason")));
        await PostAsync(http, "controls/kill", """{ "all": true }""");
        await PostAsync(http, "controls/resume", """{ "journey": "thanks" }""");

        var standing = Assert.Single(JsonElement.Parse(await http.GetStringAsync("controls", Ct)).GetProperty("controls").EnumerateArray());
        Assert.Equal(("all", "killed"), (Text(standing, "scope"), Text(standing, "stop")));
        Assert.Equal(3, JsonElement.Parse(await http.GetStringAsync("controls/history", Ct)).GetProperty("controls").GetArrayLength());
        await shop.AskAsync([1], Ct);
        Assert.Empty(shop.Sent);
    }

    [Theory]
    [InlineData("""{ "journey": "tanks" }""", "There is no journey tanks; there are receipt, thanks.")]
    [InlineData("""{ "channel": "pigeon" }""", "There is no channel pigeon; there are file, smtp, sendgrid, webhook.")]
    [InlineData("""{ "journey": "thanks", "all": true }""", "Name what is meant")]
    [InlineData("{}", "Name what is meant")]
    [InlineData("""{ "jorney": "thanks" }""", "Name what is meant")]
    [InlineData("pause it", "Name what is meant")]
    [InlineData("null", "Name what is meant")]
    [InlineData("""{ "all": true, "reason": "two\nlines" }""", "A reason is one line")]
    public async Task Who_asks_for_something_else_is_told_what_to_write_and_nothing_stops(string body, string error)
    {
        using var http = await ServeAsync();
        var (status, answer) = await PostAsync(http, "controls/kill", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(error, Text(answer, "error"), StringComparison.Ordinal);
        Assert.Empty(await shop.Node.Controls.HistoryAsync(10, Ct));
    }

    [Fact]
    public async Task With_a_key_nobody_else_stops_or_looks()
    {
        using var http = await ServeAsync("open sesame");
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, "controls/kill", """{ "all": true }""")).Status);
        foreach (var path in new[] { "controls", "controls/history", "reception" }) Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path, Ct)).StatusCode);
        Assert.Empty(await shop.Node.Controls.HistoryAsync(10, Ct));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "open sesame");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(http, "controls/kill", """{ "all": true }""")).Status);
    }

    [Fact]
    public async Task How_messages_were_received_is_told_by_journey_topic_and_provider()
    {
        await shop.AskAsync(Enumerable.Range(0, 20), Ct, domain: "qq.com");
        await shop.AskAsync(Enumerable.Range(20, 200), Ct);
        await shop.ReportAsync(CallbackKind.Complained, shop.Sent.Take(3), Ct);
        using var http = await ServeAsync();
        var list = JsonElement.Parse(await http.GetStringAsync("reception", Ct));
        var journey = Assert.Single(list.GetProperty("journeys").EnumerateArray());
        Assert.Equal(("P1D", "thanks", "none", 220, 3), (Text(list, "within"), Text(journey, "journey"), Text(journey, "stop"), journey.GetProperty("sent").GetInt32(), journey.GetProperty("complaints").GetInt32()));
        Assert.Equal("complaints 1.364 % (3 of 220) above the limit of 0.1 %; most at qq.com, topic offers (3 of 20)", Text(journey, "passed"));
        Assert.Equal([(null, 200, 0), ("qq.com", 20, 3)], journey.GetProperty("of").EnumerateArray().Select(line => (line.TryGetProperty("domain", out var domain) ? domain.GetString() : null, line.GetProperty("sent").GetInt32(), line.GetProperty("complaints").GetInt32())));
        Assert.Empty(JsonElement.Parse(await http.GetStringAsync("reception?journey=receipt", Ct)).GetProperty("journeys").EnumerateArray());
        using var wrong = await http.GetAsync("reception?journey=recept", Ct);
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
        Assert.Contains("There is no journey recept; there are ", await wrong.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        var text = Commands.ReceptionCommand.Text(await ReceptionList.ReadAsync(new(shop.Node.Store, shop.Clock), ControlSet.None, shop.Node.Catalog.Policy.AutoPause, null, Ct));
        Assert.Matches(@"(?m)^\s*thanks\s+220\s+0\s+0\.00 %\s+3\s+1\.36 %\s+0\s+0\.00 %$", text);
        Assert.Matches(@"(?m)^\s*offers\s+qq\.com\s+20\s+0\s+0\.00 %\s+3\s+15\.00 %\s+0\s+0\.00 %$", text);
        Assert.Contains("thanks will pause itself: complaints 1.364 %", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_commands_do_the_same_beside_a_running_server()
    {
        Assert.Equal((0, "Nothing is stopped.\n"), await RunAsync("controls") is var nothing ? (nothing.ExitCode, nothing.Output) : default);
        Assert.Equal("Journey thanks is paused; messages wait until `marketing resume --journey thanks`.\n", (await RunAsync("pause", "--journey", "thanks", "--reason", "wrong price")).Output);
        Assert.Matches(@"^journey thanks\s+paused\s+since \d{4}-.* UTC  by command  wrong price\n$", (await RunAsync("controls")).Output);
        Assert.Contains("by command  wrong price", (await RunAsync("pause", "--journey", "thanks")).Output, StringComparison.Ordinal);
        await RunAsync("kill", "--channel", "smtp");
        var resumed = (await RunAsync("resume", "--journey", "thanks")).Output;
        Assert.StartsWith("Journey thanks goes on; what waited goes within a minute.\nStill stopped: channel smtp", resumed, StringComparison.Ordinal);
        Assert.Equal("channel", Text(JsonElement.Parse((await RunAsync("controls", "--json")).Output).GetProperty("controls")[0], "scope"));
        Assert.Equal(3, (await RunAsync("controls", "--history")).Output.Trim().Split('\n').Length);
        Assert.StartsWith("There was no stop on everything.\nStill stopped: channel smtp", (await RunAsync("resume", "--all")).Output, StringComparison.Ordinal);
        Assert.Equal("Nothing was sent in P1D.\n", (await RunAsync("reception")).Output);

        Assert.Equal((1, "There is no journey tanks; there are receipt, thanks.\n"), await RunAsync("kill", "--journey", "tanks") is var unknown ? (unknown.ExitCode, unknown.Errors) : default);
        Assert.Equal((1, "There is no journey tanks; there are receipt, thanks.\n"), await RunAsync("reception", "--journey", "tanks") is var nowhere ? (nowhere.ExitCode, nowhere.Errors) : default);
        Assert.Equal((1, "Say what to kill: --journey ID, --channel NAME, or --all.\n"), await RunAsync("kill") is var vague ? (vague.ExitCode, vague.Errors) : default);
    }

    [Fact]
    public async Task In_an_emergency_a_mistake_in_the_config_keeps_nobody_from_stopping_a_journey()
    {
        await File.WriteAllTextAsync(Path.Combine(shop.Scratch.Config, "policy.json"), "{", Ct);
        var (exitCode, output, errors) = await RunAsync("kill", "--journey", "thanks");
        Assert.Equal((0, "Journey thanks is killed; messages are skipped until `marketing resume --journey thanks`.\n"), (exitCode, output));
        Assert.Contains("was not checked", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_what_is_stopped_lest_it_be_forgotten()
    {
        var check = new ControlsCheck(_ => Task.FromResult<Storage.IPartitionStore?>(shop.Node.Store), shop.Clock);
        Assert.Empty(await check.RunAsync(Ct));
        await shop.Node.Controls.SetAsync(ControlScope.OfJourney("thanks"), Stop.Paused, ControlDesk.Auto, "complaints 1 %", Ct);
        var finding = Assert.Single(await check.RunAsync(Ct));
        Assert.Equal((Severity.Warning, "Journey thanks is paused since 2026-03-02 09:00 UTC by auto: complaints 1 %."), (finding.Severity, finding.What));
        Assert.Contains("marketing resume", finding.Do, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
