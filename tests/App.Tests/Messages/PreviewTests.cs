using MarketingAutomation.Commands;
using MarketingAutomation.Customers;
using MarketingAutomation.EndToEnd;
using MarketingAutomation.Storage;
using MimeKit;

namespace MarketingAutomation.Messages;

public sealed class PreviewTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ConfigWriter.In(scratch.Config)
            .Message("cart", "offers", "Still there, {{ customer.first_name }}", """<p>{{ event.name }} for {{ event.price | money "EUR" }} <a href="https://shop.example/">Shop</a> <a href="{{ unsubscribe_url }}">Stop</a></p>""")
            .Message("lonely", "orders", "Hello", "<p>{{ customer.city }}</p>")
            .Journey("cart", """ "entry": { "event": "Product Added", "reentry": "always" }, "steps": [ { "id": "send", "send": "cart" } ]""");
        await using var server = await ServeProcess.StartAsync(scratch.Data, scratch.Config, ct);
        var batch = Enumerable.Range(0, 30).SelectMany(i => new object[]
        {
            new { type = "identify", userId = $"u{i}", messageId = $"i{i}", traits = new { email = $"u{i}@shop.example", first_name = $"Ada{i}" } },
            new { type = "track", userId = $"u{i}", messageId = $"t{i}", @event = i % 3 == 0 ? "Looked" : "Product Added", properties = new { name = $"Teapot {i}", price = 39.5 } },
        });
        using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(server.Http, "/v1/batch", new { batch }, ct);
        answer.EnsureSuccessStatusCode();
        using var data = new DataFolder(scratch.Data);
        await data.QuietAsync(ct);
    }

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_message_is_rendered_for_a_stored_customer_to_files_that_a_mail_program_opens_and_nothing_is_stored_or_sent()
    {
        var before = await RowsAsync();
        var sent = Mail.In(scratch.Data).Count;

        var (exitCode, output, errors) = await PreviewAsync("cart", "--customer", "u1");
        Assert.True(exitCode == 0, errors);
        var file = Assert.Single(Directory.GetFiles(scratch.Folder("out"), "*.eml"));
        var mail = MimeMessage.Load(file, ct);
        Assert.Equal(("Still there, Ada1", "u1@shop.example"), (mail.Subject, mail.To.Mailboxes.Single().Address));
        Assert.Contains("<p>Teapot 1 for €39.50 <a href=\"https://shop.example/\">Shop</a> <a href=\"https://preview.invalid/unsubscribe\">Stop</a></p>", await File.ReadAllTextAsync(Path.ChangeExtension(file, ".html"), ct), StringComparison.Ordinal);
        Assert.StartsWith("Still there, Ada1\n\nTeapot 1 for €39.50", await File.ReadAllTextAsync(Path.ChangeExtension(file, ".txt"), ct), StringComparison.Ordinal);
        Assert.DoesNotContain("Ada1", output, StringComparison.Ordinal);

        Assert.Equal(before, await RowsAsync());
        Assert.Equal(sent, Mail.In(scratch.Data).Count);
    }

    [Fact]
    public async Task A_sample_is_spread_over_the_customers_and_the_same_every_time()
    {
        var (exitCode, first, _) = await PreviewAsync("cart", "--sample", "9");
        var (_, second, _) = await PreviewAsync("cart", "--sample", "9");
        Assert.Equal((0, first), (exitCode, second));
        var customers = Lines(first).SkipWhile(line => line.Length == 0).TakeWhile(line => !line.Contains(" of ", StringComparison.Ordinal) || line.Contains("  ", StringComparison.Ordinal)).ToList();
        Assert.Equal(9, customers.Count);
        Assert.Equal(9, customers.Distinct().Count());
        Assert.Contains(Lines(first), line => line.EndsWith("of 9 customers would get it.", StringComparison.Ordinal));

        var (_, all, _) = await PreviewAsync("cart", "--sample", "500");
        Assert.Contains("20 of 30 customers would get it.\n10 would not: missing-data: event.name\n", all.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no message crt; there are cart, lonely.", "crt", "--customer", "u1")]
    [InlineData("Nothing is known of a customer nobody: there is none with this userId or anonymousId in this data folder.", "cart", "--customer", "nobody")]
    [InlineData("Say whom to render for: --customer ID for one customer, or --sample 20 for a spread of them.", "cart")]
    [InlineData("Say whom to render for: --customer ID for one customer, or --sample 20 for a spread of them.", "cart", "--customer", "u1", "--sample", "3")]
    [InlineData("--sample takes a number from 1 to 1000.", "cart", "--sample", "0")]
    public async Task A_mistake_is_one_sentence_and_leaves_nothing_behind(string said, params string[] arguments)
    {
        var (exitCode, output, errors) = await PreviewAsync(arguments);
        Assert.Equal((1, "", said), (exitCode, output, errors.Trim()));
        Assert.False(Directory.Exists(scratch.Folder("out")));
    }

    [Fact]
    public async Task A_message_that_would_be_skipped_says_why()
    {
        var (exitCode, output, _) = await PreviewAsync("lonely", "--customer", "u1");
        Assert.Equal(1, exitCode);
        Assert.EndsWith(", no journey sends this message: missing-data: customer.city", output.Trim(), StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> PreviewAsync(params string[] arguments) =>
        Programs.RunAsync(Programs.Marketing(null, ["preview", .. arguments, "--data", scratch.Data, "--config", scratch.Config, "--out", scratch.Folder("out")]), ct);

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private async Task<List<string>> RowsAsync()
    {
        using var file = new SqliteFile(Path.Combine(scratch.Data, "marketing.db"));
        var store = new SqlitePartitionStore(file);
        List<string> rows = [];
        foreach (var table in new[] { Tables.Customers, Tables.Facts, Tables.Catalogs, Tables.Deployment, Tables.Quarantine })
            await foreach (var row in store.ScanAsync(table, "", "~", ct)) rows.Add($"{table} {row.Partition} {row.Key} {row.ETag}");
        return rows;
    }
}
