//! The description of the service: `openapi.json`, written by hand.
//!
//! Tests compare it with the code: here routes and problems, in `tests/http` every kind of response.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("openapi.json");

/// The document of one service, and what it is made of.
#[derive(Debug, Clone)]
pub(super) struct Description {
    /// Where the service is mounted: empty, or without a slash at its end.
    base: String,
    without_cancel: bool,
    edit: Option<Edit>,
    /// The body of `/openapi.json`.
    written: Bytes,
}

/// What a program changes in the document.
#[derive(Clone)]
struct Edit(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edit")
    }
}

impl Description {
    /// The document of a service with every route, at the root of its server.
    pub(super) const fn new() -> Self {
        Self {
            base: String::new(),
            without_cancel: false,
            edit: None,
            written: Bytes::from_static(DOCUMENT.as_bytes()),
        }
    }

    pub(super) fn set_base(&mut self, base: &str) {
        base.clone_into(&mut self.base);
        self.write();
    }

    pub(super) fn leave_cancel_out(&mut self) {
        self.without_cancel = true;
        self.write();
    }

    pub(super) fn set_edit(&mut self, edit: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.edit = Some(Edit(Arc::new(edit)));
        self.write();
    }

    pub(super) fn written(&self) -> Bytes {
        self.written.clone()
    }

    fn write(&mut self) {
        let mut document: Value = serde_json::from_str(DOCUMENT).expect("it is JSON");
        if !self.base.is_empty() {
            document["servers"] = json!([{ "url": self.base }]);
        }
        if self.without_cancel {
            leave_cancel_out(&mut document);
        }
        if let Some(edit) = &self.edit {
            (edit.0)(&mut document);
        }
        let written = serde_json::to_vec(&document).expect("a value is always encodable");
        self.written = written.into();
    }
}

/// Takes the route out, and the links that lead to it.
fn leave_cancel_out(document: &mut Value) {
    let paths = document["paths"].as_object_mut().expect("an object");
    paths.remove("/api/cancel/{job_id}");
    let operations = paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(serde_json::Map::values_mut);
    let responses = operations.filter_map(|operation| operation["responses"].as_object_mut());
    for response in responses.flat_map(serde_json::Map::values_mut) {
        if let Some(links) = response.get_mut("links").and_then(Value::as_object_mut) {
            links.remove("cancel");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::http::problem::Kind;
    use crate::http::route::Endpoint;

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap();
            methods
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
    }

    /// The response itself, if `place` points to one of those that are shared.
    fn response<'a>(document: &'a Value, place: &'a Value) -> &'a Value {
        let shared = place["$ref"].as_str().map(|at| {
            let pointer = at.strip_prefix('#').expect("within the document");
            document.pointer(pointer).expect("it is there")
        });
        shared.unwrap_or(place)
    }

    #[test]
    fn routes_and_document_agree() {
        let document = document();
        let described: BTreeSet<String> = operations(&document).map(|(name, _)| name).collect();
        let served = Endpoint::ALL.map(|endpoint| {
            // HEAD is GET without the content; the document says so once.
            let method = if endpoint.allow() == "POST" {
                "post"
            } else {
                "get"
            };
            format!("{method} {}", endpoint.template())
        });
        assert_eq!(described, BTreeSet::from(served));
    }

    #[test]
    fn problems_and_document_agree() {
        let document = document();
        let listed = &document["components"]["schemas"]["ProblemType"]["enum"];
        let listed: BTreeSet<&str> = listed
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(listed, Kind::ALL.map(|kind| kind.describe().0).into());

        let mut shown = BTreeSet::new();
        for (name, operation) in operations(&document) {
            for (status, place) in operation["responses"].as_object().unwrap() {
                let content = &response(&document, place)["content"]["application/problem+json"];
                for example in content["examples"].as_object().into_iter().flatten() {
                    let problem = &example.1["value"];
                    let uri = problem["type"].as_str().unwrap();
                    let kind = Kind::ALL.into_iter().find(|kind| kind.describe().0 == uri);
                    let (_, title, code) = kind.expect(uri).describe();
                    assert_eq!(code.as_str(), status, "{name}: {uri}");
                    assert_eq!(problem["title"], title, "{name}");
                    assert_eq!(problem["status"], code.as_u16(), "{name}");
                    shown.insert(uri.to_owned());
                }
            }
        }
        // The one problem that belongs to no route.
        shown.insert(Kind::NotFound.describe().0.to_owned());
        assert_eq!(shown.len(), Kind::ALL.len(), "{shown:?}");
    }

    #[test]
    fn everything_with_content_has_an_example() {
        let document = document();
        for (name, operation) in operations(&document) {
            let responses = operation["responses"].as_object().unwrap();
            let bodies = responses.values().map(|place| response(&document, place));
            for place in bodies.chain(operation.get("requestBody")) {
                for (media_type, content) in place["content"].as_object().into_iter().flatten() {
                    let examples = content["examples"].as_object();
                    assert!(
                        examples.is_some_and(|examples| !examples.is_empty()),
                        "{name}: {media_type}"
                    );
                }
            }
        }
    }

    #[test]
    fn it_names_this_version_and_the_base_path() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(document()["info"]["version"], version);
        let mut below = Description::new();
        assert_eq!(below.written(), DOCUMENT);
        below.set_base("/reports");
        let below: Value = serde_json::from_slice(&below.written()).unwrap();
        assert_eq!(below["servers"], serde_json::json!([{"url": "/reports"}]));
        assert_eq!(below["paths"], document()["paths"]);
    }

    #[test]
    fn without_the_route_to_cancel_nothing_names_it() {
        let mut without = Description::new();
        without.leave_cancel_out();
        let without = without.written();
        let text = str::from_utf8(&without).unwrap();
        assert!(
            !text.contains("/api/cancel") && !text.contains("cancelJob"),
            "{text}"
        );
        let without: Value = serde_json::from_slice(&without).unwrap();
        assert_eq!(
            operations(&without).count() + 1,
            operations(&document()).count()
        );
    }
}
