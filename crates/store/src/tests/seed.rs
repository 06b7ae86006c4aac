//! What a new database holds.

use portico_crypto::FixedClock;
use portico_crypto::jose::{Alg, SigningKey};
use portico_model::TenantId;
use portico_model::application::ApplicationType;
use portico_model::config::{
    OIDC_COOKIE_KEYS, OIDC_PRIVATE_KEYS, OidcCookieKey, OidcPrivateKey, SigningKeyStatus,
};
use portico_model::role::RoleType;
use portico_model::sign_in_experience::SignInMode;

use super::{home, other};
use crate::applications::{self, ApplicationFilter};
use crate::roles::{self, RoleFilter};
use crate::{Db, Page, both_databases, configs, resources, seed, sign_in_experiences, tenants};

async fn role_scopes(db: &Db, tenant: &TenantId, name: &str) -> Vec<String> {
    let role = roles::find_by_name(db, tenant, name).await.unwrap().unwrap();
    roles::list_scopes(db, tenant, &role.id).await.unwrap().into_iter().map(|scope| scope.name).collect()
}

both_databases! {
    async fn both_tenants_have_keys_of_their_own(db: &TestDb) {
        let ids: Vec<String> = tenants::list(&**db).await.unwrap().into_iter().map(|tenant| tenant.id).collect();
        assert_eq!(ids, ["admin", "default"]);
        let mut seen = Vec::new();
        for tenant in [home(), other()] {
            let keys: Vec<OidcPrivateKey> = configs::find(&**db, &tenant, OIDC_PRIVATE_KEYS).await.unwrap().unwrap();
            assert_eq!(keys.len(), 1);
            assert_eq!(keys[0].status, Some(SigningKeyStatus::Current));
            assert_eq!(SigningKey::from_pem(&keys[0].value).unwrap().alg(), Alg::Es384);
            let cookies: Vec<OidcCookieKey> = configs::find(&**db, &tenant, OIDC_COOKIE_KEYS).await.unwrap().unwrap();
            assert_eq!(cookies[0].value.len(), 32);
            seen.extend([keys[0].value.clone(), cookies[0].value.clone()]);
        }
        assert_ne!(seen[0], seen[2]);
        assert_ne!(seen[1], seen[3]);
    }

    async fn machines_can_be_given_the_management_api(db: &TestDb) {
        let api = resources::find_by_id(&**db, &home(), "management-api").await.unwrap().unwrap();
        assert_eq!(api.indicator, "https://default.logto.app/api");
        assert_eq!(role_scopes(db, &home(), "#internal:admin").await, ["all"]);
        assert_eq!(role_scopes(db, &home(), "Logto Management API access").await, ["all"]);
        for (id, indicator) in [("m-default", "https://default.logto.app/api"), ("m-admin", "https://admin.logto.app/api")] {
            let application = applications::find_by_id(&**db, &other(), id).await.unwrap().unwrap();
            assert_eq!((application.kind, application.secret.len()), (ApplicationType::MachineToMachine, 32));
            assert_eq!(roles::scopes_for_application(&**db, &other(), id, indicator).await.unwrap(), ["all"]);
        }
        assert_eq!(role_scopes(db, &other(), "default:admin").await, ["all"]);
        assert_eq!(role_scopes(db, &other(), "user").await, ["all", "create:tenant", "manage:tenant:self"]);
        let services = ["fetch:custom:jwt", "report:subscription:updates", "send:email", "send:sms"];
        assert_eq!(role_scopes(db, &other(), "tenantApplication").await, services);
    }

    async fn the_rows_are_as_many_as_clients_expect(db: &TestDb) {
        let exec = &**db;
        let apps = ApplicationFilter::default();
        assert_eq!(applications::list(exec, &home(), &apps, Page::ALL).await.unwrap().total, 0);
        assert_eq!(applications::list(exec, &other(), &apps, Page::ALL).await.unwrap().total, 4);
        assert_eq!(resources::count(exec, &home()).await.unwrap(), 1);
        assert_eq!(resources::count(exec, &other()).await.unwrap(), 4);
        assert_eq!(roles::list(exec, &home(), &RoleFilter::default(), Page::ALL).await.unwrap().total, 2);
        let people = RoleFilter { kind: Some(RoleType::User), ..Default::default() };
        assert_eq!(roles::list(exec, &other(), &people, Page::ALL).await.unwrap().total, 2);
        let mode = async |tenant| sign_in_experiences::find(exec, &tenant).await.unwrap().unwrap().sign_in_mode;
        assert_eq!(mode(home()).await, SignInMode::SignInAndRegister);
        assert_eq!(mode(other()).await, SignInMode::Register);
        let cloud = applications::list(exec, &other(), &apps, Page::ALL).await.unwrap();
        let cloud = cloud.items.into_iter().find(|application| application.name == "Cloud Service").unwrap();
        let connection: serde_json::Value = configs::find(exec, &home(), "cloudConnection").await.unwrap().unwrap();
        assert_eq!((connection["appId"].as_str(), connection["appSecret"].as_str()), (Some(&*cloud.id), Some(&*cloud.secret)));
    }

    async fn seeding_again_changes_nothing(db: &TestDb) {
        let keys: serde_json::Value = configs::find(&**db, &home(), OIDC_PRIVATE_KEYS).await.unwrap().unwrap();
        let secrets = || seed::TenantSecrets::generate().unwrap();
        seed::run(db, &FixedClock::new(1)).await.unwrap();
        seed::run_with(db, &FixedClock::new(1), secrets(), secrets()).await.unwrap();
        assert_eq!(configs::find::<serde_json::Value>(&**db, &home(), OIDC_PRIVATE_KEYS).await.unwrap(), Some(keys));
    }
}
