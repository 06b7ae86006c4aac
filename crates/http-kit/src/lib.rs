//! axum glue shared by the APIs: error body, principals, pagination.
