//! Embedded web apps and their page shells.
