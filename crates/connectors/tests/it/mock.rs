//! The connectors without a server.

use std::sync::Arc;

use portico_connectors::{
    AuthorizationRequest, ConnectorSession, HttpClient, OutboundPolicy, Registry, Services,
};
use portico_crypto::SystemClock;
use portico_model::ErrorCode;
use portico_model::connector::TemplateType;
use serde_json::{Value, json};

use portico_connectors::message::Message;

fn services() -> Services {
    let http = HttpClient::new(OutboundPolicy::default()).unwrap();
    Services::new(http, Arc::new(SystemClock))
}

fn registry() -> Registry {
    Registry::all(&services()).with_mock_connectors()
}

#[test]
fn they_are_offered_only_when_asked_for() {
    let is_mock = |id: &str| id.starts_with("mock-");
    assert!(Registry::all(&services()).factories().all(|factory| !is_mock(&factory.id)));
    let registry = registry();
    let factories = registry.factories().filter(|factory| is_mock(&factory.id));
    let wire: Vec<Value> = factories.map(|factory| serde_json::to_value(factory).unwrap()).collect();
    let fields = ["id", "type", "platform", "isTokenStorageSupported"];
    let shown: Vec<Vec<&Value>> =
        wire.iter().map(|factory| fields.map(|field| &factory[field]).to_vec()).collect();
    assert_eq!(
        json!(shown),
        json!([
            ["mock-social-connector", "Social", "Universal", true],
            ["mock-email-service", "Email", null, null],
            ["mock-email-service-alternative", "Email", null, null],
            ["mock-short-message-service", "Sms", null, null],
        ])
    );
}

#[tokio::test]
async fn the_social_connector_believes_the_callback() {
    let registry = registry();
    let connector = registry.find_social("mock-social-connector").unwrap();
    let config = json!({ "clientId": "c", "clientSecret": "s" });
    let request = AuthorizationRequest {
        state: "s".to_owned(),
        redirect_uri: "http://localhost:3001/callback/x".to_owned(),
        ..AuthorizationRequest::default()
    };
    let mut session = ConnectorSession::default();
    let uri = connector.authorization_uri(&config, &request, &mut session).await.unwrap();
    assert_eq!(
        uri.as_str(),
        "http://mock-social/?state=s&redirect_uri=http%3A%2F%2Flocalhost%3A3001%2Fcallback%2Fx&scope=email+profile"
    );
    let data = json!({ "code": "fake", "userId": "u", "email": "a@b.c" });
    let user = connector.user_info(&config, &data, &session).await.unwrap();
    assert_eq!((user.id.as_str(), user.email.as_deref()), ("u", Some("a@b.c")));
    let user = connector.user_info(&config, &json!({ "code": "fake" }), &session).await.unwrap();
    assert!(user.id.starts_with("mock-social-sub-"));
    let error = connector.user_info(&config, &json!({}), &session).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorInvalidResponse);
}

#[tokio::test]
async fn messages_use_the_template_of_their_type() {
    let registry = registry();
    let connector = registry.find_email("mock-email-service").unwrap();
    let template = json!({
        "usageType": "SignIn", "type": "text/plain", "subject": "Hi", "content": "Code {{code}}",
    });
    let config = json!({ "apiKey": "k", "fromEmail": "f", "templates": [template] });
    let mut message = Message {
        to: "a@b.c".to_owned(),
        template_type: TemplateType::SignIn,
        payload: json!({ "code": "123456" }).as_object().unwrap().clone(),
        template: None,
        ip: None,
    };
    let record = connector.send(&config, &message).await.unwrap();
    assert_eq!(
        record,
        json!({
            "address": "a@b.c",
            "code": "123456",
            "type": "SignIn",
            "payload": { "code": "123456" },
            "subject": "Hi",
            "content": "Code 123456",
            "template": template,
        })
    );
    message.template_type = TemplateType::Register;
    let error = connector.send(&config, &message).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorTemplateNotFound);
    let error = connector.send(&json!({}), &message).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ConnectorInvalidConfig);
}
