//! Values that are kept between phases.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::phase::read_back;

/// Asserts that an output of a phase is the same once it has been kept as JSON and read again.
///
/// The later phases of a first attempt see the output as the phase returned it, those of a retry see what
/// was read back. A pipeline looks for differences in debug builds, but what a field with
/// `#[serde(skip)]` loses only a comparison of the values finds.
///
/// # Panics
/// If it is not the same, with the place or with both values.
///
/// # Example
/// ```
/// use report_pipeline::testing::assert_survives_json;
///
/// assert_survives_json(&vec![Some(1.5), None]);
/// ```
#[track_caller]
pub fn assert_survives_json<T>(value: &T)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let json = serde_json::to_vec(value).expect("an output can be written as JSON");
    match read_back::<T>(&json) {
        Ok(read) => assert_eq!(&read, value, "the value changes when it is kept as JSON"),
        Err(reason) => panic!("the value does not survive its JSON: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Account {
        followers: u32,
        #[serde(skip)]
        notes: Vec<String>,
    }

    #[test]
    fn a_value_that_is_the_same_passes() {
        assert_survives_json(&Account {
            followers: 3,
            notes: Vec::new(),
        });
    }

    #[test]
    #[should_panic(expected = "changes when it is kept as JSON")]
    fn a_skipped_field_is_found() {
        assert_survives_json(&Account {
            followers: 3,
            notes: vec!["lost".to_owned()],
        });
    }

    #[test]
    #[should_panic(expected = "does not survive its JSON")]
    fn a_value_that_cannot_be_read_is_named() {
        assert_survives_json(&f64::NAN);
    }
}
