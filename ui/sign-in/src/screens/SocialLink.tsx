import { useEffect } from "preact/hooks";
import { isSilent } from "../api";
import { linkSocial, registerWithSocial } from "../flow";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { useTerms } from "../parts/Terms";
import { t } from "../phrases";
import { navigate } from "../router";
import { kept } from "../session";
import { useForm } from "../useForm";
import { connectorName, useView } from "../view";

/** Asks whether a social identity belongs to the account that has the same address. */
export default function SocialLink() {
  const { settings, language } = useView();
  const { linking } = kept();
  const terms = useTerms("register");
  useEffect(() => {
    if (!linking && !isSilent()) navigate("/sign-in", true);
  }, []);
  const id = linking?.verificationId ?? "";
  const link = useForm(() => linkSocial(id));
  const create = useForm(() => registerWithSocial(id));
  const found = settings.socialConnectors.find((connector) => connector.id === linking?.connectorId);
  const connector = found ? connectorName(found, language) : "";
  const value = linking?.address?.value ?? "";
  const explanation =
    linking?.address?.type === "email"
      ? t("description.social_link_email", { value, connector })
      : linking?.address?.type === "phone"
        ? t("description.social_link_phone", { value, connector })
        : t("description.social_bind_with_existing", { connector });
  return (
    <Page title={t("description.bind_account_title")} subtitle={explanation}>
      <Alert message={link.failure ?? create.failure} />
      {settings.signInMode !== "SignIn" && terms.tick}
      <div class="actions">
        <Button busy={link.busy} onClick={() => void link.run()}>
          {value ? t("action.bind", { address: value }) : t("action.continue")}
        </Button>
        {settings.signInMode !== "SignIn" && (
          <Button
            kind="secondary"
            busy={create.busy}
            onClick={() => {
              if (terms.check()) void create.run();
            }}
          >
            {t("action.create_account_without_linking")}
          </Button>
        )}
      </div>
      {terms.note}
    </Page>
  );
}
