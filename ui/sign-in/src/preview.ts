import type { PreviewMessage } from "./types";

/** True when the administration console shows this page in a frame. */
export const isPreview = () => new URLSearchParams(location.search).has("preview") && parent !== window;

/** Hands every message of the console to `listener`; messages from anyone else are ignored. */
export function listenToConsole(allowed: string[], listener: (message: PreviewMessage) => void): void {
  addEventListener("message", (event: MessageEvent<unknown>) => {
    const fromConsole = event.source === parent && (allowed.includes(event.origin) || event.origin === location.origin);
    const message = event.data as Partial<PreviewMessage> | null;
    if (fromConsole && message?.type === "portico:preview") listener(message as PreviewMessage);
  });
  // The console sends its settings once it knows that someone listens. The note holds nothing secret.
  parent.postMessage({ type: "portico:preview-ready" }, "*");
}
