//! Organizations: what a change of their members tells webhooks.

use crate::events::Events;
use portico_model::{HookEvent, JsonObject};
use portico_store::{
    StoreError, Tx,
    organizations::members::{MemberKind, MembershipChange},
};
use serde_json::json;

/// Most ids of one kind in an event; a replaced list can be longer.
const MAX_IDS_IN_EVENT: usize = 5000;

/// Records that members of an organization came or went.
///
/// # Errors
/// When the database fails.
pub async fn record_membership(
    tx: &Tx,
    events: &Events,
    organization_id: &str,
    kind: MemberKind,
    change: &MembershipChange,
) -> Result<(), StoreError> {
    let facts = || membership_facts(organization_id, kind, change);
    events.record_facts(tx, HookEvent::OrganizationMembershipUpdated, facts).await
}

/// Records that a user became a member of these organizations.
///
/// # Errors
/// When the database fails.
pub async fn record_joined(
    tx: &Tx,
    events: &Events,
    user_id: &str,
    organization_ids: &[String],
) -> Result<(), StoreError> {
    let change = MembershipChange { added: vec![user_id.to_owned()], removed: Vec::new() };
    for organization_id in organization_ids {
        record_membership(tx, events, organization_id, MemberKind::User, &change).await?;
    }
    Ok(())
}

fn membership_facts(organization_id: &str, kind: MemberKind, change: &MembershipChange) -> JsonObject {
    let (added, removed) = match kind {
        MemberKind::User => ("addedUserIds", "removedUserIds"),
        MemberKind::Application => ("addedApplicationIds", "removedApplicationIds"),
    };
    let mut facts = JsonObject::new();
    facts.insert("organizationId".into(), json!(organization_id));
    for (name, ids) in [(added, &change.added), (removed, &change.removed)] {
        if ids.is_empty() {
            continue;
        }
        facts.insert(name.into(), json!(ids.iter().take(MAX_IDS_IN_EVENT).collect::<Vec<_>>()));
        if ids.len() > MAX_IDS_IN_EVENT {
            facts.insert(format!("{name}Truncated"), json!(true));
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_names_who_came_and_who_went_up_to_a_limit() {
        let many = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
        let change = MembershipChange { added: vec!["u".to_owned()], removed: Vec::new() };
        let facts = membership_facts("o", MemberKind::User, &change);
        assert_eq!(serde_json::Value::Object(facts), json!({ "organizationId": "o", "addedUserIds": ["u"] }));
        let change = MembershipChange { added: Vec::new(), removed: many(MAX_IDS_IN_EVENT + 1) };
        let facts = membership_facts("o", MemberKind::Application, &change);
        assert_eq!(facts["removedApplicationIds"].as_array().unwrap().len(), MAX_IDS_IN_EVENT);
        assert_eq!(facts["removedApplicationIdsTruncated"], true);
    }
}
