//! Who is active on a day, and how many tokens a day sees; both follow from the audit log's entries.

use crate::days;
use jiff::tz::TimeZone;
use portico_model::{
    TenantId,
    log::{Log, LogResult},
};
use portico_store::{StoreError, Tx, activity};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// Acts of the token endpoint.
const EXCHANGE_PREFIX: &str = "ExchangeTokenBy.";
/// Most users remembered as active today; with more, some are written again to no effect.
const MAX_REMEMBERED: usize = 100_000;

/// What of today is written already.
pub(crate) struct Activity {
    time_zone: TimeZone,
    day: i64,
    seen: HashSet<(String, String)>,
}

/// What a batch of entries adds.
#[derive(Default)]
pub(crate) struct Additions(HashMap<(String, i64), OfDay>);

#[derive(Default)]
struct OfDay {
    users: Vec<String>,
    user_tokens: i64,
    machine_tokens: i64,
}

impl Activity {
    pub(crate) fn new(time_zone: TimeZone) -> Self {
        Self { time_zone, day: 0, seen: HashSet::new() }
    }

    /// Takes everything for not yet written.
    pub(crate) fn forget(&mut self) {
        self.seen.clear();
    }

    /// Tokens that these entries tell of; of users only those not seen today.
    pub(crate) fn of(&mut self, entries: &[Log]) -> Additions {
        let mut additions = Additions::default();
        for log in entries.iter().filter(|log| is_issuance(log)) {
            let day = days::start(&self.time_zone, log.created_at);
            if day != self.day || self.seen.len() >= MAX_REMEMBERED {
                self.forget();
                self.day = day;
            }
            let of_day = additions.0.entry((log.tenant_id.clone(), day)).or_default();
            match log.payload.get("userId").and_then(Value::as_str) {
                None => of_day.machine_tokens += 1,
                Some(user_id) => {
                    of_day.user_tokens += 1;
                    if self.seen.insert((log.tenant_id.clone(), user_id.to_owned())) {
                        of_day.users.push(user_id.to_owned());
                    }
                }
            }
        }
        additions
    }
}

fn is_issuance(log: &Log) -> bool {
    log.key.starts_with(EXCHANGE_PREFIX) && log.payload.get("result") == Some(&json!(LogResult::Success))
}

impl Additions {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes who is active.
    pub(crate) async fn write_users(&self, tx: &Tx) -> Result<(), StoreError> {
        for ((tenant, day), of_day) in &self.0 {
            activity::add_active_users(tx, &TenantId::new(tenant), *day, &of_day.users).await?;
        }
        Ok(())
    }

    /// Writes how many tokens there are. Every token of a day counts in the same row, so this is for the writer of
    /// the log alone: requests would wait there for each other.
    pub(crate) async fn write_usage(&self, tx: &Tx) -> Result<(), StoreError> {
        for ((tenant, day), of_day) in &self.0 {
            let (users, machines) = (of_day.user_tokens, of_day.machine_tokens);
            activity::add_token_usage(tx, &TenantId::new(tenant), *day, users, machines).await?;
        }
        Ok(())
    }

    /// Counts the tokens of both.
    pub(crate) fn add_usage(&mut self, other: &Self) {
        for (key, of_day) in &other.0 {
            let sum = self.0.entry(key.clone()).or_default();
            sum.user_tokens += of_day.user_tokens;
            sum.machine_tokens += of_day.machine_tokens;
        }
    }
}
