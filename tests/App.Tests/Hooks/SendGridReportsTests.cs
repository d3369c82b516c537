using System.Text;
using System.Text.Json;
using MarketingAutomation.Deliveries;

namespace MarketingAutomation.Hooks;

public class SendGridReportsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private const string Ours = "3f-abcdefghijklmnopqrstuvwxyz234567.welcome1";

    [Theory]
    [InlineData("""{"event":"processed"}""", CallbackKind.Sent, false, null)]
    [InlineData("""{"event":"deferred","response":"451 mei@example.test is busy","attempt":"3"}""", CallbackKind.Deferred, false, null)]
    [InlineData("""{"event":"delivered","response":"250 OK"}""", CallbackKind.Delivered, false, null)]
    [InlineData("""{"event":"bounce","type":"bounce","status":"5.1.1","bounce_classification":"Invalid Address","reason":"550 5.1.1 mei@example.test"}""", CallbackKind.Bounced, true, "bounce 5.1.1 Invalid Address")]
    [InlineData("""{"event":"bounce","type":"blocked","status":"4.7.1","bounce_classification":"Reputation"}""", CallbackKind.Bounced, false, "blocked 4.7.1 Reputation")]
    [InlineData("""{"event":"dropped","reason":"Bounced Address","email":""}""", CallbackKind.Dropped, true, "dropped: Bounced Address")]
    [InlineData("""{"event":"dropped","reason":"Spam Content"}""", CallbackKind.Dropped, false, "dropped: Spam Content")]
    [InlineData("""{"event":"dropped","reason":"mei@example.test is not welcome"}""", CallbackKind.Dropped, false, "dropped: another reason")]
    [InlineData("""{"event":"spamreport"}""", CallbackKind.Complained, false, null)]
    [InlineData("""{"event":"unsubscribe"}""", CallbackKind.UnsubscribedFromAll, false, null)]
    [InlineData("""{"event":"group_unsubscribe","asm_group_id":1}""", CallbackKind.Unsubscribed, false, null)]
    [InlineData("""{"event":"open","useragent":"Mozilla/5.0"}""", CallbackKind.Opened, false, null)]
    [InlineData("""{"event":"click","url":"https://shop.example"}""", CallbackKind.Clicked, false, null)]
    public void Every_kind_of_event_is_known(string item, CallbackKind kind, bool hard, string? reason)
    {
        var report = Assert.Single(Read(item).Reports);
        Assert.Equal((kind, hard, reason), (report.Callback.Kind, report.Callback.Hard, report.Callback.Reason));
    }

    [Fact]
    public void Who_refused_everything_at_SendGrid_is_believed_when_a_message_is_dropped_for_it() => Assert.Equal(
        [CallbackKind.Dropped, CallbackKind.UnsubscribedFromAll], Read("""{"event":"dropped","reason":"Unsubscribed Address"}""").Reports.Select(report => report.Callback.Kind));

    [Theory]
    [InlineData("""{"event":"account_status_change","type":"compliance_deactivate"}""")]
    [InlineData("""{"event":"cancel_drop"}""")]
    [InlineData("""{"event":7}""")]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""[]""")]
    [InlineData("""{"event":"delivered","sg_event_id":"\ud800"}""")]
    public void What_we_do_not_understand_is_left_out_and_fails_nothing_else(string item)
    {
        var (reports, leftOut) = SendGridReports.Read(Encoding.UTF8.GetBytes($$"""[{{item}},{"event":"delivered","sg_event_id":"e1"}]"""), Noon);
        Assert.Equal((CallbackKind.Delivered, 1), (Assert.Single(reports).Callback.Kind, leftOut));
    }

    [Theory]
    [InlineData("1772366400", "2026-03-01T12:00:00Z")]
    [InlineData("1", "1970-01-01T00:00:01Z")]
    [InlineData("-5", "2026-03-01T12:00:00Z")]
    [InlineData("1e300", "2026-03-01T12:00:00Z")]
    [InlineData("\"soon\"", "2026-03-01T12:00:00Z")]
    public void A_time_that_is_none_is_ours(string timestamp, string at) =>
        Assert.Equal(DateTimeOffset.Parse(at, null), Read($$"""{"event":"open","timestamp":{{timestamp}}}""").Reports.Single().Callback.At);

    [Theory]
    [InlineData(Ours, true)]
    [InlineData("welcome1", false)]
    [InlineData("a.b.c", false)]
    [InlineData("../x.welcome1", false)]
    [InlineData("A#?.welcome1", false)]
    [InlineData(".", false)]
    public void Only_names_that_we_could_have_given_are_looked_up(string name, bool known) =>
        Assert.Equal(known, Read($$"""{"event":"open","delivery":{{JsonSerializer.Serialize(name)}}}""").Reports.Single().Of is not null);

    [Fact]
    public void The_example_of_the_reference_is_read()
    {
        var vector = JsonElement.Parse(File.ReadAllBytes(SharedFolder.FileOrSkip("vectors/sendgrid-signature.json")));
        var report = Assert.Single(SendGridReports.Read(Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!), Noon).Reports);
        Assert.Equal((CallbackKind.Dropped, true, "hello@world.com", "LRzXl_NHStOGhQ4kofSm_A"), (report.Callback.Kind, report.Callback.Hard, report.Callback.Address, report.Callback.ProviderId));
        Assert.Null(report.Of);
    }

    [Fact]
    public void Whatever_the_items_hold_reading_them_fails_nothing() => Gen.Select(
        Strings("processed", "bounce", "dropped", "open", "click", "other"),
        Strings("event", "type", "reason", "timestamp", "sg_event_id", "email", "delivery", "sg_machine_open", "useragent"),
        Strings("null", "true", "-1", "1e400", "\"\\udc00\"", "\"x\"", "[]", "{}", "\"" + new string('x', 5000) + "\"")).Sample((kind, name, value) =>
        SendGridReports.Read(Encoding.UTF8.GetBytes($$"""[{"event":"{{kind}}","{{name}}":{{value}}}]"""), Noon), iter: 2000);

    private static Gen<string> Strings(params string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    private static (IReadOnlyList<ProviderReport> Reports, int LeftOut) Read(string item) => SendGridReports.Read(Encoding.UTF8.GetBytes($"[{item}]"), Noon);
}
