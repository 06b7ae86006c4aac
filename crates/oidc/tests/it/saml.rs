//! Applications that sign people in over SAML, from their request to the answer posted back to them.

use crate::harness::{Answer, Browser, Provider, TestClient};
use base64::{Engine, engine::general_purpose::STANDARD};
use portico_identity::signing_certificates::issue;
use portico_model::{
    ApplicationType,
    saml::{NameIdFormat, SamlAcsUrl, SamlApplicationConfig, SamlBinding, SamlEncryption},
};
use portico_store::{
    both_databases, saml_applications,
    signing_certificates::{self, CertificateOwner},
};

const FORM: &str = "application/x-www-form-urlencoded";
const ENTITY: &str = "https://sp.example";
const ACS: &str = "https://sp.example/acs";

/// An application of type `SAML` with a certificate.
async fn application(provider: &Provider, change: impl FnOnce(&mut SamlApplicationConfig)) -> TestClient {
    let tenant = &provider.ctx.tenant;
    let client = provider
        .client_with(ApplicationType::Saml, |application| {
            let callback = portico_identity::saml_applications::callback_url(tenant, &application.id);
            application.oidc_client_metadata.redirect_uris = vec![callback];
        })
        .await;
    let mut config = SamlApplicationConfig {
        tenant_id: tenant.id.to_string(),
        application_id: client.id.clone(),
        attribute_mapping: [("email".to_owned(), "mail".to_owned())].into(),
        entity_id: Some(ENTITY.to_owned()),
        acs_url: Some(SamlAcsUrl { binding: SamlBinding::Post, url: ACS.to_owned() }),
        encryption: None,
        name_id_format: NameIdFormat::Persistent,
    };
    change(&mut config);
    let certificate = issue(&provider.ctx, &client.id, 1, true).await.unwrap();
    let tenant = tenant.id.clone();
    provider
        .ctx
        .write_settings(move |tx| {
            Box::pin(async move {
                saml_applications::insert_config(tx, &tenant, &config).await?;
                signing_certificates::insert(tx, &tenant, CertificateOwner::SamlApplication, &certificate)
                    .await
            })
        })
        .await
        .unwrap();
    client
}

fn request(issuer: &str, more: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_a1\" Version=\"2.0\"{more}>\
         <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{issuer}</saml:Issuer></samlp:AuthnRequest>"
    )
}

fn form(request: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &STANDARD.encode(request))
        .append_pair("RelayState", "\"><script>")
        .finish()
}

fn authn_path(client: &TestClient) -> String {
    format!("/api/saml/{}/authn", client.id)
}

async fn start(browser: &mut Browser<'_>, client: &TestClient, request: &str) -> Answer {
    browser.post(&authn_path(client), FORM, form(request)).await
}

fn code_of(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap_or_default().to_owned()
}

/// The text between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}"));
    rest.split_once(end).unwrap_or_else(|| panic!("{end} in {text}")).0
}

/// Signs the user in and returns the address that the browser is sent to at the end.
async fn sign_in(browser: &mut Browser<'_>, client: &TestClient, username: &str) -> String {
    let user = browser.provider.user(username).await;
    let started = start(browser, client, &request(ENTITY, "")).await;
    assert_eq!(started.status.as_u16(), 302, "{}", started.text());
    let authorize = started.location().to_owned();
    browser.get(&authorize).await;
    let mut next = browser.submit_login(&user).await;
    while !next.contains("/callback") {
        next = browser.get(&next).await.location().to_owned();
        assert!(!next.is_empty());
    }
    next
}

both_databases! {
    async fn a_request_ends_in_a_signed_answer_for_the_registered_address(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = application(&provider, |_| {}).await;
        let mut browser = Browser::new(&provider);
        let callback = sign_in(&mut browser, &client, "ada").await;

        // The answer belongs to the browser that asked.
        let stranger = Browser::new(&provider).get(&callback).await;
        assert_eq!(code_of(&stranger), "application.saml.sp_initiated_saml_sso_session_not_found_in_cookies");

        let page = browser.get(&callback).await;
        assert_eq!(page.status.as_u16(), 200, "{}", page.text());
        let html = page.text();
        assert!(html.contains("action=\"https://sp.example/acs\""), "{html}");
        assert!(html.contains("name=\"RelayState\" value=\"&quot;&gt;&lt;script&gt;\""), "{html}");
        let document = STANDARD.decode(between(&html, "name=\"SAMLResponse\" value=\"", "\"")).unwrap();
        let document = String::from_utf8(document).unwrap();
        assert_eq!(document.matches("<ds:SignatureValue>").count(), 2, "{document}");
        assert_eq!(between(&document, " InResponseTo=\"", "\""), "_a1");
        assert_eq!(between(&document, "<saml:AttributeValue>", "<"), "ada@example.com");
        assert!(document.contains(&format!("http://localhost:3001/saml/{}</saml:Issuer>", client.id)));

        let again = browser.get(&callback).await;
        assert_eq!(code_of(&again), "application.saml.sp_initiated_saml_sso_session_not_found");
    }

    async fn an_answer_without_its_beginning_is_refused(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = application(&provider, |_| {}).await;
        let mut browser = Browser::new(&provider);
        let callback = sign_in(&mut browser, &client, "ada").await;
        let forged = callback.replace("state=", "state=x");
        assert_eq!(code_of(&browser.get(&forged).await), "application.saml.state_mismatch");
        // The sign-in is over, whatever comes after the attempt.
        assert_eq!(code_of(&browser.get(&callback).await), "application.saml.sp_initiated_saml_sso_session_not_found");
        let other = application(&provider, |_| {}).await;
        let elsewhere = callback.replace(&client.id, &other.id);
        assert_eq!(code_of(&browser.get(&elsewhere).await), "application.saml.sp_initiated_saml_sso_session_not_found");
    }

    async fn requests_are_those_of_the_application_to_this_service(db: &TestDb) {
        let provider = Provider::new(db).await;
        let client = application(&provider, |_| {}).await;
        let mut browser = Browser::new(&provider);
        let invalid = "application.saml.invalid_saml_request";
        for (request, code) in [
            (request("https://evil.example", ""), "application.saml.auth_request_issuer_not_match"),
            (request(ENTITY, " AssertionConsumerServiceURL=\"https://evil.example\""), invalid),
            (request(ENTITY, " Destination=\"https://other.example\""), invalid),
            (request("https://sp.example<!---->", ""), invalid),
            (format!("<!DOCTYPE a [<!ENTITY e \"x\">]>{}", request(ENTITY, "")), invalid),
        ] {
            let answer = start(&mut browser, &client, &request).await;
            assert_eq!((answer.status.as_u16(), code_of(&answer)), (400, code.to_owned()), "{request}");
        }
        let forced = start(&mut browser, &client, &request(ENTITY, " ForceAuthn=\"true\"")).await;
        assert_eq!(forced.answer("prompt").as_deref(), Some("login"));
        let missing = browser.get(&authn_path(&client)).await;
        assert_eq!(code_of(&missing), invalid);
        let unset = application(&provider, |config| config.acs_url = None).await;
        let answer = start(&mut browser, &unset, &request(ENTITY, "")).await;
        assert_eq!(code_of(&answer), "application.saml.acs_url_required");
        let nobody = browser.post("/api/saml/nobody/authn", FORM, form(&request(ENTITY, ""))).await;
        assert_eq!(nobody.status.as_u16(), 404);
    }

    async fn a_wrong_certificate_never_means_no_encryption(db: &TestDb) {
        let provider = Provider::new(db).await;
        let encryption = SamlEncryption {
            encrypt_assertion: Some(true),
            encrypt_then_sign: Some(false),
            certificate: Some("-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----".to_owned()),
        };
        let client = application(&provider, |config| config.encryption = Some(encryption)).await;
        let mut browser = Browser::new(&provider);
        let callback = sign_in(&mut browser, &client, "ada").await;
        let refused = browser.get(&callback).await;
        assert_eq!(code_of(&refused), "application.saml.invalid_certificate_pem_format");
    }
}
