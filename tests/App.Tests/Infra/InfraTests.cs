using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using MarketingAutomation.Bus;
using MarketingAutomation.Handlers;

namespace MarketingAutomation.Infra;

public sealed partial class InfraTests
{
    private static readonly string[] Queues = [.. Queue.All];

    // What the Functions host reads; everything else must be known to the app.
    private static readonly string[] HostSettings = ["AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"];

    // Read outside Azure only.
    private static readonly string[] LocalSettings = ["MARKETING_DATA", "MARKETING_CONFIG"];

    // Given as channelSettings by whoever does not send by a mail server, or wants its reports.
    private static readonly string[] ChannelSettings =
    [
        "MARKETING_SENDGRID", "MARKETING_SENDGRID_HOST", "MARKETING_SENDGRID_SANDBOX", "MARKETING_SENDGRID_WEBHOOK_KEY",
        "MARKETING_WEBHOOK", "MARKETING_WEBHOOK_SECRET", "MARKETING_DKIM", "MARKETING_BOUNCES", "MARKETING_MAIL_HOOK_SECRET",
    ];

    // Read by Azure.Identity inside the app.
    private const string ClientId = "AZURE_CLIENT_ID";

    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"] = "Azure Service Bus Data Sender",
        ["4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"] = "Azure Service Bus Data Receiver",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7"] = "Key Vault Secrets Officer",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [Theory]
    [InlineData("main.bicep"), InlineData("dev.bicepparam"), InlineData("prod.bicepparam")]
    public async Task The_linter_has_nothing_to_say_with_every_rule_an_error(string file)
    {
        var (exitCode, output, errors) = await Bicep.RunAsync(Bicep.Folder, "lint", file);

        Assert.Equal((0, "", ""), (exitCode, output, errors));
    }

    [Fact]
    public async Task Every_file_is_formatted()
    {
        foreach (var file in Directory.EnumerateFiles(Bicep.Folder, "*.bicep*").Where(file => !file.EndsWith(".json", StringComparison.Ordinal)))
        {
            var (_, output, _) = await Bicep.RunAsync(Bicep.Folder, "format", file, "--stdout");
            Assert.Equal(output.TrimEnd(), (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).TrimEnd());
        }
    }

    [Fact]
    public async Task Queues_are_what_the_handlers_count_on()
    {
        var queues = (await Deployed.OfAsync()).OfType("Microsoft.ServiceBus/namespaces/queues").ToList();

        Assert.Equal(Queues, queues.Select(NameOf));
        foreach (var queue in queues.Select(queue => queue["properties"]!))
        {
            Assert.Equal(Pump.Lock, XmlConvert.ToTimeSpan((string)queue["lockDuration"]!));
            Assert.Equal(10, (int)queue["maxDeliveryCount"]!);
            Assert.False((bool)queue["requiresDuplicateDetection"]!);
            Assert.False((bool)queue["requiresSession"]!);
            Assert.True((bool)queue["enablePartitioning"]!);
            Assert.Equal("P10675199DT2H48M5.4775807S", (string)queue["defaultMessageTimeToLive"]!); // TimeSpan.MaxValue: a wake in two years is still there
        }
    }

    [Theory]
    [InlineData("Standard", 1, true, null), InlineData("Premium", 1, false, 1), InlineData("Premium", 2, true, 2)]
    public async Task Queues_are_spread_over_brokers_as_each_tier_has_it(string tier, int partitions, bool queuesPartitioned, int? namespacePartitions)
    {
        var deployment = await Deployed.OfAsync($"param busTier = '{tier}'", $"param busPartitions = {partitions}", $"param busUnits = {partitions}");

        var bus = deployment.OfType("Microsoft.ServiceBus/namespaces").Single();
        Assert.Equal(namespacePartitions, (int?)bus["properties"]!["premiumMessagingPartitions"]);
        Assert.Equal(tier == "Premium", NameOf(bus).Contains("premium", StringComparison.Ordinal)); // a namespace cannot change its tier, so another one is another
        Assert.All(deployment.OfType("Microsoft.ServiceBus/namespaces/queues"), queue => Assert.Equal(queuesPartitioned, (bool)queue["properties"]!["enablePartitioning"]!));
    }

    [Fact]
    public void Functions_are_triggered_by_these_queues_and_their_connection()
    {
        var bindings = Path.Combine(SharedFolder.Repository, "functions", "App", "bindings");
        Assert.SkipUnless(Directory.Exists(bindings), "There are no bindings yet.");
        var triggers = Directory.EnumerateFiles(bindings, "function.json", SearchOption.AllDirectories)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["bindings"]!.AsArray())
            .Where(binding => (string)binding!["type"]! == "serviceBusTrigger").ToList();

        Assert.Equal(Queues.Order(), triggers.Select(trigger => (string)trigger!["queueName"]!).Order());
        Assert.All(triggers, trigger => Assert.Equal("ServiceBus", (string)trigger!["connection"]!)); // of the settings ServiceBus__…
    }

    [Fact]
    public async Task Nothing_can_be_opened_with_a_key()
    {
        var deployment = await Deployed.OfAsync("param dataAccounts = 3");

        var accounts = deployment.OfType("Microsoft.Storage/storageAccounts").ToList();
        Assert.Equal(4, accounts.Count);
        Assert.All(accounts, account => Assert.False((bool)account["properties"]!["allowSharedKeyAccess"]!));
        Assert.All(accounts, account => Assert.False((bool)account["properties"]!["allowBlobPublicAccess"]!));
        Assert.True((bool)deployment.OfType("Microsoft.ServiceBus/namespaces").Single()["properties"]!["disableLocalAuth"]!);
        Assert.True((bool)deployment.OfType("Microsoft.Insights/components").Single()["properties"]!["DisableLocalAuth"]!);
        Assert.True((bool)deployment.OfType("Microsoft.OperationalInsights/workspaces").Single()["properties"]!["features"]!["disableLocalAuth"]!);
        var vault = deployment.OfType("Microsoft.KeyVault/vaults").Single()["properties"]!;
        Assert.True((bool)vault["enableRbacAuthorization"]! && (bool)vault["enablePurgeProtection"]! && (bool)vault["enableSoftDelete"]!);
        Assert.All(deployment.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies"), policy => Assert.False((bool)policy["properties"]!["allow"]!));
        Assert.True((bool)deployment.OfType("Microsoft.Web/sites").Single()["properties"]!["httpsOnly"]!);
    }

    [Fact]
    public async Task The_app_may_do_what_it_does_and_nothing_else()
    {
        var rights = RightsOf(await Deployed.OfAsync("param dataAccounts = 2"), "ServicePrincipal");

        Assert.Equal(
            [
                "insights: Monitoring Metrics Publisher",
                "queue broadcasts: Azure Service Bus Data Receiver", "queue broadcasts: Azure Service Bus Data Sender",
                "queue deliveries: Azure Service Bus Data Receiver", "queue deliveries: Azure Service Bus Data Sender",
                "queue events: Azure Service Bus Data Receiver", "queue events: Azure Service Bus Data Sender",
                "queue rebuilds: Azure Service Bus Data Receiver", "queue rebuilds: Azure Service Bus Data Sender",
                "queue wakes: Azure Service Bus Data Receiver", "queue wakes: Azure Service Bus Data Sender",
                "storage d00: Storage Table Data Contributor", "storage d01: Storage Table Data Contributor",
                "storage host: Storage Blob Data Owner", "storage host: Storage Table Data Contributor",
                "vault: Key Vault Secrets User",
            ],
            rights);
    }

    [Fact]
    public async Task Who_deploys_may_write_secrets_and_sees_customers_only_where_told_so()
    {
        Assert.Equal(["vault: Key Vault Secrets Officer"], RightsOf(await Deployed.OfAsync(), "User"));
        Assert.Equal(
            [
                "queue broadcasts: Azure Service Bus Data Receiver", "queue deliveries: Azure Service Bus Data Receiver", "queue events: Azure Service Bus Data Receiver", "queue rebuilds: Azure Service Bus Data Receiver", "queue wakes: Azure Service Bus Data Receiver",
                "storage d00: Storage Table Data Contributor", "vault: Key Vault Secrets Officer",
            ],
            RightsOf(await Deployed.OfAsync("param operatorSeesData = true"), "User"));
    }

    [Fact]
    public async Task Every_setting_is_read_by_the_app_or_by_the_host()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(SharedFolder.Repository, "functions", "App"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        var settings = (await Deployed.OfAsync()).Settings.Select(setting => setting.Key).ToList();

        Assert.Equal([], settings.Where(setting => !HostSettings.Contains(setting) && setting != ClientId && !code.Contains($"\"{setting}\"", StringComparison.Ordinal)));
        Assert.Equal([], Names().Matches(code).Select(match => match.Value.Trim('"')).Distinct().Where(name => !settings.Contains(name) && !LocalSettings.Contains(name) && !ChannelSettings.Contains(name)));
    }

    [Fact]
    public async Task The_storage_setting_names_every_data_account_in_order_and_not_the_hosts()
    {
        var deployment = await Deployed.OfAsync("param dataAccounts = 3");

        var accounts = deployment.OfType("Microsoft.Storage/storageAccounts").Select(NameOf).Where(name => name.Contains("d0", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, accounts.Count);
        // Its value hangs on names alone, which Azure fills in.
        var template = await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "storage.bicep"), TestContext.Current.CancellationToken);
        Assert.Contains("output tables string = join(map(data, account => 'https://${account}.table.${environment().suffixes.storage}'), ',')", template, StringComparison.Ordinal);
        Assert.Contains("storage", (string)deployment.Settings["MARKETING_STORAGE"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_references_to_the_vault()
    {
        var settings = (await Deployed.OfAsync()).Settings;

        foreach (var (setting, secret) in new[] { ("MARKETING_PEPPER", "pepper"), ("MARKETING_TRACKING_KEY", "tracking-key"), ("MARKETING_WRITE_KEYS", "write-keys"), ("MARKETING_CONSOLE_KEY", "console-key"), ("MARKETING_SMTP", "smtp") })
        {
            Assert.Contains("@Microsoft.KeyVault(SecretUri=", (string)settings[setting]!, StringComparison.Ordinal);
            Assert.Contains($"secrets/{secret})", (string)settings[setting]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Alerts_watch_every_queue_and_what_the_app_measures()
    {
        var alerts = (await Deployed.OfAsync("param alertEmail = 'ops@shop.example'")).OfType("Microsoft.Insights/metricAlerts").ToDictionary(NameOf, alert => alert["properties"]!["criteria"]!["allOf"]![0]!);

        Assert.Equal(["backlog", "dead-letters", "failed-requests", "oldest-message", "quarantine", "repaired"], alerts.Keys.Order());
        foreach (var alert in new[] { alerts["dead-letters"], alerts["backlog"] })
            Assert.Equal(Queues, alert["dimensions"]![0]!["values"]!.AsArray().Select(queue => (string)queue!));
        var telemetry = Path.Combine(SharedFolder.Repository, "functions", "App", "Telemetry.cs");
        Assert.SkipUnless(File.Exists(telemetry), "The app measures nothing of its own yet.");
        var code = await File.ReadAllTextAsync(telemetry, TestContext.Current.CancellationToken);
        foreach (var alert in new[] { "quarantine", "oldest-message", "repaired" })
            Assert.Contains($"\"{(string)alerts[alert]["metricName"]!}\"", code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telemetry_that_takes_no_keys_is_sent_as_somebody()
    {
        var export = Path.Combine(SharedFolder.Repository, "functions", "App", "Functions", "TelemetryExport.cs");
        Assert.SkipUnless(File.Exists(export), "The app exports nothing yet.");
        Assert.Contains("AzureIdentity.Current()", await File.ReadAllTextAsync(export, TestContext.Current.CancellationToken), StringComparison.Ordinal); // with keys refused, what comes without is lost without a word
    }

    [Fact]
    public async Task A_budget_is_made_where_its_amount_and_its_beginning_are_known()
    {
        Assert.Empty((await Deployed.OfAsync("param budgetPerMonth = 100")).OfType("Microsoft.Consumption/budgets"));
        var budget = Assert.Single((await Deployed.OfAsync("param budgetPerMonth = 100", "param budgetStart = '2026-12-01'")).OfType("Microsoft.Consumption/budgets"));
        Assert.Equal(100, (int)budget["properties"]!["amount"]!);
    }

    [Theory]
    [InlineData("a-b"), InlineData("7up"), InlineData("a-very-long-environment-name-123"), InlineData("Shop-Dev")]
    public async Task Names_are_legal_whatever_the_environment_is_called(string environment)
    {
        var deployment = await Deployed.OfAsync($"param environmentName = '{environment}'");

        Assert.All(deployment.OfType("Microsoft.Storage/storageAccounts"), account => Assert.Matches("^[a-z0-9]{3,24}$", NameOf(account)));
        Assert.All(deployment.OfType("Microsoft.KeyVault/vaults"), vault => Assert.Matches("^[a-z](-?[a-z0-9]){2,23}$", NameOf(vault)));
        Assert.All(deployment.OfType("Microsoft.ServiceBus/namespaces"), bus => Assert.Matches("^[a-z][a-z0-9-]{4,48}[a-z0-9]$", NameOf(bus)));
        Assert.All(deployment.OfType("Microsoft.Web/sites"), app => Assert.Matches("^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$", NameOf(app)));
    }

    [Theory]
    [InlineData("dev.bicepparam", "Standard_LRS", 0), InlineData("prod.bicepparam", "Standard_ZRS", 1)]
    public async Task Each_environment_has_its_size(string file, string redundancy, int alwaysReady)
    {
        var deployment = await Deployed.OfFileAsync(file);

        Assert.Contains(deployment.OfType("Microsoft.Storage/storageAccounts"), account => (string)account["sku"]!["name"]! == redundancy);
        var app = deployment.OfType("Microsoft.Web/sites").Single()["properties"]!["functionAppConfig"]!;
        Assert.Equal(alwaysReady, app["scaleAndConcurrency"]!["alwaysReady"]!.AsArray().Count);
        Assert.Equal(("custom", "1.0"), ((string)app["runtime"]!["name"]!, (string)app["runtime"]!["version"]!));
    }

    [Fact]
    public async Task Azd_gives_every_parameter_there_is()
    {
        var (_, output, _) = await Bicep.RunAsync(Bicep.Folder, "build", "main.bicep", "--stdout");
        var declared = JsonNode.Parse(output)!["parameters"]!.AsObject().Select(parameter => parameter.Key);
        var given = JsonSerializer.Deserialize<JsonNode>(await File.ReadAllTextAsync(Path.Combine(Bicep.Folder, "main.parameters.json"), TestContext.Current.CancellationToken))!["parameters"]!.AsObject().Select(parameter => parameter.Key);

        Assert.Equal(declared.Order(), given.Order());
    }

    private static List<string> RightsOf(Deployed deployment, string principalType) =>
        [.. deployment.OfType("Microsoft.Authorization/roleAssignments")
            .Where(role => (string)role["properties"]!["principalType"]! == principalType)
            .Select(role => $"{ScopeOf((string)role["id"]!)}: {Roles[((string)role["properties"]!["roleDefinitionId"]!).Split('/')[^1]]}").Order(StringComparer.Ordinal)];

    private static string ScopeOf(string id)
    {
        var scope = id[..id.LastIndexOf("/providers/Microsoft.Authorization", StringComparison.Ordinal)].Split('/');
        return scope[^2] switch
        {
            "queues" => $"queue {scope[^1]}",
            "storageAccounts" when Data().Match(scope[^1]) is { Success: true } data => $"storage {data.Groups[1].Value}",
            "storageAccounts" => "storage host",
            "vaults" => "vault",
            "components" => "insights",
            var other => other,
        };
    }

    private static string NameOf(JsonNode resource) => ((string)resource["name"]!).Split('/')[^1];

    [GeneratedRegex("^mshoptes(d[0-9]{2})")]
    private static partial Regex Data();

    [GeneratedRegex("\"MARKETING_[A-Z_]+\"")]
    private static partial Regex Names();
}
