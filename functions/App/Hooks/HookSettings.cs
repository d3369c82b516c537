namespace MarketingAutomation.Hooks;

/// <summary>How reports prove where they come from; a hook without its secret takes nothing.</summary>
/// <param name="SendGridKey"><c>MARKETING_SENDGRID_WEBHOOK_KEY</c>: SendGrid's public key.</param>
/// <param name="MailSecret"><c>MARKETING_MAIL_HOOK_SECRET</c>: shared with whatever forwards bounces and complaints.</param>
internal sealed record HookSettings(SendGridSignature? SendGridKey, string? MailSecret)
{
    /// <exception cref="Commands.CommandFault">A variable is not what it should be.</exception>
    public static HookSettings Read() => new(Settings.Text("MARKETING_SENDGRID_WEBHOOK_KEY") is { } key ? new(key) : null, Settings.Text("MARKETING_MAIL_HOOK_SECRET"));
}
