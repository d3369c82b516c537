using System.Text;
using System.Text.Json;
using MarketingAutomation.Bus;

namespace MarketingAutomation.Functions;

public sealed class TriggerCallTests
{
    private const string Text = """{"contactId":"c1","n":5}""", NoJson = "text, not json";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SbBatchBinary", new[] { Text, NoJson }, "m-1")]
    [InlineData("SbBatchString", new[] { Text, NoJson }, "m-1")]
    [InlineData("SbSingleBinary", new[] { Text }, "m-1")]
    [InlineData("SbSingleString", new[] { Text }, "m-1")]
    [InlineData("SbSessionBinary", new[] { Text }, "m-1")]
    public async Task What_a_real_host_has_sent_is_read(string recorded, string[] bodies, string firstId)
    {
        using var file = File.OpenRead(SharedFolder.FileOrSkip(Path.Combine("functions-host", $"{recorded}.json")));
        var call = await TriggerCall.ReadAsync(file, Queue.Events, Ct);
        Assert.Equal(bodies, call.Messages.Select(message => Encoding.UTF8.GetString(message.Body)));
        Assert.Equal(firstId, call.Messages[0].Id);
        Assert.All(call.Messages, message => Assert.Equal(1, message.DeliveryCount));
        Assert.Equal(new(2026, 11, 22, 14, 59, 45, TimeSpan.Zero), call.Oldest!.Value, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("""{"Data":{"messages":"[\"W10=\",\"e30=\"]"}}""", "[]", "{}")] // no Metadata
    [InlineData("""{"data":{"other":["W10="]},"metadata":null}""", "[]")] // an array in the open
    [InlineData("""{"Data":{"message":{"a":1}}}""", """{"a":1}""")] // JSON in the open
    [InlineData("""{"Data":{"message":"{\"a\":1}"}}""", """{"a":1}""")] // JSON in one string
    [InlineData("""{"Data":{"messages":"[{\"a\":1},\"e30=\",null]"}}""", """{"a":1}""", "{}", "")] // elements parsed by the host
    [InlineData("""{"Data":{"message":"no base64!"}}""", "no base64!")]
    [InlineData("""{"Data":{"messages":"[]"}}""")]
    public async Task Other_forms_are_read_as_well(string envelope, params string[] bodies) =>
        Assert.Equal(bodies, (await ReadAsync(envelope)).Messages.Select(message => Encoding.UTF8.GetString(message.Body)));

    [Theory]
    [InlineData("""{"DeliveryCountArray":"[3,7]"}""", 3, 7)]
    [InlineData("""{"deliverycountarray":[3,7]}""", 3, 7)]
    [InlineData("""{"DeliveryCountArray":"[3]"}""", 3, 1)]
    [InlineData("""{"DeliveryCountArray":"[null,\"x\"]"}""", 1, 1)]
    [InlineData("""{"DeliveryCount":"4"}""", 4, 1)]
    [InlineData("""{"DeliveryCount":4}""", 4, 1)]
    [InlineData("""{"DeliveryCount":"\"true\""}""", 1, 1)]
    [InlineData("[]", 1, 1)]
    public async Task Deliveries_are_counted_where_the_host_says_so_and_from_one_where_it_does_not(string metadata, params int[] counts) =>
        Assert.Equal(counts, (await ReadAsync($$"""{"Data":{"messages":"[\"W10=\",\"e30=\"]"},"Metadata":{{metadata}}}""")).Messages.Select(message => message.DeliveryCount));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":[]}""")]
    [InlineData("{")]
    [InlineData("")]
    public Task What_is_no_envelope_is_refused(string body) => Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(body));

    [Fact]
    public void Any_batch_comes_out_of_its_envelope_as_it_went_in() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 12]).List[1, 20].SampleAsync(async messages =>
        {
            Received[] sent = [.. messages.Select((message, index) => new Received(Queue.Events, $"m-{index}", "", message.Item2, message.Item1))];
            var call = await TriggerCall.ReadAsync(new MemoryStream(HostDouble.TriggerEnvelope.Batch("messages", sent)), Queue.Events, Ct);
            Assert.Equal(sent.Select(Describe), call.Messages.Select(Describe));
            if (sent is not [var one, ..]) return;
            call = await TriggerCall.ReadAsync(new MemoryStream(HostDouble.TriggerEnvelope.Single("message", one)), Queue.Events, Ct);
            Assert.Equal(Describe(one), Describe(Assert.Single(call.Messages)));
        }, iter: 300);

    private static string Describe(Received message) => $"{message.Id} {message.DeliveryCount} {Convert.ToHexString(message.Body)}";

    private static Task<TriggerCall> ReadAsync(string envelope) => TriggerCall.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(envelope)), Queue.Events, Ct);
}
