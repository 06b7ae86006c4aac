//! What the user may be asked.

use crate::{error::OidcError, prompt::Prompts, request::AuthorizationRequest};

/// OpenID Connect Core §3.1.2.1.
pub fn is_supported(request: &mut AuthorizationRequest<'_>) -> Result<(), OidcError> {
    request.prompts = Prompts::parse(request.parameters.get("prompt"))?;
    Ok(())
}
