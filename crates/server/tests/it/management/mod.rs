//! The Management API over HTTP, refusals first.

mod access;
mod applications;
mod connectors;
mod resources;
mod sign_in_experience;
mod users;
