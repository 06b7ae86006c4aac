import { api, ApiError } from "./api";
import type { TypedIdentifier } from "./identifier";
import { t } from "./phrases";
import { leave, navigate } from "./router";
import { forget, keep, kept, keepSocial, type SentCode } from "./session";
import type { Identifier, InteractionEvent, MissingProfile, SignInExperience, SocialConnector } from "./types";

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
    if (next && next !== "extraProfile") {
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
export const completeProfile = (type: "username" | "password", value: string) => addMissing({ type, value });

async function addMissing(addition: Parameters<typeof api.addProfile>[0]) {
  await api.addProfile(addition);
  const { event, identified } = kept();
  if (event === "Register" && !identified) await identifyAndSubmit({});
  else await submit();
}

/** Path of the screen that asks for a code. */
const codePath = ({ event, missing }: SentCode) => {
  const flow = { SignIn: "sign-in", Register: "register", ForgotPassword: "forgot-password" }[event];
  return `/${missing ? "continue" : flow}/verification-code`;
};

async function send(order: Omit<SentCode, "verificationId">) {
  const { verificationId } = await api.sendCode(order.address, order.event);
  const code = { ...order, verificationId };
  keep({ code });
  return code;
}

/** Starts a flow with a code. */
export async function sendCode(event: InteractionEvent, address: TypedIdentifier) {
  await api.start(event);
  keep({ event, identified: false });
  navigate(codePath(await send({ address, event })));
}

/** Sends a code to an address that the account lacks. */
export async function sendMissing(address: TypedIdentifier) {
  navigate(codePath(await send({ address, event: kept().event ?? "SignIn", missing: true })));
}

/** Sends another code to the same address. */
export async function resendCode() {
  const { code } = kept();
  if (code) await send({ address: code.address, event: code.event, ...(code.missing ? { missing: true } : {}) });
}

/** Whether an address that was proven leads to the other of signing in and registering. */
function leadsToOther(error: unknown, settings: SignInExperience, event: InteractionEvent): boolean {
  if (!(error instanceof ApiError) || settings.signInMode !== "SignInAndRegister") return false;
  // Whoever registers must have seen the terms.
  if (event === "SignIn") return error.code === "user.user_not_exist" && settings.agreeToTermsPolicy === "Automatic";
  return /^user\.(email|phone)_already_in_use$/.test(error.code);
}

/** Gives a code back and goes on with what it proves. */
export async function submitCode(settings: SignInExperience, typed: string) {
  const { code } = kept();
  if (!code) return;
  const { verificationId } = await api.verifyCode(code.address, code.verificationId, typed);
  if (code.missing) {
    await addMissing({ type: code.address.type, verificationId });
    return;
  }
  if (code.event === "ForgotPassword") {
    await api.identify({ verificationId });
    navigate("/forgot-password/reset", true);
    return;
  }
  try {
    await identifyAndSubmit({ verificationId });
  } catch (error) {
    if (!leadsToOther(error, settings, code.event)) throw error;
    const event = code.event === "SignIn" ? "Register" : "SignIn";
    await api.changeEvent(event);
    keep({ event, identified: false });
    await identifyAndSubmit({ verificationId });
  }
}

/** Replaces a forgotten password. */
export async function resetPassword(password: string) {
  await api.newPassword(password);
  await api.submit();
  forget();
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
