using System.CommandLine;
using System.CommandLine.Parsing;
using MarketingAutomation.Functions;
using Microsoft.Data.Sqlite;

namespace MarketingAutomation.Commands;

/// <summary>Runs what the command line asks for. Whatever goes wrong is one sentence on standard error and an exit code that is not 0.</summary>
internal static class CommandLine
{
    /// <summary>Exit codes: 1 where something cannot be done, 2 where it was asked for wrongly, 130 where it was stopped; under the Functions host see <see cref="ExitCode"/>.</summary>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> arguments)
    {
        var host = FunctionsHost.Current;
        if (host is not null && arguments.Count == 0) arguments = ["serve"];
        var parsed = root.Parse(arguments);
        if (arguments.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction) return Say(Wrong(parsed), 2);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandFault fault)
        {
            return Say(fault.Message, 1);
        }
        catch (SqliteException fault)
        {
            return Say($"The database in the data folder cannot be used: {fault.Message}.", 1);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Say(fault.Message, 1); // names the file and what is the matter with it
        }
        catch (StaleCatalogException stale)
        {
            return Say($"{stale.Message} Start again.", host is null ? 1 : ExitCode.StartAgain);
        }
        catch (OperationCanceledException)
        {
            return Say("Stopped.", host is null ? 130 : ExitCode.StartAgain);
        }
        catch (Exception fault) when (host is not null)
        {
            return Say($"Stopped by {fault.GetType().Name} {fault.StackTrace}", ExitCode.Fault); // its text may quote data
        }
    }

    private static string Wrong(ParseResult parsed)
    {
        var what = parsed.UnmatchedTokens is [var unknown, ..] ? $"There is no command or option {unknown}." : parsed.Errors[0].Message.ReplaceLineEndings(" ");
        return $"{what} See `{string.Join(' ', Path(parsed.CommandResult))} --help`.";
    }

    private static IEnumerable<string> Path(CommandResult command) =>
        command.Parent is CommandResult parent ? [.. Path(parent), command.Command.Name] : ["marketing"];

    // The Functions host makes a record of every line, and takes what stands on standard error for the program's own fault.
    private static int Say(string sentence, int exitCode)
    {
        (FunctionsHost.Current is null ? Console.Error : Console.Out).WriteLine(sentence.ReplaceLineEndings(" "));
        return exitCode;
    }
}
