//! The promises of the crate, one module per concern.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod figures;
mod keys;
mod oracle;
mod passwords;
mod sealing;
mod tampering;
mod validation;
mod vectors;
