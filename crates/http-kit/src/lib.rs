//! axum glue shared by the APIs: error body, principals, pagination, language, cookies.

mod address;
mod caller;
mod client;
pub mod cookies;
mod error;
mod etag;
mod events;
pub mod json;
pub mod language;
mod openapi;
mod page_phrases;
pub mod pagination;
pub mod phrases;
mod saml_error;
mod security_headers;
mod sign_in_error;
mod store_error;
mod upload;

pub use address::refuse_unstorable_address;
pub use caller::{ManagementCaller, bearer_token};
pub use client::ClientInfo;
pub use error::{ApiError, Documented};
pub use etag::entity_tag;
pub use events::RequestEvents;
pub use json::{ApiJson, ApiPath, ApiQuery, Issue, JsonBody, invalid_input};
pub use language::RequestLanguage;
pub use openapi::openapi_3_0;
pub use page_phrases::{PagePhrases, is_translation, page_phrases};
pub use pagination::Pagination;
pub use phrases::Phrases;
pub use security_headers::{REQUEST_ID, security_headers};
pub use upload::{UploadedFile, upload_limit};
