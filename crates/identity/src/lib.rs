//! Use cases of Portico and the state they share.

pub mod email_blocklist;
pub mod interaction;
pub mod password_policy;
pub mod sign_in;
pub mod username_policy;
