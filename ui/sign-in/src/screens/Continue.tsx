import { completeProfile, sendMissing } from "../flow";
import { AddressForm } from "../parts/AddressForm";
import { Alert } from "../parts/Alert";
import { NewPasswordForm } from "../parts/NewPassword";
import { Page } from "../parts/Page";
import { UsernameForm } from "../parts/UsernameForm";
import { t } from "../phrases";
import type { Identifier } from "../types";

/** Asks for what the account still lacks: `/continue/` and `username`, `password`, `email`, `phone` or `emailOrPhone`. */
export default function Continue() {
  const subtitle = t("description.continue_with_more_information");
  const wanted = location.pathname.split("/")[2];
  switch (wanted) {
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
    case "email":
    case "phone":
    case "emailOrPhone": {
      const allowed: Identifier[] = wanted === "emailOrPhone" ? ["email", "phone"] : [wanted];
      return (
        <Page title={t("description.add_address")} subtitle={subtitle}>
          <AddressForm allowed={allowed} send={sendMissing} />
        </Page>
      );
    }
    default:
      return (
        <Page title={t("error.something_went_wrong")} plain>
          <Alert message={t("error.step_not_available")} />
        </Page>
      );
  }
}
