using System.Diagnostics;

namespace MarketingAutomation.Commands;

/// <summary>Bodies written in MJML: <c>{locale}.mjml</c> is made <c>{locale}.html</c> by the npm package <c>mjml</c>, wherever it is installed, before the config is read.</summary>
internal static class MjmlFiles
{
    private const string Extension = ".mjml";

    private static readonly TimeSpan CompilesWithin = TimeSpan.FromSeconds(60);

    /// <summary>Puts HTML in the place of MJML.</summary>
    /// <param name="texts">By path in the folder; changed.</param>
    /// <returns>What the compiler does not understand.</returns>
    /// <exception cref="CommandFault">There is MJML, and no compiler.</exception>
    public static IReadOnlyList<Problem> Compile(string folder, Dictionary<string, string> texts)
    {
        List<Problem> problems = [];
        string? compiler = null;
        foreach (var path in texts.Keys.Where(path => path.StartsWith("messages/", StringComparison.Ordinal) && path.EndsWith(Extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList())
        {
            var html = $"{path[..^Extension.Length]}.html";
            if (texts.ContainsKey(html)) problems.Add(new(path, $"stands beside {Path.GetFileName(html)}: keep one of them"));
            else
            {
                compiler ??= Find(Path.GetFullPath(folder)) ?? throw new CommandFault($"{path} is MJML, which the npm package mjml compiles, and that is not installed: run `npm install mjml` in the folder that holds {folder}, or write the body as HTML.");
                var (compiled, fault) = Run(compiler, Path.GetFullPath(path, Path.GetFullPath(folder)));
                if (compiled is null) problems.Add(new(path, $"cannot be compiled: {fault}"));
                else texts[html] = compiled;
            }
            texts.Remove(path);
        }
        return problems;
    }

    // As npm installs it, in a folder above; or on the PATH.
    private static string? Find(string folder)
    {
        for (var above = Directory.GetParent(folder); above is not null; above = above.Parent)
            if (Path.Combine(above.FullName, "node_modules", ".bin", "mjml") is var local && File.Exists(local)) return local;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(place => Path.Combine(place, "mjml")).FirstOrDefault(File.Exists);
    }

    private static (string? Html, string? Fault) Run(string compiler, string file)
    {
        using var process = Process.Start(new ProcessStartInfo(compiler, [file, "--stdout", "--noStdoutFileComment", "--config.validationLevel=strict"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(CompilesWithin))
        {
            process.Kill(entireProcessTree: true);
            return (null, $"it takes longer than {CompilesWithin.TotalSeconds} seconds");
        }
        return process.ExitCode == 0 && output.Result.Length > 0 ? (output.Result, null) : (null, Shortened(errors.Result, file));
    }

    // " Line 3 of /home/…/en.mjml (mj-foo) — Element mj-foo doesn't exist", among lines that say less.
    private static string Shortened(string errors, string file)
    {
        var lines = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (lines.FirstOrDefault(line => line.StartsWith("Line ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "the compiler does not say why").Replace($" of {file}", "", StringComparison.Ordinal);
    }
}
