using System.Text;
using MarketingAutomation.Deliveries;
using Microsoft.Extensions.Time.Testing;

namespace MarketingAutomation.Channels;

public sealed class FileChannelTests : ChannelContract, IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("mail").FullName, "new");

    private protected override IChannel Channel => new FileChannel(folder);

    private protected override IReadOnlyList<Arrival> Arrived => [.. Files.Select(Arrival.Of)];

    private IReadOnlyList<string> Files => Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(file => File.ReadAllText(file, Encoding.Latin1))] : [];

    [Fact]
    public async Task The_file_is_named_after_the_delivery_and_nothing_else_is_left_behind()
    {
        Assert.Equal(new Outcome.Sent("welcome1.eml"), await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
        Assert.Equal([Path.Combine(folder, "welcome1.eml")], Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_message_once_written_is_not_written_again()
    {
        await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.Sent>(await Channel.SendAsync(Outgoing.Welcome with { Subject = "other" }, TestContext.Current.CancellationToken));
        Assert.Equal(Outgoing.Welcome.Subject, Assert.Single(Arrived).Subject);
    }

    [Fact]
    public async Task The_date_comes_from_the_clock_where_there_is_one()
    {
        var now = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
        await new FileChannel(folder, new FakeTimeProvider(now)).SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken);
        Assert.Equal(now, Outgoing.Parse(Assert.Single(Files)).Date);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_tried_again_later()
    {
        await File.WriteAllTextAsync(folder, "a file is in the way", TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.Retry>(await Channel.SendAsync(Outgoing.Welcome, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_delivery_cannot_lead_out_of_the_folder() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Channel.SendAsync(Outgoing.Welcome with { Delivery = "../welcome1" }, TestContext.Current.CancellationToken));

    public void Dispose() => Directory.GetParent(folder)!.Delete(recursive: true);
}
