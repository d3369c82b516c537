using System.Diagnostics.CodeAnalysis;
using MarketingAutomation.Customers;
using MarketingAutomation.Messages;

namespace MarketingAutomation.Channels;

/// <summary>What providers are told of a message, and tell us back: <c>{customer key}.{delivery id}</c>, which gives away nobody.</summary>
internal sealed record DeliveryName(CustomerKey Customer, string Delivery)
{
    /// <summary>SendGrid's custom argument; SendGrid keeps it for ever, so it must never be personal.</summary>
    public const string Argument = "delivery";

    /// <summary>Header of the messages that go by mail server.</summary>
    public const string Header = "X-Delivery";

    private const int MostCharacters = 100;

    public static string Of(OutgoingMessage message) => $"{message.Customer}.{message.Delivery}";

    /// <summary>Whatever else the text may be, the answer is no.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out DeliveryName? name)
    {
        name = text is { Length: <= MostCharacters } && text.Split('.') is [{ Length: > 0 } customer, { Length: > 0 } delivery] && IsId(customer) && IsId(delivery) ? new(new(customer), delivery) : null;
        return name is not null;
    }

    private static bool IsId(string text) => text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
