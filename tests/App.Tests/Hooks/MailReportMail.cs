namespace MarketingAutomation.Hooks;

/// <summary>Bounces and complaints as mail servers write them; the forms are those of RFC 3464 and RFC 5965.</summary>
internal static class MailReportMail
{
    /// <param name="name">Our header in the message that comes back; none where null.</param>
    /// <param name="action">One recipient's: <c>failed</c>, <c>delayed</c>, <c>delivered</c>.</param>
    public static string Dsn(string? name, string recipient, string action = "failed", string status = "5.1.1", string to = "bounces@shop.example", string original = "text/rfc822-headers") => Lines($"""
        From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.test>
        To: <{to}>
        Date: Sun, 1 Mar 2026 11:59:00 +0000
        Message-ID: <dsn-{recipient}-{action}@mx.example.test>
        Subject: Returned mail: see transcript for details
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

        --b1
        Content-Type: text/plain

        The mail could not be delivered to {recipient}.

        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.test
        Arrival-Date: Sun, 1 Mar 2026 11:58:00 +0000

        Final-Recipient: rfc822; {recipient}
        Action: {action}
        Status: {status} (bad destination mailbox address)
        Diagnostic-Code: smtp; 550 {status} {recipient} does not exist

        --b1
        Content-Type: {original}

        {(name is null ? "" : $"X-Delivery: {name}\n")}From: Example Shop <hello@shop.example>
        To: <{recipient}>
        Subject: Thank you

        --b1--

        """);

    public static string Complaint(string? name, string recipient, string type = "abuse") => Lines($"""
        From: <abuse@isp.example.test>
        To: <fbl@shop.example>
        Date: Sun, 1 Mar 2026 11:59:00 +0000
        Message-ID: <arf-{recipient}@isp.example.test>
        Subject: FW: Thank you
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

        --b1
        Content-Type: text/plain; charset="US-ASCII"

        This is an email abuse report.

        --b1
        Content-Type: message/feedback-report

        Feedback-Type: {type}
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Rcpt-To: <{recipient}>

        --b1
        Content-Type: message/rfc822
        Content-Disposition: inline

        {(name is null ? "" : $"X-Delivery: {name}\n")}From: Example Shop <hello@shop.example>
        To: <{recipient}>
        Subject: Thank you
        MIME-Version: 1.0
        Content-Type: text/plain

        Thank you.
        --b1--

        """);

    private static string Lines(string text) => text.ReplaceLineEndings("\r\n");
}
