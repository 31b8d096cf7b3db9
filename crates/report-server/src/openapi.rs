//! What this service adds to the library's description of its API.

use serde_json::{Map, Value, json};

const ADDED: &str = include_str!("openapi.json");

/// Completes the document: the routes of this service, its credentials and its refusals.
pub(crate) fn complete(document: &mut Value, needs_key: bool) {
    let added: Value = serde_json::from_str(ADDED).expect("it is JSON");
    merge(document, added);
    let platforms: Vec<String> = report_pipeline::Platforms::default()
        .iter()
        .map(|rules| rules.platform().to_string())
        .collect();
    let platform = &mut document["components"]["schemas"]["Submission"]["properties"]["platform"];
    platform["enum"] = platforms
        .into_iter()
        .map(Value::from)
        .chain([Value::Null])
        .collect();
    if let Some(schemes) = document["components"].get_mut("securitySchemes")
        && !needs_key
    {
        *schemes = json!({});
    }
    let paths = document["paths"].as_object_mut().expect("an object");
    for (path, item) in paths {
        if !path.starts_with("/api/") {
            continue;
        }
        for operation in item.as_object_mut().expect("an object").values_mut() {
            let responses = &mut operation["responses"];
            responses["429"] = json!({"$ref": "#/components/responses/TooManyRequests"});
            if needs_key {
                responses["401"] = json!({"$ref": "#/components/responses/Unauthorized"});
                operation["security"] = json!([{"bearer": []}, {"header": []}]);
            }
        }
    }
}

/// Puts every member of `added` into `document`, objects into objects.
fn merge(document: &mut Value, added: Value) {
    match (document, added) {
        (Value::Object(members), Value::Object(added)) => {
            for (name, value) in added {
                merge(
                    members.entry(name).or_insert(Value::Object(Map::new())),
                    value,
                );
            }
        }
        (Value::Array(values), Value::Array(added)) => values.extend(added),
        (place, added) => *place = added,
    }
}
