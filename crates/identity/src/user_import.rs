//! Bringing many users in from another system, with the digests of their passwords.
//!
//! A line is refused by itself and costs no other; what is there already is passed over, so that an import can be
//! repeated after it was interrupted. Digests are checked for their form and stored as they are: they are
//! replaced by ours when their owners sign in.

use crate::{
    Ctx,
    identifiers::{is_email, is_phone, is_username},
};
use portico_crypto::password::validate_digest;
use portico_model::{
    JsonObject, TenantId, User,
    phone::canonical,
    user::{Identities, PasswordEncryptionMethod, UserProfile},
};
use portico_store::{
    StoreError, Tx, roles,
    users::{self, Identifiers},
};
use serde::Deserialize;
use std::collections::HashMap;
use url::Url;

/// Longest short text, as everywhere.
const MAX_SHORT: usize = 128;
const MAX_URL: usize = 2048;
const MAX_DIGEST: usize = 256;
/// User ids of other systems may be longer than ours, up to what foreign keys elsewhere take.
const MAX_ID: usize = 21;

/// One line of an import file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs, reason = "the fields are those of User")]
pub struct ImportedUser {
    /// Kept, so that other systems can go on using it; drawn when absent.
    pub id: Option<String>,
    pub username: Option<String>,
    pub primary_email: Option<String>,
    pub primary_phone: Option<String>,
    pub name: Option<String>,
    pub avatar: Option<String>,
    pub password_digest: Option<String>,
    pub password_algorithm: Option<PasswordEncryptionMethod>,
    #[serde(default)]
    pub profile: UserProfile,
    #[serde(default)]
    pub custom_data: JsonObject,
    #[serde(default)]
    pub identities: Identities,
    #[serde(default)]
    pub is_suspended: bool,
    pub created_at: Option<i64>,
    pub last_sign_in_at: Option<i64>,
}

/// A user ready to be stored.
#[derive(Clone)]
pub struct Candidate {
    /// Where in the file it stands, from 1.
    pub line: u64,
    user: User,
    has_own_id: bool,
}

/// Why a line is not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not JSON, or has an unknown or mistyped field.
    #[error("{0}")]
    Syntax(String),
    /// A field holds what cannot be stored.
    #[error("{field}: {reason}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// Somebody else has the identifier.
    #[error("{0}: belongs to another user")]
    Taken(&'static str),
    /// The database refuses it.
    #[error("{0}")]
    Refused(String),
}

/// What became of a batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Users added.
    pub created: u64,
    /// Users who were there already.
    pub skipped: u64,
    /// Lines refused, and why.
    pub faults: Vec<(u64, Fault)>,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.created += other.created;
        self.skipped += other.skipped;
        self.faults.extend(other.faults);
    }
}

/// Reads a line.
///
/// # Errors
/// The first fault.
pub fn read_line(line: u64, text: &[u8], tenant: &TenantId, now_ms: i64) -> Result<Candidate, Fault> {
    let imported: ImportedUser =
        serde_json::from_slice(text).map_err(|error| Fault::Syntax(error.to_string()))?;
    check(&imported)?;
    let has_own_id = imported.id.is_some();
    let id = imported.id.unwrap_or_else(portico_crypto::id::short_id);
    let created_at = imported.created_at.unwrap_or(now_ms);
    let mut user = User::new(tenant.as_str(), id, created_at);
    user.updated_at = now_ms;
    user.username = imported.username;
    user.primary_email = imported.primary_email;
    user.primary_phone = imported.primary_phone.map(canonical);
    user.name = imported.name;
    user.avatar = imported.avatar;
    user.password_updated_at = imported.password_digest.is_some().then_some(now_ms);
    user.password_encrypted = imported.password_digest;
    user.password_encryption_method = imported.password_algorithm;
    user.profile = imported.profile;
    user.custom_data = imported.custom_data;
    user.identities = imported.identities;
    user.is_suspended = imported.is_suspended;
    user.last_sign_in_at = imported.last_sign_in_at;
    let candidate = Candidate { line, user, has_own_id };
    if keys(&identifiers(&candidate.user), true).len() < 2 && !has_own_id {
        let reason = "a line needs an id, a username, an e-mail address, a phone number or an identity";
        return Err(Fault::Field { field: "id", reason });
    }
    Ok(candidate)
}

fn check(user: &ImportedUser) -> Result<(), Fault> {
    let require =
        |holds: bool, field, reason| if holds { Ok(()) } else { Err(Fault::Field { field, reason }) };
    let is_short = |text: &String| text.chars().count() <= MAX_SHORT;
    let each = |text: &Option<String>, rule: &dyn Fn(&String) -> bool| text.as_ref().is_none_or(rule);
    let is_id = |id: &String| {
        (1..=MAX_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    require(each(&user.id, &is_id), "id", "1 to 21 letters, digits, hyphens and underscores")?;
    let username = |text: &String| is_short(text) && is_username(text);
    require(each(&user.username, &username), "username", "not a username")?;
    let email = |text: &String| is_short(text) && is_email(text);
    require(each(&user.primary_email, &email), "primaryEmail", "not an e-mail address")?;
    let phone = |text: &String| is_phone(text);
    require(each(&user.primary_phone, &phone), "primaryPhone", "digits with the country code are needed")?;
    require(each(&user.name, &is_short), "name", "longer than 128 characters")?;
    let avatar = |text: &String| {
        text.len() <= MAX_URL && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    require(each(&user.avatar, &avatar), "avatar", "not a web address")?;
    let are_identities = user.identities.iter().all(|(target, identity)| {
        !target.is_empty() && is_short(target) && !identity.user_id.is_empty() && is_short(&identity.user_id)
    });
    require(are_identities, "identities", "a target or userId is empty or longer than 128 characters")?;
    match (&user.password_digest, user.password_algorithm) {
        (None, None) => Ok(()),
        (Some(digest), Some(method)) => {
            let method = method.as_str().parse().ok();
            let is_valid = digest.len() <= MAX_DIGEST
                && method.is_some_and(|method| validate_digest(method, digest).is_ok());
            require(is_valid, "passwordDigest", "not a digest of this algorithm")
        }
        _ => require(false, "passwordAlgorithm", "digest and algorithm go together"),
    }
}

/// Something that only one user can have, folded the way it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    Username(String),
    Email(String),
    Phone(String),
    Identity(String, String),
}

impl Key {
    fn field(&self) -> &'static str {
        match self {
            Self::Id(_) => "id",
            Self::Username(_) => "username",
            Self::Email(_) => "primaryEmail",
            Self::Phone(_) => "primaryPhone",
            Self::Identity(..) => "identities",
        }
    }
}

fn identifiers(user: &User) -> Identifiers {
    Identifiers {
        id: user.id.clone(),
        username: user.username.clone(),
        primary_email: user.primary_email.clone(),
        primary_phone: user.primary_phone.clone(),
        identities: user
            .identities
            .iter()
            .map(|(target, identity)| (target.clone(), identity.user_id.clone()))
            .collect(),
    }
}

fn keys(of: &Identifiers, is_username_case_sensitive: bool) -> Vec<Key> {
    let fold = |username: &String| match is_username_case_sensitive {
        true => username.clone(),
        false => username.to_lowercase(),
    };
    let mut keys = vec![Key::Id(of.id.clone())];
    keys.extend(of.username.as_ref().map(|username| Key::Username(fold(username))));
    keys.extend(of.primary_email.as_ref().map(|email| Key::Email(email.to_lowercase())));
    keys.extend(of.primary_phone.clone().map(|phone| Key::Phone(canonical(phone))));
    keys.extend(of.identities.iter().map(|(target, id)| Key::Identity(target.clone(), id.clone())));
    keys
}

/// Who has what.
type Taken = HashMap<Key, String>;

/// An import under way.
pub struct Import {
    ctx: Ctx,
    is_username_case_sensitive: bool,
    /// Only for trying: what earlier batches would have brought.
    seen: Option<Taken>,
}

impl Import {
    /// Begins. With `dry_run` nothing is written.
    ///
    /// # Errors
    /// When the settings cannot be read.
    pub async fn start(ctx: Ctx, dry_run: bool) -> Result<Self, crate::snapshot::SnapshotError> {
        let snapshot = ctx.snapshot().await?;
        let is_username_case_sensitive = snapshot.sign_in_experience.username_policy.case_sensitive;
        Ok(Self { ctx, is_username_case_sensitive, seen: dry_run.then(Taken::new) })
    }

    /// Imports a batch in one transaction. When the database refuses it, halves are tried, down to the line that
    /// is at fault.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn batch(&mut self, candidates: Vec<Candidate>) -> Result<Outcome, StoreError> {
        let mut total = Outcome::default();
        let mut waiting = vec![candidates];
        while let Some(mut batch) = waiting.pop() {
            match self.try_batch(batch.clone()).await {
                Ok(outcome) => total.add(outcome),
                Err(error) if is_about_a_row(&error) => match batch.len() {
                    0 | 1 => {
                        let refused = |one: &Candidate| (one.line, Fault::Refused(error.to_string()));
                        total.faults.extend(batch.iter().map(refused));
                    }
                    count => {
                        waiting.push(batch.split_off(count / 2));
                        waiting.push(batch);
                    }
                },
                Err(error) => return Err(error),
            }
        }
        total.faults.sort_by_key(|(line, _)| *line);
        Ok(total)
    }

    async fn try_batch(&mut self, candidates: Vec<Candidate>) -> Result<Outcome, StoreError> {
        let (tenant, case_sensitive) = (self.ctx.tenant.id.clone(), self.is_username_case_sensitive);
        let wanted: Vec<Identifiers> = candidates.iter().map(|one| identifiers(&one.user)).collect();
        let db = &self.ctx.app.db;
        if let Some(seen) = &mut self.seen {
            let found = users::find_identifiers(db, &tenant, &wanted).await?;
            note(seen, found, case_sensitive);
            return Ok(sort_out(candidates, seen, case_sensitive).0);
        }
        db.write(move |tx: &Tx| {
            Box::pin(async move {
                let found = users::find_identifiers(tx, &tenant, &wanted).await?;
                let mut taken = Taken::new();
                note(&mut taken, found, case_sensitive);
                let (outcome, new) = sort_out(candidates, &mut taken, case_sensitive);
                let defaults = roles::list_default(tx, &tenant).await?;
                let role_ids: Vec<String> = defaults.into_iter().map(|role| role.id).collect();
                users::insert_many(tx, &tenant, &new, &role_ids).await?;
                Ok::<_, StoreError>(outcome)
            })
        })
        .await
    }
}

/// Whether the error comes from what a row holds, so that other rows may fare better.
fn is_about_a_row(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::UniqueViolation { .. }
            | StoreError::CheckViolation { .. }
            | StoreError::NotNullViolation { .. }
            | StoreError::NulCharacter
            | StoreError::Argument(_)
    )
}

fn note(taken: &mut Taken, found: Vec<Identifiers>, case_sensitive: bool) {
    for one in found {
        for key in keys(&one, case_sensitive) {
            // A row found by its social identity says nothing of its other identifiers.
            taken.entry(key).or_insert_with(|| one.id.clone());
        }
    }
}

/// Decides about each candidate; earlier lines come before later ones.
fn sort_out(candidates: Vec<Candidate>, taken: &mut Taken, case_sensitive: bool) -> (Outcome, Vec<User>) {
    let (mut outcome, mut new) = (Outcome::default(), Vec::new());
    for candidate in candidates {
        let keys = keys(&identifiers(&candidate.user), case_sensitive);
        let owner = |key: &Key| taken.get(key);
        let clash = keys.iter().find(|key| owner(key).is_some());
        let is_there = match candidate.has_own_id {
            true => owner(&keys[0]).is_some(),
            // The id was only just drawn; the rest says whether this is the same person.
            false => {
                let first = keys.get(1).and_then(owner);
                first.is_some() && keys.iter().skip(1).all(|key| owner(key) == first)
            }
        };
        match clash {
            _ if is_there => outcome.skipped += 1,
            Some(key) => outcome.faults.push((candidate.line, Fault::Taken(key.field()))),
            None => {
                outcome.created += 1;
                taken.extend(keys.into_iter().map(|key| (key, candidate.user.id.clone())));
                new.push(candidate.user);
            }
        }
    }
    (outcome, new)
}
