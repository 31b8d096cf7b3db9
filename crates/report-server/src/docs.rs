//! The description of the API for people, at `/docs`: the `OpenAPI` document as one page, without scripts.

use std::fmt::Write;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::app::App;

/// Room for a description that is many times the size of this one's.
const MAX_DOCUMENT: usize = 4 * 1024 * 1024;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
    color-scheme:light dark}pre{overflow-x:auto;padding:.7rem;border:1px solid #8886;border-radius:.4rem}\
    code{font-size:.9em}td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}";

/// The page.
pub(crate) async fn page(State(app): State<App>) -> Response {
    let request = Request::get("/openapi.json").body(Body::empty());
    let response = app.forward(request.expect("it is well-formed")).await;
    let document = to_bytes(response.into_body(), MAX_DOCUMENT).await;
    let document: Value = document
        .ok()
        .and_then(|document| serde_json::from_slice(&document).ok())
        .unwrap_or_default();
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ];
    (fields, render(&document)).into_response()
}

fn render(document: &Value) -> String {
    let title = text(&document["info"]["title"]);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style>\n\
         <h1>{title}</h1>\n<p>{}</p>\n<p>For programs: <a href=\"openapi.json\">openapi.json</a></p>\n",
        text(&document["info"]["description"]),
    );
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            write_operation(&mut page, document, path, method, operation);
        }
    }
    page.push_str("</html>\n");
    page
}

fn write_operation(
    page: &mut String,
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
) {
    let method = method.to_ascii_uppercase();
    _ = write!(
        page,
        "<h2><code>{method} {}</code></h2>\n<p><strong>{}.</strong> {}</p>\n",
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    );
    let body = &operation["requestBody"]["content"]["application/json"]["examples"];
    for (_, example) in members(body) {
        _ = writeln!(page, "<pre>{}</pre>", escape(&example["value"].to_string()));
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<&Value> = parameters.map(|place| resolved(document, place)).collect();
    if !parameters.is_empty() {
        page.push_str("<table><tr><th>parameter<th>in<th>\n");
        for parameter in parameters {
            _ = writeln!(
                page,
                "<tr><td><code>{}</code><td>{}<td>{}",
                text(&parameter["name"]),
                text(&parameter["in"]),
                text(&parameter["description"]),
            );
        }
        page.push_str("</table>\n");
    }
    page.push_str("<table><tr><th>status<th>\n");
    for (status, place) in members(&operation["responses"]) {
        let response = resolved(document, place);
        _ = writeln!(
            page,
            "<tr><td>{}<td>{}",
            escape(status),
            text(&response["description"])
        );
    }
    page.push_str("</table>\n");
}

/// What `place` points to, or itself.
fn resolved<'a>(document: &'a Value, place: &'a Value) -> &'a Value {
    let pointer = place["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(place)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
