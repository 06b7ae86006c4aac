import { useEffect, useState } from "preact/hooks";
import { reactTo, receiveSocial, registerWithSocial, type SocialOutcome } from "../flow";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Page } from "../parts/Page";
import { documentLinks, Filled } from "../parts/Terms";
import { t } from "../phrases";
import { navigate } from "../router";
import { keep, kept, takeSocial } from "../session";
import { useForm } from "../useForm";
import { connectorName, useView } from "../view";

/** The provider's answer, from the query or (for implicit answers) the fragment. */
function readAnswer(): Record<string, string> {
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ""));
  return Object.fromEntries([...new URLSearchParams(location.search), ...fragment]);
}

function AcceptTerms() {
  const { settings } = useView();
  const form = useForm(async () => {
    const { linking } = kept();
    if (!linking) throw new Error("no social identity waits");
    keep({ termsAccepted: true });
    await registerWithSocial(linking.verificationId);
  });
  return (
    <Page title={t("error.terms_acceptance_required")}>
      <Alert message={form.failure} />
      <p class="text">
        <Filled phrase={t("description.agree_with_terms_modal")}>{documentLinks(settings)}</Filled>
      </p>
      <div class="actions">
        <Button busy={form.busy} onClick={() => void form.run()}>
          {t("action.agree")}
        </Button>
        <Button kind="secondary" onClick={() => navigate("/sign-in", true)}>
          {t("action.cancel")}
        </Button>
      </div>
    </Page>
  );
}

/** Where a social provider sends the person back: `/callback/{connectorId}`. */
export default function Callback() {
  const { settings, language } = useView();
  const [outcome, setOutcome] = useState<SocialOutcome>();
  const [failure, setFailure] = useState<string>();
  const connectorId = decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "");
  const connector = settings.socialConnectors.find(({ id }) => id === connectorId);

  useEffect(() => {
    const { state, ...answer } = readAnswer();
    const sent = takeSocial(connectorId);
    // The answer holds a code: it should not stay in the history or be sent on as a referrer.
    history.replaceState(null, "", location.pathname);
    if (answer.error === "access_denied") return navigate("/error/cancelled", true);
    if (!sent || !state || sent.state !== state) return setFailure(t("error.invalid_connector_auth"));
    receiveSocial(settings, connectorId, sent.verificationId, { ...answer, state }).then(
      (result) => {
        setOutcome(result);
        if (result === "link") navigate(`/social/link/${encodeURIComponent(connectorId)}`, true);
      },
      (error: unknown) => setFailure(reactTo(error)),
    );
  }, []);

  if (outcome === "terms") return <AcceptTerms />;
  const name = connector ? connectorName(connector, language) : "";
  return failure ? (
    <Page title={t("error.something_went_wrong")} plain>
      <Alert message={failure} />
      <Button onClick={() => navigate("/sign-in", true)}>{t("action.try_again")}</Button>
    </Page>
  ) : (
    <Page title={t("description.social_signing_in", { name })} plain>
      <div class="spinner large" role="status">
        <span class="visually-hidden">{t("description.loading")}</span>
      </div>
    </Page>
  );
}
