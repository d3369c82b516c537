namespace MarketingAutomation.Channels;

/// <summary>What channels are called where people name them.</summary>
internal static class ChannelNames
{
    public const string File = "file", Smtp = "smtp", SendGrid = "sendgrid", Webhook = "webhook";

    public static readonly IReadOnlyList<string> All = [File, Smtp, SendGrid, Webhook];
}
