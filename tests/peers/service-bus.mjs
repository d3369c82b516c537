// Azure's own SDK for Service Bus, told what to do: one JSON object a line on stdin, one answer a line on stdout.
// SERVICE_BUS holds the connection string. Bodies are base64.
import { createInterface } from "node:readline";
import { ServiceBusClient } from "@azure/service-bus";

const client = new ServiceBusClient(process.env.SERVICE_BUS, { retryOptions: { maxRetries: 1, timeoutInMs: 20000 } });
const [senders, receivers] = [new Map(), new Map()];
const once = (map, key, make) => map.get(key) ?? map.set(key, make()).get(key);
const sender = queue => once(senders, queue, () => client.createSender(queue));
const receiver = (queue, aside) => once(receivers, `${queue} ${aside}`, () => client.createReceiver(queue, { skipParsingBodyAsJson: true, ...(aside && { subQueueType: "deadLetter" }) }));
const outgoing = ({ id, body, due }) => ({ messageId: id, body: Buffer.from(body, "base64"), ...(due && { scheduledEnqueueTimeUtc: new Date(due) }) });
const incoming = m => ({ id: m.messageId, body: Buffer.from(m.body ?? "").toString("base64"), deliveryCount: m.deliveryCount, reason: m.deadLetterReason ?? null, state: m.state });

const verbs = {
  send: ({ queue, message }) => sender(queue).sendMessages(outgoing(message)),
  async batch({ queue, messages }) {
    const batch = await sender(queue).createMessageBatch();
    for (const message of messages) if (!batch.tryAddMessage(outgoing(message))) throw new Error("The batch is full.");
    await sender(queue).sendMessages(batch);
  },
  schedule: async ({ queue, message, due }) => (await sender(queue).scheduleMessages(outgoing(message), new Date(due))).map(String),
  async receive({ queue, aside, most, wait, settle, reason }) {
    const from = receiver(queue, aside);
    const messages = await from.receiveMessages(most, { maxWaitTimeInMs: wait });
    for (const message of messages) {
      if (settle === "complete") await from.completeMessage(message);
      if (settle === "abandon") await from.abandonMessage(message);
      if (settle === "deadLetter") await from.deadLetterMessage(message, { deadLetterReason: reason, deadLetterErrorDescription: reason });
    }
    return messages.map(incoming);
  },
  peek: async ({ queue, aside, most }) => (await receiver(queue, aside).peekMessages(most)).map(incoming),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { verb, ...rest } = JSON.parse(line);
  const answer = await verbs[verb](rest).then(ok => ({ ok: ok ?? null }), fault => ({ fault: String(fault.code ?? fault) }));
  console.log(JSON.stringify(answer));
}
process.exit(0);
