using MarketingAutomation.Storage;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Doctor;

/// <summary>The SQLite file of an embedded install: ours, and of this program's version.</summary>
internal sealed class SchemaCheck(string data) : ICheck
{
    public string Name => "schema";

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Finding>>([Look(Path.Combine(data, "marketing.db"))]);

    private Finding Look(string path)
    {
        if (!File.Exists(path)) return new(Name, Severity.Fine, "There is no database yet; `marketing serve` makes it.");
        try
        {
            using var file = new SqliteFile(path);
            return new(Name, Severity.Fine, "The database is of this program's version.");
        }
        catch (InvalidDataException wrong)
        {
            return new(Name, Severity.Blocking, wrong.Message, "Start the program that made the file, or restore a backup made by this one; nothing was changed.");
        }
        catch (SqliteException)
        {
            return new(Name, Severity.Blocking, $"{path} cannot be opened as a database.", "Restore it from a backup, or name another folder with --data.");
        }
    }
}
