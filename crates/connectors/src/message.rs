//! E-mail and text-message connectors, and the little template language of their messages.

use portico_model::connector::TemplateType;
use portico_model::email_template::EmailTemplateDetails;
use portico_model::{ErrorCode, JsonObject};
use serde_json::Value;

use crate::BoxFuture;
use crate::config::ConfigIssue;
use crate::error::ConnectorError;

/// One message to one person.
#[derive(Clone, Debug)]
pub struct Message {
    /// E-mail address or phone number.
    pub to: String,
    /// What it is sent for.
    pub template_type: TemplateType,
    /// Variables: `code`, `link`, `locale`, `user`, `application`, …
    pub payload: JsonObject,
    /// The tenant's own template for this type and language, if there is one; it takes priority over those in
    /// the connector's settings.
    pub template: Option<EmailTemplateDetails>,
    /// Address of the person who asked, for vendors that want it.
    pub ip: Option<String>,
}

/// A client of a message service.
pub trait MessageConnector: Send + Sync {
    /// Finds every mistake in the settings.
    fn validate_config(&self, config: &Value) -> Result<(), Vec<ConfigIssue>>;

    /// Sends one message; what the service answered is for the log.
    fn send<'a>(
        &'a self,
        config: &'a Value,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<Value, ConnectorError>>;
}

/// The template for a use among a connector's own: the exact one, else the generic one.
pub fn find_template<T>(
    templates: &[T],
    template_type: TemplateType,
    usage_type: impl Fn(&T) -> &str,
) -> Result<&T, ConnectorError> {
    let find =
        |wanted: TemplateType| templates.iter().find(|template| usage_type(template) == wanted.as_str());
    find(template_type).or_else(|| find(TemplateType::Generic)).ok_or_else(|| {
        let description = format!("there is no template for {template_type}");
        ConnectorError::described(ErrorCode::ConnectorTemplateNotFound, description)
    })
}

/// Fills `{{ a.b }}` in. An unknown first name stays as it is written, an unknown name below a
/// known one becomes empty.
pub fn render_template(template: &str, payload: &JsonObject) -> String {
    let mut rendered = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start + 2..].find("}}") else {
            break;
        };
        let end = start + 2 + length + 2;
        rendered.push_str(&rest[..start]);
        match lookup(rest[start + 2..end - 2].trim(), payload) {
            Some(text) => rendered.push_str(&text),
            None => rendered.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    rendered.push_str(rest);
    rendered
}

fn lookup(path: &str, payload: &JsonObject) -> Option<String> {
    let mut names = path.split('.');
    let mut value = payload.get(names.next()?)?;
    for name in names {
        match value.get(name) {
            Some(inner) => value = inner,
            None => return Some(String::new()),
        }
    }
    Some(match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(template: &str) -> String {
        let payload = json!({ "code": "123456", "user": { "name": "Ada", "n": 1 } });
        render_template(template, payload.as_object().unwrap())
    }

    #[test]
    fn variables_are_filled_in() {
        assert_eq!(render("Hi {{user.name}}, {{ code }}!"), "Hi Ada, 123456!");
        assert_eq!(render("{{user.n}}{{user.missing.deeper}}."), "1.");
        assert_eq!(render("{{unknown.name}} {{unknown}}"), "{{unknown.name}} {{unknown}}");
        assert_eq!(render("{{code"), "{{code");
        assert_eq!(render("{{}}{{code}}"), "{{}}123456");
    }

    #[test]
    fn a_value_is_not_rendered_again() {
        let payload = json!({ "a": "{{code}}", "code": "secret" });
        assert_eq!(render_template("{{a}}", payload.as_object().unwrap()), "{{code}}");
    }

    #[test]
    fn the_generic_template_is_the_fallback() {
        let templates = ["Generic", "SignIn"];
        let find = |wanted| find_template(&templates, wanted, |name| *name).copied();
        assert_eq!(find(TemplateType::SignIn).unwrap(), "SignIn");
        assert_eq!(find(TemplateType::Register).unwrap(), "Generic");
        let none = find_template(&["SignIn"], TemplateType::Register, |name| *name);
        assert_eq!(none.unwrap_err().code, ErrorCode::ConnectorTemplateNotFound);
    }
}
