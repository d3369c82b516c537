using System.CommandLine;
using MarketingAutomation.Commands;
using MarketingAutomation.Commands.Import;

RootCommand root = new("Marketing automation: customers' events in, the right message out, once, and a report of what it was worth.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    CheckCommand.Create(),
    ImportCommand.Create(),
    SimulateCommand.Create(),
    ReportCommand.Create(),
    SchemaCommand.Create(),
    DoctorCommand.Create(),
};

try
{
    var parsed = root.Parse(args);
    var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : exitCode; // said wrongly is not the same as gone wrong
}
catch (CommandFault fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return 1;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
