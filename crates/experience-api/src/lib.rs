//! The scriptable sign-in API.
