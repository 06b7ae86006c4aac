import { useLayoutEffect, useState } from "preact/hooks";
import { kept } from "./session";

const moved = new EventTarget();

/** The address of a screen, with the app id that names the interaction cookie and no other parameter. */
export function addressOf(path: string): string {
  const query = new URLSearchParams();
  const current = new URLSearchParams(location.search);
  const appId = current.get("app_id") ?? kept().appId;
  if (appId) query.set("app_id", appId);
  const preview = current.get("preview");
  if (preview) query.set("preview", preview);
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Goes to another screen within the app. */
export function navigate(path: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"]({ within: true }, "", addressOf(path));
  moved.dispatchEvent(new Event("move"));
}

/** Leaves the app. Only addresses that the server named may come here. */
export const leave = (address: string) => location.assign(address);

/** The path of the current screen without its slashes at both ends. */
export function usePath(): string {
  const [path, setPath] = useState(location.pathname);
  // A layout effect listens before any screen's own effects run, which may move on at once.
  useLayoutEffect(() => {
    const update = () => setPath(location.pathname);
    moved.addEventListener("move", update);
    addEventListener("popstate", update);
    return () => {
      moved.removeEventListener("move", update);
      removeEventListener("popstate", update);
    };
  }, []);
  return path.replace(/^\/+|\/+$/g, "");
}
