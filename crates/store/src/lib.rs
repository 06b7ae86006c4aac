//! The only crate with SQL: one text for SQLite and PostgreSQL.
//!
//! [`db`] is the seam; every other module is one aggregate: free functions that take an [`Executor`] and
//! the tenant first.

pub mod db;
mod migrate;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use db::{Arg, Db, DbUrl, Executor, Kind, Options, Row, Statement, StoreError, Tx};
#[doc(hidden)]
pub use inventory;

#[cfg(test)]
mod tests;
