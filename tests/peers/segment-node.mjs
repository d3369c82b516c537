import { Analytics } from "@segment/analytics-node";

export function open(host, writeKey, failed) {
  const analytics = new Analytics({ host, writeKey });
  analytics.on("error", failed);
  return { send: (type, call) => analytics[type](call), flush: () => analytics.closeAndFlush() };
}
