//! The connectors against servers in this process.

mod http;
