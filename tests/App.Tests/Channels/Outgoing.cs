using System.Text;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Channels;

/// <summary>A message for the tests of this folder.</summary>
internal static class Outgoing
{
    public static readonly OutgoingMessage Welcome = new(
        Delivery: "welcome1",
        To: "mei@example.test",
        new Sender("shop@shop.example", "Der Laden 店铺", "help@shop.example"),
        Subject: "欢迎, Mei: your first order is free of charge, and so is the delivery to wherever you are",
        Html: "<html><body><p>欢迎 Mei &amp; friends</p>\n<p>" + new string('x', 120) + "</p></body></html>",
        Text: "欢迎 Mei & friends\n.a line with a dot\n..\n",
        Locale: "zh-CN",
        UnsubscribeUrl: "https://mail.shop.example/t/u/v1.abcd.3f-" + new string('a', 32) + ".welcome1.bmV3cw." + new string('b', 22))
    {
        Customer = new("3f-abcdefghijklmnopqrstuvwxyz234567"),
        Journey = "welcome",
        Message = "welcome-guide",
    };

    public static MimeMessage Parse(string mime) => MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(mime)), TestContext.Current.CancellationToken);
}
