import type { ComponentChildren } from "preact";
import { t } from "../phrases";

interface Props {
  children: ComponentChildren;
  kind?: "primary" | "secondary";
  type?: "submit" | "button";
  busy?: boolean;
  disabled?: boolean;
  onClick?: () => void;
}

/** A button that shows that it is at work. It stays focusable meanwhile, so that focus is not lost. */
export function Button({ children, kind = "primary", type = "button", busy = false, disabled, onClick }: Props) {
  return (
    <button
      type={type}
      class={`button logto_${kind}-button`}
      aria-busy={busy}
      aria-disabled={busy || disabled ? "true" : undefined}
      onClick={(event) => {
        if (busy || disabled) event.preventDefault();
        else onClick?.();
      }}
    >
      <span class="button-label">{children}</span>
      {busy && (
        <span class="spinner" role="status">
          <span class="visually-hidden">{t("description.loading")}</span>
        </span>
      )}
    </button>
  );
}
