//! Ways to prove who one is; one file each. Each puts a record into the flow and answers its id.

pub mod enterprise_sso;
pub mod new_password_identity;
pub mod password;
pub mod social;
pub mod verification_code;
