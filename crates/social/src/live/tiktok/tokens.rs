//! The tokens of creators who gave their consent.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use report_pipeline::Handle;
use serde::{Deserialize, Serialize};

use super::super::LiveError;
use super::super::secret::Secret;

/// The tokens of creators who gave their consent, by handle, and the application that they gave it to.
///
/// An access token lives for a day. With a refresh token and the application's key and secret a new
/// one is fetched when it has run out. Clones share the tokens.
///
/// # File
/// ```json
/// {"client_key": "...", "client_secret": "...",
///  "accounts": {"some_creator": {"access_token": "...", "refresh_token": "...",
///                                "expires_at": "2026-01-05T12:00:00Z"}}}
/// ```
/// Everything but `access_token` may be left out. Refreshed tokens are written back to it: keep it
/// where nobody else may read it. Several processes may share it, unless they refresh the same token
/// in the same second.
///
/// # Example
/// ```
/// use report_pipeline_social::TikTokTokens;
///
/// let tokens = TikTokTokens::new()
///     .with_application("key", "secret")
///     .with_account("some_creator", "access token", Some("refresh token".to_owned()));
/// ```
#[derive(Clone)]
pub struct TikTokTokens {
    kept: Arc<Mutex<Kept>>,
    /// Held while a token is refreshed: a refresh token may serve once only.
    pub(super) refreshing: Arc<tokio::sync::Mutex<()>>,
    path: Option<Arc<PathBuf>>,
}

/// The key and the secret of an application.
#[derive(Clone)]
pub(super) struct Application {
    pub(super) key: String,
    pub(super) secret: Secret,
}

/// The tokens of one creator.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) access: Secret,
    pub(super) refresh: Option<Secret>,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

#[derive(Default)]
struct Kept {
    application: Option<Application>,
    accounts: BTreeMap<String, Token>,
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct File {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    accounts: BTreeMap<String, Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
}

impl TikTokTokens {
    /// Makes a map without tokens, which lives as long as the process.
    #[must_use]
    pub fn new() -> Self {
        Self {
            kept: Arc::default(),
            refreshing: Arc::default(),
            path: None,
        }
    }

    /// Reads the tokens from a file, and writes refreshed ones back to it.
    ///
    /// # Errors
    /// [`LiveError::Tokens`] if it cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LiveError> {
        let path = path.as_ref().to_owned();
        let kept = load(&path).map_err(|source| LiveError::Tokens {
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            kept: Arc::new(Mutex::new(kept)),
            refreshing: Arc::default(),
            path: Some(Arc::new(path)),
        })
    }

    /// Sets the key and the secret of the application that the creators gave their consent to.
    #[must_use]
    pub fn with_application(self, key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.lock().application = Some(Application {
            key: key.into(),
            secret: Secret::new(secret),
        });
        self
    }

    /// Adds the tokens of a creator.
    #[must_use]
    pub fn with_account(
        self,
        handle: impl AsRef<str>,
        access_token: impl Into<String>,
        refresh_token: Option<String>,
    ) -> Self {
        let token = Token {
            access: Secret::new(access_token),
            refresh: refresh_token.map(Secret::new),
            expires_at: None,
        };
        self.lock().accounts.insert(folded(handle.as_ref()), token);
        self
    }

    pub(super) fn check(&self) -> Result<(), LiveError> {
        for token in self.lock().accounts.values() {
            token.access.check("an access token of TikTok")?;
        }
        Ok(())
    }

    pub(super) fn token(&self, handle: &Handle) -> Option<Token> {
        self.lock().accounts.get(handle.as_str()).cloned()
    }

    pub(super) fn application(&self) -> Option<Application> {
        self.lock().application.clone()
    }

    /// Reads the file again: another process may have refreshed a token.
    pub(super) fn reload(&self) {
        if let Some(path) = &self.path
            && let Ok(kept) = load(path)
        {
            *self.lock() = kept;
        }
    }

    /// Keeps a refreshed token.
    pub(super) fn renew(&self, handle: &Handle, token: Token) {
        let written = {
            let mut kept = self.lock();
            kept.accounts.insert(handle.as_str().to_owned(), token);
            self.path.as_ref().map(|path| save(path, &kept))
        };
        if let Some(Err(error)) = written {
            tracing::error!(
                %error,
                "a refreshed TikTok token could not be written back to its file: after a restart \
                 the creator has to connect again"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TikTokTokens {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TikTokTokens {
    // How many, not whose.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TikTokTokens")
            .field("accounts", &self.lock().accounts.len())
            .finish_non_exhaustive()
    }
}

/// A handle as people may write it in the file, in the spelling of targets.
fn folded(handle: &str) -> String {
    handle.trim().trim_start_matches('@').to_ascii_lowercase()
}

fn load(path: &Path) -> io::Result<Kept> {
    let text = std::fs::read_to_string(path)?;
    let file: File = serde_json::from_str(&text).map_err(|error| {
        // The error's own words may hold a part of the file.
        io::Error::other(format!(
            "it is not JSON with `accounts` and an `access_token` in each (line {}, column {})",
            error.line(),
            error.column()
        ))
    })?;
    let application = file.client_key.zip(file.client_secret);
    let accounts = file.accounts.into_iter().map(|(handle, entry)| {
        let token = Token {
            access: Secret::new(entry.access_token),
            refresh: entry.refresh_token.map(Secret::new),
            expires_at: entry.expires_at,
        };
        (folded(&handle), token)
    });
    Ok(Kept {
        application: application.map(|(key, secret)| Application {
            key,
            secret: Secret::new(secret),
        }),
        accounts: accounts.collect(),
    })
}

/// Writes the file beside its place and then puts it there, so that it is never half written.
fn save(path: &Path, kept: &Kept) -> io::Result<()> {
    let text = |secret: &Secret| secret.expose().to_owned();
    let file = File {
        client_key: kept.application.as_ref().map(|known| known.key.clone()),
        client_secret: kept.application.as_ref().map(|known| text(&known.secret)),
        accounts: kept
            .accounts
            .iter()
            .map(|(handle, token)| {
                let entry = Entry {
                    access_token: text(&token.access),
                    refresh_token: token.refresh.as_ref().map(text),
                    expires_at: token.expires_at,
                };
                (handle.clone(), entry)
            })
            .collect(),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&beside)?;
    serde_json::to_writer_pretty(&mut written, &file)?;
    written.write_all(b"\n")?;
    written.sync_all()?;
    std::fs::rename(beside, path)
}
