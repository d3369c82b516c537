using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace MarketingAutomation.Bus;

/// <summary>Many messages in one transfer, taken whole or not at all.</summary>
/// <remarks>Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-protocol-guide, message format 0x80013700.</remarks>
internal sealed class AmqpBatch
{
    private const uint Format = 0x80013700;

    /// <summary>The service takes no larger batch, also where a single message may be larger.</summary>
    private const int MostBytes = 1024 * 1024;

    private const int Envelope = 256, PerMessage = 16;

    private readonly IReadOnlyList<AmqpOutgoing> _messages;
    private readonly IReadOnlyList<byte[]> _encoded;

    private AmqpBatch(IReadOnlyList<AmqpOutgoing> messages, IReadOnlyList<byte[]> encoded) => (_messages, _encoded) = (messages, encoded);

    /// <summary>Cuts messages into batches in their order.</summary>
    /// <param name="mostBytes">The largest transfer the link takes.</param>
    /// <param name="mostMessages">1 for brokers that know no batches.</param>
    /// <exception cref="AmqpException">One message alone is too large; nothing has been sent.</exception>
    public static List<AmqpBatch> Cut(IEnumerable<AmqpOutgoing> messages, int mostBytes, int mostMessages)
    {
        var (batches, together, encoded, size) = (new List<AmqpBatch>(), new List<AmqpOutgoing>(), new List<byte[]>(), Envelope);
        foreach (var message in messages)
        {
            var bytes = Bytes(message.ToMessage());
            if (bytes.Length > mostBytes) throw new AmqpException(ErrorCode.MessageSizeExceeded, $"The message has {bytes.Length} bytes; {mostBytes} are allowed.");
            if (together.Count > 0 && (together.Count >= mostMessages || size + bytes.Length + PerMessage > Math.Min(mostBytes, MostBytes))) Close();
            together.Add(message);
            encoded.Add(bytes);
            size += bytes.Length + PerMessage;
        }
        if (together.Count > 0) Close();
        return batches;

        void Close()
        {
            batches.Add(new(together, encoded));
            (together, encoded, size) = ([], [], Envelope);
        }
    }

    public static byte[] Bytes(Message message)
    {
        var buffer = message.Encode();
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    /// <summary>A new transfer for each try; a single message goes as itself.</summary>
    public Message ToMessage()
    {
        if (_messages is [var only]) return only.ToMessage();
        var body = new DataList();
        foreach (var bytes in _encoded) body.Add(new Data { Binary = bytes });
        return new Message { Format = Format, Properties = new Properties { MessageId = _messages[0].Id }, BodySection = body };
    }
}
