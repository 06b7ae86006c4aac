//! The promises of the crate, one module per concern.

mod figures;
mod keys;
mod oracle;
mod passwords;
mod sealing;
mod tampering;
mod validation;
mod vectors;
