using MarketingAutomation.Bus;
using MarketingAutomation.Collect;
using MarketingAutomation.Customers;

namespace MarketingAutomation.Handlers;

/// <summary>Events queue: each message holds the events of one collect request; each customer's events become one decision.</summary>
internal sealed class EventsHandler(CustomerWork work, CustomerStore customers, Catalog catalog, Retries retries) : IHandler
{
    public async Task HandleAsync(IReadOnlyList<Received> batch, CancellationToken ct) => await work.RunAsync(
        from message in (await work.ReadAsync(batch, Read, ct)).Index()
        from e in message.Item.Content
        group e.Event by (e.Customer, message.Item.Tries, Copy: message.Item.Tries > 0 ? message.Index : 0) into part // a copy stays by itself
        select new CustomerWork.Item(
            Queue.Events,
            part.Key.Tries,
            token => DecideAsync(part.Key.Customer, Inputs(part), token),
            apart => apart ? [.. part.SelectMany(e => EventsBody.Write([e]))] : EventsBody.Write([.. part])),
        ct);

    private async Task<Decided> DecideAsync(CustomerKey customer, IReadOnlyList<Input> inputs, CancellationToken ct)
    {
        var decided = await retries.RunAsync(token => customers.DecideAsync(customer, inputs, token), ct);
        Telemetry.Decided(inputs.Count);
        return decided;
    }

    private List<(CustomerKey Customer, CustomerEvent Event)> Read(byte[] body) => [.. EventsBody.Read(body).Select(e => (e.KeyOf(catalog.Deployment.Pepper), e))];

    // In the order they happened; at one instant by messageId, so that every replay takes the same order.
    private static IReadOnlyList<Input> Inputs(IEnumerable<CustomerEvent> events) =>
        [.. events.OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).Select(e => new Input.Happened(e))];
}
