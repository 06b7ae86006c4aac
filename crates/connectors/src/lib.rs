//! Clients of other people's servers: social, e-mail, SMS and enterprise identity providers.
