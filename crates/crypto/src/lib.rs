//! Keys, JOSE, password hashes, sealing and identifiers.
