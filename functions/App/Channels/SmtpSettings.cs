namespace MarketingAutomation.Channels;

/// <summary>The mail server messages are handed to.</summary>
/// <param name="Port">25 between servers, 587 with <see cref="SmtpSecurity.StartTls"/>, 465 with <see cref="SmtpSecurity.Tls"/>.</param>
/// <param name="User">Signs in where given, with <paramref name="Password"/>.</param>
/// <param name="Timeout">For one message, with waiting for a connection; one minute where not given. Shorter than the lock on the delivery.</param>
/// <param name="Connections">Most at once, at least 1.</param>
/// <param name="Dkim">Signs every message where given.</param>
/// <param name="Bounces">Address that bounces go to, such as <c>bounces@shop.example</c>; each message's own begins with its name and carries the delivery behind a <c>+</c>. The sender's address where not given.</param>
internal sealed record SmtpSettings(string Host, int Port, SmtpSecurity Security = SmtpSecurity.StartTls, string? User = null, string? Password = null, TimeSpan? Timeout = null, int Connections = 8, DkimSettings? Dkim = null, string? Bounces = null)
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{Host}:{Port} ({Security})";
}

internal enum SmtpSecurity { None, StartTls, Tls }
