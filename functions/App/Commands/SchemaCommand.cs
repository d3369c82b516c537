using System.CommandLine;
using MarketingAutomation.Config;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing schema</c>: writes the JSON Schemas that editors complete and check config files with.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("schema", "Writes the JSON Schemas of this version into the config folder's schema folder.") { config };
        command.SetAction(parsed =>
        {
            ConfigFiles.CheckFolder(parsed.GetRequiredValue(config));
            Write(Path.Combine(parsed.GetRequiredValue(config), "schema"));
        });
        return command;
    }

    private static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in ConfigSchemas.All()) File.WriteAllText(Path.Combine(folder, name), text);
        Console.Out.WriteLine($"Wrote {ConfigSchemas.All().Count} schemas to {folder}.");
    }
}
