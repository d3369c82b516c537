using System.CommandLine;
using MarketingAutomation;
using MarketingAutomation.Commands;
using MarketingAutomation.Commands.Import;
using MarketingAutomation.Functions;

RootCommand root = new("Marketing automation: customers' events in, the right message out, once, and a report of what it was worth.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    CheckCommand.Create(),
    ImportCommand.Create(),
    SimulateCommand.Create(),
    ReportCommand.Create(),
    SchemaCommand.Create(),
};

// The Functions host starts us without a command, looks at standard output only, and takes exit code 0 for wanted.
var host = FunctionsHost.Current;
var says = host is null ? Console.Error : Console.Out;
try
{
    return await root.Parse(args is [] && host is not null ? ["serve"] : args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandFault fault)
{
    await says.WriteLineAsync(fault.Message.ReplaceLineEndings(" "));
    return ExitCode.Fault;
}
catch (StaleCatalogException stale)
{
    await says.WriteLineAsync($"{stale.Message} Start again.");
    return host is null ? ExitCode.Fault : ExitCode.StartAgain;
}
catch (OperationCanceledException)
{
    await says.WriteLineAsync("Stopped.");
    return host is null ? 130 : ExitCode.StartAgain;
}
catch (Exception fault) when (host is not null)
{
    await says.WriteLineAsync($"Stopped by {fault.GetType().Name} {fault.StackTrace?.ReplaceLineEndings(" ")}"); // its text may quote data
    return ExitCode.Fault;
}
