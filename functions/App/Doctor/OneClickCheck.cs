using MarketingAutomation.Channels;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;
using MarketingAutomation.Tracking;

namespace MarketingAutomation.Doctor;

/// <summary>Builds a message as it would be sent and reads its headers: one-click unsubscribing as RFC 8058 has it.</summary>
internal sealed class OneClickCheck(Catalog? catalog, Uri? url) : ICheck
{
    public string Name => "one-click";

    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Finding>>([Look()]);

    private Finding Look()
    {
        if (catalog is null) return new(Name, Severity.Warning, "Not looked at: the config has problems.", "Mend the config first.");
        if (catalog.Messages.FirstOrDefault(one => catalog.Policy.Topics[one.Value.Message.Topic].Consent != ConsentRule.None) is not { Key: { } id, Value: { } folder })
            return new(Name, Severity.Fine, "No message has a topic that can be refused.");
        var sender = folder.Message.From is { } named ? catalog.Policy.Senders[named] : catalog.Policy.Senders.First().Value;
        var links = Links.Of(catalog.Deployment with { PublicUrl = url ?? catalog.Deployment.PublicUrl });
        var unsubscribe = links.Unsubscribe(CustomerKey.OfUser(catalog.Deployment.Pepper, "doctor"), "doctor", folder.Message.Topic);
        if (!MimeBuilder.TryBuild(new OutgoingMessage("doctor", "somebody@shop.example", sender, id, "<p></p>", "", catalog.Policy.DefaultLocale, unsubscribe), null, out var mime))
            return new(Name, Severity.Blocking, $"The message {id} cannot be built.", "Correct its sender in policy.json.");
        using (mime)
        {
            var (list, post) = (mime.Headers["List-Unsubscribe"], mime.Headers["List-Unsubscribe-Post"]);
            return list == $"<{unsubscribe}>" && post == "List-Unsubscribe=One-Click" && unsubscribe.StartsWith("https://", StringComparison.Ordinal)
                ? new(Name, Severity.Fine, $"The message {id} carries both headers with an https address.", "Have the mail server's DKIM signature cover List-Unsubscribe and List-Unsubscribe-Post.")
                : new(Name, Severity.Blocking, $"The message {id} carries an address that is not https: mail programs show no unsubscribe button, and bulk mail is refused.", $"Set {Surroundings.PublicUrl} to an https address.");
        }
    }
}
