//! The OpenAPI document: what all operations have in common is said here, once.

use std::collections::BTreeMap;

use imsop_kernel::{Problem, problem::Fault};
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder, Schema};

use crate::auth::guard::PUBLIC_PATHS;

const SCHEME: &str = "bearer";

/// Completes the document that the routes give: title, security, and the problems that any operation
/// may answer with.
pub fn complete(mut document: OpenApi, version: &str) -> OpenApi {
    "IMSOP".clone_into(&mut document.info.title);
    version.clone_into(&mut document.info.version);
    document.info.description = Some(
        "Intelligent Multi-Cloud Supply Chain & Operations Platform. Every refusal is a problem document \
         (RFC 9457); every command takes an Idempotency-Key; every list is a cursor page."
            .to_owned(),
    );
    document.info.license = None;
    document.info.contact = None;
    document.servers = None;
    let components = document.components.get_or_insert_default();
    components.schemas.insert("Problem".to_owned(), Problem::schema());
    components.schemas.insert("Fault".to_owned(), Fault::schema());
    open_composed_parts(&mut components.schemas);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.security_schemes.insert(SCHEME.to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    for (path, item) in &mut document.paths.paths {
        let is_public = PUBLIC_PATHS.contains(&path.as_str());
        for operation in operations(item) {
            describe(operation, is_public);
        }
    }
    document
}

type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A schema that is closed (it takes no unknown fields) cannot be a part of another one, whose further
/// fields it would forbid (JSON Schema 2020-12 Core, section 10.3.2): such parts are written out, open.
fn open_composed_parts(schemas: &mut Schemas) {
    let named = schemas.clone();
    for schema in schemas.values_mut() {
        open_parts_of(schema, &named);
    }
}

fn open_parts_of(schema: &mut RefOr<Schema>, named: &Schemas) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::AllOf(composed) => {
            for part in &mut composed.items {
                open_part(part, named);
                open_parts_of(part, named);
            }
        }
        Schema::Object(object) => {
            for property in object.properties.values_mut() {
                open_parts_of(property, named);
            }
        }
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                open_parts_of(items, named);
            }
        }
        _ => {}
    }
}

fn open_part(part: &mut RefOr<Schema>, named: &Schemas) {
    let RefOr::Ref(reference) = part else { return };
    let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
    let Some(RefOr::T(Schema::Object(object))) = named.get(name) else { return };
    let mut object = object.clone();
    object.additional_properties = None;
    *part = RefOr::T(Schema::Object(object));
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
        .into_iter()
        .filter_map(Option::as_mut)
}

fn describe(operation: &mut Operation, is_public: bool) {
    let has_body = operation.request_body.is_some();
    let has_path_parameter = operation.parameters.as_ref().is_some_and(|parameters| {
        parameters
            .iter()
            .any(|parameter| matches!(parameter, RefOr::T(found) if found.parameter_in == ParameterIn::Path))
    });
    let mut common = vec![("405", "The path does not take this method"), ("422", "The request is not valid")];
    common.extend([("429", "Too many requests"), ("503", "The platform cannot take more work now")]);
    if !is_public {
        common.extend([("401", "Authentication is required"), ("403", "The caller may not do this")]);
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(SCHEME, [])]);
    }
    if is_public && has_body {
        common.push(("401", "Authentication failed"));
    }
    if has_body {
        common.extend([("400", "The body cannot be read"), ("413", "The body is too large")]);
        common.push(("415", "The body's media type is not understood"));
    }
    if has_path_parameter {
        common.push(("404", "There is no such thing"));
    }
    if has_body && has_path_parameter {
        common.extend([
            ("409", "It does not fit to the present state"),
            ("412", "It has changed in the meantime"),
        ]);
    }
    for (status, description) in common {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build();
        operation.responses.responses.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
}
