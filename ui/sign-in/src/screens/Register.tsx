import { sendCode, startRegistration } from "../flow";
import { AddressForm } from "../parts/AddressForm";
import { Alert } from "../parts/Alert";
import { Link } from "../parts/Link";
import { Page } from "../parts/Page";
import { Divider, SocialButtons } from "../parts/Social";
import { useTerms } from "../parts/Terms";
import { UsernameForm } from "../parts/UsernameForm";
import { t } from "../phrases";
import { navigate } from "../router";
import { kept } from "../session";
import { socialConnectors, useView } from "../view";

/** First screen of a registration. */
export default function Register() {
  const { settings } = useView();
  const terms = useTerms("register");
  const byName = settings.signUp.identifiers.includes("username");
  const addresses = settings.signUp.identifiers.filter((type) => type !== "username");
  const byCode = !byName && addresses.length > 0;
  const social = socialConnectors(settings).length > 0;
  const start = async (username: string) => {
    await startRegistration(username);
    navigate("/register/password");
  };
  return (
    <Page
      title={t("description.create_your_account")}
      footer={
        settings.signInMode === "SignInAndRegister" && (
          <p>
            {t("description.have_account")} <Link to="/sign-in">{t("action.sign_in")}</Link>
          </p>
        )
      }
    >
      {byName && (
        <UsernameForm
          initial={kept().username}
          action={t("action.continue")}
          allowed={terms.check}
          save={start}
        >
          {terms.tick}
        </UsernameForm>
      )}
      {byCode && (
        <AddressForm allowed={addresses} accepted={terms.check} send={(address) => sendCode("Register", address)}>
          {terms.tick}
        </AddressForm>
      )}
      {(byName || byCode) && social && <Divider />}
      {!byName && !byCode && terms.tick}
      {social && <SocialButtons allowed={terms.check} />}
      {!byName && !byCode && !social && <Alert message={t("description.no_method")} />}
      {terms.note}
    </Page>
  );
}
