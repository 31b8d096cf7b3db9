//! Which key belongs to whom.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HeaderName};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::tenant::{Tenant, TenantScope};
use crate::callbacks::{Callbacks, Sender};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The least length of a key: 128 bits in hexadecimal digits are twice that.
const MIN_KEY: usize = 16;

/// Who may ask.
pub(crate) enum Access {
    /// Everybody, as one.
    Open(TenantScope),
    /// Who has a key.
    Keys(Vec<Key>),
}

/// What is kept of a key: not the key.
pub(crate) struct Key {
    hash: [u8; 32],
    tenant: TenantScope,
}

/// The key of whoever runs the service. What is kept of it is not the key.
pub(crate) struct OperatorKey([u8; 32]);

impl OperatorKey {
    /// # Errors
    /// If it is too short, or no hash where it says so.
    pub(crate) fn new(key: &str) -> Result<Self, &'static str> {
        hash_of(key).map(Self)
    }

    /// Whether a request carries it.
    pub(crate) fn is_sent_in(&self, headers: &HeaderMap) -> bool {
        let hash = sent_key(headers).map(|key| <[u8; 32]>::from(Sha256::digest(key)));
        hash.is_some_and(|hash| self.0.ct_eq(&hash).into())
    }
}

/// The file that names the tenants.
#[derive(Deserialize)]
struct File(BTreeMap<String, Entry>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    keys: Vec<String>,
    rate: Option<u32>,
    #[serde(default)]
    callback_hosts: Vec<String>,
    webhook_secret: Option<String>,
}

impl Access {
    /// Reads the file of tenants.
    ///
    /// # Errors
    /// What is wrong with it, without quoting a secret.
    pub(crate) fn open(
        path: &Path,
        rate: Option<NonZeroU32>,
        sender: &Sender,
    ) -> Result<Self, String> {
        let fail = |what: String| format!("tenants file {}: {what}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        Self::parse(&text, rate, sender).map_err(fail)
    }

    fn parse(text: &str, rate: Option<NonZeroU32>, sender: &Sender) -> Result<Self, String> {
        let File(entries) = toml::from_str(text).map_err(|error| without_values(&error, text))?;
        let mut keys: Vec<Key> = Vec::new();
        for (name, entry) in entries {
            let fail = |what: &str| format!("tenant `{name}`: {what}");
            if !Tenant::is_valid_name(&name) {
                return Err(fail("a name has 1 to 24 letters, digits, `-` and `_`"));
            }
            let callbacks = match entry.webhook_secret {
                Some(secret) => Some(
                    Callbacks::new(&secret, &entry.callback_hosts, sender)
                        .map_err(|what| fail(&what))?,
                ),
                None if entry.callback_hosts.is_empty() => None,
                None => return Err(fail("callback_hosts needs a webhook_secret")),
            };
            let tenant = Arc::new(Tenant {
                rate: entry.rate.map_or(rate, NonZeroU32::new),
                name: name.clone(),
                callbacks,
            });
            for key in &entry.keys {
                let hash = hash_of(key).map_err(&fail)?;
                if keys.iter().any(|other| other.hash == hash) {
                    return Err(fail("one of its keys is there twice"));
                }
                let tenant = Arc::clone(&tenant);
                keys.push(Key { hash, tenant });
            }
        }
        if keys.is_empty() {
            return Err("it has no key, so nobody could ask".to_owned());
        }
        Ok(Self::Keys(keys))
    }

    /// The tenant whose key a request carries.
    pub(crate) fn tenant(&self, headers: &HeaderMap) -> Option<TenantScope> {
        let keys = match self {
            Self::Open(everybody) => return Some(Arc::clone(everybody)),
            Self::Keys(keys) => keys,
        };
        let hash: [u8; 32] = Sha256::digest(sent_key(headers)?).into();
        // Every key is compared, and each in the same time.
        let mut found = None;
        for key in keys {
            if bool::from(key.hash.ct_eq(&hash)) {
                found = Some(Arc::clone(&key.tenant));
            }
        }
        found
    }

    /// The tenant of a name, for a callback that was asked for earlier.
    pub(crate) fn named(&self, name: &str) -> Option<&TenantScope> {
        self.tenants().find(|tenant| tenant.name == name)
    }

    /// The rates of all tenants.
    pub(crate) fn rates(&self) -> impl Iterator<Item = NonZeroU32> {
        self.tenants().filter_map(|tenant| tenant.rate)
    }

    /// Whether anybody may ask for callbacks.
    pub(crate) fn has_callbacks(&self) -> bool {
        self.tenants().any(|tenant| tenant.callbacks.is_some())
    }

    fn tenants(&self) -> impl Iterator<Item = &TenantScope> {
        let (everybody, keys) = match self {
            Self::Open(everybody) => (Some(everybody), &[][..]),
            Self::Keys(keys) => (None, &keys[..]),
        };
        everybody
            .into_iter()
            .chain(keys.iter().map(|key| &key.tenant))
    }

    /// Whether requests need a key.
    pub(crate) const fn needs_key(&self) -> bool {
        matches!(self, Self::Keys(_))
    }
}

/// What is wrong with the file, and where. The parser's own words may quote a line or a value, and with it a key.
fn without_values(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    let message = error.message();
    let names_a_field = ["unknown field", "missing field"];
    if names_a_field.iter().any(|kind| message.starts_with(kind)) {
        return format!("line {line}: {message}");
    }
    format!(
        "line {line} is not as it must be: each tenant is a table with `keys`, a list of texts, and perhaps \
         `rate`, a number, `callback_hosts`, a list of texts, and `webhook_secret`, a text"
    )
}

/// The hash of a key, which may be given instead of the key.
fn hash_of(key: &str) -> Result<[u8; 32], &'static str> {
    let Some(hex) = key.strip_prefix("sha256:") else {
        if key.len() < MIN_KEY {
            return Err("a key has 16 characters at least");
        }
        return Ok(Sha256::digest(key).into());
    };
    let digit = |b: u8| {
        let digit = char::from(b).to_digit(16);
        digit.and_then(|digit| u8::try_from(digit).ok())
    };
    let bytes: Option<Vec<u8>> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("after `sha256:` come 64 hexadecimal digits")
}

/// The key that a request carries: `authorization: Bearer KEY`, or `x-api-key: KEY`.
fn sent_key(headers: &HeaderMap) -> Option<&[u8]> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    if let Some(field) = fields.next() {
        let (scheme, key) = field.as_bytes().split_at_checked(7)?;
        let is_bearer = scheme.eq_ignore_ascii_case(b"bearer ");
        return (is_bearer && fields.next().is_none()).then(|| key.trim_ascii());
    }
    let mut fields = headers.get_all(X_API_KEY).iter();
    let key = fields.next()?;
    fields.next().is_none().then_some(key.as_bytes())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const FILE: &str = r#"
        [acme]
        keys = ["a-key-of-acme-0001", "sha256:bc1f3e7f0b1d1f8e3d0d2d2e1f3c5b7a9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b"]
        rate = 30
        [beta]
        keys = ["the-key-of-beta-01"]
    "#;

    fn parse(text: &str) -> Result<Access, String> {
        Access::parse(text, NonZeroU32::new(60), &Sender::new(false).unwrap())
    }

    fn name(access: &Access, field: &'static str, value: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(
            HeaderName::from_static(field),
            HeaderValue::from_static(value),
        )]);
        access.tenant(&headers).map(|tenant| tenant.name.clone())
    }

    #[test]
    fn a_key_names_its_tenant_and_nothing_else_does() {
        let access = parse(FILE).unwrap();
        let acme = Some("acme".to_owned());
        assert_eq!(
            name(&access, "authorization", "Bearer a-key-of-acme-0001"),
            acme
        );
        assert_eq!(
            name(&access, "authorization", "bearer  a-key-of-acme-0001"),
            acme
        );
        assert_eq!(name(&access, "x-api-key", "a-key-of-acme-0001"), acme);
        for wrong in [
            "Bearer a-key-of-acme-0002",
            "Basic a-key-of-acme-0001",
            "Bearer",
            "",
        ] {
            assert_eq!(name(&access, "authorization", wrong), None, "{wrong}");
        }
        assert!(access.tenant(&HeaderMap::new()).is_none());
        assert_eq!(access.named("beta").unwrap().rate, NonZeroU32::new(60));
        assert_eq!(access.named("acme").unwrap().rate, NonZeroU32::new(30));
        assert!(access.named("").is_none());
    }

    #[test]
    fn two_fields_are_no_key() {
        let access = parse(FILE).unwrap();
        let mut headers = HeaderMap::new();
        for key in ["Bearer a-key-of-acme-0001", "Bearer the-key-of-beta-01"] {
            headers.append(AUTHORIZATION, HeaderValue::from_static(key));
        }
        assert!(access.tenant(&headers).is_none());
    }

    #[test]
    fn a_hash_stands_for_its_key() {
        // printf a-long-enough-key | sha256sum
        let hash = "b5681434f49f4f18969301e96a28b295a0e1f62be556c2ed2f902d53a872f6d9";
        let access = parse(&format!("[acme]\nkeys = [\"sha256:{hash}\"]")).unwrap();
        assert!(name(&access, "x-api-key", "a-long-enough-key").is_some());
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_is_quoted() {
        let secret = "s3cr3t";
        for (file, named) in [
            ("", "no key"),
            ("[acme]\nkeys = []", "no key"),
            ("[acme]\nkeys = [\"s3cr3t\"]", "16 characters"),
            (
                "[acme]\nkeys = [\"s3cr3t-s3cr3t-s3cr3t\", \"s3cr3t-s3cr3t-s3cr3t\"]",
                "twice",
            ),
            ("[acme]\nkeys = [\"sha256:s3cr3t\"]", "64 hexadecimal"),
            ("[\"a/b\"]\nkeys = [\"s3cr3t-s3cr3t-s3cr3t\"]", "1 to 24"),
            ("[acme]\nkeys = \"s3cr3t\"", "line 2"),
            ("[acme]\nkey = [\"s3cr3t\"]", "unknown field `key`"),
            (
                "[acme]\nkeys = [\"s3cr3t-s3cr3t-s3cr3t\"]\ncallback_hosts = [\"a.example\"]",
                "webhook_secret",
            ),
            (
                "[acme]\nkeys = [\"s3cr3t-s3cr3t-s3cr3t\"]\nwebhook_secret = \"s3cr3t!\"",
                "webhook_secret",
            ),
        ] {
            let Err(error) = parse(file) else {
                panic!("{file} is accepted");
            };
            assert!(error.contains(named), "{file}: {error}");
            assert!(!error.contains(secret), "{error}");
        }
    }
}
