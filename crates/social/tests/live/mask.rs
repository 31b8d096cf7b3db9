//! Partial responses, as Google's APIs make them: the parameter `fields` names what is left.

use serde_json::{Map, Value};

/// The fields that a mask names, each with those inside it; none inside means all of it.
type Mask = Vec<(String, Mask2)>;

/// What is named inside a field.
#[derive(Debug, Clone)]
pub(crate) struct Mask2(Mask);

/// Leaves of an answer what the mask names. Refuses a mask that names what the answer cannot have:
/// `known` says so, by the path of the field, such as `items/snippet/title`.
pub(crate) fn apply(
    mask: &str,
    answer: &Value,
    known: &dyn Fn(&str) -> bool,
) -> Result<Value, String> {
    let mut rest = mask;
    let parsed = list(&mut rest)?;
    if !rest.is_empty() {
        return Err(format!("`{rest}` is left over"));
    }
    check(&parsed, "", known)?;
    Ok(left(&parsed, answer))
}

fn list(rest: &mut &str) -> Result<Mask, String> {
    let mut fields = Vec::new();
    loop {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        if end == 0 {
            return Err(format!("a name is missing at `{rest}`"));
        }
        let name = rest[..end].to_owned();
        *rest = &rest[end..];
        let mut inner = Vec::new();
        if let Some(inside) = rest.strip_prefix('(') {
            *rest = inside;
            inner = list(rest)?;
            *rest = rest
                .strip_prefix(')')
                .ok_or("a parenthesis is not closed")?;
        }
        fields.push((name, Mask2(inner)));
        match rest.strip_prefix(',') {
            Some(more) => *rest = more,
            None => return Ok(fields),
        }
    }
}

fn check(mask: &Mask, path: &str, known: &dyn Fn(&str) -> bool) -> Result<(), String> {
    for (name, inner) in mask {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        if !known(&path) {
            return Err(format!("there is no field {path}"));
        }
        check(&inner.0, &path, known)?;
    }
    Ok(())
}

fn left(mask: &Mask, value: &Value) -> Value {
    if mask.is_empty() {
        return value.clone();
    }
    match value {
        Value::Array(items) => items.iter().map(|item| left(mask, item)).collect(),
        Value::Object(fields) => {
            let kept: Map<String, Value> = mask
                .iter()
                .filter_map(|(name, inner)| Some((name.clone(), left(&inner.0, fields.get(name)?))))
                .collect();
            Value::Object(kept)
        }
        other => other.clone(),
    }
}
