//! `YouTube` Data API v3, which takes an API key.

mod answers;
mod calls;
mod failure;
mod scan;
mod session;

use report_pipeline::{PhaseContext, PhaseError, Platforms, Target};

use self::session::Session;
use super::address;
use super::http::Http;
use super::reading::Reading;
use super::secret::Secret;
use super::{LiveError, LiveOptions};

/// Where the API lives, as its discovery document says.
const BASE: &str = "https://youtube.googleapis.com/youtube/v3";

/// Access to the `YouTube` Data API v3: an API key of a Google Cloud project in which that API is
/// enabled.
///
/// A channel is found by its handle, its id (`UC...`) or, where no channel has such a handle, its old
/// user name. The newest uploads are read with their counts, and comments of each with replies where
/// they are asked for; everything that the API counts in the project's quota stays within the
/// [budget](LiveOptions::with_budget). 30 videos with a hundred comments each cost 33 units.
///
/// The key is sent in the header `X-Goog-Api-Key`.
#[derive(Debug, Clone)]
pub struct YouTubeApi {
    key: Secret,
    base: String,
}

impl YouTubeApi {
    /// Takes an API key.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: Secret::new(key),
            base: BASE.to_owned(),
        }
    }

    /// Sets the address below which the API lives, for tests and gateways.
    #[must_use]
    pub fn with_base(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Checks what was set.
    pub(super) fn checked(mut self) -> Result<Self, LiveError> {
        self.key.check("the YouTube API key")?;
        self.base = address::base(&self.base)?;
        Ok(self)
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Reads an account.
    pub(super) async fn read(
        &self,
        http: &Http,
        options: &LiveOptions,
        platforms: &Platforms,
        target: &Target,
        ctx: &PhaseContext,
    ) -> Result<Reading, PhaseError> {
        let session = Session::new(http, &self.base, self.key.header(""), options.budget, ctx);
        scan::scan(session, options, Reading::new(platforms), target).await
    }
}
