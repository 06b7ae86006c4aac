import { beforeEach, describe, expect, it, vi } from "vitest";
import { button, find, google, open, see, shown, submit, type } from "./harness";

const experience = "/api/experience";
const verified = { body: { verificationId: "v1" } };
const done = { body: { redirectTo: "http://localhost:3001/oidc/auth/uid" } };
const fail = (status: number, code: string, message = code, data?: unknown) => ({ status, body: { code, message, data } });

beforeEach(() => sessionStorage.clear());

describe("signing in with a password", () => {
  const happy = {
    [`POST ${experience}/verification/password`]: verified,
    [`POST ${experience}/submit`]: done,
  };

  it("asks nothing of the server before the first paint and then four things in order", async () => {
    const page = await open("/sign-in?app_id=app1", {}, happy);
    expect(page.sent).toEqual([]);
    type("input[name=identifier]", " ada ");
    type("input[name=password]", "secret");
    await submit();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.leave).toHaveBeenCalledWith(done.body.redirectTo);
    expect(page.calls()).toEqual([
      `PUT ${experience}`,
      `POST ${experience}/verification/password`,
      `POST ${experience}/identification`,
      `POST ${experience}/submit`,
    ]);
    expect(page.sent[1]?.body).toEqual({ identifier: { type: "username", value: "ada" }, password: "secret" });
    expect(page.sent.every(({ headers }) => headers["Logto-App-Id"] === "app1")).toBe(true);
  });

  it("says what is missing at the fields and sends nothing", async () => {
    const page = await open("/sign-in");
    await submit();
    await see("Enter your username.");
    await see("Enter a password.");
    expect(find("input[name=identifier]").getAttribute("aria-invalid")).toBe("true");
    expect(page.sent).toEqual([]);
  });

  it("keeps the name, drops the password and moves there when the pair is wrong", async () => {
    await open("/sign-in", {}, {
      [`POST ${experience}/verification/password`]: fail(422, "session.invalid_credentials", "Wrong pair."),
    });
    type("input[name=identifier]", "ada");
    type("input[name=password]", "bad");
    await submit();
    await see("Wrong pair.");
    await vi.waitUntil(() => find<HTMLInputElement>("input[name=password]").value === "");
    expect(find<HTMLInputElement>("input[name=identifier]").value).toBe("ada");
    expect(document.activeElement).toBe(find("input[name=password]"));
  });

  it("tells kinds of names apart", async () => {
    const methods = (["username", "email", "phone"] as const).map((identifier) => ({
      identifier,
      password: true,
      verificationCode: false,
      isPasswordPrimary: true,
    }));
    for (const [typed, expected] of [
      ["a@b.example", { type: "email", value: "a@b.example" }],
      ["+49 (30) 901-820", { type: "phone", value: "4930901820" }],
      ["ada_1", { type: "username", value: "ada_1" }],
    ] as const) {
      const page = await open("/sign-in", { signIn: { methods } }, happy);
      type("input[name=identifier]", typed);
      type("input[name=password]", "x");
      await submit();
      await vi.waitUntil(() => page.leave.mock.calls.length > 0);
      expect(page.sent[1]?.body).toMatchObject({ identifier: expected });
    }
  });

  it("asks for a missing username and finishes", async () => {
    const page = await open("/sign-in", {}, {
      [`POST ${experience}/verification/password`]: verified,
      [`POST ${experience}/submit`]: [fail(422, "user.missing_profile", "", { missingProfile: ["username"] }), done],
    });
    type("input[name=identifier]", "ada");
    type("input[name=password]", "x");
    await submit();
    await see("Choose a username");
    expect(location.pathname).toBe("/continue/username");
    type("input[name=username]", "ada_l");
    await submit();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.at(-2)?.body).toEqual({ type: "username", value: "ada_l" });
  });

  it("shows a page of its own when the session is gone", async () => {
    await open("/sign-in", {}, { [`PUT ${experience}`]: fail(400, "session.not_found") });
    type("input[name=identifier]", "ada");
    type("input[name=password]", "x");
    await submit();
    await see("This sign-in has ended");
    expect(location.pathname).toBe("/unknown-session");
  });

  it("waits for the terms where they must be accepted", async () => {
    const page = await open("/sign-in", { agreeToTermsPolicy: "Manual", termsOfUseUrl: "https://x.example" }, happy);
    type("input[name=identifier]", "ada");
    type("input[name=password]", "x");
    await submit();
    await see("Accept the terms first");
    expect(page.sent).toEqual([]);
    find<HTMLInputElement>("input[type=checkbox]").click();
    await submit();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
  });

  it("does not link to documents that are no web pages", async () => {
    await open("/sign-in", { termsOfUseUrl: "javascript:alert(1)" });
    expect(document.querySelector('a[href^="javascript"]')).toBeNull();
  });
});

describe("registration", () => {
  it("creates an account in two steps", async () => {
    const page = await open("/register", {}, {
      [`POST ${experience}/verification/new-password-identity`]: verified,
      [`POST ${experience}/submit`]: done,
    });
    type("input[name=username]", "ada");
    await submit();
    await see("Choose a password");
    type("input[name=new-password]", "correct horse");
    type("input[name=repeated-password]", "correct horse");
    await submit();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.calls()).toEqual([
      `PUT ${experience}`,
      `POST ${experience}/profile`,
      `POST ${experience}/verification/new-password-identity`,
      `POST ${experience}/identification`,
      `POST ${experience}/submit`,
    ]);
    expect(page.sent[0]?.body).toEqual({ interactionEvent: "Register" });
    expect(page.sent[3]?.body).toEqual({ verificationId: "v1" });
  });

  it("says at the field that a name is taken", async () => {
    await open("/register", {}, {
      [`POST ${experience}/profile`]: fail(422, "user.username_already_in_use", "Taken."),
    });
    type("input[name=username]", "ada");
    await submit();
    await vi.waitUntil(() => find(".field-error").textContent === "Taken.");
    expect(location.pathname).toBe("/register");
  });

  it("says at the field why a password was rejected", async () => {
    const issues = [{ code: "password_rejected.restricted.words" }, { code: "password_rejected.too_long", interpolation: { max: 9 } }];
    await open("/register", {}, {
      [`POST ${experience}/verification/new-password-identity`]: fail(422, "password.rejected", "No.", issues),
    });
    type("input[name=username]", "ada");
    await submit();
    await see("Choose a password");
    type("input[name=new-password]", "correct horse");
    type("input[name=repeated-password]", "correct horse");
    await submit();
    await see("Use at most 9 characters.");
  });

  it("refuses passwords that differ without asking the server", async () => {
    const page = await open("/continue/password");
    type("input[name=new-password]", "correct horse");
    type("input[name=repeated-password]", "correct house");
    await submit();
    await see("The two passwords differ.");
    expect(page.sent).toEqual([]);
  });

  it("is not offered when accounts cannot be created", async () => {
    await open("/register", { signInMode: "SignIn" });
    expect(find("h1").textContent).toBe("Sign in to your account");
    expect(shown()).not.toContain("Create account");
  });
});

describe("social sign-in", () => {
  const address = `POST ${experience}/verification/social/connector1/authorization-uri`;
  const verify = `POST ${experience}/verification/social/connector1/verify`;
  const identify = `POST ${experience}/identification`;
  const social = { socialConnectors: [google] };
  const unknown = (data: unknown = {}) => fail(404, "user.identity_not_exist", "Nobody.", data);
  const related = { relatedUser: { type: "email", value: "a***@example.com" } };
  const returning = () =>
    sessionStorage.setItem("social_auth_state:connector1", JSON.stringify({ state: "s", verificationId: "v1" }));

  it("goes to the provider with a state that it keeps", async () => {
    const page = await open("/sign-in", social, {
      [address]: { body: { authorizationUri: "https://google.example/auth", verificationId: "v1" } },
    });
    button("Continue with Google").click();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.leave).toHaveBeenCalledWith("https://google.example/auth");
    const { state, redirectUri } = page.sent[1]?.body as Record<string, string>;
    expect(redirectUri).toBe("http://localhost:3001/callback/connector1");
    expect(JSON.parse(sessionStorage.getItem("social_auth_state:connector1") ?? "")).toEqual({ state, verificationId: "v1" });
  });

  it("does the same at once for a direct sign-in", async () => {
    const page = await open("/direct/social/google?app_id=a", social, {
      [address]: { body: { authorizationUri: "https://google.example/auth", verificationId: "v1" } },
    });
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.leave).toHaveBeenCalledWith("https://google.example/auth");
  });

  it("refuses an answer with another state, and an answer that comes twice", async () => {
    returning();
    const page = await open("/callback/connector1?state=forged&code=c", social);
    await see("does not belong to this browser");
    const again = await open("/callback/connector1?state=s&code=c", social);
    await see("does not belong to this browser");
    expect([...page.sent, ...again.sent]).toEqual([]);
  });

  it("signs in and leaves no code in the address bar", async () => {
    returning();
    const page = await open("/callback/connector1?state=s&code=c", social, {
      [verify]: verified,
      [`POST ${experience}/submit`]: done,
    });
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(location.search).toBe("");
    expect(page.sent[0]?.body).toEqual({
      verificationId: "v1",
      connectorData: { code: "c", state: "s", redirectUri: "http://localhost:3001/callback/connector1" },
    });
  });

  it("registers an identity that is new", async () => {
    returning();
    const page = await open("/callback/connector1?state=s&code=c", social, {
      [verify]: verified,
      [identify]: [unknown(), { status: 201 }],
      [`POST ${experience}/submit`]: done,
    });
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.find(({ path }) => path.endsWith("interaction-event"))?.body).toEqual({ interactionEvent: "Register" });
  });

  it("does not register where accounts cannot be created", async () => {
    returning();
    await open("/callback/connector1?state=s&code=c", { ...social, signInMode: "SignIn" }, { [verify]: verified, [identify]: unknown() });
    await see("Nobody.");
  });

  it("links without asking when the settings say so", async () => {
    returning();
    const page = await open("/callback/connector1?state=s&code=c", { ...social, socialSignIn: { automaticAccountLinking: true } }, {
      [verify]: verified,
      [identify]: [unknown(related), { status: 204 }],
      [`POST ${experience}/submit`]: done,
    });
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.at(-2)?.body).toEqual({ verificationId: "v1", linkSocialIdentity: true });
  });

  it("asks before it links, and can create a separate account", async () => {
    returning();
    const page = await open("/callback/connector1?state=s&code=c", social, {
      [verify]: verified,
      [identify]: [unknown(related), { status: 201 }],
      [`POST ${experience}/submit`]: done,
    });
    await see("a***@example.com");
    expect(location.pathname).toBe("/social/link/connector1");
    button("Create a separate account").click();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.at(-2)?.body).toEqual({ verificationId: "v1" });
  });

  it("says so when the person cancelled at the provider", async () => {
    returning();
    await open("/callback/connector1?state=s&error=access_denied", social);
    await see("Sign-in cancelled");
  });
});

describe("consent", () => {
  const info = {
    application: { id: "a", name: "internal", displayName: "Paperwork", termsOfUseUrl: "https://p.example/t" },
    user: { id: "u", name: "Ada", avatar: null, username: "ada", primaryEmail: "ada@example.com", primaryPhone: null },
    organizations: [
      { id: "o1", name: "Engines" },
      { id: "o2", name: "Society" },
    ],
    missingOIDCScope: ["profile", "email"],
    missingResourceScopes: [
      { resource: { id: "r", name: "Documents", indicator: "https://d" }, scopes: [{ id: "s", name: "read", description: null }] },
    ],
    redirectUri: "https://paperwork.example/callback?x=1",
  };
  const answers = {
    "GET /api/interaction/consent": { body: info },
    "POST /api/interaction/consent": done,
    "DELETE /api/interaction/consent": { body: { redirectTo: "https://tenant.example/oidc/auth/refused" } },
  };

  it("shows who asks for what and grants it for the chosen organization", async () => {
    const page = await open("/consent", {}, answers);
    await see("Paperwork asks for access to your account");
    for (const text of ["See your email address", "Documents", "read", "ada@example.com", "paperwork.example"]) await see(text);
    const select = find<HTMLSelectElement>("select");
    select.value = "o2";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await Promise.resolve();
    button("Allow access").click();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.at(-1)?.body).toEqual({ organizationIds: ["o2"] });
  });

  it("says that a person has no access to the app", async () => {
    await open("/consent", {}, { "GET /api/interaction/consent": fail(400, "oidc.access_denied", "Denied.") });
    await see("You do not have access to this app");
  });

  it("tells the app when the person refuses", async () => {
    const page = await open("/consent", {}, answers);
    await see("Cancel");
    button("Cancel").click();
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.leave).toHaveBeenCalledWith("https://tenant.example/oidc/auth/refused");
  });
});

describe("codes", () => {
  const send = `POST ${experience}/verification/verification-code`;
  const verify = `${send}/verify`;
  const methods = [{ identifier: "email" as const, password: false, verificationCode: true, isPasswordPrimary: false }];
  const happy = { [send]: verified, [verify]: verified, [`POST ${experience}/submit`]: done };

  it("signs in with the sixth digit", async () => {
    const page = await open("/sign-in", { signIn: { methods } }, happy);
    type("input[name=identifier]", "ada@x.example");
    await submit();
    await see("ada@x.example");
    expect(location.pathname).toBe("/sign-in/verification-code");
    const input = find<HTMLInputElement>("input[name=code]");
    expect(input.autocomplete).toBe("one-time-code");
    type("input[name=code]", "12\u0663 45-6");
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.calls()).toEqual([
      `PUT ${experience}`,
      send,
      verify,
      `POST ${experience}/identification`,
      `POST ${experience}/submit`,
    ]);
    expect(page.sent[2]?.body).toEqual({
      identifier: { type: "email", value: "ada@x.example" },
      verificationId: "v1",
      code: "123456",
    });
  });

  it("says what is wrong and takes another try", async () => {
    const page = await open("/sign-in", { signIn: { methods } }, {
      ...happy,
      [verify]: [fail(400, "verification_code.code_mismatch", "Wrong code."), verified],
    });
    type("input[name=identifier]", "ada@x.example");
    await submit();
    await see("Enter the code");
    expect(button("Another code in").getAttribute("aria-disabled")).toBe("true");
    type("input[name=code]", "000000");
    await see("Wrong code.");
    await vi.waitUntil(() => find<HTMLInputElement>("input[name=code]").value === "");
    type("input[name=code]", "123456");
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
  });

  it("registers somebody unknown, and signs somebody known in", async () => {
    for (const [path, refusal, event] of [
      ["/sign-in", fail(404, "user.user_not_exist"), "Register"],
      ["/register", fail(422, "user.email_already_in_use"), "SignIn"],
    ] as const) {
      const page = await open(path, { signIn: { methods }, signUp: { identifiers: ["email"], password: false, verify: true } }, {
        ...happy,
        [`POST ${experience}/identification`]: [refusal, { status: 204 }],
      });
      type("input[name=identifier]", "ada@x.example");
      await submit();
      await see("Enter the code");
      type("input[name=code]", "123456");
      await vi.waitUntil(() => page.leave.mock.calls.length > 0);
      expect(page.sent.at(-3)?.body).toEqual({ interactionEvent: event });
    }
  });

  it("resets a forgotten password", async () => {
    const page = await open("/sign-in", { forgotPassword: { email: true, phone: false } }, { ...happy, [`POST ${experience}/submit`]: { status: 200 } });
    find<HTMLAnchorElement>("a[href*=forgot-password]").click();
    await see("Reset your password");
    type("input[name=identifier]", "ada@x.example");
    await submit();
    await see("Enter the code");
    type("input[name=code]", "123456");
    await see("Choose a password");
    type("input[name=new-password]", "Tr4nscr!pt-pw-91");
    await submit();
    await see("Your password is changed");
    expect(page.sent.at(-2)).toMatchObject({ method: "PUT", path: `${experience}/profile/password` });
    expect(page.leave).not.toHaveBeenCalled();
  });

  it("asks for an address that the account lacks", async () => {
    const page = await open("/sign-in", {}, {
      ...happy,
      [`POST ${experience}/verification/password`]: verified,
      [`POST ${experience}/submit`]: [fail(422, "user.missing_profile", "", { missingProfile: ["emailOrPhone"] }), done],
    });
    type("input[name=identifier]", "ada");
    type("input[name=password]", "x");
    await submit();
    await see("Add an address");
    type("input[name=identifier]", "+61 412 345 678");
    await submit();
    await see("Enter the code");
    expect(location.pathname).toBe("/continue/verification-code");
    type("input[name=code]", "123456");
    await vi.waitUntil(() => page.leave.mock.calls.length > 0);
    expect(page.sent.at(-2)?.body).toEqual({ type: "phone", verificationId: "v1" });
  });
});

describe("connecting a device", () => {
  const cookie = "_logto_device_flow_xsrf";

  it("fills in the code of the address and sends the secret of the page along", async () => {
    document.cookie = `${cookie}=s3cret`;
    await open("/device?user_code=BCDF-GHJK");
    const form = find<HTMLFormElement>("form");
    expect([form.method, new URL(form.action).pathname]).toEqual(["post", "/oidc/device"]);
    expect(Object.fromEntries(new FormData(form))).toEqual({ user_code: "BCDF-GHJK", xsrf: "s3cret", confirm: "yes" });
    type("input[name=user_code]", "bcdf");
    await vi.waitUntil(() => find<HTMLInputElement>("input[name=user_code]").value === "BCDF");
  });

  it("says why a code was not taken, and asks for one", async () => {
    document.cookie = `${cookie}=s3cret`;
    await open("/device?error=ExpiredError&input_code=BCDF-GHJK");
    await see("This code is wrong, expired or was used before.");
    type("input[name=user_code]", " ");
    await submit();
    await see("Enter the code that your device shows.");
  });

  it("wants to be prepared by the server, and says when it is done", async () => {
    document.cookie = `${cookie}=; max-age=0`;
    await open("/device");
    await see("This sign-in has ended");
    await open("/device/success");
    await see("Your device is connected");
  });
});
