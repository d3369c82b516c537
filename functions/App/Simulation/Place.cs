namespace MarketingAutomation.Simulation;

/// <summary>Where shoppers of the demo live.</summary>
/// <param name="City">As people there write it.</param>
/// <param name="Country">ISO 3166-1 code of two letters.</param>
/// <param name="Zone">IANA time zone.</param>
/// <param name="Weight">How many of the shoppers, relative to other places.</param>
internal sealed record Place(string City, string Country, string Locale, string Zone, int Weight)
{
    public static readonly IReadOnlyList<Place> All =
    [
        new("上海", "CN", "zh-CN", "Asia/Shanghai", 12),
        new("北京", "CN", "zh-CN", "Asia/Shanghai", 9),
        new("深圳", "CN", "zh-CN", "Asia/Shanghai", 8),
        new("杭州", "CN", "zh-CN", "Asia/Shanghai", 7),
        new("广州", "CN", "zh-CN", "Asia/Shanghai", 6),
        new("成都", "CN", "zh-CN", "Asia/Shanghai", 6),
        new("南京", "CN", "zh-CN", "Asia/Shanghai", 4),
        new("武汉", "CN", "zh-CN", "Asia/Shanghai", 3),
        new("London", "GB", "en-GB", "Europe/London", 9),
        new("Manchester", "GB", "en-GB", "Europe/London", 4),
        new("Dublin", "IE", "en-IE", "Europe/Dublin", 3),
        new("New York", "US", "en-US", "America/New_York", 8),
        new("Chicago", "US", "en-US", "America/Chicago", 4),
        new("Seattle", "US", "en-US", "America/Los_Angeles", 5),
        new("Toronto", "CA", "en-CA", "America/Toronto", 4),
        new("Singapore", "SG", "en-SG", "Asia/Singapore", 3),
        new("Sydney", "AU", "en-AU", "Australia/Sydney", 4),
        new("Auckland", "NZ", "en-NZ", "Pacific/Auckland", 1),
    ];

    public bool IsChinese => Country == "CN";
}
