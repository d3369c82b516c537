import dittofeed from "@dittofeed/sdk-node";

export async function open(host, writeKey) {
  const sdk = dittofeed.DittofeedSdk;
  await sdk.init({ host, writeKey: `Basic ${btoa(`${writeKey}:`)}` });
  return { send: (type, call) => sdk[type](call), flush: () => sdk.flush() };
}
