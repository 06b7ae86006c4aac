//! The one outbound HTTP client.
//!
//! Its destinations come from connector settings, webhooks and metadata documents, so it assumes
//! that they are hostile: addresses are checked after name resolution and before connecting (a
//! name that resolves differently a second time gains nothing), redirects are followed only when
//! asked for and each hop is checked again, and time and size are bounded.

mod address;
mod client;

pub use address::{AddressClass, AllowEntry, InvalidAllowEntry, OutboundPolicy};
pub use client::{
    HttpClient, HttpError, OutboundRequest, OutboundResponse, RESPONSE_BYTES_MAX, TIMEOUT_DEFAULT,
};
pub use reqwest::{Method, StatusCode, header};
