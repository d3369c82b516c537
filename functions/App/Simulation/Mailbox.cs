namespace MarketingAutomation.Simulation;

/// <summary>Where somebody reads mail, which decides what the shop gets to see of it.</summary>
/// <param name="Chinese">How many of the shoppers in China have it, relative to other mailboxes.</param>
/// <param name="Others">Likewise elsewhere.</param>
/// <param name="Domain">Of addresses; all are reserved for examples (RFC 2606).</param>
/// <param name="Reader">User agent that fetches pictures when the message is read; null where nobody fetches them then.</param>
internal sealed record Mailbox(int Chinese, int Others, string Domain, string? Reader)
{
    /// <summary>User agent of the browser in which links open.</summary>
    public const string Browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    /// <summary>Looks at a message by itself before or after it is read.</summary>
    public Robot Robot { get; private init; }

    public static readonly IReadOnlyList<Mailbox> All =
    [
        new(75, 25, "example.com", "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36"),
        new(2, 35, "example.org", "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"),
        new(13, 30, "example.net", null) { Robot = Robot.PrivacyProxy },
        new(10, 10, "office.example", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36") { Robot = Robot.Scanner },
    ];
}

/// <summary>A program that touches messages without anybody reading them.</summary>
internal enum Robot
{
    None,

    /// <summary>Fetches the pictures of every message some time after it came, read or not.</summary>
    PrivacyProxy,

    /// <summary>Follows every link while the message is being taken in.</summary>
    Scanner,
}
