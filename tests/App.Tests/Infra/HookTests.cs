using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Infra;

/// <summary>The scripts that <c>azd</c> runs, with an Azure CLI made up of files.</summary>
public sealed class HookTests : IDisposable
{
    // Keeps secrets as files; writes down every command line. A file named "deaf" makes the next so many calls fail, as a fresh right does.
    private const string Az = """
        #!/bin/sh
        cd "$(dirname "$0")"
        echo "az $*" >> calls
        deaf=$(cat deaf 2> /dev/null || echo 0)
        if [ "$deaf" -gt 0 ]; then echo $((deaf - 1)) > deaf; echo Forbidden >&2; exit 1; fi
        case "$1 $2 $3" in
        "keyvault secret list" | "keyvault secret list-deleted")
            folder=secrets; [ "$3" = list ] || folder=deleted
            name=$(printf '%s' "$7" | sed "s/.*name=='\(.*\)'.*/\1/")
            [ -e "$folder/$name" ] && echo 1 || echo 0 ;;
        "keyvault secret set") cat > "secrets/$7" ;;
        "rest --method post") ;;
        *) echo "what is $*?" >&2; exit 2 ;;
        esac
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hooks-");

    public HookTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Programs.Find("openssl") is null, "The hooks are for sh and need openssl.");
        Directory.CreateDirectory(Secret(""));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "deleted"));
        File.WriteAllText(Path.Combine(folder.FullName, "az"), Az + "\n");
        File.WriteAllText(Path.Combine(folder.FullName, "azd"), "#!/bin/sh\necho \"azd $*\" >> \"$(dirname \"$0\")/calls\"\n");
        if (!OperatingSystem.IsWindows())
            foreach (var program in new[] { "az", "azd" })
                File.SetUnixFileMode(Path.Combine(folder.FullName, program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_first_deployment_makes_the_secrets_and_shows_none()
    {
        var (exitCode, output, errors) = await RunAsync("secrets.sh");

        Assert.True(exitCode == 0, errors);
        Assert.Equal(["console-key", "pepper", "smtp", "tracking-key", "write-keys"], Directory.EnumerateFiles(Secret("")).Select(Path.GetFileName).Order());
        Assert.Equal([32, 32], new[] { "pepper", "tracking-key" }.Select(name => Convert.FromBase64String(File.ReadAllText(Secret(name))).Length));
        Assert.NotEqual(File.ReadAllText(Secret("pepper")), File.ReadAllText(Secret("tracking-key")));
        foreach (var file in Directory.EnumerateFiles(Secret("")))
            Assert.DoesNotContain(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), Calls + output + errors, StringComparison.Ordinal);
        Assert.Contains("configreferences/appsettings/refresh", Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_deployment_leaves_them_as_they_are()
    {
        await RunAsync("secrets.sh");
        var before = File.ReadAllText(Secret("pepper"));
        File.Delete(Path.Combine(folder.FullName, "calls"));

        var (exitCode, _, _) = await RunAsync("secrets.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(before, File.ReadAllText(Secret("pepper")));
        Assert.DoesNotContain("secret set", Calls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_that_is_not_there_yet_is_waited_for_and_is_not_taken_for_a_missing_secret()
    {
        await RunAsync("secrets.sh");
        var before = File.ReadAllText(Secret("pepper"));
        File.WriteAllText(Path.Combine(folder.FullName, "deaf"), "3");

        var (exitCode, _, _) = await RunAsync("secrets.sh");

        Assert.Equal(0, exitCode);
        Assert.Equal(before, File.ReadAllText(Secret("pepper")));
    }

    [Fact]
    public async Task A_right_that_never_comes_is_asked_for_by_name()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "deaf"), "99");

        var (exitCode, _, errors) = await RunAsync("secrets.sh");

        Assert.Equal(1, exitCode);
        Assert.Contains("Key Vault Secrets Officer", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Secret("")));
    }

    [Fact]
    public async Task A_deleted_pepper_is_recovered_and_never_made_anew()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "deleted", "pepper"), "");

        var (exitCode, _, errors) = await RunAsync("secrets.sh");

        Assert.Equal(1, exitCode);
        Assert.Contains("az keyvault secret recover --vault-name shop --name pepper", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Secret("")));
    }

    [Fact]
    public async Task Without_a_mail_server_nothing_is_deployed_and_the_other_secrets_stay()
    {
        var (exitCode, _, errors) = await RunAsync("secrets.sh", ("MARKETING_SMTP", "mail.shop.de"));

        Assert.Equal(1, exitCode);
        Assert.Contains("export MARKETING_SMTP=smtp://user:password@host:587", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Secret("pepper")));
        Assert.False(File.Exists(Secret("smtp")));
        Assert.Equal(0, (await RunAsync("secrets.sh")).ExitCode);
        Assert.Equal("smtp://u:p%40ss@mail.shop.de:587", File.ReadAllText(Secret("smtp")));
    }

    [Fact]
    public async Task The_beginning_of_the_budget_is_decided_once()
    {
        await RunAsync("budget-start.sh");
        Assert.Matches("azd env set MARKETING_BUDGET_START [0-9]{4}-[0-9]{2}-01", Calls);
        File.Delete(Path.Combine(folder.FullName, "calls"));

        await RunAsync("budget-start.sh", ("MARKETING_BUDGET_START", "2026-12-01"));

        Assert.Equal("", Calls);
    }

    private string Calls => File.Exists(Path.Combine(folder.FullName, "calls")) ? File.ReadAllText(Path.Combine(folder.FullName, "calls")) : "";

    private string Secret(string name) => Path.Combine(folder.FullName, "secrets", name);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string hook, params (string Name, string Value)[] environment)
    {
        var start = Programs.Start("sh", SharedFolder.Repository, Path.Combine(Bicep.Folder, "hooks", hook));
        start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var (name, value) in new[] { ("MARKETING_VAULT", "shop"), ("MARKETING_APP", "shop"), ("AZURE_SUBSCRIPTION_ID", "s"), ("AZURE_RESOURCE_GROUP", "g"), ("MARKETING_SMTP", "smtp://u:p%40ss@mail.shop.de:587"), ("MARKETING_TRIES", "6"), ("MARKETING_PAUSE", "0") }.Concat(environment))
            start.Environment[name] = value;
        return Programs.RunAsync(start, TestContext.Current.CancellationToken);
    }
}
