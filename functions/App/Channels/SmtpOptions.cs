using MarketingAutomation.Commands;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Channels;

/// <summary>What of a mail server does not fit into its address: <c>MARKETING_DKIM</c>, <c>MARKETING_BOUNCES</c>.</summary>
internal static class SmtpOptions
{
    /// <exception cref="CommandFault">A variable is not what it should be.</exception>
    public static SmtpSettings Read(SmtpSettings settings)
    {
        var bounces = Settings.Text("MARKETING_BOUNCES");
        if (bounces is not null && (!EmailAddress.IsPlausible(bounces) || !MimeBuilder.CanWriteTo(bounces))) throw new CommandFault("MARKETING_BOUNCES is no address such as bounces@shop.example.");
        return settings with { Dkim = Settings.Text("MARKETING_DKIM") is { } dkim ? DkimSettings.Parse(dkim) : null, Bounces = bounces };
    }
}
