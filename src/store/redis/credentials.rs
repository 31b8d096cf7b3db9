//! Users and passwords that are asked for with each connection.

use std::error::Error;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use redis::{ErrorKind, RedisConnectionInfo, RedisError};

/// How long a provider may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A password, and the user that it is for: without a name the one in the address, or else the default user.
#[derive(Clone)]
pub struct RedisCredentials {
    user: Option<String>,
    password: String,
}

impl RedisCredentials {
    /// Makes credentials of a password.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Self {
        Self {
            user: None,
            password: password.into(),
        }
    }

    /// Names the user.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// The login with these, for the same database.
    pub(super) fn applied_to(&self, login: &RedisConnectionInfo) -> RedisConnectionInfo {
        let mut login = login.clone().set_password(&self.password);
        if let Some(user) = &self.user {
            login = login.set_username(user);
        }
        login
    }
}

impl fmt::Debug for RedisCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisCredentials")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

type Given = Result<RedisCredentials, Box<dyn Error + Send + Sync>>;

/// Gives the credentials of the next connection.
#[derive(Clone)]
pub(super) struct Provider(Arc<dyn Fn() -> BoxFuture<'static, Given> + Send + Sync>);

impl Provider {
    pub(super) fn new<F, T>(provide: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Given> + Send + 'static,
    {
        Self(Arc::new(move || provide().boxed()))
    }

    /// Asks. What goes wrong is an error of the attempt to connect, and the next attempt asks again.
    pub(super) async fn ask(&self) -> Result<RedisCredentials, RedisError> {
        let asking = AssertUnwindSafe(async { (self.0)().await }).catch_unwind();
        let why = match tokio::time::timeout(TIMEOUT, asking).await {
            Ok(Ok(Ok(credentials))) => return Ok(credentials),
            Ok(Ok(Err(error))) => error.to_string(),
            Ok(Err(_panic)) => "it panicked".to_owned(),
            Err(_) => format!("it gave none within {TIMEOUT:?}"),
        };
        Err(RedisError::from((
            ErrorKind::Client,
            "the provider of credentials failed",
            why,
        )))
    }
}
