import { useEffect, useState } from "preact/hooks";
import { reactTo, startSocial } from "../flow";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { t } from "../phrases";
import { navigate } from "../router";
import { connectorName, socialConnectors, useView } from "../view";

/** Skips the first screen: `/direct/social/{target}` goes to the provider at once. */
export default function Direct() {
  const { settings, language } = useView();
  const [failure, setFailure] = useState<string>();
  const [method, target] = location.pathname.split("/").slice(2);
  const connector = method === "social" ? socialConnectors(settings).find((one) => one.target === target) : undefined;
  const fallback = new URLSearchParams(location.search).get("fallback") === "register" ? "/register" : "/sign-in";
  useEffect(() => {
    if (connector) startSocial(connector).catch((error: unknown) => setFailure(reactTo(error)));
    else navigate(fallback, true);
  }, []);
  const name = connector ? connectorName(connector, language) : "";
  return failure ? (
    <Page title={t("error.something_went_wrong")} plain>
      <Alert message={failure} />
      <Button onClick={() => navigate(fallback, true)}>{t("action.try_again")}</Button>
    </Page>
  ) : (
    <Page title={t("description.social_signing_in", { name })} plain>
      <div class="spinner large" role="status">
        <span class="visually-hidden">{t("description.loading")}</span>
      </div>
    </Page>
  );
}
