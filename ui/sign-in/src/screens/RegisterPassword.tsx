import { useEffect } from "preact/hooks";
import { isSilent } from "../api";
import { finishRegistration } from "../flow";
import { NewPasswordForm } from "../parts/NewPassword";
import { Page } from "../parts/Page";
import { t } from "../phrases";
import { navigate } from "../router";
import { kept } from "../session";

/** Second screen of a registration: the password for the username chosen before. */
export default function RegisterPassword() {
  const { username } = kept();
  useEffect(() => {
    if (!username && !isSilent()) navigate("/register", true);
  }, []);
  return (
    <Page
      title={t("description.set_password")}
      subtitle={username && t("description.set_password_for", { value: username })}
    >
      <NewPasswordForm username={username} save={(password) => finishRegistration(username ?? "", password)} />
    </Page>
  );
}
