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
    SegmentsCommand.Create(),
    SchemaCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
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
