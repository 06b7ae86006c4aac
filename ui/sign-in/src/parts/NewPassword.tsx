import { useState } from "preact/hooks";
import { passwordRules, rejection } from "../password";
import { t } from "../phrases";
import { stay, useForm } from "../useForm";
import { useView } from "../view";
import { Alert } from "./Alert";
import { Button } from "./Button";
import { PasswordField } from "./Field";
import { Icon } from "./Icon";

interface Props {
  /** Account name for password managers. */
  username?: string | undefined;
  save: (password: string) => Promise<void>;
}

/** A form for a new password. Without a way to reset it later the password is asked for twice. */
export function NewPasswordForm({ username, save }: Props) {
  const { settings } = useView();
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [errors, setErrors] = useState<{ password?: string | undefined; repeated?: string | undefined }>({});
  const twice = !settings.forgotPassword.email && !settings.forgotPassword.phone;
  const rules = passwordRules(settings.passwordPolicy);
  const form = useForm(async () => {
    try {
      await save(password);
    } catch (error) {
      const message = rejection(error);
      if (message === undefined) throw error;
      setErrors({ password: message });
      return stay;
    }
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const broken = rules.find((rule) => !rule.met(password));
    const found = {
      password: password ? broken && t("description.password_requirements", { items: broken.text }) : t("error.password_required"),
      repeated: twice && repeated !== password ? t("error.passwords_do_not_match") : undefined,
    };
    setErrors(found);
    if (!found.password && !found.repeated) void form.run();
  };
  return (
    <form class="logto_form" onSubmit={submit} noValidate>
      <Alert message={form.failure} />
      {username && <input class="visually-hidden" tabIndex={-1} aria-hidden="true" readOnly autocomplete="username" value={username} />}
      <PasswordField
        label={t("input.password")}
        name="new-password"
        autocomplete="new-password"
        value={password}
        onValue={(value) => {
          setPassword(value);
          setErrors({ ...errors, password: undefined });
        }}
        error={errors.password}
        hint={
          rules.length > 0 && (
            <ul class="rules">
              {rules.map((rule) => (
                <li key={rule.text} data-met={rule.met(password) ? "" : undefined}>
                  <Icon name="check" />
                  {rule.text}
                </li>
              ))}
            </ul>
          )
        }
      />
      {twice && (
        <PasswordField
          label={t("input.confirm_password")}
          name="repeated-password"
          autocomplete="new-password"
          value={repeated}
          onValue={(value) => {
            setRepeated(value);
            setErrors({ ...errors, repeated: undefined });
          }}
          error={errors.repeated}
        />
      )}
      <Button type="submit" busy={form.busy}>
        {t("action.save_password")}
      </Button>
    </form>
  );
}
