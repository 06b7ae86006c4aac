//! What a profile field may be called and may ask.

use crate::{
    checks::{Checks, MAX_NAME, MAX_SHORT},
    custom_profile_fields::{CustomProfileFieldCreate, CustomProfileFieldInput},
};
use portico_http_kit::ApiError;
use portico_model::{
    ErrorCode,
    custom_profile_field::{ProfileFieldConfig, ProfileFieldRules, ProfileFieldType},
};
use std::collections::HashSet;

/// Keys of the identifiers, which are no profile data.
const IDENTIFIERS: &[&str] = &["username", "primaryEmail", "primaryPhone", "email", "phone"];
/// Profile keys that the server fills itself.
const BUILT_IN: &[&str] = &["preferredUsername"];
/// Keys of `customData` that the Console keeps its own things under.
const CUSTOM_DATA: &[&str] =
    &["onboarding", "ossOnboarding", "guideRequests", "adminConsolePreferences", "defaultTenantId"];
/// What an address is made of.
const ADDRESS_PARTS: &[&str] = &["formatted", "streetAddress", "locality", "region", "postalCode", "country"];
/// What a full name is made of.
const NAME_PARTS: &[&str] = &["givenName", "middleName", "familyName"];
/// Most options of a field.
const MAX_OPTIONS: usize = 200;

/// A new field, with its name.
pub fn check_new(create: &CustomProfileFieldCreate) -> Result<(), ApiError> {
    check_name(&create.name)?;
    check_shape(&create.field)?;
    if let Some(config) = &create.field.config {
        check_config(create.field.kind, config)?;
    }
    Ok(())
}

/// A changed field: here nothing that its kind needs may be missing.
pub fn check_change(field: &CustomProfileFieldInput) -> Result<(), ApiError> {
    check_shape(field)?;
    let config = field.config.clone().unwrap_or_default();
    if field.kind == ProfileFieldType::Checkbox && config.rules.default_value.is_none() {
        return Err(ErrorCode::CustomProfileFieldsInvalidDefaultValue.into());
    }
    check_config(field.kind, &config)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let is_name = (1..=MAX_SHORT).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(ErrorCode::CustomProfileFieldsInvalidName.into());
    }
    for (reserved, code) in [
        (IDENTIFIERS, ErrorCode::CustomProfileFieldsNameConflictSignInIdentifier),
        (BUILT_IN, ErrorCode::CustomProfileFieldsNameConflictBuiltInProp),
        (CUSTOM_DATA, ErrorCode::CustomProfileFieldsNameConflictCustomData),
    ] {
        if reserved.contains(&name) {
            return Err(ApiError::new(code).with_parameter("name", name));
        }
    }
    Ok(())
}

/// What the columns can hold, and what the kind needs of the body.
fn check_shape(field: &CustomProfileFieldInput) -> Result<(), ApiError> {
    let mut checks = Checks::default();
    if let Some(label) = &field.label {
        checks.length("label", label, 1, MAX_SHORT);
    }
    if let Some(description) = &field.description {
        checks.length("description", description, 0, MAX_NAME);
    }
    let is_checkbox = field.kind == ProfileFieldType::Checkbox;
    checks.require(!(is_checkbox && field.required), "required", "A checkbox cannot be required.");
    let config = field.config.as_ref();
    let rules = config.map(|config| &config.rules);
    match field.kind {
        ProfileFieldType::Select => {
            let has_options = rules.is_some_and(|rules| rules.options.is_some());
            checks.require_as(has_options, "config.options", "invalid_type", "Required");
        }
        ProfileFieldType::Regex => {
            let has_format = rules.is_some_and(|rules| rules.format.is_some());
            checks.require_as(has_format, "config.format", "invalid_type", "Required");
        }
        ProfileFieldType::Date => {
            let is_complete = rules.is_none_or(|rules| rules.format.is_some());
            checks.require_as(is_complete, "config.format", "invalid_type", "Required");
        }
        ProfileFieldType::Address | ProfileFieldType::Fullname => {
            let has_parts = config.is_some_and(|config| config.parts.is_some());
            checks.require_as(has_parts, "config.parts", "invalid_type", "Required");
            check_part_names(&mut checks, field);
        }
        _ => {}
    }
    if let Some(rules) = rules {
        check_lengths(&mut checks, "config", rules);
    }
    checks.finish()
}

fn check_part_names(checks: &mut Checks, field: &CustomProfileFieldInput) {
    let known = if field.kind == ProfileFieldType::Address { ADDRESS_PARTS } else { NAME_PARTS };
    let parts = field.config.iter().filter_map(|config| config.parts.as_deref()).flatten();
    for (index, part) in parts.enumerate() {
        let at = format!("config.parts[{index}]");
        let name = format!("{at}.name");
        checks.require_as(
            known.contains(&part.name.as_str()),
            &name,
            "invalid_enum_value",
            "Not such a part.",
        );
        if let Some(rules) = &part.config {
            check_lengths(checks, &format!("{at}.config"), rules);
        }
    }
}

fn check_lengths(checks: &mut Checks, at: &str, rules: &ProfileFieldRules) {
    for (field, text, max) in [
        ("placeholder", &rules.placeholder, MAX_NAME),
        ("format", &rules.format, MAX_SHORT),
        ("customFormat", &rules.custom_format, MAX_SHORT),
        ("defaultValue", &rules.default_value, MAX_SHORT),
    ] {
        if let Some(text) = text {
            checks.length(&format!("{at}.{field}"), text, 0, max);
        }
    }
    checks.count(&format!("{at}.options"), rules.options.as_ref().map_or(0, Vec::len), 0, MAX_OPTIONS);
}

fn check_config(kind: ProfileFieldType, config: &ProfileFieldConfig) -> Result<(), ApiError> {
    check_rules(kind, &config.rules)?;
    if !kind.is_composite() {
        return Ok(());
    }
    let parts = config.parts.as_deref().unwrap_or_default();
    if parts.is_empty() {
        return Err(match kind {
            ProfileFieldType::Address => ErrorCode::CustomProfileFieldsInvalidAddressComponents,
            _ => ErrorCode::CustomProfileFieldsInvalidFullnameComponents,
        }
        .into());
    }
    for part in parts {
        if part.kind.is_composite() {
            return Err(ErrorCode::CustomProfileFieldsInvalidSubComponentType.into());
        }
        if let Some(rules) = &part.config {
            check_rules(part.kind, rules)?;
        }
    }
    Ok(())
}

fn check_rules(kind: ProfileFieldType, rules: &ProfileFieldRules) -> Result<(), ApiError> {
    let is_range = |min: Option<u32>, max: Option<u32>| min.zip(max).is_none_or(|(min, max)| min <= max);
    if !is_range(rules.min_length, rules.max_length) || !is_range(rules.min_value, rules.max_value) {
        return Err(ErrorCode::CustomProfileFieldsInvalidMinMaxInput.into());
    }
    match kind {
        ProfileFieldType::Checkbox => match rules.default_value.as_deref() {
            None | Some("true" | "false") => Ok(()),
            Some(_) => Err(ErrorCode::CustomProfileFieldsInvalidDefaultValue.into()),
        },
        ProfileFieldType::Select => {
            let options = rules.options.as_deref().unwrap_or_default();
            let values: HashSet<&str> = options.iter().map(|option| option.value.as_str()).collect();
            let is_choice = !values.is_empty() && values.len() == options.len() && !values.contains("");
            if is_choice { Ok(()) } else { Err(ErrorCode::CustomProfileFieldsInvalidOptions.into()) }
        }
        // Pages run the expression, so it has to be one in their language.
        ProfileFieldType::Regex => match rules.format.as_deref().map(regress::Regex::new) {
            Some(Ok(_)) => Ok(()),
            _ => Err(ErrorCode::CustomProfileFieldsInvalidRegexFormat.into()),
        },
        _ => Ok(()),
    }
}

/// Only what the kind knows of its rules.
pub fn of_kind(kind: ProfileFieldType, config: ProfileFieldConfig) -> ProfileFieldConfig {
    let given = config.rules;
    let mut rules = ProfileFieldRules::default();
    if !matches!(kind, ProfileFieldType::Checkbox) && !kind.is_composite() {
        rules.placeholder = given.placeholder;
    }
    match kind {
        ProfileFieldType::Text => (rules.min_length, rules.max_length) = (given.min_length, given.max_length),
        ProfileFieldType::Number => (rules.min_value, rules.max_value) = (given.min_value, given.max_value),
        ProfileFieldType::Date => {
            (rules.format, rules.custom_format) = (given.format, given.custom_format);
        }
        ProfileFieldType::Regex => rules.format = given.format,
        ProfileFieldType::Select => rules.options = given.options,
        ProfileFieldType::Checkbox => rules.default_value = given.default_value,
        ProfileFieldType::Url | ProfileFieldType::Address | ProfileFieldType::Fullname => {}
    }
    ProfileFieldConfig { rules, parts: config.parts.filter(|_| kind.is_composite()) }
}
