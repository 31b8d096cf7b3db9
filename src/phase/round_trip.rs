//! Whether a value is the same once it has been written as JSON and read again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a value back from its JSON.
///
/// # Errors
/// Says where the value cannot be read, or where its JSON is another one the second time. Names places
/// and no values: the text may reach clients.
pub(crate) fn read_back<T: Serialize + DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let read: T = serde_json::from_slice(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("it cannot be read again at line {line}, column {column}")
    })?;
    // Both as text: a number of 32 bits is another one in 64 bits.
    let again = serde_json::to_vec(&read).ok();
    let parsed = |json| serde_json::from_slice::<Value>(json).ok();
    let pair = parsed(json).zip(again.as_deref().and_then(parsed));
    let (first, again) = pair.ok_or("it cannot be written again")?;
    match difference(&first, &again, "$") {
        None => Ok(read),
        Some(place) => Err(format!("{place} is another value when it is read again")),
    }
}

/// The place of the first difference.
fn difference(first: &Value, again: &Value, place: &str) -> Option<String> {
    let same = match (first, again) {
        (Value::Number(first), Value::Number(again)) => {
            // The last digit of a fraction may change without harm.
            let both = first.as_f64().zip(again.as_f64());
            first == again
                || both.is_some_and(|(first, again)| {
                    (first - again).abs() <= 1e-9 * first.abs().max(again.abs())
                })
        }
        (Value::Array(first), Value::Array(again)) if first.len() == again.len() => {
            let mut pairs = first.iter().zip(again).enumerate();
            let found = pairs.find_map(|(n, (a, b))| difference(a, b, &format!("{place}[{n}]")));
            // Sets come in any order.
            if found.is_none() || sorted(first) == sorted(again) {
                return None;
            }
            return found;
        }
        (Value::Object(first), Value::Object(again)) => {
            let missing = |(name, value): (&String, &Value)| {
                let place = format!("{place}.{name}");
                match again.get(name) {
                    Some(again) => difference(value, again, &place),
                    None => Some(place),
                }
            };
            let new = again.keys().find(|name| !first.contains_key(*name));
            return first
                .iter()
                .find_map(missing)
                .or_else(|| new.map(|name| format!("{place}.{name}")));
        }
        (first, again) => first == again,
    };
    (!same).then(|| place.to_owned())
}

fn sorted(values: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = values.iter().map(Value::to_string).collect();
    texts.sort_unstable();
    texts
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    fn check<T: Serialize + DeserializeOwned>(value: &T) -> Result<T, String> {
        read_back(&serde_json::to_vec(value).unwrap())
    }

    #[derive(Serialize, Deserialize)]
    struct Account {
        #[serde(skip_deserializing)]
        name: String,
    }

    #[derive(Serialize, Deserialize)]
    struct Renamed {
        #[serde(rename(serialize = "likes"), default)]
        hearts: u32,
    }

    #[test]
    fn what_is_not_the_same_is_named() {
        assert!(check(&vec![1.5, f64::NAN]).is_err());
        assert!(check(&f64::INFINITY).is_err());
        let name = "Ada".to_owned();
        let account = check(&Account { name }).err();
        let place = "$.name is another value when it is read again";
        assert_eq!(account.as_deref(), Some(place));
        let renamed = check(&vec![Renamed { hearts: 7 }]).err();
        let place = "$[0].likes is another value when it is read again";
        assert_eq!(renamed.as_deref(), Some(place));
    }

    proptest! {
        #[test]
        fn what_is_the_same_is_not_complained_of(
            floats in prop::collection::vec(prop::num::f64::NORMAL, 0..20),
            set in prop::collection::hash_set(".*", 0..20),
            map in prop::collection::hash_map(".*", prop::option::of(any::<i64>()), 0..20),
            small in prop::collection::vec(prop::num::f32::NORMAL, 0..20),
        ) {
            let (set, map): (HashSet<String>, HashMap<String, Option<i64>>) = (set, map);
            prop_assert!(check(&(floats, set, map, small)).is_ok());
        }
    }
}
