import { useState } from "preact/hooks";
import { ApiError } from "../api";
import { sendCode, signInWithPassword } from "../flow";
import { detect, inputType, label, problem } from "../identifier";
import { AddressForm } from "../parts/AddressForm";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Field, PasswordField } from "../parts/Field";
import { Link } from "../parts/Link";
import { Page } from "../parts/Page";
import { Divider, SocialButtons } from "../parts/Social";
import { useTerms } from "../parts/Terms";
import { t } from "../phrases";
import type { Identifier } from "../types";
import { useForm } from "../useForm";
import { codeIdentifiers, passwordIdentifiers, recoveryIdentifiers, socialConnectors, useView } from "../view";

const focusOn = (name: string) => document.querySelector<HTMLInputElement>(`input[name=${name}]`)?.focus();

function PasswordForm({ allowed, terms }: { allowed: Identifier[]; terms: ReturnType<typeof useTerms> }) {
  const [name, setName] = useState(() => new URLSearchParams(location.search).get("login_hint") ?? "");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<{ name?: string | undefined; password?: string | undefined }>({});
  const { settings } = useView();
  const forgot = recoveryIdentifiers(settings).length > 0;
  const form = useForm(async () => {
    const identifier = detect(name, allowed);
    if (!identifier) return;
    try {
      await signInWithPassword(identifier, password);
    } catch (error) {
      // A wrong pair is cleared of its secret half, the name stays.
      if (error instanceof ApiError && error.code === "session.invalid_credentials") {
        setPassword("");
        focusOn("password");
      }
      throw error;
    }
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const identifier = detect(name, allowed);
    const found = {
      name: identifier && problem(identifier, allowed),
      password: password ? undefined : t("error.password_required"),
    };
    setErrors(found);
    if (found.name) focusOn("identifier");
    else if (found.password) focusOn("password");
    else if (terms.check()) void form.run();
  };
  return (
    <form class="logto_form" onSubmit={submit} noValidate>
      <Alert message={form.failure} />
      <Field
        label={label(allowed)}
        name="identifier"
        autocomplete="username"
        type={inputType(allowed)}
        value={name}
        onValue={(value) => {
          setName(value);
          setErrors({ ...errors, name: undefined });
        }}
        error={errors.name}
      />
      <PasswordField
        label={t("input.password")}
        name="password"
        autocomplete="current-password"
        value={password}
        onValue={(value) => {
          setPassword(value);
          setErrors({ ...errors, password: undefined });
        }}
        error={errors.password}
      />
      {forgot && (
        <p>
          <Link to="/forgot-password">{t("action.forgot_password")}</Link>
        </p>
      )}
      {terms.tick}
      <Button type="submit" busy={form.busy}>
        {t("action.sign_in")}
      </Button>
    </form>
  );
}

/** First screen: password form, social buttons, or both. */
export default function SignIn() {
  const { settings, app } = useView();
  const terms = useTerms("signIn");
  const requested = new URLSearchParams(location.search).get("identifier")?.split(" ");
  const possible = passwordIdentifiers(settings);
  const narrowed = possible.filter((type) => requested?.includes(type));
  const allowed = narrowed.length > 0 ? narrowed : possible;
  const byCode = codeIdentifiers(settings);
  const onlyByCode = allowed.length === 0 && byCode.length > 0;
  const social = socialConnectors(settings).length > 0;
  const mayRegister = settings.signInMode === "SignInAndRegister" && settings.signUp.identifiers.length > 0;
  return (
    <Page
      title={t("description.sign_in_to_your_account")}
      subtitle={app?.name && t("description.sign_in_to_app", { name: app.name })}
      footer={
        mayRegister && (
          <p>
            {t("description.no_account")} <Link to="/register">{t("action.create_account")}</Link>
          </p>
        )
      }
    >
      {allowed.length > 0 && <PasswordForm allowed={allowed} terms={terms} />}
      {allowed.length > 0 && byCode.length > 0 && (
        <p>
          <Link to="/sign-in/code">{t("action.use_code")}</Link>
        </p>
      )}
      {onlyByCode && (
        <AddressForm allowed={byCode} accepted={terms.check} send={(address) => sendCode("SignIn", address)}>
          {terms.tick}
        </AddressForm>
      )}
      {(allowed.length > 0 || onlyByCode) && social && <Divider />}
      {allowed.length === 0 && !onlyByCode && terms.tick}
      {social && <SocialButtons allowed={terms.check} />}
      {allowed.length === 0 && !onlyByCode && !social && <Alert message={t("description.no_method")} />}
      {terms.note}
    </Page>
  );
}
