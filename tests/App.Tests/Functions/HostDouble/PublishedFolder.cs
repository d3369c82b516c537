using System.Runtime.InteropServices;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Functions.HostDouble;

/// <summary>What is deployed: the app as <c>dotnet publish</c> makes it, once per test run.</summary>
internal static class PublishedFolder
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    public static Task<string> GetAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "What is published for linux-x64 does not run on this machine.");
        return Published.Value;
    }

    private static async Task<string> PublishAsync()
    {
        var folder = Path.Combine(SharedFolder.Repository, "functions", "App", "bin", "published"); // kept: publishing again where little has changed takes seconds instead of a minute
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Where(file => !file.Contains("/handler/", StringComparison.Ordinal)) : []) File.Delete(file);
        using var within = new CancellationTokenSource(TimeSpan.FromMinutes(9));
        var start = Programs.Start(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", SharedFolder.Repository,
            "publish", "functions/App", "-c", "Release", "-r", "linux-x64", "-o", folder, "-v", "quiet", "-nodeReuse:false");
        var (exitCode, output, errors) = await Programs.RunAsync(start, within.Token);
        return exitCode == 0 ? folder : throw new InvalidOperationException($"It cannot be published: {output} {errors}");
    }
}
