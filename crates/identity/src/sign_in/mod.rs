//! Signing in, registering, resetting a password: the flow behind the Experience API.

pub mod mandatory;
pub mod mfa;
pub mod state;
