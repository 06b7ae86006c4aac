//! The OpenAPI document: what is the same for every operation is added here once.

use portico_http_kit::pagination::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        Components, ContactBuilder, Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
        Schema,
        path::{Operation, PathItem},
        schema::{SchemaType, Type},
        security::{
            ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityRequirement,
            SecurityScheme,
        },
    },
};

/// Body of every documented error.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "described only; written by the error layer")]
pub struct ErrorBody {
    /// Dotted key of the error.
    code: String,
    /// What went wrong, in the language of the request.
    message: String,
    /// Machine-readable facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    /// Lines for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
}

/// Query parameters of a list that is read in pages.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described only; read by the Pagination extractor")]
pub struct PageParams {
    /// First page is 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Rows a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    page_size: Option<u32>,
}

const _: () = assert!(MAX_PAGE_SIZE == 100 && DEFAULT_PAGE_SIZE == 20, "keep the documented bounds in step");

/// Query parameters of a list that can be searched.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "described only; read by the search module")]
pub struct SearchParams {
    /// `search`, `search.<field>`, `mode`, `mode.<field>`, `joint` and `isCaseSensitive`.
    #[param(explode = true, value_type = Option<std::collections::HashMap<String, String>>)]
    search_params: Option<String>,
}

/// The document before any operation.
pub fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Portico Management API")
        .description(Some(
            "Administers a tenant. Needs an access token for `https://<tenant id>.logto.app/api` with the scope `all`.",
        ))
        .version(env!("CARGO_PKG_VERSION"))
        .contact(Some(ContactBuilder::new().name(Some("Portico")).build()))
        .build();
    let mut components = Components::new();
    let scopes = Scopes::from_iter([("all", "Everything")]);
    let flow = Flow::ClientCredentials(ClientCredentials::new("/oidc/token", scopes));
    components.add_security_scheme("OAuth2", SecurityScheme::OAuth2(OAuth2::new([flow])));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("Bearer", SecurityScheme::Http(bearer));
    components.schemas.insert("ErrorBody".to_owned(), ErrorBody::schema());
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([
            SecurityRequirement::new("OAuth2", ["all"]),
            // The same token, obtained elsewhere.
            SecurityRequirement::new("Bearer", Vec::<String>::new()),
        ]))
        .build()
}

/// Marks every operation of a document as open to everybody.
pub fn public(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            operation.security = Some(vec![SecurityRequirement::default()]);
        }
    }
    document
}

/// Adds what every operation shares: the answers to callers without permission and the body of errors. Fields
/// that may be absent are never `null` in an answer, which the derived schemas cannot know.
pub fn complete(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete_operation(operation);
        }
    }
    if let Some(components) = &mut document.components {
        for (name, schema) in &mut components.schemas {
            if !is_request(name)
                && let RefOr::T(schema) = schema
            {
                drop_null_of_optional(schema);
            }
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn complete_operation(operation: &mut Operation) {
    // An operation that states its own security is public.
    if operation.security.is_none() {
        for (status, text) in
            [("401", "The access token is missing or not valid."), ("403", "The scope is missing.")]
        {
            let entry = operation.responses.responses.entry(status.to_owned());
            entry.or_insert_with(|| RefOr::T(Response::new(text)));
        }
    }
    let has_input =
        operation.request_body.is_some() || operation.parameters.as_ref().is_some_and(|p| !p.is_empty());
    if has_input {
        let entry = operation.responses.responses.entry("400".to_owned());
        entry.or_insert_with(|| RefOr::T(Response::new("The request is not valid.")));
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if (status.starts_with('4') || status.starts_with('5')) && response.content.is_empty() {
            let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
            response.content.insert("application/json".to_owned(), RefOr::T(content));
        }
    }
}

/// Properties that may be absent and may be `null` as well.
const MAY_BE_NULL: &[&str] = &["passwordDigest", "passwordAlgorithm", "logoDark"];

/// Schemas of request bodies end in one of these; there `null` is a value of its own.
fn is_request(name: &str) -> bool {
    ["Create", "Patch", "Input"].iter().any(|suffix| name.ends_with(suffix))
}

fn drop_null_of_optional(schema: &mut Schema) {
    match schema {
        Schema::Object(object) => {
            for (name, property) in &mut object.properties {
                if !object.required.contains(name) && !MAY_BE_NULL.contains(&name.as_str()) {
                    drop_null(property);
                }
                if let RefOr::T(nested) = property {
                    drop_null_of_optional(nested);
                }
            }
        }
        Schema::Array(array) => {
            if let utoipa::openapi::schema::ArrayItems::RefOrSchema(items) = &mut array.items
                && let RefOr::T(nested) = &mut **items
            {
                drop_null_of_optional(nested);
            }
        }
        Schema::AllOf(all) => {
            for item in &mut all.items {
                if let RefOr::T(nested) = item {
                    drop_null_of_optional(nested);
                }
            }
        }
        _ => {}
    }
}

fn drop_null(property: &mut RefOr<Schema>) {
    let RefOr::T(schema) = property else { return };
    let single = |types: &mut SchemaType| {
        if let SchemaType::Array(list) = types {
            list.retain(|item| *item != Type::Null);
            if let [only] = list.as_slice() {
                *types = SchemaType::Type(only.clone());
            }
        }
    };
    match schema {
        Schema::Object(object) => single(&mut object.schema_type),
        Schema::Array(array) => single(&mut array.schema_type),
        Schema::OneOf(one_of) => {
            one_of.items.retain(|item| !is_null(item));
            if one_of.items.len() == 1
                && let Some(only) = one_of.items.pop()
            {
                *property = only;
            }
        }
        _ => {}
    }
}

fn is_null(schema: &RefOr<Schema>) -> bool {
    matches!(schema, RefOr::T(Schema::Object(object)) if matches!(&object.schema_type, SchemaType::Type(Type::Null)))
}
