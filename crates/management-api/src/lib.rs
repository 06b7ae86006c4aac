//! The Management API: one file a resource.
