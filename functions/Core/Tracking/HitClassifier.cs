namespace MarketingAutomation.Tracking;

/// <summary>One request for a tracked address, as far as it tells who made it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="UserAgent">Header <c>User-Agent</c>; null where not given.</param>
/// <param name="SinceSent">From the sending of the delivery to the request; null where the sending is not known.</param>
/// <param name="Prefetch">The request calls itself one: a header <c>Sec-Purpose</c>, <c>Purpose</c> or <c>X-Moz</c> with <c>prefetch</c>.</param>
public sealed record HitRequest(HitKind Kind, string Method, string? UserAgent, TimeSpan? SinceSent, bool Prefetch = false);

/// <summary>Tells people from programs, as far as one can: scanners imitate browsers, so this is a first judgement and the row is kept raw.</summary>
public static class HitClassifier
{
    /// <summary>No person follows a link so soon; scanners look at a message while they take it in. Vendors use 1.5 seconds to a minute.</summary>
    public static readonly TimeSpan MachineWithin = TimeSpan.FromSeconds(2), LikelyMachineWithin = TimeSpan.FromSeconds(10);

    // Clients that are programs by their own account: libraries, headless browsers, link checkers, chat previews.
    private static readonly string[] Programs =
    [
        "bot/", "slackbot", "telegrambot", "crawl", "spider", "preview", "prefetch", "headless", "phantomjs", "puppeteer", "playwright", "selenium",
        "curl/", "wget/", "python", "java/", "okhttp", "go-http-client", "libwww", "httpclient", "axios", "node-fetch", "undici", "ruby/", "perl/", "php/", "dart/",
        "barracuda", "mimecast", "proofpoint", "safelinks", "symantec", "messagelabs", "trendmicro", "fireeye", "bitdefender", "google-safety",
        "facebookexternalhit", "slack-imgproxy", "skypeuripreview", "whatsapp/",
    ];

    // Image proxies that usually fetch when the message is opened, but not only then.
    private static readonly string[] ImageProxies = ["googleimageproxy", "ggpht.com", "yahoomailproxy", "yahoocachesystem"];

    // First match decides. A rule holds for opens and clicks unless it says otherwise; the clients' names are as seen in 2026.
    private static readonly (HitBy By, Func<HitRequest, bool> Holds)[] Rules =
    [
        (HitBy.Machine, hit => !hit.Method.Equals("GET", StringComparison.OrdinalIgnoreCase)),                  // HEAD and the like: a look before a visit
        (HitBy.Machine, hit => hit.Prefetch),
        (HitBy.Machine, hit => Has(hit, Programs)),
        (HitBy.Machine, hit => hit.UserAgent is { } agent && agent.Trim() == "Mozilla/5.0"),                    // Apple Mail Privacy Protection: opens all, read or not
        (HitBy.Machine, hit => hit.UserAgent is { } agent && agent.EndsWith("Edge/12.246 Mozilla/5.0", StringComparison.Ordinal)), // Gmail fetching ahead during a session
        (HitBy.Machine, hit => hit.Kind == HitKind.Click && Has(hit, ImageProxies)),                            // an image proxy follows no links
        (HitBy.Machine, hit => hit.SinceSent < MachineWithin),                                                  // before the sending, too: it was looked at in transit
        (HitBy.LikelyMachine, hit => string.IsNullOrWhiteSpace(hit.UserAgent)),
        (HitBy.LikelyMachine, hit => Has(hit, ImageProxies)),
        (HitBy.LikelyMachine, hit => hit.SinceSent < LikelyMachineWithin),
    ];

    public static HitBy Classify(HitRequest hit)
    {
        foreach (var rule in Rules)
            if (rule.Holds(hit)) return rule.By;
        return HitBy.Human;
    }

    private static bool Has(HitRequest hit, string[] marks) => hit.UserAgent is { } agent && Array.Exists(marks, mark => agent.Contains(mark, StringComparison.OrdinalIgnoreCase));
}
