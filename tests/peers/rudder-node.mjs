import Rudder from "@rudderstack/rudder-sdk-node";

export function open(dataPlaneUrl, writeKey, errorHandler) {
  const analytics = new Rudder(writeKey, { dataPlaneUrl, errorHandler, logLevel: "none" });
  return { send: (type, call) => analytics[type](call), flush: () => analytics.flush() };
}
