using MarketingAutomation.Config;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Commands;

/// <summary>Reads the config folder from disk.</summary>
internal static class ConfigFiles
{
    // Nothing a marketer writes is near this.
    private const int MostBytes = 1024 * 1024;

    /// <summary>The config, or everything that is wrong with it.</summary>
    /// <exception cref="CommandFault">There is no such folder, or a file in it is no text.</exception>
    public static ConfigResult Read(string folder, long version, Deployment deployment)
    {
        var texts = Texts(folder);
        return MjmlFiles.Compile(folder, texts) is [_, ..] problems ? new(null, problems) : ConfigReader.Read(texts, version, deployment, MessageTemplates.Check);
    }

    /// <summary>The config as it would be with one file more, or another text in it.</summary>
    /// <param name="path">In the config folder, with / between names.</param>
    public static ConfigResult ReadWith(string folder, string path, string text, long version, Deployment deployment)
    {
        var texts = Texts(folder);
        texts[path] = text;
        return ConfigReader.Read(texts, version, deployment, MessageTemplates.Check);
    }

    /// <summary>The config of a folder that was checked.</summary>
    /// <exception cref="CommandFault">It has problems.</exception>
    public static Catalog Load(string folder, long version, Deployment deployment) => Read(folder, version, deployment) switch
    {
        { Catalog: { } catalog } => catalog,
        { Problems: var problems } => throw new CommandFault($"The config in {folder} has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}, the first is {problems[0]} Run `marketing check --config {folder}` to see all."),
    };

    /// <summary>Says what is wrong with the config before a data folder is made for it.</summary>
    /// <exception cref="CommandFault">The folder is not there, and the config cannot be used.</exception>
    public static void CheckBeforeMaking(string data, string folder)
    {
        if (!Directory.Exists(data)) _ = Load(folder, 1, new([], [], new("http://localhost")));
    }

    /// <exception cref="CommandFault">There is no such folder.</exception>
    public static void CheckFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new CommandFault($"There is no config folder {folder}; name it with --config.");
    }

    private static Dictionary<string, string> Texts(string folder)
    {
        CheckFolder(folder);
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (ConfigFolder.IsRead(path)) texts[path] = Text(file);
        }
        return texts;
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="CommandFault">It is no text.</exception>
    public static string Text(string file)
    {
        if (new FileInfo(file).Length > MostBytes) throw new CommandFault($"{file} is larger than 1 MB; a config file is text written by hand.");
        try
        {
            return new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new CommandFault($"{file} is not UTF-8 text; save it as UTF-8.");
        }
    }
}
