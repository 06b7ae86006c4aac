import type { ComponentChildren } from "preact";
import { addressOf, navigate } from "../router";

/** A link to another screen of the app. */
export function Link({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <a
      class="link logto_link"
      href={addressOf(to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
