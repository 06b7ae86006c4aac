import { useEffect, useState } from "preact/hooks";
import { isSilent } from "../api";
import { resetPassword } from "../flow";
import { Link } from "../parts/Link";
import { NewPasswordForm } from "../parts/NewPassword";
import { Page } from "../parts/Page";
import { t } from "../phrases";
import { navigate } from "../router";
import { kept } from "../session";

/** The new password of somebody who forgot the old one. */
export default function ResetPassword() {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (kept().event !== "ForgotPassword" && !isSilent()) navigate("/forgot-password", true);
  }, []);
  if (done) {
    return (
      <Page title={t("description.password_changed")} plain>
        <p>
          <Link to="/sign-in">{t("action.sign_in")}</Link>
        </p>
      </Page>
    );
  }
  const save = async (password: string) => {
    await resetPassword(password);
    setDone(true);
  };
  return (
    <Page title={t("description.set_password")}>
      <NewPasswordForm save={save} />
    </Page>
  );
}
