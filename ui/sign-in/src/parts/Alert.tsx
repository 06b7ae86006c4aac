import { Icon } from "./Icon";

/** The message of a failed form. The live region is always there, so that a change is read out. */
export function Alert({ message }: { message: string | undefined }) {
  return (
    <div role="alert" class="alert-region">
      {message && (
        <p class="alert logto_alert">
          <Icon name="alert" />
          <span>{message}</span>
        </p>
      )}
    </div>
  );
}
