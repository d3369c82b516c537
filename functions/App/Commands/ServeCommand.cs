using System.CommandLine;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing serve</c>: collects, decides and delivers on one data folder.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var (data, config, port) = (CommonOptions.Data(), CommonOptions.Config(), CommonOptions.Port());
        var command = new Command("serve", "Takes events in over HTTP, decides, and sends, until it is stopped. Messages become .eml files in the data folder's outbox; with MARKETING_SMTP, MARKETING_SENDGRID or MARKETING_WEBHOOK they are sent.") { data, config, port };
        command.SetAction((parsed, ct) =>
        {
            ConfigFiles.CheckBeforeMaking(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config));
            return Server.RunAsync(parsed.GetRequiredValue(data), parsed.GetRequiredValue(config), parsed.GetRequiredValue(port), ct);
        });
        return command;
    }
}
