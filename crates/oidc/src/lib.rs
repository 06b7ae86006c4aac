//! The OpenID provider: a table of checks, grants, routes.
