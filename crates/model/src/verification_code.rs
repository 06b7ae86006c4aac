//! Codes sent to an e-mail address or a phone number to prove that it is somebody's own.

use crate::{
    connector::TemplateType, interaction::InteractionIdentifier, sign_in_experience::SignInIdentifier,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::text_enum! {
    /// How a code travels.
    CodeChannel { Email = "email", Phone = "phone" }
}

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeRecipient {
    /// How it travels.
    #[serde(rename = "type")]
    pub channel: CodeChannel,
    /// E-mail address, or digits with country code.
    pub value: String,
}

impl CodeRecipient {
    /// Whether a message could reach this at all: `\S+@\S+\.\S+` or digits.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        match self.channel {
            CodeChannel::Email => {
                let parts = self.value.rsplit_once('@').and_then(|(local, domain)| {
                    let (host, top) = domain.rsplit_once('.')?;
                    Some([local, host, top])
                });
                parts.is_some_and(|parts| parts.iter().all(|part| !part.is_empty()))
                    && !self.value.contains(char::is_whitespace)
            }
            CodeChannel::Phone => {
                !self.value.is_empty() && self.value.bytes().all(|byte| byte.is_ascii_digit())
            }
        }
    }

    /// The recipient as something to sign in with.
    #[must_use]
    pub fn identifier(&self) -> InteractionIdentifier {
        let kind = match self.channel {
            CodeChannel::Email => SignInIdentifier::Email,
            CodeChannel::Phone => SignInIdentifier::Phone,
        };
        InteractionIdentifier { kind, value: self.value.clone() }
    }
}

/// A code that was sent, or that would have been had its recipient been known.
#[derive(Clone, PartialEq)]
pub struct Passcode {
    /// Tenant that owns the row.
    pub tenant_id: String,
    /// Id.
    pub id: String,
    /// What the code belongs to: the id of the proof it completes; none for codes asked for by an operator.
    pub interaction_jti: Option<String>,
    /// Phone number it was sent to.
    pub phone: Option<String>,
    /// E-mail address it was sent to.
    pub email: Option<String>,
    /// What it is for.
    pub template_type: TemplateType,
    /// The digits. A digest of six digits would hide nothing: the code is protected by its short life.
    pub code: String,
    /// It has been used.
    pub consumed: bool,
    /// How often it was tried.
    pub try_count: i64,
    /// Epoch milliseconds.
    pub created_at: i64,
}

impl std::fmt::Debug for Passcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passcode").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_reached_is_plausible() {
        let is_plausible =
            |channel, value: &str| CodeRecipient { channel, value: value.into() }.is_plausible();
        for address in ["a@b.co", "a@b@c.co", "ü@b.co"] {
            assert!(is_plausible(CodeChannel::Email, address), "{address}");
        }
        for address in ["", "a", "a@b", "@b.co", "a@.co", "a@b.", "a b@c.co"] {
            assert!(!is_plausible(CodeChannel::Email, address), "{address}");
        }
        assert!(is_plausible(CodeChannel::Phone, "61412345678"));
        for number in ["", "+61412345678", "6141 2345", "a"] {
            assert!(!is_plausible(CodeChannel::Phone, number), "{number}");
        }
    }
}
