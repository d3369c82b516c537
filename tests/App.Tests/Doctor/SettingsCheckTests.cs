namespace MarketingAutomation.Doctor;

public sealed class SettingsCheckTests
{
    private static readonly string Secret = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), Other = Convert.ToBase64String(new byte[32]);

    private static readonly Dictionary<string, string> Embedded = new()
    {
        ["MARKETING_WRITE_KEYS"] = "0123456789abcdef",
        ["MARKETING_PUBLIC_URL"] = "https://mail.shop.de",
        ["MARKETING_SMTP"] = "smtp://user:s3cret@mx.shop.de:587",
    };

    private static readonly Dictionary<string, string> Azure = new(Embedded)
    {
        ["MARKETING_STORAGE"] = "https://d00.table.core.windows.net,https://d01.table.core.windows.net",
        ["ServiceBus__fullyQualifiedNamespace"] = "shop.servicebus.windows.net",
        ["ServiceBus__credential"] = "managedidentity",
        ["ServiceBus__clientId"] = "11111111-1111-1111-1111-111111111111",
        ["MARKETING_PEPPER"] = Secret,
        ["MARKETING_TRACKING_KEY"] = Other,
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "InstrumentationKey=1;IngestionEndpoint=https://x",
    };

    private static readonly List<string> Hidden = [.. Azure.Keys.Where(name => name is not "MARKETING_PUBLIC_URL")];

    [Fact]
    public async Task Good_settings_are_fine_in_both_worlds()
    {
        Assert.Equal("Every variable has its form; customers are kept in the data folder.", Assert.Single(await RunAsync(Embedded)).What);
        Assert.Equal("Every variable has its form; customers are kept in Azure.", Assert.Single(await RunAsync(Azure)).What);
    }

    [Theory]
    [InlineData("MARKETING_WRITE_KEYS", "", nameof(Severity.Warning), "taken from anybody")]
    [InlineData("MARKETING_WRITE_KEYS", "good-long-write-key,short", nameof(Severity.Warning), "can be guessed")]
    [InlineData("MARKETING_WRITE_KEYS", "@Microsoft.KeyVault(SecretUri=https://v/secrets/write-keys)", nameof(Severity.Blocking), "has not answered")]
    [InlineData("MARKETING_PUBLIC_URL", "", nameof(Severity.Warning), "lead to this machine")]
    [InlineData("MARKETING_PUBLIC_URL", "mail.shop.de", nameof(Severity.Blocking), "no address")]
    [InlineData("MARKETING_PUBLIC_URL", "http://mail.shop.de", nameof(Severity.Warning), "over https alone")]
    [InlineData("MARKETING_SMTP", "", nameof(Severity.Blocking), "nothing is sent")]
    [InlineData("MARKETING_SMTP", "user:s3cret@mx.shop.de", nameof(Severity.Blocking), "no address")]
    [InlineData("MARKETING_STORAGE", "d00.table.core.windows.net", nameof(Severity.Blocking), "no list of table endpoints")]
    [InlineData("MARKETING_STORAGE", "AccountName=a;AccountKey=s3cret", nameof(Severity.Warning), "holds a key")]
    [InlineData("ServiceBus__fullyQualifiedNamespace", "sb://shop.servicebus.windows.net/", nameof(Severity.Blocking), "no host name")]
    [InlineData("ServiceBus__fullyQualifiedNamespace", "", nameof(Severity.Warning), "half is in Azure")]
    [InlineData("ServiceBus", "Endpoint=sb://shop;SharedAccessKeyName=a;SharedAccessKey=s3cret", nameof(Severity.Warning), "holds a key")]
    [InlineData("MARKETING_CONSOLE_KEY", "@Microsoft.KeyVault(SecretUri=https://v/secrets/console-key)", nameof(Severity.Blocking), "has not answered")]
    [InlineData("ServiceBus__credential", "key", nameof(Severity.Blocking), "not managedidentity")]
    [InlineData("ServiceBus__clientId", "me", nameof(Severity.Blocking), "no client id")]
    [InlineData("MARKETING_PEPPER", "s3cret", nameof(Severity.Blocking), "not 32 bytes")]
    [InlineData("MARKETING_PEPPER", "@Microsoft.KeyVault(SecretUri=https://v/secrets/pepper)", nameof(Severity.Blocking), "has not answered")]
    [InlineData("MARKETING_PEPPER", "", nameof(Severity.Warning), "beside the data")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "https://x", nameof(Severity.Blocking), "no connection string")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "", nameof(Severity.Warning), "no alert is raised")]
    public async Task A_wrong_setting_is_named_with_what_to_do(string name, string value, string severity, string what)
    {
        var finding = Assert.Single(await RunAsync(new(Azure) { [name] = value }));

        Assert.Contains(what, finding.What, StringComparison.Ordinal);
        Assert.Contains(name, finding.What, StringComparison.Ordinal);
        Assert.Equal(severity, finding.Severity.ToString());
        Assert.NotEqual("", finding.Do);
    }

    [Fact]
    public async Task Two_secrets_are_two() =>
        Assert.Contains(await RunAsync(new(Azure) { ["MARKETING_TRACKING_KEY"] = Secret }), finding => finding.What.Contains("are the same", StringComparison.Ordinal));

    [Fact]
    public void No_value_that_is_secret_is_ever_shown() =>
        Gen.Select(Gen.Int[0, Hidden.Count - 1].Select(i => Hidden[i]), Gen.String[Gen.Char.AlphaNumeric, 12, 40]).Sample((name, value) =>
            !new SettingsCheck(new(variable => variable == name ? value : Azure.GetValueOrDefault(variable))).RunAsync(default).Result.Any(finding => (finding.What + finding.Do).Contains(value, StringComparison.Ordinal)));

    private static Task<IReadOnlyList<Finding>> RunAsync(Dictionary<string, string> variables) =>
        new SettingsCheck(new(variables.GetValueOrDefault)).RunAsync(TestContext.Current.CancellationToken);
}
