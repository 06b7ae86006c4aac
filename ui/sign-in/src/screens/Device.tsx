import { useState } from "preact/hooks";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Page } from "../parts/Page";
import { t } from "../phrases";

/** Cookie with the secret that the form sends back: only this page can read it. */
const secretCookie = "_logto_device_flow_xsrf";

function secret(): string | undefined {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${secretCookie}=`));
  return found?.slice(secretCookie.length + 1);
}

function failureOf(error: string | null): string | undefined {
  if (!error) return undefined;
  if (error === "AbortedError") return t("error.device_flow_aborted");
  if (error === "NoCodeError") return t("error.device_code_required");
  return t("error.invalid_device_code");
}

function Entry() {
  const query = new URLSearchParams(location.search);
  const [code, setCode] = useState(query.get("user_code") ?? query.get("input_code") ?? "");
  const [missing, setMissing] = useState(false);
  const xsrf = secret();
  if (!xsrf) {
    return <Page title={t("error.invalid_session")} subtitle={t("error.invalid_session_description")} plain />;
  }
  // A form that the browser posts itself: the answer is a redirect into the sign-in.
  return (
    <Page title={t("description.device_activation")} subtitle={t("description.device_activation_description")}>
      <Alert message={failureOf(query.get("error"))} />
      <form
        class="logto_form"
        method="post"
        action="/oidc/device"
        onSubmit={(event) => {
          setMissing(!code.trim());
          if (!code.trim()) event.preventDefault();
        }}
      >
        <Field
          label={t("input.device_code")}
          name="user_code"
          autocomplete="one-time-code"
          dir="ltr"
          value={code}
          onValue={(value) => setCode(value.toUpperCase())}
          error={missing ? t("error.device_code_required") : undefined}
        />
        <input type="hidden" name="xsrf" value={xsrf} />
        <input type="hidden" name="confirm" value="yes" />
        <Button type="submit">{t("action.continue")}</Button>
      </form>
    </Page>
  );
}

/** Where a user types the code that a device without browser or keyboard shows. */
export default function Device() {
  if (/^\/device\/success\/?$/.test(location.pathname)) {
    const [title, text] = [
      t("description.device_activation_success"),
      t("description.device_activation_success_description"),
    ];
    return <Page title={title} subtitle={text} plain />;
  }
  return <Entry />;
}
