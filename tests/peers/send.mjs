// Sends the calls on stdin, one JSON object a line, with an SDK as it is published: node send.mjs SDK HOST WRITE_KEY < calls.ndjson
// Says on stdout how often the SDK reported that it could not send.
import { createInterface } from "node:readline";

const [sdk, host, writeKey] = process.argv.slice(2);
let failures = 0;
const failed = () => failures++;
process.on("unhandledRejection", failed); // how SDKs report that give no other way to learn of it

const { open } = await import(`./${sdk}.mjs`);
const peer = await open(host, writeKey, failed);
for await (const line of createInterface({ input: process.stdin })) {
  const { type, ...call } = JSON.parse(line);
  peer.send(type, call);
}
await peer.flush().catch(failed);
process.once("beforeExit", () => console.log(failures));
