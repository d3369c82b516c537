namespace MarketingAutomation.Tracking;

public class HitClassifierTests
{
    private const string Browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1";
    private const string GmailProxy = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
    private const string GmailAhead = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0";

    [Theory]
    [InlineData(HitKind.Click, "GET", Browser, 3600.0, HitBy.Human)]
    [InlineData(HitKind.Open, "get", Browser, 3600.0, HitBy.Human)]
    [InlineData(HitKind.Click, "GET", Browser, null, HitBy.Human)]
    [InlineData(HitKind.Click, "HEAD", Browser, 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Click, "POST", Browser, 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", Browser, 1.9, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", Browser, -0.5, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", Browser, 2.0, HitBy.LikelyMachine)]
    [InlineData(HitKind.Open, "GET", Browser, 9.9, HitBy.LikelyMachine)]
    [InlineData(HitKind.Open, "GET", Browser, 10.0, HitBy.Human)]
    [InlineData(HitKind.Open, "GET", "Mozilla/5.0", 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Open, "GET", GmailAhead, 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Open, "GET", GmailProxy, 3600.0, HitBy.LikelyMachine)]
    [InlineData(HitKind.Click, "GET", GmailProxy, 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Open, "GET", "YahooMailProxy; https://help.yahoo.com/", 3600.0, HitBy.LikelyMachine)]
    [InlineData(HitKind.Click, "GET", "python-requests/2.32.3", 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36", 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", 3600.0, HitBy.Machine)]
    [InlineData(HitKind.Click, "GET", "Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36", 3600.0, HitBy.Human)]
    [InlineData(HitKind.Click, "GET", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50 Language/zh_CN", 3600.0, HitBy.Human)]
    [InlineData(HitKind.Click, "GET", null, 3600.0, HitBy.LikelyMachine)]
    [InlineData(HitKind.Open, "GET", " ", 3600.0, HitBy.LikelyMachine)]
    public void A_hit_is_told_by_its_method_client_and_time(HitKind kind, string method, string? userAgent, double? seconds, HitBy expected) =>
        Assert.Equal(expected, HitClassifier.Classify(new(kind, method, userAgent, seconds is { } s ? TimeSpan.FromSeconds(s) : null)));

    [Fact]
    public void A_prefetch_says_so_itself() =>
        Assert.Equal(HitBy.Machine, HitClassifier.Classify(new(HitKind.Click, "GET", Browser, TimeSpan.FromHours(1), Prefetch: true)));
}
