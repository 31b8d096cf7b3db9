//! Keys and tokens.

use std::fmt;

use http::HeaderValue;

use super::LiveError;

/// A key or a token. It leaves the process in a header of a request and nowhere else: it has no
/// `Display`, its `Debug` shows nothing, and headers made of it are marked as sensitive.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(secret: impl Into<String>) -> Self {
        Self(secret.into().trim().to_owned())
    }

    /// Checks that it can be sent. `what` begins the sentence "... is empty".
    pub(super) fn check(&self, what: &'static str) -> Result<(), LiveError> {
        let fits = !self.0.is_empty() && self.0.bytes().all(|b| b.is_ascii_graphic());
        fits.then_some(()).ok_or(LiveError::Secret { what })
    }

    /// The value of a header: the secret behind `prefix`.
    pub(super) fn header(&self, prefix: &str) -> HeaderValue {
        let value = HeaderValue::from_str(&format!("{prefix}{}", self.0));
        let mut value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// The secret itself, for the body of a request or a file of secrets.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
