using System.Collections.Frozen;

namespace MarketingAutomation.Deliveries;

/// <summary>Domains of mailboxes that very many people share. Any other may belong to one person, and would name that person.</summary>
public static class MailDomains
{
    private static readonly FrozenSet<string> Known = ((string[])
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.it", "hotmail.es", "live.com", "msn.com",
        "yahoo.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.fr", "yahoo.de", "yahoo.it", "yahoo.es", "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com",
        "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "aliyun.com",
        "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "telenet.be", "ziggo.nl",
        "btinternet.com", "sky.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "cox.net", "bigpond.com", "rogers.com", "shaw.ca",
        "mail.ru", "yandex.ru", "seznam.cz", "wp.pl", "o2.pl", "interia.pl", "proton.me", "protonmail.com", "fastmail.com", "zoho.com",
        "naver.com", "daum.net", "hanmail.net", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp", "rediffmail.com", "uol.com.br", "bol.com.br", "terra.com.br",
    ]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>An address's domain in lower case where it is one of these; else null.</summary>
    public static string? Of(string address) => Known.TryGetValue(address[(address.LastIndexOf('@') + 1)..].Trim(), out var domain) ? domain : null;
}
