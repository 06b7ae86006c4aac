import { sendCode } from "../flow";
import { AddressForm } from "../parts/AddressForm";
import { Alert } from "../parts/Alert";
import { Link } from "../parts/Link";
import { Page } from "../parts/Page";
import { useTerms } from "../parts/Terms";
import { t } from "../phrases";
import { codeIdentifiers, recoveryIdentifiers, useView } from "../view";

/** Asks where a code goes: to sign in (`/sign-in/code`) or for a forgotten password (`/forgot-password`). */
export default function Address() {
  const { settings } = useView();
  const terms = useTerms("signIn");
  const forgotten = location.pathname.startsWith("/forgot-password");
  const allowed = forgotten ? recoveryIdentifiers(settings) : codeIdentifiers(settings);
  const send = sendCode.bind(null, forgotten ? "ForgotPassword" : "SignIn");
  return (
    <Page
      title={t(forgotten ? "description.reset_password" : "description.sign_in_to_your_account")}
      subtitle={t("description.code_explanation")}
      footer={
        <p>
          <Link to="/sign-in">{t("action.use_password")}</Link>
        </p>
      }
    >
      {allowed.length > 0 ? (
        <AddressForm allowed={allowed} accepted={() => forgotten || terms.check()} send={send}>
          {!forgotten && terms.tick}
        </AddressForm>
      ) : (
        <Alert message={t("description.no_method")} />
      )}
      {!forgotten && terms.note}
    </Page>
  );
}
