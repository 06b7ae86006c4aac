import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { Filled } from "../parts/Terms";
import { t } from "../phrases";
import { navigate } from "../router";
import { useView } from "../view";

function texts(path: string): { title: string; text: string; again?: boolean } {
  switch (path) {
    case "unknown-session":
      return { title: t("error.invalid_session"), text: t("error.invalid_session_description") };
    case "account-suspended":
      return { title: t("error.account_suspended"), text: t("error.account_suspended_description") };
    case "error/cancelled":
      return {
        title: t("error.sign_in_cancelled"),
        text: t("error.sign_in_cancelled_description"),
        again: true,
      };
    case "error":
      return { title: t("error.something_went_wrong"), text: t("error.unknown") };
    default:
      return { title: t("error.not_found"), text: t("error.not_found_description") };
  }
}

/** Pages that say that something is over or wrong, and how to find help. */
export default function Problem() {
  const { settings } = useView();
  const { title, text, again } = texts(location.pathname.replace(/^\/+|\/+$/g, ""));
  const { supportEmail, supportWebsiteUrl } = settings;
  return (
    <Page title={title} subtitle={text} plain>
      {again && <Button onClick={() => navigate("/sign-in", true)}>{t("action.try_again")}</Button>}
      {(supportEmail || supportWebsiteUrl) && (
        <div class="terms logto_terms">
          {supportEmail && (
            <p>
              <Filled phrase={t("description.support_email")}>
                <a class="link logto_link" href={`mailto:${supportEmail}`}>
                  {supportEmail}
                </a>
              </Filled>
            </p>
          )}
          {supportWebsiteUrl && /^https?:/i.test(supportWebsiteUrl) && (
            <p>
              <Filled phrase={t("description.support_website")}>
                <a class="link logto_link" href={supportWebsiteUrl} target="_blank" rel="noopener noreferrer">
                  {supportWebsiteUrl}
                </a>
              </Filled>
            </p>
          )}
        </div>
      )}
    </Page>
  );
}
