//! What has run out goes; what has not stays, and so does everything of other tenants.

use crate::harness::{NOW_MS, Server};
use portico_model::{TenantId, oidc::OidcModel};
use portico_server::jobs::sweep;
use portico_store::{both_databases, oidc_artifacts};
use serde_json::{Value, json};

both_databases! {
    async fn the_sweep_removes_only_what_has_expired(db: &TestDb) {
        let server = Server::new(db);
        let (home, other) = (TenantId::default_tenant(), TenantId::admin_tenant());
        for (tenant, id, expires_at) in [(&home, "old", NOW_MS - 1), (&home, "new", NOW_MS + 1), (&other, "old", NOW_MS - 1)] {
            let model = OidcModel::AccessToken;
            oidc_artifacts::upsert(&**db, tenant, model, id, &json!({}), expires_at).await.unwrap();
        }
        let ctx = server.ctx(&home);
        assert_eq!(sweep(&ctx).await.unwrap(), 1);
        assert_eq!(sweep(&ctx).await.unwrap(), 0);
        for (tenant, id, is_there) in [(&home, "old", false), (&home, "new", true), (&other, "old", true)] {
            let found = oidc_artifacts::find::<Value>(&**db, tenant, OidcModel::AccessToken, id).await.unwrap();
            assert_eq!(found.is_some(), is_there, "{tenant} {id}");
        }
    }
}
