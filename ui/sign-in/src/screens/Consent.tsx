import { useEffect, useState } from "preact/hooks";
import { api, ApiError, type ConsentInfo, type ResourceScopes } from "../api";
import { reactTo } from "../flow";
import { Alert } from "../parts/Alert";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Page } from "../parts/Page";
import { documentLinks, Filled } from "../parts/Terms";
import { lookUp, t } from "../phrases";
import { leave } from "../router";
import { useForm } from "../useForm";
import { useView } from "../view";

function Account({ user }: { user: ConsentInfo["user"] }) {
  const detail = user.primaryEmail ?? user.primaryPhone ?? user.username;
  const name = user.name ?? detail ?? t("description.user_id", { id: user.id });
  return (
    <div class="account logto_account">
      {user.avatar ? <img src={user.avatar} alt="" width="40" height="40" /> : <Icon name="user" />}
      <div>
        <strong>{name}</strong>
        {detail && detail !== name && <span>{detail}</span>}
      </div>
    </div>
  );
}

function ScopeGroup({ title, scopes }: { title: string; scopes: string[] }) {
  return (
    <details class="scopes" open>
      <summary>
        {title}
        <Icon name="chevron" />
      </summary>
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>
            <Icon name="check" />
            {scope}
          </li>
        ))}
      </ul>
    </details>
  );
}

const resourceGroup = ({ resource, scopes }: ResourceScopes) => (
  <ScopeGroup key={resource.id} title={resource.name} scopes={scopes.map((scope) => scope.description || scope.name)} />
);

function Request({ info }: { info: ConsentInfo }) {
  const { theme } = useView();
  const { application, organizations = [], missingOIDCScope = [], missingResourceScopes = [] } = info;
  const [organizationId, setOrganizationId] = useState(organizations[0]?.id);
  const form = useForm(async () => {
    const { redirectTo } = await api.consent(organizationId ? [organizationId] : undefined);
    leave(redirectTo);
  });
  const refusing = useForm(async () => leave((await api.refuseConsent()).redirectTo));
  const name = application.displayName || application.name;
  const { logoUrl, darkLogoUrl } = application.branding ?? {};
  const organization = organizations.find(({ id }) => id === organizationId);
  const personal = missingOIDCScope.map((scope) => lookUp(`user_scopes.descriptions.${scope}`) ?? scope);
  const documents = documentLinks(application);
  const asks = personal.length + missingResourceScopes.length + organizations.length > 0;
  return (
    <Page
      title={t("description.authorize_title", { name })}
      partnerLogo={(theme === "dark" && darkLogoUrl) || logoUrl}
    >
      <Account user={info.user} />
      <Alert message={form.failure ?? refusing.failure} />
      <section class="request">
        <p class="text">{t(asks ? "description.request_permission" : "description.request_sign_in", { name })}</p>
        {personal.length > 0 && <ScopeGroup title={t("description.user_scopes")} scopes={personal} />}
        {missingResourceScopes.map(resourceGroup)}
        {organizations.length > 0 && (
          <label class="select">
            {t("description.grant_organization_access")}
            <span class="control">
              <select value={organizationId} onChange={(event) => setOrganizationId(event.currentTarget.value)}>
                {organizations.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
              <Icon name="chevron" />
            </span>
          </label>
        )}
        {organization?.missingResourceScopes?.map(resourceGroup)}
      </section>
      <div class="actions">
        <Button busy={form.busy} onClick={() => void form.run()}>
          {t("action.authorize")}
        </Button>
        {info.redirectUri && (
          <Button kind="secondary" busy={refusing.busy} onClick={() => void refusing.run()}>
            {t("action.cancel")}
          </Button>
        )}
      </div>
      <div class="terms logto_terms">
        {info.redirectUri && <p>{t("description.redirect_to", { name: new URL(info.redirectUri).host || name })}</p>}
        {documents && (
          <p>
            <Filled phrase={t("description.authorize_agreement", { name })}>{documents}</Filled>
          </p>
        )}
      </div>
    </Page>
  );
}

/** Asks whether a third-party app may have what it wants. */
export default function Consent() {
  const [info, setInfo] = useState<ConsentInfo>();
  const [failure, setFailure] = useState<string>();
  const [denied, setDenied] = useState(false);
  useEffect(() => {
    api.consentInfo().then(setInfo, (error: unknown) => {
      setDenied(error instanceof ApiError && error.code === "oidc.access_denied");
      setFailure(reactTo(error));
    });
  }, []);
  if (info) return <Request info={info} />;
  return failure ? (
    <Page title={t(denied ? "error.application_access_denied" : "error.something_went_wrong")} plain>
      <Alert message={failure} />
    </Page>
  ) : (
    <main class="waiting">
      <div class="spinner large" role="status">
        <span class="visually-hidden">{t("description.loading")}</span>
      </div>
    </main>
  );
}
