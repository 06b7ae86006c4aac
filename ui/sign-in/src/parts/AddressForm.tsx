import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { detect, inputType, label, problem, type TypedIdentifier } from "../identifier";
import { t } from "../phrases";
import type { Identifier } from "../types";
import { useForm } from "../useForm";
import { Alert } from "./Alert";
import { Button } from "./Button";
import { Field } from "./Field";

interface Props {
  /** Which kinds of address may be given. */
  allowed: Identifier[];
  /** Asked before anything is sent, for example whether the terms are accepted. */
  accepted?: () => boolean;
  send: (address: TypedIdentifier) => Promise<void>;
  /** Shown between the field and the button. */
  children?: ComponentChildren;
}

/** A form for an address that a code is sent to. */
export function AddressForm({ allowed, accepted = () => true, send, children }: Props) {
  const [value, setValue] = useState(() => new URLSearchParams(location.search).get("login_hint") ?? "");
  const [error, setError] = useState<string>();
  const address = detect(value, allowed);
  const form = useForm(async () => {
    if (address) await send(address);
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const found = address && problem(address, allowed);
    setError(found);
    if (!found && accepted()) void form.run();
  };
  return (
    <form class="logto_form" onSubmit={submit} noValidate>
      <Alert message={form.failure} />
      <Field
        label={label(allowed)}
        name="identifier"
        autocomplete="username"
        type={inputType(allowed)}
        value={value}
        onValue={(typed) => {
          setValue(typed);
          setError(undefined);
        }}
        error={error}
      />
      {children}
      <Button type="submit" busy={form.busy}>
        {t("action.send_code")}
      </Button>
    </form>
  );
}
