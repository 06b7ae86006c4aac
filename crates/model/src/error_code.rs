//! Every error code of the API, as a closed list: its dotted key on the wire and the HTTP status it is
//! sent with unless the place that raises it says otherwise. The text that goes with a code is localized
//! at the edge (`ui/phrases/<locale>.json`, key `error.<code>`).

/// Declares [`ErrorCode`] from lines of `Variant = "dotted.key", status;`.
macro_rules! error_codes {
    ($($variant:ident = $key:literal, $status:literal;)+) => {
        /// A documented error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each variant is described by its key")]
        pub enum ErrorCode {
            $($variant,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the reference table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The dotted key on the wire, for example `user.suspended`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)+
                }
            }

            /// The HTTP status used when the raising place names no other.
            #[must_use]
            pub const fn default_status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)+
                }
            }
        }
    };
}

error_codes! {
    AccountCenterNotEnabled = "account_center.not_enabled", 400;
    AccountCenterFieldNotEditable = "account_center.field_not_editable", 400;
    AccountCenterFieldNotEnabled = "account_center.field_not_enabled", 400;
    ActionGeneral = "action.general", 422;
    ActionSignInIdentifierChanged = "action.sign_in_identifier_changed", 422;
    ApplicationInvalidType = "application.invalid_type", 422;
    ApplicationRoleExists = "application.role_exists", 400;
    ApplicationInvalidRoleType = "application.invalid_role_type", 422;
    ApplicationInvalidThirdPartyApplicationType = "application.invalid_third_party_application_type", 400;
    ApplicationThirdPartyApplicationOnly = "application.third_party_application_only", 422;
    ApplicationThirdPartyApplicationCannotEnableTokenExchange = "application.third_party_application_cannot_enable_token_exchange", 422;
    ApplicationUserConsentScopesNotFound = "application.user_consent_scopes_not_found", 422;
    ApplicationConsentManagementApiScopesNotAllowed = "application.consent_management_api_scopes_not_allowed", 422;
    ApplicationDeviceFlowNativeOnly = "application.device_flow_native_only", 422;
    ApplicationDeviceFlowNotChangeable = "application.device_flow_not_changeable", 422;
    ApplicationProtectedAppMetadataIsRequired = "application.protected_app_metadata_is_required", 400;
    ApplicationProtectedAppNotConfigured = "application.protected_app_not_configured", 501;
    ApplicationCloudflareUnknownError = "application.cloudflare_unknown_error", 500;
    ApplicationProtectedApplicationOnly = "application.protected_application_only", 400;
    ApplicationProtectedApplicationMisconfigured = "application.protected_application_misconfigured", 422;
    ApplicationProtectedApplicationSubdomainExists = "application.protected_application_subdomain_exists", 422;
    ApplicationInvalidSubdomain = "application.invalid_subdomain", 422;
    ApplicationCustomDomainNotFound = "application.custom_domain_not_found", 404;
    ApplicationShouldDeleteCustomDomainsFirst = "application.should_delete_custom_domains_first", 422;
    ApplicationNoLegacySecretFound = "application.no_legacy_secret_found", 400;
    ApplicationSecretNameExists = "application.secret_name_exists", 422;
    ApplicationSyncApplicationSecretFailed = "application.sync_application_secret_failed", 500;
    ApplicationSamlUseSamlAppApi = "application.saml.use_saml_app_api", 400;
    ApplicationSamlSamlApplicationOnly = "application.saml.saml_application_only", 422;
    ApplicationSamlReachOssLimit = "application.saml.reach_oss_limit", 403;
    ApplicationSamlAcsUrlBindingNotSupported = "application.saml.acs_url_binding_not_supported", 422;
    ApplicationSamlAcsUrlSchemeNotSupported = "application.saml.acs_url_scheme_not_supported", 400;
    ApplicationSamlCanNotDeleteActiveSecret = "application.saml.can_not_delete_active_secret", 400;
    ApplicationSamlNoActiveSecret = "application.saml.no_active_secret", 404;
    ApplicationSamlEntityIdRequired = "application.saml.entity_id_required", 400;
    ApplicationSamlNameIdFormatRequired = "application.saml.name_id_format_required", 400;
    ApplicationSamlUnsupportedNameIdFormat = "application.saml.unsupported_name_id_format", 400;
    ApplicationSamlMissingEmailAddress = "application.saml.missing_email_address", 400;
    ApplicationSamlEmailAddressUnverified = "application.saml.email_address_unverified", 400;
    ApplicationSamlInvalidCertificatePemFormat = "application.saml.invalid_certificate_pem_format", 400;
    ApplicationSamlAcsUrlRequired = "application.saml.acs_url_required", 400;
    ApplicationSamlPrivateKeyRequired = "application.saml.private_key_required", 400;
    ApplicationSamlCertificateRequired = "application.saml.certificate_required", 400;
    ApplicationSamlInvalidSamlRequest = "application.saml.invalid_saml_request", 400;
    ApplicationSamlAuthRequestIssuerNotMatch = "application.saml.auth_request_issuer_not_match", 400;
    ApplicationSamlSpInitiatedSamlSsoSessionNotFoundInCookies = "application.saml.sp_initiated_saml_sso_session_not_found_in_cookies", 400;
    ApplicationSamlSpInitiatedSamlSsoSessionNotFound = "application.saml.sp_initiated_saml_sso_session_not_found", 400;
    ApplicationSamlStateMismatch = "application.saml.state_mismatch", 400;
    AuthAuthorizationHeaderMissing = "auth.authorization_header_missing", 401;
    AuthAuthorizationTokenTypeNotSupported = "auth.authorization_token_type_not_supported", 401;
    AuthUnauthorized = "auth.unauthorized", 401;
    AuthForbidden = "auth.forbidden", 403;
    AuthExpectedRoleNotFound = "auth.expected_role_not_found", 401;
    AuthJwtSubMissing = "auth.jwt_sub_missing", 401;
    AuthRequireReAuthentication = "auth.require_re_authentication", 400;
    AuthExceedTokenLimit = "auth.exceed_token_limit", 429;
    AuthThirdPartyApplicationForbidden = "auth.third_party_application_forbidden", 403;
    ConnectorGeneral = "connector.general", 400;
    ConnectorNotFound = "connector.not_found", 400;
    ConnectorNotEnabled = "connector.not_enabled", 400;
    ConnectorInvalidMetadata = "connector.invalid_metadata", 400;
    ConnectorInvalidConfigGuard = "connector.invalid_config_guard", 400;
    ConnectorUnexpectedType = "connector.unexpected_type", 400;
    ConnectorInvalidRequestParameters = "connector.invalid_request_parameters", 400;
    ConnectorInsufficientRequestParameters = "connector.insufficient_request_parameters", 400;
    ConnectorInvalidConfig = "connector.invalid_config", 400;
    ConnectorInvalidCertificate = "connector.invalid_certificate", 400;
    ConnectorInvalidResponse = "connector.invalid_response", 400;
    ConnectorTemplateNotFound = "connector.template_not_found", 400;
    ConnectorTemplateNotSupported = "connector.template_not_supported", 400;
    ConnectorRateLimitExceeded = "connector.rate_limit_exceeded", 429;
    ConnectorUsageLimitExceeded = "connector.usage_limit_exceeded", 429;
    ConnectorNotImplemented = "connector.not_implemented", 501;
    ConnectorSocialInvalidAccessToken = "connector.social_invalid_access_token", 401;
    ConnectorInvalidAuthCode = "connector.invalid_auth_code", 400;
    ConnectorSocialInvalidIdToken = "connector.social_invalid_id_token", 401;
    ConnectorAuthorizationFailed = "connector.authorization_failed", 401;
    ConnectorSocialAuthCodeInvalid = "connector.social_auth_code_invalid", 401;
    ConnectorMoreThanOneSms = "connector.more_than_one_sms", 400;
    ConnectorMoreThanOneEmail = "connector.more_than_one_email", 400;
    ConnectorMoreThanOneConnectorFactory = "connector.more_than_one_connector_factory", 422;
    ConnectorDbConnectorTypeMismatch = "connector.db_connector_type_mismatch", 400;
    ConnectorNotFoundWithConnectorId = "connector.not_found_with_connector_id", 422;
    ConnectorMultipleInstancesNotSupported = "connector.multiple_instances_not_supported", 422;
    ConnectorInvalidTypeForSyncingProfile = "connector.invalid_type_for_syncing_profile", 422;
    ConnectorCanNotModifyTarget = "connector.can_not_modify_target", 400;
    ConnectorShouldSpecifyTarget = "connector.should_specify_target", 400;
    ConnectorMultipleTargetWithSamePlatform = "connector.multiple_target_with_same_platform", 400;
    ConnectorCannotOverwriteMetadataForNonStandardConnector = "connector.cannot_overwrite_metadata_for_non_standard_connector", 400;
    ConnectorEmailConnectorBulkDeletionNoFilter = "connector.email_connector.bulk_deletion_no_filter", 422;
    ConnectorTokenStorageNotSupported = "connector.token_storage_not_supported", 400;
    CustomProfileFieldsEntityNotExistsWithNames = "custom_profile_fields.entity_not_exists_with_names", 400;
    CustomProfileFieldsInvalidMinMaxInput = "custom_profile_fields.invalid_min_max_input", 400;
    CustomProfileFieldsInvalidDefaultValue = "custom_profile_fields.invalid_default_value", 400;
    CustomProfileFieldsInvalidOptions = "custom_profile_fields.invalid_options", 400;
    CustomProfileFieldsInvalidRegexFormat = "custom_profile_fields.invalid_regex_format", 400;
    CustomProfileFieldsInvalidAddressComponents = "custom_profile_fields.invalid_address_components", 400;
    CustomProfileFieldsInvalidFullnameComponents = "custom_profile_fields.invalid_fullname_components", 400;
    CustomProfileFieldsInvalidSubComponentType = "custom_profile_fields.invalid_sub_component_type", 400;
    CustomProfileFieldsNameExists = "custom_profile_fields.name_exists", 422;
    CustomProfileFieldsConflictedSieOrder = "custom_profile_fields.conflicted_sie_order", 400;
    CustomProfileFieldsInvalidName = "custom_profile_fields.invalid_name", 400;
    CustomProfileFieldsNameConflictSignInIdentifier = "custom_profile_fields.name_conflict_sign_in_identifier", 400;
    CustomProfileFieldsNameConflictBuiltInProp = "custom_profile_fields.name_conflict_built_in_prop", 400;
    CustomProfileFieldsNameConflictCustomData = "custom_profile_fields.name_conflict_custom_data", 400;
    CustomProfileFieldsNameRequired = "custom_profile_fields.name_required", 400;
    DomainNotConfigured = "domain.not_configured", 400;
    DomainCloudflareDataMissing = "domain.cloudflare_data_missing", 400;
    DomainCloudflareUnknownError = "domain.cloudflare_unknown_error", 500;
    DomainCloudflareResponseError = "domain.cloudflare_response_error", 400;
    DomainLimitToOneDomain = "domain.limit_to_one_domain", 422;
    DomainHostnameAlreadyExists = "domain.hostname_already_exists", 400;
    DomainCloudflareNotFound = "domain.cloudflare_not_found", 400;
    DomainDomainIsNotAllowed = "domain.domain_is_not_allowed", 400;
    DomainDomainInUse = "domain.domain_in_use", 422;
    DomainExceedDomainLimit = "domain.exceed_domain_limit", 422;
    EntityInvalidInput = "entity.invalid_input", 422;
    EntityValueTooLong = "entity.value_too_long", 422;
    EntityCreateFailed = "entity.create_failed", 422;
    EntityDbConstraintViolated = "entity.db_constraint_violated", 422;
    EntityNotExists = "entity.not_exists", 404;
    EntityNotExistsWithId = "entity.not_exists_with_id", 404;
    EntityNotFound = "entity.not_found", 404;
    EntityRelationForeignKeyNotFound = "entity.relation_foreign_key_not_found", 422;
    EntityUniqueIntegrityViolation = "entity.unique_integrity_violation", 422;
    GuardInvalidInput = "guard.invalid_input", 400;
    GuardInvalidPagination = "guard.invalid_pagination", 400;
    GuardCanNotGetTenantId = "guard.can_not_get_tenant_id", 400;
    GuardFileSizeExceeded = "guard.file_size_exceeded", 400;
    GuardMimeTypeNotAllowed = "guard.mime_type_not_allowed", 400;
    GuardNotAllowedForAdminTenant = "guard.not_allowed_for_admin_tenant", 400;
    HookMissingEvents = "hook.missing_events", 400;
    HookSendTestPayloadFailed = "hook.send_test_payload_failed", 422;
    HookEndpointRespondedWithError = "hook.endpoint_responded_with_error", 422;
    JwtCustomizerGeneral = "jwt_customizer.general", 422;
    JwtCustomizerCanNotCreateForAdminTenant = "jwt_customizer.can_not_create_for_admin_tenant", 422;
    LocalizationCannotDeleteDefaultLanguage = "localization.cannot_delete_default_language", 409;
    LocalizationInvalidTranslationStructure = "localization.invalid_translation_structure", 422;
    LogInvalidType = "log.invalid_type", 400;
    LogInvalidTimeWindow = "log.invalid_time_window", 400;
    OidcAborted = "oidc.aborted", 400;
    OidcInvalidScope = "oidc.invalid_scope", 400;
    OidcInvalidToken = "oidc.invalid_token", 400;
    OidcInvalidClientMetadata = "oidc.invalid_client_metadata", 400;
    OidcInsufficientScope = "oidc.insufficient_scope", 403;
    OidcInvalidRequest = "oidc.invalid_request", 400;
    OidcInvalidGrant = "oidc.invalid_grant", 400;
    OidcInvalidIssuer = "oidc.invalid_issuer", 400;
    OidcInvalidRedirectUri = "oidc.invalid_redirect_uri", 400;
    OidcAccessDenied = "oidc.access_denied", 400;
    OidcInvalidTarget = "oidc.invalid_target", 400;
    OidcUnsupportedGrantType = "oidc.unsupported_grant_type", 400;
    OidcUnsupportedResponseMode = "oidc.unsupported_response_mode", 400;
    OidcUnsupportedResponseType = "oidc.unsupported_response_type", 400;
    OidcProviderError = "oidc.provider_error", 400;
    OidcServerError = "oidc.server_error", 500;
    OidcProviderErrorFallback = "oidc.provider_error_fallback", 400;
    OidcCustomClaimsScriptError = "oidc.custom_claims_script_error", 400;
    OidcKeyRequired = "oidc.key_required", 422;
    OidcKeyNotFound = "oidc.key_not_found", 404;
    OidcOnlyPreviousKeyCanBeDeleted = "oidc.only_previous_key_can_be_deleted", 422;
    OidcInvalidSessionPayload = "oidc.invalid_session_payload", 500;
    OidcSessionNotFound = "oidc.session_not_found", 400;
    OidcInvalidSessionAccountId = "oidc.invalid_session_account_id", 400;
    OidcFailedToRevokeGrant = "oidc.failed_to_revoke_grant", 500;
    OidcFailedToCleanupSessionAuthorization = "oidc.failed_to_cleanup_session_authorization", 500;
    OneTimeTokenTokenNotFound = "one_time_token.token_not_found", 404;
    OneTimeTokenEmailMismatch = "one_time_token.email_mismatch", 400;
    OneTimeTokenInteractionEventMismatch = "one_time_token.interaction_event_mismatch", 400;
    OneTimeTokenTokenExpired = "one_time_token.token_expired", 400;
    OneTimeTokenTokenConsumed = "one_time_token.token_consumed", 400;
    OneTimeTokenTokenRevoked = "one_time_token.token_revoked", 400;
    OneTimeTokenCannotReactivateToken = "one_time_token.cannot_reactivate_token", 400;
    OrganizationRequireMembership = "organization.require_membership", 422;
    OrganizationRoleNamesNotFound = "organization.role_names_not_found", 422;
    PasswordUnsupportedEncryptionMethod = "password.unsupported_encryption_method", 400;
    PasswordPepperNotFound = "password.pepper_not_found", 400;
    PasswordRejected = "password.rejected", 422;
    PasswordInvalidLegacyPasswordFormat = "password.invalid_legacy_password_format", 400;
    PasswordUnsupportedLegacyHashAlgorithm = "password.unsupported_legacy_hash_algorithm", 400;
    PasswordExpired = "password.expired", 422;
    RequestInvalidInput = "request.invalid_input", 400;
    RequestGeneral = "request.general", 422;
    RequestRangeNotSatisfiable = "request.range_not_satisfiable", 416;
    RequestFeatureNotSupported = "request.feature_not_supported", 422;
    RequestRateLimited = "request.rate_limited", 429;
    RequestMessageRateLimited = "request.message_rate_limited", 429;
    ResourceResourceIdentifierInUse = "resource.resource_identifier_in_use", 422;
    ResourceCannotDeleteManagementApi = "resource.cannot_delete_management_api", 400;
    ResourceCannotModifyManagementApi = "resource.cannot_modify_management_api", 400;
    RoleNameInUse = "role.name_in_use", 422;
    RoleScopeExists = "role.scope_exists", 422;
    RoleManagementApiScopesNotAssignableToUserRole = "role.management_api_scopes_not_assignable_to_user_role", 400;
    RoleUserExists = "role.user_exists", 422;
    RoleApplicationExists = "role.application_exists", 422;
    RoleDefaultRoleMissing = "role.default_role_missing", 400;
    RoleInternalRoleViolation = "role.internal_role_violation", 403;
    ScopeNameExists = "scope.name_exists", 422;
    ScopeNameWithSpace = "scope.name_with_space", 400;
    SecretsThirdPartyTokenSetTokenNotFound = "secrets.third_party_token_set.token_not_found", 404;
    SecretsThirdPartyTokenSetAccessTokenExpired = "secrets.third_party_token_set.access_token_expired", 401;
    SessionNotFound = "session.not_found", 400;
    SessionInvalidCredentials = "session.invalid_credentials", 422;
    SessionInvalidSignInMethod = "session.invalid_sign_in_method", 400;
    SessionInvalidConnectorId = "session.invalid_connector_id", 422;
    SessionInsufficientInfo = "session.insufficient_info", 400;
    SessionConnectorIdMismatch = "session.connector_id_mismatch", 400;
    SessionConnectorSessionNotFound = "session.connector_session_not_found", 400;
    SessionVerificationSessionNotFound = "session.verification_session_not_found", 404;
    SessionVerificationExpired = "session.verification_expired", 400;
    SessionVerificationBlockedTooManyAttempts = "session.verification_blocked_too_many_attempts", 400;
    SessionUnauthorized = "session.unauthorized", 400;
    SessionUnsupportedPromptName = "session.unsupported_prompt_name", 400;
    SessionForgotPasswordNotEnabled = "session.forgot_password_not_enabled", 400;
    SessionVerificationFailed = "session.verification_failed", 400;
    SessionConnectorValidationSessionNotFound = "session.connector_validation_session_not_found", 400;
    SessionCsrfTokenMismatch = "session.csrf_token_mismatch", 400;
    SessionIdentifierNotFound = "session.identifier_not_found", 404;
    SessionInteractionNotFound = "session.interaction_not_found", 404;
    SessionInvalidInteractionType = "session.invalid_interaction_type", 400;
    SessionNotSupportedForForgotPassword = "session.not_supported_for_forgot_password", 400;
    SessionIdentityConflict = "session.identity_conflict", 409;
    SessionIdentifierNotVerified = "session.identifier_not_verified", 400;
    SessionMfaRequireMfaVerification = "session.mfa.require_mfa_verification", 403;
    SessionMfaMfaSignInOnly = "session.mfa.mfa_sign_in_only", 400;
    SessionMfaPendingInfoNotFound = "session.mfa.pending_info_not_found", 400;
    SessionMfaInvalidTotpCode = "session.mfa.invalid_totp_code", 400;
    SessionMfaWebauthnVerificationFailed = "session.mfa.webauthn_verification_failed", 400;
    SessionMfaWebauthnVerificationNotFound = "session.mfa.webauthn_verification_not_found", 400;
    SessionMfaBindMfaExisted = "session.mfa.bind_mfa_existed", 400;
    SessionMfaBackupCodeCanNotBeAlone = "session.mfa.backup_code_can_not_be_alone", 400;
    SessionMfaBackupCodeRequired = "session.mfa.backup_code_required", 422;
    SessionMfaInvalidBackupCode = "session.mfa.invalid_backup_code", 400;
    SessionMfaMfaPolicyNotUserControlled = "session.mfa.mfa_policy_not_user_controlled", 422;
    SessionMfaMfaFactorNotEnabled = "session.mfa.mfa_factor_not_enabled", 400;
    SessionMfaSuggestAdditionalMfa = "session.mfa.suggest_additional_mfa", 422;
    SessionPasskeySignInPendingInfoNotFound = "session.passkey_sign_in.pending_info_not_found", 400;
    SessionPasskeySignInConflictRpId = "session.passkey_sign_in.conflict_rp_id", 400;
    SessionPasskeySignInSsoUsersNotAllowed = "session.passkey_sign_in.sso_users_not_allowed", 400;
    SessionPasswordExpirationResetNotAllowed = "session.password_expiration.reset_not_allowed", 400;
    SessionSsoEnabled = "session.sso_enabled", 422;
    SessionCaptchaRequired = "session.captcha_required", 422;
    SessionCaptchaFailed = "session.captcha_failed", 422;
    SessionEmailBlocklistDisposableEmailValidationFailed = "session.email_blocklist.disposable_email_validation_failed", 500;
    SessionEmailBlocklistInvalidEmail = "session.email_blocklist.invalid_email", 400;
    SessionEmailBlocklistEmailSubaddressingNotAllowed = "session.email_blocklist.email_subaddressing_not_allowed", 422;
    SessionEmailBlocklistEmailNotAllowed = "session.email_blocklist.email_not_allowed", 422;
    SessionGoogleOneTapCookieMismatch = "session.google_one_tap.cookie_mismatch", 400;
    SessionGoogleOneTapInvalidIdToken = "session.google_one_tap.invalid_id_token", 400;
    SessionGoogleOneTapUnverifiedEmail = "session.google_one_tap.unverified_email", 400;
    SignInExperiencesEmptyContentUrlOfTermsOfUse = "sign_in_experiences.empty_content_url_of_terms_of_use", 400;
    SignInExperiencesEmptySocialConnectors = "sign_in_experiences.empty_social_connectors", 400;
    SignInExperiencesEnabledConnectorNotFound = "sign_in_experiences.enabled_connector_not_found", 400;
    SignInExperiencesNotOneAndOnlyOnePrimarySignInMethod = "sign_in_experiences.not_one_and_only_one_primary_sign_in_method", 400;
    SignInExperiencesUsernameRequiresPassword = "sign_in_experiences.username_requires_password", 400;
    SignInExperiencesPasswordlessRequiresVerify = "sign_in_experiences.passwordless_requires_verify", 400;
    SignInExperiencesMissSignUpIdentifierInSignIn = "sign_in_experiences.miss_sign_up_identifier_in_sign_in", 400;
    SignInExperiencesPasswordSignInMustBeEnabled = "sign_in_experiences.password_sign_in_must_be_enabled", 400;
    SignInExperiencesCodeSignInMustBeEnabled = "sign_in_experiences.code_sign_in_must_be_enabled", 400;
    SignInExperiencesUnsupportedDefaultLanguage = "sign_in_experiences.unsupported_default_language", 400;
    SignInExperiencesAtLeastOneAuthenticationFactor = "sign_in_experiences.at_least_one_authentication_factor", 400;
    SignInExperiencesBackupCodeCannotBeEnabledAlone = "sign_in_experiences.backup_code_cannot_be_enabled_alone", 400;
    SignInExperiencesDuplicatedMfaFactors = "sign_in_experiences.duplicated_mfa_factors", 400;
    SignInExperiencesEmailVerificationCodeCannotBeUsedForMfa = "sign_in_experiences.email_verification_code_cannot_be_used_for_mfa", 400;
    SignInExperiencesPhoneVerificationCodeCannotBeUsedForMfa = "sign_in_experiences.phone_verification_code_cannot_be_used_for_mfa", 400;
    SignInExperiencesEmailVerificationCodeCannotBeUsedForSignIn = "sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in", 400;
    SignInExperiencesPhoneVerificationCodeCannotBeUsedForSignIn = "sign_in_experiences.phone_verification_code_cannot_be_used_for_sign_in", 400;
    SignInExperiencesAdaptiveMfaRequiresMfa = "sign_in_experiences.adaptive_mfa_requires_mfa", 422;
    SignInExperiencesAdaptiveMfaRequiresNonSkippablePolicy = "sign_in_experiences.adaptive_mfa_requires_non_skippable_policy", 422;
    SignInExperiencesNonAdaptiveMfaRequiresSkippablePolicy = "sign_in_experiences.non_adaptive_mfa_requires_skippable_policy", 422;
    SignInExperiencesDuplicatedSignUpIdentifiers = "sign_in_experiences.duplicated_sign_up_identifiers", 400;
    SignInExperiencesMissingSignUpIdentifiers = "sign_in_experiences.missing_sign_up_identifiers", 400;
    SignInExperiencesInvalidCustomEmailBlocklistFormat = "sign_in_experiences.invalid_custom_email_blocklist_format", 400;
    SignInExperiencesForgotPasswordMethodRequiresConnector = "sign_in_experiences.forgot_password_method_requires_connector", 400;
    SignInExperiencesPasswordExpirationRequiresForgotPassword = "sign_in_experiences.password_expiration_requires_forgot_password", 422;
    SignInExperiencesPasswordExpirationNotEnabled = "sign_in_experiences.password_expiration_not_enabled", 400;
    SignInExperiencesPasswordExpirationInvalidPeriodDays = "sign_in_experiences.password_expiration_invalid_period_days", 422;
    SignInExperiencesUsernamePolicyCaseConflictsExist = "sign_in_experiences.username_policy_case_conflicts_exist", 409;
    SingleSignOnForbiddenDomains = "single_sign_on.forbidden_domains", 422;
    SingleSignOnDuplicatedDomains = "single_sign_on.duplicated_domains", 422;
    SingleSignOnInvalidDomainFormat = "single_sign_on.invalid_domain_format", 400;
    SingleSignOnDuplicateConnectorName = "single_sign_on.duplicate_connector_name", 409;
    SingleSignOnIdpInitiatedAuthenticationNotSupported = "single_sign_on.idp_initiated_authentication_not_supported", 400;
    SingleSignOnIdpInitiatedAuthenticationInvalidApplicationType = "single_sign_on.idp_initiated_authentication_invalid_application_type", 400;
    SingleSignOnIdpInitiatedAuthenticationRedirectUriNotRegistered = "single_sign_on.idp_initiated_authentication_redirect_uri_not_registered", 400;
    SingleSignOnIdpInitiatedAuthenticationClientCallbackUriNotFound = "single_sign_on.idp_initiated_authentication_client_callback_uri_not_found", 400;
    SingleSignOnSsoSigningUnavailable = "single_sign_on.sso_signing_unavailable", 500;
    SingleSignOnCanNotDeleteActiveSigningKey = "single_sign_on.can_not_delete_active_signing_key", 400;
    SingleSignOnCanNotDeactivateSigningKeyInUse = "single_sign_on.can_not_deactivate_signing_key_in_use", 400;
    SingleSignOnActiveSigningKeyRequired = "single_sign_on.active_signing_key_required", 400;
    StorageNotConfigured = "storage.not_configured", 400;
    StorageMissingParameter = "storage.missing_parameter", 400;
    StorageUploadError = "storage.upload_error", 500;
    StorageDownloadError = "storage.download_error", 502;
    SubscriptionLimitExceeded = "subscription.limit_exceeded", 403;
    SubscriptionGetPlanFailed = "subscription.get_plan_failed", 400;
    SubscriptionTenantSuspended = "subscription.tenant_suspended", 400;
    SwaggerInvalidZodType = "swagger.invalid_zod_type", 400;
    SwaggerNotSupportedZodTypeForParams = "swagger.not_supported_zod_type_for_params", 400;
    SystemLimitLimitExceeded = "system_limit.limit_exceeded", 403;
    UserUsernameAlreadyInUse = "user.username_already_in_use", 422;
    UserUsernameStartsWithNumber = "user.username_starts_with_number", 422;
    UserUsernameInvalidCharsetHard = "user.username_invalid_charset_hard", 422;
    UserUsernameTooShort = "user.username_too_short", 422;
    UserUsernameTooLong = "user.username_too_long", 422;
    UserUsernameUppercaseNotAllowed = "user.username_uppercase_not_allowed", 422;
    UserUsernameLowercaseNotAllowed = "user.username_lowercase_not_allowed", 422;
    UserUsernameNumbersNotAllowed = "user.username_numbers_not_allowed", 422;
    UserUsernameUnderscoreNotAllowed = "user.username_underscore_not_allowed", 422;
    UserEmailAlreadyInUse = "user.email_already_in_use", 422;
    UserPhoneAlreadyInUse = "user.phone_already_in_use", 422;
    UserInvalidEmail = "user.invalid_email", 400;
    UserInvalidPhone = "user.invalid_phone", 422;
    UserEmailNotExist = "user.email_not_exist", 400;
    UserPhoneNotExist = "user.phone_not_exist", 400;
    UserIdentityNotExist = "user.identity_not_exist", 404;
    UserSsoIdentityNotExist = "user.sso_identity_not_exist", 404;
    UserIdentityAlreadyInUse = "user.identity_already_in_use", 422;
    UserSocialAccountExistsInProfile = "user.social_account_exists_in_profile", 400;
    UserCannotDeleteSelf = "user.cannot_delete_self", 400;
    UserSignUpMethodNotEnabled = "user.sign_up_method_not_enabled", 400;
    UserSignInMethodNotEnabled = "user.sign_in_method_not_enabled", 422;
    UserSamePassword = "user.same_password", 422;
    UserPasswordRequiredInProfile = "user.password_required_in_profile", 400;
    UserNewPasswordRequiredInProfile = "user.new_password_required_in_profile", 422;
    UserPasswordExistsInProfile = "user.password_exists_in_profile", 422;
    UserUsernameRequiredInProfile = "user.username_required_in_profile", 400;
    UserUsernameExistsInProfile = "user.username_exists_in_profile", 422;
    UserEmailRequiredInProfile = "user.email_required_in_profile", 400;
    UserEmailExistsInProfile = "user.email_exists_in_profile", 422;
    UserPhoneRequiredInProfile = "user.phone_required_in_profile", 400;
    UserPhoneExistsInProfile = "user.phone_exists_in_profile", 422;
    UserEmailOrPhoneRequiredInProfile = "user.email_or_phone_required_in_profile", 400;
    UserSuspended = "user.suspended", 401;
    UserUserNotExist = "user.user_not_exist", 404;
    UserMissingProfile = "user.missing_profile", 422;
    UserRoleExists = "user.role_exists", 400;
    UserInvalidRoleType = "user.invalid_role_type", 422;
    UserSuggestMfa = "user.suggest_mfa", 422;
    UserMissingMfa = "user.missing_mfa", 422;
    UserTotpAlreadyInUse = "user.totp_already_in_use", 422;
    UserBackupCodeAlreadyInUse = "user.backup_code_already_in_use", 422;
    UserPasswordAlgorithmRequired = "user.password_algorithm_required", 400;
    UserPasswordAndDigest = "user.password_and_digest", 400;
    UserPersonalAccessTokenNameExists = "user.personal_access_token_name_exists", 422;
    UserTotpSecretInvalid = "user.totp_secret_invalid", 400;
    UserWrongBackupCodeFormat = "user.wrong_backup_code_format", 422;
    UserUsernameRequired = "user.username_required", 400;
    UserEmailOrPhoneRequired = "user.email_or_phone_required", 400;
    UserLastSignInMethodRequired = "user.last_sign_in_method_required", 400;
    UserEmailRequired = "user.email_required", 400;
    UserPhoneRequired = "user.phone_required", 400;
    UserEnterpriseSsoIdentityNotExists = "user.enterprise_sso_identity_not_exists", 404;
    UserIdentityNotExistsInCurrentUser = "user.identity_not_exists_in_current_user", 422;
    UserPasskeyPreferred = "user.passkey_preferred", 422;
    VerificationCodePhoneEmailEmpty = "verification_code.phone_email_empty", 400;
    VerificationCodeNotFound = "verification_code.not_found", 400;
    VerificationCodePhoneMismatch = "verification_code.phone_mismatch", 400;
    VerificationCodeEmailMismatch = "verification_code.email_mismatch", 400;
    VerificationCodeCodeMismatch = "verification_code.code_mismatch", 400;
    VerificationCodeExpired = "verification_code.expired", 400;
    VerificationCodeExceedMaxTry = "verification_code.exceed_max_try", 400;
    VerificationRecordNotFound = "verification_record.not_found", 400;
    VerificationRecordPermissionDenied = "verification_record.permission_denied", 401;
    VerificationRecordNotSupportedForGoogleOneTap = "verification_record.not_supported_for_google_one_tap", 400;
    VerificationRecordSocialVerificationInvalidTarget = "verification_record.social_verification.invalid_target", 422;
    VerificationRecordSocialVerificationTokenResponseNotFound = "verification_record.social_verification.token_response_not_found", 422;
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;
    use std::collections::HashSet;

    #[test]
    fn keys_are_unique_and_dotted() {
        let keys: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(keys.len(), ErrorCode::ALL.len());
        assert!(keys.iter().all(|key| key.contains('.')));
    }

    #[test]
    fn statuses_are_client_or_server_errors() {
        assert!(ErrorCode::ALL.iter().all(|code| (400..=599).contains(&code.default_status())));
    }
}
