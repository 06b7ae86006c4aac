//! The pages around the apps: `index.html` with the data of one request written into it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_LANGUAGE, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use crate::App;
use crate::headers::{API_REFERENCE_POLICY, console_policy, insert_common, insert_policy, sign_in_policy};

/// Marker that the build leaves where a page needs the nonce.
const NONCE_MARKER: &str = "{{nonce}}";
/// Start of the element that holds an app's data.
const BOOTSTRAP_TAG: &str = "id=\"bootstrap\"";

/// What a sign-in page is drawn from.
#[derive(Debug)]
pub struct ShellData<'a> {
    /// Path of the request; names the screen whose script is announced.
    pub path: &'a str,
    /// Language that was negotiated for the phrases.
    pub language: &'a str,
    /// Body of `GET /api/.well-known/sign-in-exp`, with the overrides of the app and organization.
    pub sign_in_experience: &'a Value,
    /// Body of `GET /api/.well-known/phrases` in `language`.
    pub phrases: &'a Value,
    /// The app that asked for sign-in, where known: its id and its name.
    pub app: Option<(&'a str, &'a str)>,
    /// Origins of the console, which may frame the pages and drive the preview.
    pub admin_origins: &'a [String],
    /// Whether this is the console's preview, which brings its own custom style.
    pub preview: bool,
    /// Fresh random text for this response, at least 128 bits.
    pub nonce: &'a str,
}

/// What the console's page is drawn from.
#[derive(Debug)]
pub struct ConsoleData<'a> {
    /// The console's bootstrap object: the addresses of the servers it talks to.
    pub bootstrap: &'a Value,
    /// Origins of those servers, which the console may call and frame.
    pub endpoints: &'a [String],
    /// Fresh random text for this response, at least 128 bits.
    pub nonce: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bootstrap<'a> {
    sign_in_experience: &'a Value,
    phrases: Phrases<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<AppInfo<'a>>,
    preview_origins: &'a [String],
}

#[derive(Serialize)]
struct Phrases<'a> {
    language: &'a str,
    data: &'a Value,
}

#[derive(Serialize)]
struct AppInfo<'a> {
    id: &'a str,
    name: &'a str,
}

/// The page of every sign-in screen, complete: the app in it makes no request before its first paint.
#[must_use]
pub fn sign_in_shell(data: &ShellData<'_>) -> Response {
    let Some(index) = App::SignIn.text("index.html") else { return not_built() };
    let settings = data.sign_in_experience;
    let bootstrap = Bootstrap {
        sign_in_experience: settings,
        phrases: Phrases { language: data.language, data: data.phrases },
        app: data.app.map(|(id, name)| AppInfo { id, name }),
        preview_origins: data.admin_origins,
    };
    let Ok(json) = serde_json::to_string(&bootstrap) else { return not_built() };

    let mut page = with_favicon(index, settings).replacen("<html lang=\"en\"", &html_tag(data), 1);
    page = page.replacen("<title></title>", &format!("<title>{}</title>", escape_html(title(data))), 1);
    page = write_bootstrap(&page, &json);
    let mut last = preload_links(&page, data.path);
    if let Some(css) = settings["customCss"].as_str().filter(|css| !data.preview && !css.is_empty()) {
        last.push_str("<style data-custom-css nonce=\"{{nonce}}\">");
        last.push_str(&harmless_style(css).replace(NONCE_MARKER, ""));
        last.push_str("</style>\n");
    }
    let page = insert_before(&page, "</head>", &last);

    let mut response = write_nonce(&page, data.nonce).into_response();
    let headers = response.headers_mut();
    insert_common(headers);
    insert_policy(headers, sign_in_policy(data.nonce, data.admin_origins));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if let Ok(language) = HeaderValue::try_from(data.language) {
        headers.insert(CONTENT_LANGUAGE, language);
    }
    response
}

/// The page of the console.
#[must_use]
pub fn console_index(data: &ConsoleData<'_>) -> Response {
    let Some(index) = App::Console.text("index.html") else { return not_built() };
    let page = write_bootstrap(&index, &data.bootstrap.to_string());
    let mut response = write_nonce(&page, data.nonce).into_response();
    let headers = response.headers_mut();
    insert_common(headers);
    insert_policy(headers, console_policy(data.nonce, data.endpoints));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(HeaderName::from_static("x-frame-options"), HeaderValue::from_static("SAMEORIGIN"));
    response
}

/// The page of the API reference.
#[must_use]
pub fn api_reference_index() -> Response {
    let Some(index) = App::ApiReference.text("index.html") else { return not_built() };
    let mut response = axum::response::Html(index).into_response();
    let headers = response.headers_mut();
    insert_common(headers);
    insert_policy(headers, API_REFERENCE_POLICY.to_owned());
    response
}

fn not_built() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The pages are missing from this build.").into_response()
}

/// The root element with the language, its direction, and whether dark colours are allowed.
fn html_tag(data: &ShellData<'_>) -> String {
    let dark = data.sign_in_experience["color"]["isDarkModeEnabled"].as_bool().unwrap_or(false);
    format!(
        "<html lang=\"{}\" dir=\"{}\"{}",
        escape_html(data.language),
        direction(data.language),
        if dark { " data-dark-allowed" } else { "" }
    )
}

/// Writing direction of a language tag.
fn direction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "ar" | "fa" | "he" | "ur" | "ps" | "ku" => "rtl",
        _ => "ltr",
    }
}

/// A first title, until the screen sets its own.
fn title<'a>(data: &ShellData<'a>) -> &'a str {
    let phrases = data.phrases.get("translation").unwrap_or(data.phrases);
    phrases["description"]["sign_in_to_your_account"].as_str().unwrap_or_default()
}

/// Replaces the built-in favicon by the administrator's.
fn with_favicon(page: String, settings: &Value) -> String {
    let branding = &settings["branding"];
    let light = branding["favicon"].as_str();
    let dark = branding["darkFavicon"].as_str();
    let Some(any) = light.or(dark) else { return page };
    let link = |address: &str, media: &str| {
        format!("<link rel=\"icon\" href=\"{}\"{media} />", escape_html(address))
    };
    let links = match (light, dark) {
        (Some(light), Some(dark)) => {
            link(light, " media=\"(prefers-color-scheme: light)\"")
                + &link(dark, " media=\"(prefers-color-scheme: dark)\"")
        }
        _ => link(any, ""),
    };
    let Some(start) = page.find("<link rel=\"icon\"") else { return page };
    let Some(length) = page[start..].find('>') else { return page };
    format!("{}{links}{}", &page[..start], &page[start + length + 1..])
}

/// Announces the scripts of the screen that the path names, from the list that the build made, as far
/// as the page does not name them already.
fn preload_links(page: &str, path: &str) -> String {
    let screens: Value = App::SignIn
        .text("preload.json")
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let path = path.trim_matches('/');
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    let two = parts.next().map_or_else(|| first.to_owned(), |second| format!("{first}/{second}"));
    let screen = [path, &two, first, "*"].into_iter().find_map(|name| screens[name].as_array());
    let scripts = screen.into_iter().flatten().filter_map(Value::as_str);
    let unnamed = scripts.filter(|script| !page.contains(script));
    unnamed.map(|script| format!("<link rel=\"modulepreload\" crossorigin href=\"/{script}\" />\n")).collect()
}

/// Writes JSON into the page's data element.
fn write_bootstrap(page: &str, json: &str) -> String {
    let Some(tag) = page.find(BOOTSTRAP_TAG) else { return page.to_owned() };
    let Some(start) = page[tag..].find('>').map(|at| tag + at + 1) else { return page.to_owned() };
    let Some(end) = page[start..].find("</script>").map(|at| start + at) else { return page.to_owned() };
    // The nonce is written last into the whole page, and settings must not receive it.
    let json = escape_script(json).replace(NONCE_MARKER, "{\\u007bnonce}}");
    format!("{}{json}{}", &page[..start], &page[end..])
}

fn write_nonce(page: &str, nonce: &str) -> axum::response::Html<String> {
    axum::response::Html(page.replace(NONCE_MARKER, &escape_html(nonce)))
}

fn insert_before(page: &str, marker: &str, text: &str) -> String {
    page.find(marker).map_or_else(|| page.to_owned(), |at| format!("{}{text}{}", &page[..at], &page[at..]))
}

/// JSON that cannot end or alter the element it stands in.
fn escape_script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A style that cannot end its element: `<\/` means the same to a style sheet.
fn harmless_style(css: &str) -> String {
    css.replace("</", "<\\/")
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use http::header::CONTENT_SECURITY_POLICY;
    use serde_json::json;

    use super::*;

    const INDEX: &str = "<html lang=\"en\"><head><link rel=\"icon\" href=\"/a.svg\" /><script type=\"application/json\" \
                         id=\"bootstrap\">{\"old\":1}</script></head></html>";

    #[test]
    fn data_cannot_leave_its_element() {
        let page =
            write_bootstrap(INDEX, &json!({ "a": "</script><script>alert(1)</script>\u{2028}" }).to_string());
        assert_eq!(page.matches("<script").count(), 1);
        assert!(page.contains("\\u003c/script\\u003e") && page.contains("\\u2028") && !page.contains("old"));
    }

    #[test]
    fn data_cannot_learn_the_nonce() {
        let page = write_bootstrap(INDEX, &json!({ "a": "{{nonce}}" }).to_string());
        assert!(!write_nonce(&page, "secret").0.contains("secret"));
    }

    #[test]
    fn a_style_cannot_end_its_element() {
        assert_eq!(harmless_style("a{}</STYLE><img>"), "a{}<\\/STYLE><img>");
    }

    #[test]
    fn favicons_follow_the_branding() {
        let page = with_favicon(INDEX.into(), &json!({ "branding": { "favicon": "https://x/\"><script>" } }));
        assert!(page.contains("href=\"https://x/&quot;&gt;&lt;script&gt;\"") && !page.contains("/a.svg"));
        assert_eq!(with_favicon(INDEX.into(), &json!({ "branding": {} })), INDEX);
    }

    #[test]
    fn every_path_announces_its_screen_once() {
        let index = App::SignIn.text("index.html").unwrap();
        if App::SignIn.file("preload.json").is_none() {
            return; // Built without npm: there is no screen to announce.
        }
        for (path, screen) in
            [("/sign-in", "SignIn"), ("/register/password", "RegisterPassword"), ("/x/y", "Problem")]
        {
            let links = preload_links(&index, path);
            assert!(links.contains(&format!("/assets/{screen}-")), "{path}: {links}");
            assert!(links.lines().all(|link| !index.contains(link)));
        }
    }

    #[tokio::test]
    async fn a_sign_in_page_is_complete_and_guarded() {
        let settings = json!({
            "color": { "isDarkModeEnabled": true }, "branding": {}, "customCss": ".a{}</style><script>x</script>",
        });
        let phrases = json!({ "translation": { "description": { "sign_in_to_your_account": "Log <in>" } } });
        let response = sign_in_shell(&ShellData {
            path: "/sign-in",
            language: "ar",
            sign_in_experience: &settings,
            phrases: &phrases,
            app: Some(("id1", "My app")),
            admin_origins: &["http://localhost:3002".into()],
            preview: false,
            nonce: "n0nce",
        });
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(
            policy.contains("'nonce-n0nce'")
                && policy.contains("frame-ancestors 'self' http://localhost:3002")
        );
        assert!(!policy.contains("script-src 'self' 'unsafe-inline'"));
        assert_eq!(response.headers()[CONTENT_LANGUAGE], "ar");
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let page = String::from_utf8(body.to_vec()).unwrap();
        assert!(page.contains(">{\"signInExperience\":{\"color\""), "{page}");
        // Inside a style element only its end tag means anything.
        assert_eq!(page.matches("</style").count(), 1);
        assert!(!page.contains(NONCE_MARKER));
    }
}
