namespace MarketingAutomation.Channels;

/// <summary>The SendGrid account messages are handed to.</summary>
/// <param name="ApiKey">Secret; needs the permission Mail Send and no other.</param>
/// <param name="Host"><c>https://api.sendgrid.com</c>, or <c>https://api.eu.sendgrid.com</c> for subusers of the EU.</param>
/// <param name="Sandbox">Messages are checked and thrown away: nobody gets one, and nothing is reported of them.</param>
/// <param name="Timeout">For one message; one minute where not given. Shorter than the claim on the delivery.</param>
internal sealed record SendGridSettings(string ApiKey, Uri Host, bool Sandbox = false, TimeSpan? Timeout = null)
{
    public static readonly Uri World = new("https://api.sendgrid.com");

    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"SendGrid ({Host.Host}{(Sandbox ? ", sandbox: nobody gets them" : "")})";
}
