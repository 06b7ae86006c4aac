import { completeProfile } from "../flow";
import { Alert } from "../parts/Alert";
import { NewPasswordForm } from "../parts/NewPassword";
import { Page } from "../parts/Page";
import { UsernameForm } from "../parts/UsernameForm";
import { t } from "../phrases";

/** Asks for what the account still lacks: `/continue/username` or `/continue/password`. */
export default function Continue() {
  const subtitle = t("description.continue_with_more_information");
  switch (location.pathname.split("/")[2]) {
    case "username":
      return (
        <Page title={t("description.enter_username")} subtitle={subtitle}>
          <UsernameForm action={t("action.continue")} save={(username) => completeProfile("username", username)} />
        </Page>
      );
    case "password":
      return (
        <Page title={t("description.set_password")} subtitle={subtitle}>
          <NewPasswordForm save={(password) => completeProfile("password", password)} />
        </Page>
      );
    default:
      return (
        <Page title={t("error.something_went_wrong")} plain>
          <Alert message={t("error.step_not_available")} />
        </Page>
      );
  }
}
