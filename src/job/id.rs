//! The id of a job.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

use super::random::random_uuid;

/// The id of a job: a random (version 4) UUID.
///
/// Random, because knowing a job's id is what lets a client read its report. The id is made by
/// the caller, never by the store, so that a submit whose reply was lost can simply be repeated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(Uuid);

impl JobId {
    /// A new id, from the operating system's random numbers.
    #[must_use]
    pub fn random() -> Self {
        Self(random_uuid())
    }

    /// An id that was made elsewhere.
    #[must_use]
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for JobId {
    type Err = InvalidJobId;

    /// Reads the hyphenated form only, in upper or lower case. [`Display`](fmt::Display) always
    /// writes lower case.
    fn from_str(text: &str) -> Result<Self, InvalidJobId> {
        const HYPHENATED: usize = uuid::fmt::Hyphenated::LENGTH;
        if text.len() != HYPHENATED {
            return Err(InvalidJobId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidJobId)
    }
}

impl<'de> Deserialize<'de> for JobId {
    /// Reads what [`FromStr`] reads, or a UUID's bytes from a binary format.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            Uuid::deserialize(deserializer).map(Self)
        }
    }
}

/// The text is not a job id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a job id: use a UUID such as 67e55044-10b1-426f-9247-bb680e5fe0c8")]
pub struct InvalidJobId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_writes() {
        let id = JobId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert_eq!(id.as_uuid().get_version_num(), 4);
    }

    #[test]
    fn reads_upper_case_and_writes_lower_case() {
        let lower = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        let id: JobId = lower.to_uppercase().parse().unwrap();
        assert_eq!(Ok(id), lower.parse());
        assert_eq!(serde_json::to_value(id).unwrap(), lower);
        let upper = lower.to_uppercase();
        assert_eq!(serde_json::from_value::<JobId>(upper.into()).unwrap(), id);
        assert_eq!(id.to_string(), lower);
        assert_eq!(format!("{id:?}"), lower);
    }

    #[test]
    fn refuses_every_other_form() {
        let id = JobId::random();
        for form in [
            id.as_uuid().simple().to_string(),
            id.as_uuid().braced().to_string(),
            id.as_uuid().urn().to_string(),
            String::new(),
            "not-a-uuid".to_owned(),
        ] {
            assert_eq!(form.parse::<JobId>(), Err(InvalidJobId), "{form}");
            let read = serde_json::from_value::<JobId>(form.clone().into());
            assert!(
                read.unwrap_err().to_string().contains("not a job id"),
                "{form}"
            );
        }
    }
}
