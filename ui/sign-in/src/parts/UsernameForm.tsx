import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api";
import { usernameHint, usernameProblem } from "../identifier";
import { t } from "../phrases";
import { stay, useForm } from "../useForm";
import { useView } from "../view";
import { Alert } from "./Alert";
import { Button } from "./Button";
import { Field } from "./Field";

interface Props {
  initial?: string | undefined;
  action: string;
  /** Asked before anything is sent, for example whether the terms are accepted. */
  allowed?: () => boolean;
  save: (username: string) => Promise<void>;
  /** Shown between the field and the button. */
  children?: ComponentChildren;
}

/** A form for a new username, with the policy as a hint and its violations at the field. */
export function UsernameForm({ initial = "", action, allowed = () => true, save, children }: Props) {
  const { settings } = useView();
  const [username, setUsername] = useState(initial);
  const [error, setError] = useState<string>();
  const form = useForm(async () => {
    try {
      await save(username);
    } catch (failure) {
      if (!(failure instanceof ApiError) || !failure.code.startsWith("user.username_")) throw failure;
      setError(failure.message);
      return stay;
    }
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const found = usernameProblem(username, settings.usernamePolicy);
    setError(found);
    if (!found && allowed()) void form.run();
  };
  return (
    <form class="logto_form" onSubmit={submit} noValidate>
      <Alert message={form.failure} />
      <Field
        label={t("input.username")}
        name="username"
        autocomplete="username"
        value={username}
        onValue={(value) => {
          setUsername(value.trim());
          setError(undefined);
        }}
        error={error}
        hint={usernameHint(settings.usernamePolicy)}
      />
      {children}
      <Button type="submit" busy={form.busy}>
        {action}
      </Button>
    </form>
  );
}
