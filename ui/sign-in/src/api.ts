import { currentLanguage } from "./phrases";
import { kept } from "./session";
import type { Identifier, InteractionEvent } from "./types";

/** An answer of the server that is not a success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly data: unknown,
  ) {
    super(message);
  }
}

/** The preview draws pages without a flow behind them, so nothing may be sent. */
let silent = false;
export const silence = () => {
  silent = true;
};
export const isSilent = () => silent;

async function call<T = void>(method: string, path: string, body?: unknown): Promise<T> {
  if (silent) throw new ApiError(0, "preview", "", undefined);
  const { appId } = kept();
  const headers: Record<string, string> = { "Accept-Language": currentLanguage() };
  if (appId) headers["Logto-App-Id"] = appId;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new ApiError(0, "network", "", undefined);
  }
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json");
  const json = isJson && text ? (JSON.parse(text) as Record<string, unknown>) : {};
  if (!response.ok) {
    throw new ApiError(response.status, String(json.code ?? "unknown"), String(json.message ?? ""), json.data);
  }
  return json as T;
}

const experience = "/api/experience";

interface Verified {
  verificationId: string;
}

interface Redirect {
  redirectTo: string;
}

/** A named resource and what an app asks to do with it. */
export interface ResourceScopes {
  resource: { id: string; name: string; indicator: string };
  scopes: { id: string; name: string; description: string | null }[];
}

/** Body of `GET /api/interaction/consent`. */
export interface ConsentInfo {
  application: {
    id: string;
    name: string;
    displayName?: string | null;
    branding?: { logoUrl?: string; darkLogoUrl?: string };
    termsOfUseUrl?: string | null;
    privacyPolicyUrl?: string | null;
  };
  user: {
    id: string;
    name: string | null;
    avatar: string | null;
    username: string | null;
    primaryEmail: string | null;
    primaryPhone: string | null;
  };
  organizations?: { id: string; name: string; missingResourceScopes?: ResourceScopes[] }[];
  missingOIDCScope?: string[];
  missingResourceScopes?: ResourceScopes[];
  redirectUri?: string;
}

/** The documented endpoints these pages use. */
export const api = {
  start: (interactionEvent: InteractionEvent) => call("PUT", experience, { interactionEvent }),
  changeEvent: (interactionEvent: InteractionEvent) =>
    call("PUT", `${experience}/interaction-event`, { interactionEvent }),
  verifyPassword: (identifier: { type: Identifier; value: string }, password: string) =>
    call<Verified>("POST", `${experience}/verification/password`, { identifier, password }),
  newPasswordIdentity: (username: string, password: string) =>
    call<Verified>("POST", `${experience}/verification/new-password-identity`, {
      identifier: { type: "username", value: username },
      password,
    }),
  socialAddress: (connectorId: string, state: string, redirectUri: string) =>
    call<Verified & { authorizationUri: string }>(
      "POST",
      `${experience}/verification/social/${encodeURIComponent(connectorId)}/authorization-uri`,
      { state, redirectUri },
    ),
  verifySocial: (connectorId: string, verificationId: string, connectorData: Record<string, string>) =>
    call<Verified>("POST", `${experience}/verification/social/${encodeURIComponent(connectorId)}/verify`, {
      verificationId,
      connectorData,
    }),
  sendCode: (identifier: { type: Identifier; value: string }, interactionEvent: InteractionEvent) =>
    call<Verified>("POST", `${experience}/verification/verification-code`, { identifier, interactionEvent }),
  verifyCode: (identifier: { type: Identifier; value: string }, verificationId: string, code: string) =>
    call<Verified>("POST", `${experience}/verification/verification-code/verify`, { identifier, verificationId, code }),
  identify: (body: { verificationId?: string; linkSocialIdentity?: boolean }) =>
    call("POST", `${experience}/identification`, body),
  addProfile: (body: { type: "username" | "password"; value: string } | { type: Identifier; verificationId: string }) =>
    call("POST", `${experience}/profile`, body),
  newPassword: (password: string) => call("PUT", `${experience}/profile/password`, { password }),
  submit: () => call<Redirect>("POST", `${experience}/submit`),
  consentInfo: () => call<ConsentInfo>("GET", "/api/interaction/consent"),
  consent: (organizationIds?: string[]) =>
    call<Redirect>("POST", "/api/interaction/consent", organizationIds ? { organizationIds } : {}),
  refuseConsent: () => call<Redirect>("DELETE", "/api/interaction/consent"),
};
