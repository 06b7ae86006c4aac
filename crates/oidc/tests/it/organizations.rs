//! Tokens for organizations, and for APIs within them.

use crate::harness::*;
use axum::http::StatusCode;
use portico_crypto::id;
use portico_model::{
    ApplicationType, JsonObject, User,
    organization::{Organization, OrganizationRole, OrganizationScope, PartialColor},
    role::RoleType,
    script::JwtCustomizerKey,
    sign_in_experience::Branding,
};
use portico_store::{
    both_databases, configs,
    organizations::{
        self,
        members::{self, MemberKind},
        roles, scopes,
    },
    resources,
};
use serde_json::json;

const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
const TEMPLATE: &str = "urn:logto:resource:organizations";

/// An organization with these members; the role they hold there gives `read:members` and, of the API, `write:things`.
pub async fn organization(provider: &Provider, kind: MemberKind, member_ids: &[&str]) -> String {
    let tenant = provider.tenant().clone();
    let member_ids: Vec<String> = member_ids.iter().map(|id| (*id).to_owned()).collect();
    let organization_id = id::short_id();
    let created = organization_id.clone();
    provider
        .write(move |tx| {
            Box::pin(async move {
                let organization = Organization {
                    tenant_id: tenant.to_string(),
                    id: created.clone(),
                    name: "Library".to_owned(),
                    description: None,
                    custom_data: JsonObject::from_iter([("plan".to_owned(), json!("gold"))]),
                    is_mfa_required: false,
                    color: PartialColor::default(),
                    branding: Branding::default(),
                    custom_css: None,
                    created_at: NOW_MS,
                };
                organizations::insert(tx, &tenant, &organization).await?;
                let scope = OrganizationScope {
                    tenant_id: tenant.to_string(),
                    id: id::standard_id(),
                    name: "read:members".to_owned(),
                    description: None,
                };
                scopes::insert(tx, &tenant, &scope).await?;
                let role = OrganizationRole {
                    tenant_id: tenant.to_string(),
                    id: id::standard_id(),
                    name: "librarian".to_owned(),
                    description: None,
                    kind: match kind {
                        MemberKind::User => RoleType::User,
                        MemberKind::Application => RoleType::MachineToMachine,
                    },
                };
                roles::insert(tx, &tenant, &role).await?;
                roles::add_scopes(tx, &tenant, &role.id, std::slice::from_ref(&scope.id)).await?;
                if let Some(api) = resources::find_by_indicator(tx, &tenant, API).await? {
                    let found = resources::list_scopes(tx, &tenant, &api.id).await?;
                    let ids: Vec<String> = found
                        .into_iter()
                        .filter(|scope| scope.name == "write:things")
                        .map(|scope| scope.id)
                        .collect();
                    roles::add_resource_scopes(tx, &tenant, &role.id, &ids).await?;
                }
                members::add(tx, &tenant, &created, kind, &member_ids).await?;
                members::add_roles(tx, &tenant, &created, kind, &member_ids, std::slice::from_ref(&role.id))
                    .await?;
                Ok(())
            })
        })
        .await;
    organization_id
}

async fn refresh_token(provider: &Provider, client: &TestClient, user: &User, scope: &str) -> String {
    let scope = format!("openid offline_access {scope}");
    let extra = [("resource", API), ("resource", TEMPLATE), ("scope", scope.as_str()), ("prompt", "consent")];
    provider.tokens(client, user, &extra).await["refresh_token"].as_str().unwrap().to_owned()
}

/// A client whose refresh tokens stay.
async fn client(provider: &Provider) -> TestClient {
    let keeps = |application: &mut portico_model::Application| {
        application.custom_client_metadata.rotate_refresh_token = Some(false);
    };
    provider.client_with(ApplicationType::Spa, keeps).await
}

both_databases! {
    async fn a_member_gets_tokens_for_the_organization_and_for_an_api_within_it(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let organization_id = organization(&provider, MemberKind::User, &[&user.id]).await;
        let client = client(&provider).await;
        let script = "const getCustomJwtClaims = async ({ context }) => ({ plan: context.organization?.customData.plan })";
        let tenant = provider.tenant().clone();
        provider.ctx.write_settings(move |tx| Box::pin(async move {
            configs::set(tx, &tenant, JwtCustomizerKey::AccessToken.as_str(), &json!({ "script": script })).await
        })).await.unwrap();
        let scopes = format!("{ORGANIZATIONS} read:members read:things write:things");
        let token = refresh_token(&provider, &client, &user, &scopes).await;

        let answer = provider.refresh(&client, &token, &[("organization_id", &organization_id)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let body = answer.json();
        assert_eq!((body["scope"].as_str(), body["expires_in"].as_i64()), (Some("read:members"), Some(3600)));
        let audience = format!("urn:logto:organization:{organization_id}");
        let claims = verified_claims(&provider, body["access_token"].as_str().unwrap(), &audience, Some("at+jwt")).await;
        assert_eq!((claims["sub"].as_str(), claims["plan"].as_str()), (Some(user.id.as_str()), Some("gold")));
        assert_eq!(claims.get("organization_id"), None);

        // The same, named as a resource.
        let named = provider.refresh(&client, &token, &[("resource", &audience)]).await.json();
        verified_claims(&provider, named["access_token"].as_str().unwrap(), &audience, Some("at+jwt")).await;

        let extra = [("organization_id", organization_id.as_str()), ("resource", API)];
        let body = provider.refresh(&client, &token, &extra).await.json();
        let claims = verified_claims(&provider, body["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!(claims["organization_id"], organization_id.as_str());
        assert_eq!(claims["scope"], "read:things write:things");

        // Less when less is asked.
        let extra = [("organization_id", organization_id.as_str()), ("scope", ORGANIZATIONS)];
        let body = provider.refresh(&client, &token, &extra).await.json();
        assert_eq!((body["scope"].as_str(), body.get("id_token")), (Some(""), None));
    }

    async fn what_keeps_a_user_out_of_an_organization(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let other = provider.user("other").await;
        let (theirs, mine) = (
            organization(&provider, MemberKind::User, &[&other.id]).await,
            "nowhere",
        );
        let client = client(&provider).await;
        let token = refresh_token(&provider, &client, &user, ORGANIZATIONS).await;
        for id in [theirs.as_str(), mine] {
            provider.refresh(&client, &token, &[("organization_id", id)]).await.expect_error(403, "access_denied");
        }
        let extra = [("organization_id", theirs.as_str()), ("resource", "urn:logto:organization:nowhere")];
        provider.refresh(&client, &token, &extra).await.expect_error(400, "invalid_target");

        // A member whose token is not for organizations, and one without the second factor that it requires.
        let token = refresh_token(&provider, &client, &other, "read:things").await;
        provider.refresh(&client, &token, &[("organization_id", &theirs)]).await.expect_error(403, "insufficient_scope");
        let token = refresh_token(&provider, &client, &other, ORGANIZATIONS).await;
        let (tenant, id) = (provider.tenant().clone(), theirs.clone());
        provider.write(move |tx| Box::pin(async move {
            let mut organization = organizations::find_by_id(tx, &tenant, &id).await?.unwrap();
            organization.is_mfa_required = true;
            organizations::update(tx, &tenant, &organization).await
        })).await;
        provider.refresh(&client, &token, &[("organization_id", &theirs)]).await.expect_error(403, "access_denied");
        let factor = json!({ "type": "Totp", "id": "1", "key": "K", "createdAt": "2026-01-01T00:00:00.000Z" });
        provider.change_user(&other, move |user| user.mfa_verifications = vec![factor]).await;
        let answer = provider.refresh(&client, &token, &[("organization_id", &theirs)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn a_third_party_gets_tokens_for_shared_organizations_only(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        let organization_id = organization(&provider, MemberKind::User, &[&user.id]).await;
        let client = provider.client_with(ApplicationType::Spa, |application| {
            application.is_third_party = true;
            application.custom_client_metadata.rotate_refresh_token = Some(false);
        }).await;
        provider.allow_third_party_scopes(&client, &[ORGANIZATIONS]).await;
        let mut browser = Browser::new(&provider);
        let scope = format!("openid offline_access {ORGANIZATIONS}");
        browser.authorize(&client, &[("prompt", "consent"), ("scope", &scope)]).await;
        let resume = browser.submit_login(&user).await;
        browser.get(&resume).await;
        let agreed = browser.post("/api/interaction/consent", "application/json", "{}".to_owned()).await;
        let resume = agreed.json()["redirectTo"].as_str().unwrap().to_owned();
        let code = browser.get(&resume).await.answer("code").unwrap();
        let tokens = provider.redeem(&client, &code, &[]).await.json();
        let token = tokens["refresh_token"].as_str().unwrap();
        let extra = [("organization_id", organization_id.as_str())];
        provider.refresh(&client, token, &extra).await.expect_error(403, "access_denied");

        let (exec, tenant) = (&provider.ctx.app.db, provider.tenant());
        portico_store::consents::add_organizations(exec, tenant, &client.id, &user.id, std::slice::from_ref(&organization_id))
            .await
            .unwrap();
        let answer = provider.refresh(&client, token, &extra).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn a_machine_gets_tokens_for_its_organizations(db: &TestDb) {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let machine = provider.client(ApplicationType::MachineToMachine).await;
        let form = |extra: &[(&'static str, String)]| {
            let mut form = vec![("grant_type", "client_credentials".to_owned())];
            form.extend(extra.to_vec());
            form
        };
        let ask = async |extra: &[(&'static str, String)]| {
            let form = form(extra);
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            provider.token(&machine, &form).await
        };
        ask(&[("organization_id", "nowhere".to_owned())]).await.expect_error(403, "access_denied");
        let id = organization(&provider, MemberKind::Application, &[&machine.id]).await;
        let audience = format!("urn:logto:organization:{id}");

        let body = ask(&[("organization_id", id.clone())]).await.json();
        assert_eq!(body["scope"], "");
        let body = ask(&[("organization_id", id.clone()), ("scope", "read:members other".to_owned())]).await.json();
        assert_eq!(body["scope"], "read:members");
        let claims = verified_claims(&provider, body["access_token"].as_str().unwrap(), &audience, Some("at+jwt")).await;
        assert_eq!(claims["sub"], machine.id.as_str());

        let scope = "read:things write:things".to_owned();
        let body = ask(&[("organization_id", id.clone()), ("resource", API.to_owned()), ("scope", scope)]).await.json();
        let claims = verified_claims(&provider, body["access_token"].as_str().unwrap(), API, Some("at+jwt")).await;
        assert_eq!((claims["organization_id"].as_str(), claims["scope"].as_str()), (Some(id.as_str()), Some("write:things")));
    }
}
