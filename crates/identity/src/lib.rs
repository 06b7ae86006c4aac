//! Use cases: sign-in flow and factors, policies, RBAC, audit.

pub mod interaction;
