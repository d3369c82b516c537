using System.Diagnostics.CodeAnalysis;
using MarketingAutomation.Messages;
using MimeKit;

namespace MarketingAutomation.Channels;

/// <summary>An address of its own for the bounces of each message (VERP): <c>bounces+{customer key}.{delivery id}@domain</c>.</summary>
internal static class ReturnAddress
{
    // RFC 5321 §4.5.3.1.1.
    private const int MostLocalCharacters = 64;

    /// <returns>The plain address where the message's own would be too long.</returns>
    public static MailboxAddress Of(string bounces, OutgoingMessage message)
    {
        var (name, domain) = Split(bounces);
        var local = $"{name}+{DeliveryName.Of(message)}";
        return new("", local.Length <= MostLocalCharacters ? $"{local}@{domain}" : bounces);
    }

    /// <summary>Whose message an address was made for.</summary>
    public static bool TryRead(string address, [NotNullWhen(true)] out DeliveryName? name)
    {
        var local = Split(address).Name;
        return DeliveryName.TryRead(local[(local.IndexOf('+') + 1)..].ToLowerInvariant(), out name); // some servers change the case of what they send back
    }

    private static (string Name, string Domain) Split(string address) => address.LastIndexOf('@') is >= 0 and var at ? (address[..at], address[(at + 1)..]) : (address, "");
}
