import { useId, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { t } from "../phrases";
import { Icon } from "./Icon";

interface Props {
  label: string;
  name: string;
  autocomplete: "username" | "current-password" | "new-password" | "one-time-code";
  inputmode?: "numeric";
  type?: "text" | "email" | "tel" | "password";
  dir?: "auto" | "ltr";
  value: string;
  onValue: (value: string) => void;
  error?: string | undefined;
  hint?: ComponentChildren;
  end?: ComponentChildren;
}

/** A labelled input with its hint and its error, tied together for assistive technology. */
export function Field({ label, value, onValue, error, hint, end, dir = "auto", ...attributes }: Props) {
  const id = useId();
  // Preact types an input by its `type`, and ours is known only at run time.
  const untyped: Record<string, string> = attributes;
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field logto_field" data-invalid={error ? "" : undefined}>
      <label for={id}>{label}</label>
      <div class="control">
        <input
          id={id}
          class="logto_input"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          dir={dir}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={describedBy || undefined}
          {...untyped}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
        {end}
      </div>
      <div class="field-error" id={`${id}-error`} aria-live="polite">
        {error}
      </div>
      {hint && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}

/** A password input whose content can be revealed. */
export function PasswordField(props: Omit<Props, "end" | "type">) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      dir="ltr"
      end={
        <button
          type="button"
          class="reveal"
          aria-pressed={shown}
          aria-label={t("action.show_password")}
          title={t(shown ? "action.hide_password" : "action.show_password")}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? "eyeOff" : "eye"} />
        </button>
      }
    />
  );
}
