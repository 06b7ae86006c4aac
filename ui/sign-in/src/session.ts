import type { Identifier, InteractionEvent } from "./types";

/**
 * What must outlive a page load within one tab: the app that asked, and how far the flow has come.
 * A social provider's page lies between two of our pages, so memory is not enough.
 */
interface Kept {
  appId?: string;
  organizationId?: string;
  event?: InteractionEvent;
  /** True once the server knows which account this is; a registration is created only then. */
  identified?: boolean;
  username?: string;
  termsAccepted?: boolean;
  linking?: Linking;
  code?: SentCode;
}

/** A code that waits to be typed. */
export interface SentCode {
  address: { type: Identifier; value: string };
  /** What the message said it is for. */
  event: InteractionEvent;
  /** Fills in a missing address instead of naming the account. */
  missing?: boolean;
  verificationId: string;
}

/** A social identity that waits to be connected with an account that exists. */
export interface Linking {
  connectorId: string;
  verificationId: string;
  address?: { type: string; value: string };
}

const key = "portico:flow";

function read(): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}") as Kept;
  } catch {
    // Unreadable or blocked storage (a framed preview may have none) is the same as an empty one.
    return {};
  }
}

let state: Kept = read();

/** Everything kept for this tab. */
export const kept = () => state;

/** Adds to what is kept. */
export function keep(changes: Kept): void {
  state = { ...state, ...changes };
  try {
    sessionStorage.setItem(key, JSON.stringify(state));
  } catch {
    // Without storage the flow works as long as the page is not left.
  }
}

/** Forgets the person when a flow is over; the next one in this tab may be someone else. */
export function forget(): void {
  const { appId, organizationId } = state;
  state = {};
  sessionStorage.removeItem(key);
  keep({ ...(appId ? { appId } : {}), ...(organizationId ? { organizationId } : {}) });
}

/** One social sign-in under way. */
export interface SocialState {
  state: string;
  verificationId: string;
}

const socialKey = (connectorId: string) => `social_auth_state:${connectorId}`;

/** Remembers the state sent to a social provider. */
export function keepSocial(connectorId: string, state: SocialState): void {
  sessionStorage.setItem(socialKey(connectorId), JSON.stringify(state));
}

/** Takes the state sent to a social provider; it serves once. */
export function takeSocial(connectorId: string): SocialState | undefined {
  const stored = sessionStorage.getItem(socialKey(connectorId));
  sessionStorage.removeItem(socialKey(connectorId));
  return stored ? (JSON.parse(stored) as SocialState) : undefined;
}

/** Reads the parameters of the first address of a flow. */
export function rememberQuery(): void {
  const query = new URLSearchParams(location.search);
  const appId = query.get("app_id");
  const organizationId = query.get("organization_id");
  if (appId) keep({ appId });
  if (organizationId) keep({ organizationId });
}
