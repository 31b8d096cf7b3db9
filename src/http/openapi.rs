//! The description of the service: `openapi.json`, written by hand.
//!
//! Tests compare it with the code: here routes and problems, in `tests/http` every kind of response.

use bytes::Bytes;

const DOCUMENT: &str = include_str!("openapi.json");
/// Where the document says that the service is at the root of its server.
const AT_ROOT: &str = r#""servers": [{"url": "/"}]"#;

/// The document of a service that is mounted under `base`: empty, or without a slash at its end.
pub(super) fn description(base: &str) -> Bytes {
    if base.is_empty() {
        return Bytes::from_static(DOCUMENT.as_bytes());
    }
    let url = serde_json::to_string(base).expect("strings are always encodable");
    let below = format!(r#""servers": [{{"url": {url}}}]"#);
    DOCUMENT.replacen(AT_ROOT, &below, 1).into()
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
        let below: Value = serde_json::from_slice(&description("/reports")).unwrap();
        assert_eq!(below["servers"][0]["url"], "/reports");
    }
}
