//! The recorder of webhook events, with what the request says about itself.

use crate::{ApiError, ClientInfo};
use axum::{
    extract::{FromRequestParts, MatchedPath, OriginalUri, RawPathParams},
    http::request::Parts,
};
use portico_identity::{Ctx, events::Events};
use portico_model::JsonObject;
use serde_json::{Value, json};

/// Where the APIs are mounted; webhooks tell paths from here on.
const MOUNT: &str = "/api";

/// Records the webhook events of a Management API request: `ip`, `userAgent`, `path`, `method`, `params` and
/// `matchedRoute` are filled in.
pub struct RequestEvents(pub Events);

impl FromRequestParts<Ctx> for RequestEvents {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, ctx: &Ctx) -> Result<Self, Self::Rejection> {
        let client = match ClientInfo::from_request_parts(parts, ctx).await {
            Ok(client) => client,
            Err(never) => match never {},
        };
        let params = RawPathParams::from_request_parts(parts, ctx).await.map_err(ApiError::internal)?;
        let path = parts.extensions.get::<OriginalUri>().map_or(parts.uri.path(), |uri| uri.0.path());
        let route = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let facts = || {
            let mut facts = client_facts(&client);
            facts.insert("path".into(), json!(below_mount(path)));
            facts.insert("method".into(), json!(parts.method.as_str()));
            let params: JsonObject =
                params.iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
            facts.insert("params".into(), Value::Object(params));
            if let Some(route) = route {
                facts.insert("matchedRoute".into(), json!(route_pattern(below_mount(route))));
            }
            facts
        };
        ctx.events(facts).await.map(Self).map_err(ApiError::internal)
    }
}

fn client_facts(client: &ClientInfo) -> JsonObject {
    let facts = [("userAgent", &client.user_agent), ("ip", &client.ip)];
    facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), json!(fact.as_ref()?)))).collect()
}

fn below_mount(path: &str) -> &str {
    path.strip_prefix(MOUNT).unwrap_or(path)
}

/// `/users/{userId}` as webhooks write it: `/users/:userId`.
fn route_pattern(route: &str) -> String {
    route.replace('{', ":").replace('}', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_told_as_documented() {
        let route = below_mount("/api/resources/{resourceId}/scopes/{scopeId}");
        assert_eq!(route_pattern(route), "/resources/:resourceId/scopes/:scopeId");
    }
}
