using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using Amqp.Listener;
using Amqp.Types;

namespace MarketingAutomation.Bus.ServiceBusDialect;

/// <summary>
/// For tests only: a listener that speaks as much of Azure Service Bus's AMQP dialect as its official JavaScript SDK and we need.
/// Everything is in memory; time is the given clock's.
/// </summary>
internal sealed class DialectBroker : ILinkProcessor, IDisposable
{
    private const int Credit = 1000;

    public const string KeyName = "RootManageSharedAccessKey", Key = "c2VjcmV0LWtleS1vZi10aGUtdGVzdHM=";

    private readonly ConcurrentDictionary<string, DialectQueue> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DialectNode> _nodes = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ListenerLink, string> _links = new();
    private readonly DialectQueueOptions _options;
    private readonly ContainerHost _host;

    public DialectBroker(TimeProvider clock, DialectQueueOptions options, params IEnumerable<string> queues)
    {
        _options = options;
        Claims = new(KeyName, Key, clock) { OnExpired = (connection, path) => Detach("amqp:unauthorized-access", connection, path) };
        foreach (var name in queues) Add(new(name, options, clock));
        Port = FreePort();
        _host = new ContainerHost(new Address("127.0.0.1", Port, null, null, "/", "amqp"));
        var listener = _host.Listeners[0];
        listener.SASL.EnableAnonymousMechanism = true;
        listener.SASL.EnablePlainMechanism(KeyName, Key);
        listener.HandlerFactory = _ => new Handler();
        _host.RegisterLinkProcessor(this);
        _host.Open();
    }

    public int Port { get; }

    public DialectFaults Faults { get; } = new();

    public DialectClaims Claims { get; }

    public string ConnectionString => ConnectionStringTo(Port);

    /// <summary>By way of another port, such as a relay's.</summary>
    public static string ConnectionStringTo(int port, string key = Key) => $"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName={KeyName};SharedAccessKey={key};UseDevelopmentEmulator=true";

    public DialectQueue Queue(string name) => _queues[name];

    public int Links => _links.Count;

    /// <summary>Ends links as the service does to idle ones, and to those whose token has expired.</summary>
    public void Detach(string condition, Connection? only = null, string? under = null)
    {
        foreach (var (link, address) in _links)
            if ((only is null || link.Session.Connection == only) && (under is null || DialectClaims.IsUnder(under, address))) link.Close(TimeSpan.Zero, new Error(condition));
    }

    public void Process(AttachContext attachContext)
    {
        var (link, attach) = (attachContext.Link, attachContext.Attach);
        var address = (attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address) ?? "";
        if (address.Contains("://", StringComparison.Ordinal)) address = new Uri(address).AbsolutePath.TrimStart('/');
        var entity = address.EndsWith("/$management", StringComparison.OrdinalIgnoreCase) ? address[..^"/$management".Length] : address;
        if (entity != "$cbs" && Refusal(link, address, entity) is { } refusal) attachContext.Complete(new Error(refusal));
        else if (_nodes.TryGetValue(address, out var node)) Complete(attachContext, address, node.Attach(link, attach));
        else if (attach.Role) Complete(attachContext, address, new DialectConsumer(_queues[entity], link));
        else Complete(attachContext, address, new DialectProducer(_queues[entity], _options.MostBytes, Faults));
    }

    public void Dispose()
    {
        _host.Close();
        foreach (var queue in _queues.Values) queue.Dispose();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Add(DialectQueue queue)
    {
        _queues[queue.Name] = queue;
        _nodes[$"{queue.Name}/$management"] = new DialectManagement(queue);
        _nodes["$cbs"] = Claims;
        if (queue.Aside is { } aside) Add(aside);
    }

    private string? Refusal(ListenerLink link, string address, string entity) =>
        !_queues.ContainsKey(entity) ? "amqp:not-found"
        : !ByPassword(link.Session.Connection) && !Claims.Allows(link.Session.Connection, address) ? "amqp:unauthorized-access"
        : Faults.NextAttach();

    /// <summary>Whoever gives the key as a password needs no claims.</summary>
    private static bool ByPassword(Connection connection) => (connection as ListenerConnection)?.Principal?.Identity?.AuthenticationType == "PLAIN";

    private void Complete(AttachContext context, string address, LinkEndpoint endpoint)
    {
        context.Attach.MaxMessageSize = (ulong)_options.MostBytes;
        if (address != "$cbs")
        {
            _links[context.Link] = address;
            context.Link.AddClosedCallback((link, _) => _links.TryRemove(context.Link, out string? _));
        }
        context.Complete(endpoint, context.Link.Role ? Credit : 0);
    }

    private sealed class Handler : IHandler
    {
        // A client that reads header and open in one piece with the end of SASL loses them.
        private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(20);

        public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.ConnectionLocalOpen;

        public void Handle(Event protocolEvent)
        {
            if (protocolEvent.Id == EventId.ConnectionLocalOpen) Thread.Sleep(Apart);
            else if (protocolEvent is { Id: EventId.SendDelivery, Context: IDelivery { Message.DeliveryAnnotations: { } annotations } delivery }
                && annotations.Map.TryGetValue((Symbol)DialectMessage.LockToken, out object? token)) delivery.Tag = ((Guid)token!).ToByteArray();
        }
    }
}
