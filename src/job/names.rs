//! Enums whose values have names on the wire and in stores.

/// Gives an enum its names: `ALL`, `as_str`, `Display` and `FromStr` from one list.
///
/// The match in `as_str` is exhaustive, so a new variant does not compile until it is in the list,
/// and what is in the list can be read back. A store that reads names uses `FromStr` and has no
/// list of its own that could fall behind.
macro_rules! named {
    ($type:ident, $what:literal { $($variant:ident => $name:literal,)+ }) => {
        impl $type {
            #[doc = concat!("Every ", $what, ", in the order of declaration.")]
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[doc = concat!("The name of the ", $what, " on the wire and in stores.")]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::job::UnknownName;

            #[doc = concat!("Reads the name of a ", $what, ", exactly as `as_str` writes it.")]
            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let named = |value: &&Self| value.as_str() == name;
                Self::ALL.iter().find(named).copied().ok_or(
                    $crate::job::UnknownName::new($what, &[$($name),+]),
                )
            }
        }
    };
}

pub(super) use named;

/// The text is not the name of a [`Status`](super::Status), [`Phase`](super::Phase) or
/// [`FailureKind`](super::FailureKind).
///
/// A newer version of the library may have written it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a {what}: use one of {}", .known.join(", "))]
pub struct UnknownName {
    what: &'static str,
    known: &'static [&'static str],
}

impl UnknownName {
    pub(super) const fn new(what: &'static str, known: &'static [&'static str]) -> Self {
        Self { what, known }
    }
}

#[cfg(test)]
mod tests {
    use crate::job::{FailureKind, Phase, Status};

    /// The name is what serde writes, and reads back as the value it was written for.
    macro_rules! assert_names {
        ($($type:ident),+) => {
            $(for value in $type::ALL {
                assert_eq!(serde_json::to_value(value).unwrap(), value.as_str());
                assert_eq!(value.as_str().parse(), Ok(*value));
                assert_eq!(value.to_string(), value.as_str());
            })+
        };
    }

    #[test]
    fn every_name_is_the_serialized_one_and_reads_back() {
        assert_names!(FailureKind, Phase, Status);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        for name in ["", "Pending", " pending", "ended"] {
            let error = name.parse::<Status>().unwrap_err();
            assert_eq!(
                error.to_string(),
                "not the name of a status: use one of pending, processing, completed, failed"
            );
        }
        assert!("scraping".parse::<Phase>().is_err());
    }
}
