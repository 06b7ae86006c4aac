//! Messages to people: the tenant's connector for each channel, the tenant's own e-mail templates, what a
//! template may say about those involved, and how many messages one recipient gets.

mod context;
mod rate_limit;

pub use context::{about_application, about_organization, about_user};
pub use rate_limit::{Reservation, release, reserve};

use crate::{
    App, Ctx, Snapshot,
    sign_in::{Refusal, SignInError},
};
use portico_connectors::{
    ConnectorError,
    message::{Message, MessageConnector},
};
use portico_model::{
    Connector, ErrorCode, JsonObject,
    connector::{ConnectorType, TemplateType},
    email_template::{EmailTemplate, EmailTemplateDetails},
    verification_code::{CodeChannel, CodeRecipient},
};
use portico_store::{
    StoreError,
    email_templates::{self, EmailTemplateFilter},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Languages in which a template is looked for; what a request names beyond is not read.
const MAX_LANGUAGES: usize = 16;

/// A message to be written.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where it goes.
    pub recipient: CodeRecipient,
    /// What it is for.
    pub template_type: TemplateType,
    /// Values for the variables of templates. `uiLocales` and `locale` choose the language.
    pub payload: JsonObject,
    /// Further languages that the reader understands, best first.
    pub languages: Vec<String>,
    /// Address of the person who asks.
    pub ip: Option<String>,
}

/// Makes a letter a message: finds the tenant's own template, and says which language was asked for first.
///
/// # Errors
/// When the database fails.
pub async fn write(ctx: &Ctx, snapshot: &Snapshot, letter: Letter) -> Result<Message, StoreError> {
    let Letter { recipient, template_type, mut payload, languages, ip } = letter;
    let fallback = &snapshot.sign_in_experience.language_info.fallback_language;
    let wanted = wanted_languages(&payload, languages, fallback);
    if let Some(first) = wanted.first() {
        payload.entry("locale").or_insert_with(|| json!(first));
    }
    let template = match recipient.channel {
        CodeChannel::Email => find_template(ctx, template_type, &wanted).await?,
        CodeChannel::Phone => None,
    };
    Ok(Message { to: recipient.value, template_type, payload, template, ip })
}

/// The tenant's own template for a purpose in the first of these languages that there is one in: in exactly
/// this language, or in its base language (`de` for `de-AT`).
async fn find_template(
    ctx: &Ctx,
    template_type: TemplateType,
    languages: &[String],
) -> Result<Option<EmailTemplateDetails>, StoreError> {
    let filter = EmailTemplateFilter { template_type: Some(template_type), language_tag: None };
    let templates = email_templates::list(&ctx.app.db, &ctx.tenant.id, &filter).await?;
    Ok(choose(templates, languages).map(|template| template.details))
}

fn choose(mut templates: Vec<EmailTemplate>, languages: &[String]) -> Option<EmailTemplate> {
    let position =
        |tag: &str| templates.iter().position(|template| template.language_tag.eq_ignore_ascii_case(tag));
    let found = languages.iter().find_map(|tag| {
        let base = tag.split('-').next().unwrap_or(tag);
        position(tag).or_else(|| position(base))
    })?;
    Some(templates.swap_remove(found))
}

fn wanted_languages(payload: &JsonObject, further: Vec<String>, fallback: &str) -> Vec<String> {
    let text = |key: &str| payload.get(key).and_then(Value::as_str).unwrap_or_default();
    // `ui_locales` is a list separated by spaces (OpenID Connect Core §3.1.2.1).
    let named = text("uiLocales").split_whitespace().chain(Some(text("locale")));
    let named = named.filter(|tag| !tag.is_empty()).map(str::to_owned);
    named.chain(further).take(MAX_LANGUAGES).chain(Some(fallback.to_owned())).collect()
}

/// The tenant's connector for a channel.
pub struct Sender {
    app: Arc<App>,
    connector: Connector,
    kind: ConnectorType,
}

impl Sender {
    /// Finds it.
    ///
    /// # Errors
    /// `connector.not_found` (501) when there is none.
    pub fn find(ctx: &Ctx, snapshot: &Snapshot, channel: CodeChannel) -> Result<Self, SignInError> {
        let kind = match channel {
            CodeChannel::Email => ConnectorType::Email,
            CodeChannel::Phone => ConnectorType::Sms,
        };
        let app = ctx.app.clone();
        let connector = snapshot.connectors.iter().find(|connector| {
            let factory = app.connectors.find_factory(&connector.connector_id);
            factory.is_some_and(|factory| factory.connector_type == kind)
        });
        let Some(connector) = connector.cloned() else {
            let refusal = Refusal::from(ErrorCode::ConnectorNotFound).with_status(501);
            return Err(refusal
                .with_data(json!({ "type": kind }))
                .with_parameter("type", kind.as_str())
                .into());
        };
        Ok(Self { app, connector, kind })
    }

    fn behaviour(&self) -> Option<&dyn MessageConnector> {
        match self.kind {
            ConnectorType::Email => self.app.connectors.find_email(&self.connector.connector_id),
            ConnectorType::Sms => self.app.connectors.find_sms(&self.connector.connector_id),
            ConnectorType::Social => None,
        }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// What the connector says.
    pub async fn send(&self, message: &Message) -> Result<(), ConnectorError> {
        let behaviour =
            self.behaviour().ok_or_else(|| ConnectorError::new(ErrorCode::ConnectorUnexpectedType))?;
        behaviour.send(&Value::Object(self.connector.config.clone()), message).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(language_tag: &str) -> EmailTemplate {
        let details = EmailTemplateDetails {
            subject: language_tag.to_owned(),
            content: String::new(),
            content_type: None,
            reply_to: None,
            send_from: None,
        };
        EmailTemplate {
            tenant_id: "t".into(),
            id: language_tag.to_owned(),
            language_tag: language_tag.to_owned(),
            template_type: TemplateType::Generic,
            details,
            created_at: 0,
        }
    }

    fn chosen(tags: &[&str], languages: &[&str]) -> Option<String> {
        let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
        choose(tags.iter().map(|tag| template(tag)).collect(), &languages).map(|template| template.id)
    }

    #[test]
    fn the_first_language_that_has_a_template_wins() {
        let tags = ["en", "de", "pt-BR"];
        assert_eq!(chosen(&tags, &["fr", "de", "en"]).as_deref(), Some("de"));
        assert_eq!(chosen(&tags, &["de-AT", "en"]).as_deref(), Some("de"));
        assert_eq!(chosen(&tags, &["PT-br"]).as_deref(), Some("pt-BR"));
        assert_eq!(chosen(&tags, &["pt", "en"]).as_deref(), Some("en"));
        assert_eq!(chosen(&tags, &["fr"]), None);
    }

    #[test]
    fn what_the_request_names_comes_before_what_the_browser_reads() {
        let payload = JsonObject::from_iter([
            ("uiLocales".to_owned(), json!("de-AT  fr")),
            ("locale".to_owned(), json!("it")),
        ]);
        let wanted = wanted_languages(&payload, vec!["ja".into()], "en");
        assert_eq!(wanted, ["de-AT", "fr", "it", "ja", "en"]);
        assert_eq!(wanted_languages(&JsonObject::new(), Vec::new(), "en"), ["en"]);
    }
}
