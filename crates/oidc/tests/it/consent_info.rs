//! What the consent page says: of the application, of the user's own access and of that in each organization.

use crate::harness::*;
use portico_crypto::id;
use portico_model::{
    ApplicationType,
    application_sign_in_experience::ApplicationSignInExperience,
    consent::ConsentScopeKind,
    organization::{Organization, OrganizationRole, OrganizationScope, PartialColor},
    role::RoleType,
    sign_in_experience::Branding,
};
use portico_store::{
    application_sign_in_experiences, both_databases,
    consent_scopes::{self, Asking},
    organizations::{
        self,
        members::{self, MemberKind},
        roles as organization_roles, scopes as organization_scopes,
    },
    resources,
    testing::TestDb,
};
use serde_json::{Value, json};

const ORGANIZATIONS: &str = "urn:logto:resource:organizations";

/// A third party's client, a user with a role of their own and one in an organization.
struct Scene {
    provider: Provider,
    client: TestClient,
    user: portico_model::User,
    organization_id: String,
}

impl Scene {
    /// The user's own role gives `read:things`, that in the organization `write:things`.
    async fn new(db: &TestDb) -> Self {
        let provider = Provider::new(db).await;
        let user = provider.user("reader").await;
        provider.api_with_role(&user).await;
        let client = provider
            .client_with(ApplicationType::Traditional, |application| application.is_third_party = true)
            .await;
        let scopes = ["profile", "email", "urn:logto:scope:organizations"];
        provider.allow_third_party_scopes(&client, &scopes).await;
        let (store, tenant) = (&provider.ctx.app.db, provider.tenant());
        let organization = Organization {
            tenant_id: tenant.to_string(),
            id: id::short_id(),
            name: "Acme".to_owned(),
            description: None,
            custom_data: Default::default(),
            is_mfa_required: false,
            color: PartialColor::default(),
            branding: Branding::default(),
            custom_css: None,
            created_at: NOW_MS,
        };
        organizations::insert(store, tenant, &organization).await.unwrap();
        let role = OrganizationRole {
            tenant_id: tenant.to_string(),
            id: id::standard_id(),
            name: "writer".to_owned(),
            description: None,
            kind: RoleType::User,
        };
        organization_roles::insert(store, tenant, &role).await.unwrap();
        let organization_id = organization.id;
        let (users, roles) = ([user.id.clone()], [role.id.clone()]);
        members::add(store, tenant, &organization_id, MemberKind::User, &users).await.unwrap();
        members::add_roles(store, tenant, &organization_id, MemberKind::User, &users, &roles).await.unwrap();
        let scene = Self { provider, client, user, organization_id };
        let write = [scene.scope_id("write:things").await];
        organization_roles::add_resource_scopes(store_of(&scene), scene.provider.tenant(), &role.id, &write)
            .await
            .unwrap();
        scene
    }

    async fn scope_id(&self, name: &str) -> String {
        let (store, tenant) = (store_of(self), self.provider.tenant());
        let resource = resources::find_by_indicator(store, tenant, API).await.unwrap().unwrap();
        let scopes = resources::list_scopes(store, tenant, &resource.id).await.unwrap();
        scopes.into_iter().find(|scope| scope.name == name).unwrap().id
    }

    async fn allow(&self, kind: ConsentScopeKind, scope: &str) {
        let asking = Asking::Application(&self.client.id);
        let scopes = [self.scope_id(scope).await];
        consent_scopes::add(store_of(self), self.provider.tenant(), asking, kind, &scopes).await.unwrap();
    }

    /// What the page is told after the user signed in.
    async fn info(&self, parameters: &[(&str, &str)]) -> Value {
        let mut browser = Browser::new(&self.provider);
        browser.authorize(&self.client, parameters).await;
        let resume = browser.submit_login(&self.user).await;
        browser.get(&resume).await;
        browser.get("/api/interaction/consent").await.json()
    }
}

fn store_of(scene: &Scene) -> &portico_store::Db {
    &scene.provider.ctx.app.db
}

fn scope_names(groups: &Value) -> Vec<&str> {
    let scopes = groups.as_array().unwrap().iter().flat_map(|group| group["scopes"].as_array().unwrap());
    scopes.map(|scope| scope["name"].as_str().unwrap()).collect()
}

const THINGS: &[(&str, &str)] =
    &[("scope", "openid profile urn:logto:scope:organizations read:things write:things"), ("resource", API)];

both_databases! {
    async fn what_only_an_organization_gives_is_shown_with_it(db: &TestDb) {
        let scene = Scene::new(db).await;
        scene.allow(ConsentScopeKind::Resource, "read:things").await;
        scene.allow(ConsentScopeKind::OrganizationResource, "write:things").await;
        let info = scene.info(THINGS).await;
        assert_eq!(info["missingOIDCScope"], json!(["profile", "urn:logto:scope:organizations"]));
        assert_eq!(scope_names(&info["missingResourceScopes"]), ["read:things"]);
        assert_eq!(info["missingResourceScopes"][0]["resource"]["indicator"], API);
        let organizations = info["organizations"].as_array().unwrap();
        assert_eq!(organizations.len(), 1);
        assert_eq!((&organizations[0]["id"], &organizations[0]["name"]), (&json!(scene.organization_id), &json!("Acme")));
        assert_eq!(scope_names(&organizations[0]["missingResourceScopes"]), ["write:things"]);
    }

    async fn each_list_of_the_operator_counts_for_its_own_kind(db: &TestDb) {
        let scene = Scene::new(db).await;
        // Held in an organization only, allowed of the user only; and the other way round.
        scene.allow(ConsentScopeKind::Resource, "write:things").await;
        scene.allow(ConsentScopeKind::OrganizationResource, "read:things").await;
        let info = scene.info(THINGS).await;
        assert_eq!(info["missingResourceScopes"], json!([]));
        assert_eq!(info["organizations"][0]["missingResourceScopes"], json!([]));
    }

    async fn what_only_an_organization_gives_is_in_no_token_of_the_user(db: &TestDb) {
        let scene = Scene::new(db).await;
        scene.allow(ConsentScopeKind::Resource, "read:things").await;
        scene.allow(ConsentScopeKind::OrganizationResource, "write:things").await;
        let mut browser = Browser::new(&scene.provider);
        browser.authorize(&scene.client, THINGS).await;
        let resume = browser.submit_login(&scene.user).await;
        browser.get(&resume).await;
        let body = json!({ "organizationIds": [scene.organization_id] }).to_string();
        let agreed = browser.post("/api/interaction/consent", "application/json", body).await.json();
        let done = browser.get(agreed["redirectTo"].as_str().unwrap()).await;
        let code = done.answer("code").unwrap();
        let tokens = scene.provider.redeem(&scene.client, &code, &[("resource", API)]).await.json();
        assert_eq!(tokens["scope"], "read:things");
    }

    async fn scopes_within_organizations_are_shown_by_name(db: &TestDb) {
        let scene = Scene::new(db).await;
        let (store, tenant) = (store_of(&scene), scene.provider.tenant());
        for name in ["invite", "expel"] {
            let scope = OrganizationScope {
                tenant_id: tenant.to_string(), id: format!("s-{name}"), name: name.to_owned(), description: None,
            };
            organization_scopes::insert(store, tenant, &scope).await.unwrap();
        }
        let (asking, allowed) = (Asking::Application(&scene.client.id), ["s-invite".to_owned()]);
        consent_scopes::add(store, tenant, asking, ConsentScopeKind::Organization, &allowed).await.unwrap();
        let scope = "openid urn:logto:scope:organizations invite expel";
        let info = scene.info(&[("scope", scope), ("resource", ORGANIZATIONS)]).await;
        assert_eq!(info["missingResourceScopes"], json!([{
            "resource": { "id": ORGANIZATIONS, "name": ORGANIZATIONS, "indicator": ORGANIZATIONS },
            "scopes": [{ "id": "s-invite", "name": "invite", "description": null }],
        }]));
        assert_eq!(info["organizations"][0]["id"], json!(scene.organization_id));
    }

    async fn an_application_shows_itself_as_its_operator_said(db: &TestDb) {
        let scene = Scene::new(db).await;
        let plain = scene.info(&[]).await;
        assert_eq!(names(&plain["application"]), ["id", "name"]);
        let (tenant, id) = (scene.provider.tenant().clone(), scene.client.id.clone());
        let own = ApplicationSignInExperience {
            tenant_id: tenant.to_string(),
            application_id: id.clone(),
            color: PartialColor::default(),
            branding: Branding { logo_url: Some("https://a.example/logo.png".to_owned()), ..Branding::default() },
            custom_css: Some("a { color: red }".to_owned()),
            terms_of_use_url: Some("https://a.example/terms".to_owned()),
            privacy_policy_url: None,
            display_name: Some("The Bookstore".to_owned()),
        };
        let written = scene.provider.ctx.write_settings(move |tx| Box::pin(async move {
            application_sign_in_experiences::insert(tx, &tenant, &own).await
        }));
        written.await.unwrap();
        let shown = scene.info(&[]).await;
        assert_eq!(shown["application"], json!({
            "id": id, "name": "Bookstore", "branding": { "logoUrl": "https://a.example/logo.png" },
            "displayName": "The Bookstore", "termsOfUseUrl": "https://a.example/terms",
        }));
    }
}
