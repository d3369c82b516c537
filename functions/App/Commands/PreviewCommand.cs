using System.CommandLine;
using MarketingAutomation.Messages;
using MarketingAutomation.Storage;

namespace MarketingAutomation.Commands;

/// <summary><c>marketing preview</c>: what a message would say to stored customers. Nothing is sent and nothing is stored.</summary>
internal static class PreviewCommand
{
    private const int MostSamples = 1000;

    public static Command Create()
    {
        var (data, config) = (CommonOptions.Data(), CommonOptions.Config());
        data.Description = "Folder that serve, import or demo has filled.";
        Argument<string> message = new("message") { Description = "The message, by the name of its folder in config/messages." };
        Option<string?> customer = new("--customer") { Description = "The customer, by userId or anonymousId." };
        Option<int?> sample = new("--sample") { Description = "So many customers, spread over all there are; the same ones every time." };
        Option<string?> locale = new("--locale") { Description = "As if the customer read this language, such as zh-CN; the customer's own where not given." };
        Option<string> output = new("--out") { Description = "Folder for the .html, .txt and .eml files; made where missing.", DefaultValueFactory = _ => "preview" };
        var command = new Command("preview", "Renders a message for a stored customer, or for a sample of them, to files; nothing is sent and nothing is stored.") { message, customer, sample, locale, output, data, config };
        command.SetAction(async (parsed, ct) =>
        {
            var (id, count) = (parsed.GetValue(customer), parsed.GetValue(sample));
            if (id is null == count is null) throw new CommandFault("Say whom to render for: --customer ID for one customer, or --sample 20 for a spread of them.");
            if (count is < 1 or > MostSamples) throw new CommandFault($"--sample takes a number from 1 to {MostSamples}.");

            using var kept = await KeptData.OpenAsync(Settings.Read().Node(parsed.GetRequiredValue(data)), TimeProvider.System, ct);
            var catalog = ConfigFiles.Load(parsed.GetRequiredValue(config), 1, await kept.DeploymentAsync(ct));
            var name = parsed.GetRequiredValue(message);
            if (!catalog.Messages.ContainsKey(name)) throw new CommandFault($"There is no message {name}; there are {string.Join(", ", catalog.Messages.Keys)}.");

            var previews = new Previews(kept.Store, catalog, name, parsed.GetValue(locale), TimeProvider.System);
            return await WriteAsync(id is null ? previews.SampleAsync(count!.Value, ct) : previews.OfAsync(id, ct), name, parsed.GetRequiredValue(output), ct);
        });
        return command;
    }

    /// <returns>Exit code: 0 where any preview shows something.</returns>
    private static async Task<int> WriteAsync(IAsyncEnumerable<Preview> previews, string message, string folder, CancellationToken ct)
    {
        var (ready, all) = (0, 0);
        SortedDictionary<string, int> skipped = new(StringComparer.Ordinal);
        await foreach (var preview in previews)
        {
            all++;
            switch (preview.Rendering)
            {
                case Rendering.Ready text:
                    ready++;
                    var name = Path.Combine(folder, $"{message}-{all:D2}.{text.Locale}");
                    await PreviewFiles.WriteAsync(name, preview.Outgoing!, ct);
                    Console.Out.WriteLine($"{name}.html, .txt, .eml  {preview.Customer}, {preview.From}");
                    break;
                case Rendering.MissingData missing:
                    Count($"missing-data: {missing.Path}");
                    break;
                case Rendering.Broken broken:
                    Count(broken.Reason);
                    break;
            }

            void Count(string reason)
            {
                skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
                Console.Out.WriteLine($"Skipped  {preview.Customer}, {preview.From}: {reason}");
            }
        }
        if (all == 0) throw new CommandFault("There are no customers yet; fill the data folder with serve, import or demo.");
        if (all > 1) Console.Out.WriteLine($"{ready} of {all} customers would get it.");
        if (all > 1) foreach (var (reason, count) in skipped) Console.Out.WriteLine($"{count} would not: {reason}");
        return ready > 0 ? 0 : 1;
    }
}
