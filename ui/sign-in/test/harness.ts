import { render } from "preact";
import { vi } from "vitest";
import en from "@portico/phrases/en.json";
import type { Bootstrap, SignInExperience } from "../src/types";

/** Settings of a fresh installation. */
export const settings: SignInExperience = {
  color: { primaryColor: "#6139F6", isDarkModeEnabled: false, darkPrimaryColor: "#8768F8" },
  branding: { logoUrl: "data:image/svg+xml,<svg/>" },
  hideLogtoBranding: false,
  languageInfo: { autoDetect: true, fallbackLanguage: "en" },
  termsOfUseUrl: null,
  privacyPolicyUrl: null,
  agreeToTermsPolicy: "Automatic",
  signIn: { methods: [{ identifier: "username", password: true, verificationCode: false, isPasswordPrimary: true }] },
  signUp: { identifiers: ["username"], password: true, verify: false },
  socialSignIn: {},
  signInMode: "SignInAndRegister",
  customCss: null,
  customContent: {},
  passwordPolicy: {},
  supportEmail: null,
  supportWebsiteUrl: null,
  socialConnectors: [],
  forgotPassword: { email: false, phone: false },
};

/** A social provider for tests. */
export const google = {
  id: "connector1",
  target: "google",
  platform: "Universal" as const,
  name: { en: "Google" },
  logo: "data:image/svg+xml,<svg/>",
  logoDark: null,
};

/** What the pages sent. */
export interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

type Answer = { status?: number; body?: unknown };

/** Answers by "METHOD /path"; several in a list are given one after the other. */
export type Answers = Record<string, Answer | Answer[]>;

/** Opens a page as the server would send it and draws it. */
export async function open(
  address: string,
  changes: Partial<SignInExperience> = {},
  answers: Answers = {},
  more: Partial<Bootstrap> = {},
) {
  const sent: Sent[] = [];
  const before = document.getElementById("app");
  if (before) render(null, before);
  vi.resetModules();
  history.replaceState(null, "", address);
  const bootstrap: Bootstrap = {
    signInExperience: { ...settings, ...changes },
    phrases: { language: "en", data: en.translation },
    ...more,
  };
  document.body.innerHTML = '<script type="application/json" id="bootstrap"></script><div id="app"></div>';
  const data = document.getElementById("bootstrap");
  if (data) data.textContent = JSON.stringify(bootstrap);
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    sent.push({ method, path, headers: init.headers as Record<string, string>, body });
    const known = answers[`${method} ${path}`];
    const answer = (Array.isArray(known) ? known.shift() : known) ?? { status: 204 };
    const json = answer.body === undefined ? null : JSON.stringify(answer.body);
    return new Response(json, {
      status: answer.status ?? 200,
      headers: json ? { "Content-Type": "application/json" } : {},
    });
  });
  const leave = vi.spyOn(location, "assign").mockReset().mockImplementation(() => undefined);
  await import("../src/main");
  await vi.waitUntil(() => document.querySelector("h1, .waiting"));
  return { sent, leave, calls: () => sent.map(({ method, path }) => `${method} ${path}`) };
}

/** All text on the page. */
export const shown = () => document.getElementById("app")?.textContent ?? "";

/** The element for a selector; a test fails when it is not there. */
export function find<T extends HTMLElement = HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`${selector} is not on the page: ${shown()}`);
  return element;
}

/** The button with a text. */
export function button(text: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((one) => one.textContent?.includes(text));
  if (!found) throw new Error(`no button "${text}": ${shown()}`);
  return found;
}

/** Types into an input. */
export function type(selector: string, value: string): void {
  const input = find<HTMLInputElement>(selector);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Waits until the page says something. */
export const see = (text: string) => vi.waitUntil(() => shown().includes(text), 2000);

/** Submits the form of the page once its state has settled. */
export async function submit(): Promise<void> {
  await Promise.resolve();
  find<HTMLFormElement>("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}
