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

/// What a template is written in, which says how values are put into it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Markup {
    /// Values stand as they are.
    Plain,
    /// Values are text, never markup: a person's name cannot bring a link into somebody else's message.
    Html,
}

impl Markup {
    /// The markup of a template's `contentType`; a template that does not say is HTML.
    #[must_use]
    pub fn of_content_type(content_type: Option<&str>) -> Self {
        if content_type == Some("text/plain") { Self::Plain } else { Self::Html }
    }

    fn push(self, rendered: &mut String, text: &str) {
        if self == Self::Plain {
            rendered.push_str(text);
            return;
        }
        for character in text.chars() {
            match character {
                '&' => rendered.push_str("&amp;"),
                '<' => rendered.push_str("&lt;"),
                '>' => rendered.push_str("&gt;"),
                '"' => rendered.push_str("&quot;"),
                '\'' => rendered.push_str("&#39;"),
                other => rendered.push(other),
            }
        }
    }
}

/// Fills `{{ a.b }}` in. An unknown first name stays as it is written, an unknown name below a
/// known one becomes empty.
pub fn render_template(template: &str, markup: Markup, payload: &JsonObject) -> String {
    let mut rendered = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start + 2..].find("}}") else {
            break;
        };
        let end = start + 2 + length + 2;
        rendered.push_str(&rest[..start]);
        match lookup(rest[start + 2..end - 2].trim(), payload) {
            Some(text) => markup.push(&mut rendered, &text),
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
        render_template(template, Markup::Plain, payload.as_object().unwrap())
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
        let rendered = render_template("{{a}}", Markup::Plain, payload.as_object().unwrap());
        assert_eq!(rendered, "{{code}}");
    }

    #[test]
    fn a_value_brings_no_markup_into_a_page() {
        let payload = json!({ "user": { "name": "<a href='//x' title=\"&\">Ada</a>" } });
        let render = |markup| render_template("<b>{{user.name}}</b>", markup, payload.as_object().unwrap());
        let escaped = "<b>&lt;a href=&#39;//x&#39; title=&quot;&amp;&quot;&gt;Ada&lt;/a&gt;</b>";
        assert_eq!(render(Markup::of_content_type(Some("text/html"))), escaped);
        assert_eq!(render(Markup::of_content_type(None)), escaped);
        let plain = "<b><a href='//x' title=\"&\">Ada</a></b>";
        assert_eq!(render(Markup::of_content_type(Some("text/plain"))), plain);
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
