//! The parts of the `portico` binary, as a library so that tests run the same router in process.

pub mod cli;
pub mod config;
mod cors;
pub mod jobs;
mod pages;
pub mod router;
pub mod serve;
pub mod start;
pub mod storage_config;
mod stored_files;
pub mod tls;
mod verification_files;
