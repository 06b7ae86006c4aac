import { useState } from "preact/hooks";
import { reactTo, startSocial } from "../flow";
import { t } from "../phrases";
import { connectorName, socialConnectors, useView } from "../view";
import { Alert } from "./Alert";

/** "or" between a form and the social buttons. */
export const Divider = () => <div class="divider logto_divider">{t("description.or")}</div>;

/** One button for each social provider. */
export function SocialButtons({ allowed }: { allowed: () => boolean }) {
  const { settings, language, theme } = useView();
  const [busy, setBusy] = useState<string>();
  const [failure, setFailure] = useState<string>();
  return (
    <div class="social">
      {socialConnectors(settings).map((connector) => (
        <button
          key={connector.id}
          type="button"
          class="button logto_social-button"
          aria-busy={busy === connector.id}
          onClick={async () => {
            if (busy || !allowed()) return;
            setBusy(connector.id);
            setFailure(undefined);
            try {
              await startSocial(connector);
            } catch (error) {
              setFailure(reactTo(error));
              setBusy(undefined);
            }
          }}
        >
          {busy === connector.id ? (
            <span class="spinner" />
          ) : (
            <img src={(theme === "dark" && connector.logoDark) || connector.logo} alt="" width="20" height="20" />
          )}
          <span>{t("action.sign_in_with", { name: connectorName(connector, language) })}</span>
        </button>
      ))}
      <Alert message={failure} />
    </div>
  );
}
