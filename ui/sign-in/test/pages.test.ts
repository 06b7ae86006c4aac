import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import axe from "axe-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import de from "@portico/phrases/de.json";
import { find, google, open, see, settings, shown, submit, type } from "./harness";

beforeEach(() => sessionStorage.clear());

const consent = {
  "GET /api/interaction/consent": {
    body: {
      application: { id: "a", name: "Paperwork" },
      user: { id: "u", name: "Ada", avatar: null, username: null, primaryEmail: null, primaryPhone: null },
      organizations: [{ id: "o", name: "Engines" }],
      missingOIDCScope: ["profile"],
      redirectUri: "https://p.example/",
    },
  },
};

const full = {
  socialConnectors: [google],
  agreeToTermsPolicy: "Manual" as const,
  termsOfUseUrl: "https://x.example/t",
  privacyPolicyUrl: "https://x.example/p",
  supportEmail: "help@x.example",
  customContent: { "/sign-in": "<p>Welcome</p>" },
  forgotPassword: { email: true, phone: true },
  signIn: { methods: [{ identifier: "email" as const, password: true, verificationCode: true, isPasswordPrimary: true }] },
};

const screens = [
  "/sign-in",
  "/register",
  "/continue/password",
  "/continue/username",
  "/continue/email",
  "/sign-in/code",
  "/sign-in/verification-code",
  "/forgot-password",
  "/consent",
  "/device",
  "/device/success",
  "/unknown-session",
  "/account-suspended",
  "/error",
  "/error/cancelled",
  "/nowhere",
  "/callback/connector1?state=x",
];

describe("accessibility", () => {
  it.each(screens)("finds nothing wrong with %s", async (address) => {
    document.title = "";
    const code = { address: { type: "email", value: "a@x.example" }, event: "SignIn", verificationId: "v1" };
    sessionStorage.setItem("portico:flow", JSON.stringify({ code }));
    await open(address, full, consent);
    await vi.waitUntil(() => document.querySelector("h1") && document.title);
    // Colours need a layout engine and have tests of their own (kit/src/colour.test.ts).
    const report = await axe.run(document, { rules: { "color-contrast": { enabled: false } } });
    expect(report.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it("lets passwords be revealed", async () => {
    await open("/sign-in");
    find("[aria-pressed]").click();
    await vi.waitUntil(() => find<HTMLInputElement>("input[name=password]").type === "text");
    expect(find("[aria-pressed]").getAttribute("aria-pressed")).toBe("true");
  });
});

describe("addresses of older pages", () => {
  it.each([
    ["/identifier-sign-in", "Sign in to your account"],
    ["/single-sign-on", "Sign in to your account"],
    ["/identifier-register", "Create your account"],
  ])("%s shows the closest screen", async (address, title) => {
    await open(address);
    expect(find("h1").textContent).toBe(title);
  });
});

describe("branding", () => {
  it("lists every public class name in docs/custom-css.md, and uses every one listed", async () => {
    const documented = new Set(
      [...readFileSync(resolve(import.meta.dirname, "../../../docs/custom-css.md"), "utf8").matchAll(/^\| `\.(logto_[\w-]+)`/gm)].map(
        ([, name]) => name,
      ),
    );
    const used = new Set<string>();
    const collect = () => {
      for (const element of document.querySelectorAll("[class*=logto_]")) {
        for (const name of element.classList) if (name.startsWith("logto_")) used.add(name);
      }
    };
    history.pushState(null, "", "/consent");
    await open("/consent", full, consent);
    await see("Allow access");
    collect();
    const failing = { "PUT /api/experience": { status: 500, body: { code: "x", message: "Broken." } } };
    await open("/sign-in", { ...full, agreeToTermsPolicy: "Automatic" }, failing);
    type("input[name=identifier]", "ada@x.example");
    type("input[name=password]", "x");
    await submit();
    await see("Broken.");
    collect();
    expect([...used].sort()).toEqual([...documented].sort());
  });

  it("derives colours from the primary colour and hides the signature on request", async () => {
    await open("/sign-in", { color: { ...settings.color, primaryColor: "#123456" }, hideLogtoBranding: true });
    expect(document.documentElement.style.getPropertyValue("--brand-brand")).toBe("#123456");
    expect(document.querySelector(".logto_signature")).toBeNull();
  });

  it("shows our own mark to administrators only, and never beside another logo", async () => {
    const ofApp = async (id: string, branding: typeof settings.branding) => {
      await open("/sign-in", { branding }, {}, { app: { id } });
      return document.querySelector(".mark") !== null;
    };
    expect(await ofApp("admin-console", {})).toBe(true);
    expect(await ofApp("admin-console", settings.branding)).toBe(false);
    expect(await ofApp("bookstore", {})).toBe(false);
  });

  it("shows the administrator's content beside the page it is for", async () => {
    await open("/sign-in", full);
    expect(find(".logto_custom-content").innerHTML).toBe("<p>Welcome</p>");
    await open("/register", full);
    expect(document.querySelector(".logto_custom-content")).toBeNull();
  });

  it("speaks the language of the page", async () => {
    await open("/sign-in", {}, {}, { phrases: { language: "de", data: de } });
    expect(document.documentElement.lang).toBe("de");
    expect(find("h1").textContent).toBe("Melden Sie sich an");
  });
});

describe("preview", () => {
  const message = {
    type: "portico:preview",
    signInExperience: { ...settings, hideLogtoBranding: true, color: { ...settings.color, isDarkModeEnabled: true } },
    language: "de",
    theme: "dark",
    platform: "mobile",
    phrases: de.translation,
  };

  it("follows the console only, and sends nothing", async () => {
    const console = { postMessage: vi.fn() };
    vi.spyOn(window, "parent", "get").mockReturnValue(console as unknown as Window);
    const page = await open("/sign-in?preview=1", {}, {}, { previewOrigins: ["http://localhost:3002"] });
    await vi.waitUntil(() => console.postMessage.mock.calls.length > 0);
    const post = (origin: string, source: unknown = console) =>
      dispatchEvent(new MessageEvent("message", { origin, source: source as Window, data: message }));
    post("https://evil.example");
    post("http://localhost:3002", {});
    expect(shown()).toContain("Sign in to your account");
    post("http://localhost:3002");
    await see("Melden Sie sich an");
    expect(document.documentElement.dataset).toMatchObject({ theme: "dark", platform: "mobile" });
    expect(document.querySelector(".logto_signature")).toBeNull();
    find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    expect(page.sent).toEqual([]);
  });
});
