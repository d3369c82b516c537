using System.Reflection;
using MarketingAutomation.EndToEnd;

namespace MarketingAutomation.Infra;

/// <summary>The Bicep compiler, from its package; it needs no network.</summary>
internal static class Bicep
{
    private static readonly string Program = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bicep").Value!;

    public static string Folder { get; } = Path.Combine(SharedFolder.Repository, "infra");

    /// <summary>Runs it in a folder.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "The compiler's package is for Linux on x64.");
        return await Programs.RunAsync(Programs.Start(Program, folder, arguments), TestContext.Current.CancellationToken);
    }
}
