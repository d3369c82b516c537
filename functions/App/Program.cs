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
    PreviewCommand.Create(),
    SchemaCommand.Create(),
    ShardsCommand.Create(),
    DeadLettersCommand.Create(),
    ControlsCommand.Pause(),
    ControlsCommand.Resume(),
    ControlsCommand.Kill(),
    ControlsCommand.List(),
    ReceptionCommand.Create(),
    DoctorCommand.Create(),
};

return await CommandLine.RunAsync(root, args);
