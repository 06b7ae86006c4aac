import { api, ApiError } from "./api";
import { t } from "./phrases";
import { leave, navigate } from "./router";
import { forget, keep, kept, keepSocial } from "./session";
import type { Identifier, MissingProfile, SignInExperience, SocialConnector } from "./types";

/** Sessions that are gone cannot be repaired on the page: the person must return to the app. */
const ended = new Set(["session.not_found", "session.interaction_not_found"]);

/** Steps that other screens do. */
const laterSteps = new Set([
  "session.mfa.require_mfa_verification",
  "session.mfa.suggest_additional_mfa",
  "session.mfa.backup_code_required",
  "user.missing_mfa",
  "user.suggest_mfa",
  "user.passkey_preferred",
  "session.captcha_required",
]);

/** Reacts to a failure: goes to the screen it calls for, or returns what the form should say. */
export function reactTo(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) {
    console.error(error);
    return t("error.unknown");
  }
  if (error.code === "preview") return undefined;
  if (error.code === "network") return t("error.network");
  if (ended.has(error.code)) {
    navigate("/unknown-session", true);
    return undefined;
  }
  if (error.code === "user.suspended") {
    navigate("/account-suspended");
    return undefined;
  }
  if (error.code === "user.missing_profile") {
    const next = (error.data as { missingProfile?: MissingProfile[] } | undefined)?.missingProfile?.[0];
    if (next === "username" || next === "password") {
      navigate(`/continue/${next}`);
      return undefined;
    }
    return t("error.step_not_available");
  }
  if (laterSteps.has(error.code)) return t("error.step_not_available");
  return error.message || t("error.unknown");
}

async function submit(): Promise<void> {
  const { redirectTo } = await api.submit();
  forget();
  leave(redirectTo);
}

/** Signs in with a password and hands the person back to the app. */
export async function signInWithPassword(identifier: { type: Identifier; value: string }, password: string) {
  await api.start("SignIn");
  keep({ event: "SignIn", identified: false });
  const { verificationId } = await api.verifyPassword(identifier, password);
  await identifyAndSubmit({ verificationId });
}

/** Names the account (or creates it, in a registration) and finishes. */
export async function identifyAndSubmit(body: { verificationId?: string; linkSocialIdentity?: boolean }) {
  await api.identify(body);
  keep({ identified: true });
  await submit();
}

/** Starts a registration with a username; the password comes on the next screen. */
export async function startRegistration(username: string) {
  await api.start("Register");
  // Asking now tells at once when the name is taken, before a password is typed.
  await api.addProfile({ type: "username", value: username });
  keep({ event: "Register", identified: false, username });
}

/** Creates the account with the username kept from the screen before. */
export async function finishRegistration(username: string, password: string) {
  const { verificationId } = await api.newPasswordIdentity(username, password);
  await identifyAndSubmit({ verificationId });
}

/** Adds what was missing and goes on. */
export async function completeProfile(type: "username" | "password", value: string) {
  await api.addProfile({ type, value });
  const { event, identified } = kept();
  if (event === "Register" && !identified) await identifyAndSubmit({});
  else await submit();
}

const redirectUri = (connectorId: string) => `${location.origin}/callback/${encodeURIComponent(connectorId)}`;

/** Sends the person to a social provider. */
export async function startSocial(connector: SocialConnector) {
  const state = crypto.randomUUID().replaceAll("-", "");
  await api.start("SignIn");
  keep({ event: "SignIn", identified: false });
  const answer = await api.socialAddress(connector.id, state, redirectUri(connector.id));
  keepSocial(connector.id, { state, verificationId: answer.verificationId });
  leave(answer.authorizationUri);
}

/** How a social sign-in went on. */
export type SocialOutcome = "done" | "link" | "terms";

/** Takes the answer of a social provider and signs in, links, or registers. */
export async function receiveSocial(
  settings: SignInExperience,
  connectorId: string,
  verificationId: string,
  answer: Record<string, string>,
): Promise<SocialOutcome> {
  const data = { ...answer, redirectUri: redirectUri(connectorId) };
  await api.verifySocial(connectorId, verificationId, data);
  try {
    await identifyAndSubmit({ verificationId });
    return "done";
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "user.identity_not_exist") throw error;
    const related = (error.data as { relatedUser?: { type: string; value: string } } | undefined)?.relatedUser;
    if (related && settings.socialSignIn.automaticAccountLinking) {
      await identifyAndSubmit({ verificationId, linkSocialIdentity: true });
      return "done";
    }
    keep({ linking: { connectorId, verificationId, ...(related ? { address: related } : {}) } });
    if (related) return "link";
    if (settings.signInMode === "SignIn") throw error;
    if (settings.agreeToTermsPolicy !== "Automatic" && !kept().termsAccepted) return "terms";
    await registerWithSocial(verificationId);
    return "done";
  }
}

/** Creates an account from a verified social identity. */
export async function registerWithSocial(verificationId: string) {
  await api.changeEvent("Register");
  keep({ event: "Register", identified: false });
  await identifyAndSubmit({ verificationId });
}

/** Connects a verified social identity with the account that shares its address. */
export const linkSocial = (verificationId: string) => identifyAndSubmit({ verificationId, linkSocialIdentity: true });
