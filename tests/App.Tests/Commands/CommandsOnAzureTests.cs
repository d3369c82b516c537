using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary>Every command finds its data where the settings say, and tells in one line where there are none.</summary>
public sealed class CommandsOnAzureTests(Azurite azurite) : IDisposable
{
    private readonly Scratch scratch = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task What_import_writes_is_in_the_accounts_that_serve_and_report_use_and_once_only()
    {
        await scratch.TakeAsync(Place.Azure, azurite);
        ShopUnderFire.WriteConfig(scratch.Config);
        await File.WriteAllTextAsync(scratch.Folder("rows.csv"), "id,day,paid\nada,20260101,120\nada,20260102,150\nbob,20260103,5\nbob,20260104,much\n", Ct);
        await File.WriteAllTextAsync(scratch.Folder("mapping.json"), """{ "format": "csv", "emit": [{ "type": "track", "event": "Order Completed", "userId": "{id}", "timestamp": { "column": "day", "format": "yyyyMMdd" }, "properties": { "revenue": { "column": "paid", "as": "number" } } }] }""", Ct);

        for (var times = 0; times < 2; times++)
        {
            var (exitCode, output, errors) = await RunAsync(scratch.Settings, "import", scratch.Folder("rows.csv"), "--mapping", scratch.Folder("mapping.json"));
            Assert.True(exitCode == 0, errors);
            Assert.Contains("4 rows, 3 events", output, StringComparison.Ordinal);
        }

        using var data = scratch.Look();
        var customers = (await data.CustomersAsync(Ct)).Values.ToDictionary(customer => customer.UserId!);
        Assert.Equal(["ada", "bob"], customers.Keys.Order());
        Assert.Equal(["big-spenders", "buyers"], customers["ada"].Segments.Keys);
        Assert.Equal(0, (await RunAsync(scratch.Settings, "report")).ExitCode);
        Assert.Equal("rejected-", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(scratch.Data)))[.."rejected-".Length]);
    }

    [Fact]
    public async Task Where_nothing_is_kept_a_report_says_so_and_makes_nothing()
    {
        await scratch.TakeAsync(Place.Azure, azurite);
        ConfigWriter.In(scratch.Config);

        var (exitCode, output, errors) = await RunAsync(scratch.Settings, "report");

        Assert.Equal((1, "", "There is no data in MARKETING_STORAGE; name the accounts that the server uses, the first one first.\n"), (exitCode, output, errors));
        Assert.Empty(await new TableServiceClient(scratch.Settings["MARKETING_STORAGE"]).QueryAsync(cancellationToken: Ct).ToListAsync(Ct));
        Assert.False(Directory.Exists(scratch.Data));
    }

    [Fact]
    public async Task Storage_that_refuses_or_is_not_there_is_told_in_one_line_that_shows_no_key()
    {
        await scratch.TakeAsync(Place.Azure, azurite);
        ConfigWriter.In(scratch.Config);
        var account = scratch.Settings["MARKETING_STORAGE"];
        var key = account.Split("AccountKey=")[1].Split(';')[0];
        var other = Convert.ToBase64String(new byte[24]);
        var port = new Uri(account.Split("TableEndpoint=")[1].TrimEnd(';')).Port;

        foreach (var (setting, told) in new[] { (account.Replace(key, other, StringComparison.Ordinal), "refuses with 403"), (account.Replace($":{port}/", $":{FreePort()}/", StringComparison.Ordinal), "did not answer") })
        {
            var (exitCode, output, errors) = await RunAsync(new Dictionary<string, string> { ["MARKETING_STORAGE"] = setting }, "report");
            Assert.Equal((1, ""), (exitCode, output));
            Assert.Contains(told, errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd().Split('\n'));
            Assert.DoesNotContain(key, errors, StringComparison.Ordinal);
            Assert.DoesNotContain(other, errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_demo_does_not_serve_somebodys_data()
    {
        await scratch.TakeAsync(Place.Azure, azurite);
        ConfigWriter.In(scratch.Config);

        var (exitCode, output, errors) = await RunAsync(scratch.Settings, "demo");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("MARKETING_STORAGE or ServiceBus is set", errors, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string> settings, params IEnumerable<string> command) =>
        Programs.RunAsync(Programs.Marketing(settings, [.. command, "--data", scratch.Data, "--config", scratch.Config]), Ct);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
