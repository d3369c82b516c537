import Analytics from "analytics-node";

export function open(host, writeKey, errorHandler) {
  const analytics = new Analytics(writeKey, { host, errorHandler });
  return { send: (type, call) => analytics[type](call), flush: () => analytics.flush() };
}
