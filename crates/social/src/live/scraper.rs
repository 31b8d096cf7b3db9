//! The scraper of all three platforms.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use report_pipeline::{PhaseContext, PhaseError, Platform, Platforms, Scraper, Target};

use super::http::Http;
use super::reading::Reading;
use super::{InstagramApi, LiveError, LiveOptions, TikTokApi, YouTubeApi};
use crate::snapshot::Snapshot;

/// How long one request may take, unless it is set.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// A [`Scraper`] that reads accounts from the platforms' official APIs.
///
/// It asks the API of the target's platform, for which it must have been given access; see
/// [`YouTubeApi`], [`InstagramApi`] and [`TikTokApi`] for what each of them shows. A post or a list of
/// comments that cannot be read costs only itself and is named in the snapshot's
/// [`problems`](Snapshot::problems); [`Sections`](crate::Sections) say how much was asked for.
///
/// Pages that were read are kept with the job: whatever ends an attempt, the next one asks only for what
/// is missing.
///
/// Proxies are those of the environment: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`. Certificates are those
/// of the system. Clones share connections.
///
/// How long data of an API may be kept, and what may be worked out of it, is for the platform's terms to
/// say: read them before you run a service.
///
/// # Example
/// ```no_run
/// use report_pipeline_social::{LiveOptions, LiveScraper, YouTubeApi};
///
/// let scraper = LiveScraper::builder()
///     .with_youtube(YouTubeApi::new(std::env::var("YOUTUBE_API_KEY")?))
///     .with_options(LiveOptions::new().with_posts(50))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LiveScraper {
    access: Arc<Access>,
}

/// What a [`LiveScraper`] is made of.
#[derive(Debug, Clone)]
pub struct LiveBuilder {
    youtube: Option<YouTubeApi>,
    instagram: Option<InstagramApi>,
    tiktok: Option<TikTokApi>,
    options: LiveOptions,
    platforms: Platforms,
    timeout: Duration,
}

#[derive(Debug)]
struct Access {
    http: Http,
    given: LiveBuilder,
}

impl LiveScraper {
    /// Begins with access to nothing.
    #[must_use]
    pub fn builder() -> LiveBuilder {
        LiveBuilder {
            youtube: None,
            instagram: None,
            tiktok: None,
            options: LiveOptions::new(),
            platforms: Platforms::default(),
            timeout: REQUEST_TIMEOUT,
        }
    }

    /// What it was given no access to: a platform each, and what access to it takes.
    #[must_use]
    pub fn missing(&self) -> Vec<(Platform, &'static str)> {
        let given = &self.access.given;
        let mut missing = Vec::new();
        if given.youtube.is_none() {
            missing.push((Platform::YOUTUBE, YOUTUBE));
        }
        if given.instagram.is_none() {
            missing.push((Platform::INSTAGRAM, INSTAGRAM));
        }
        if given.tiktok.is_none() {
            missing.push((Platform::TIKTOK, TIKTOK));
        }
        missing
    }

    /// Reads an account, and leaves it to the caller to make a snapshot of it.
    pub(super) async fn read(
        &self,
        target: &Target,
        ctx: &PhaseContext,
    ) -> Result<Reading, PhaseError> {
        let Access { http, given } = &*self.access;
        let (options, platforms) = (&given.options, &given.platforms);
        let platform = &target.platform;
        if *platform == Platform::YOUTUBE {
            let api = given
                .youtube
                .as_ref()
                .ok_or_else(|| no_access(platform, YOUTUBE))?;
            api.read(http, options, platforms, target, ctx).await
        } else if *platform == Platform::INSTAGRAM {
            let api = given
                .instagram
                .as_ref()
                .ok_or_else(|| no_access(platform, INSTAGRAM))?;
            api.read(http, options, platforms, target, ctx).await
        } else if *platform == Platform::TIKTOK {
            let api = given
                .tiktok
                .as_ref()
                .ok_or_else(|| no_access(platform, TIKTOK))?;
            api.read(http, options, platforms, target, ctx).await
        } else {
            Err(PhaseError::permanent(format!(
                "accounts of {platform} cannot be read live"
            )))
        }
    }
}

const YOUTUBE: &str = "an API key";
const INSTAGRAM: &str = "a token and the id of the account that it is of";
const TIKTOK: &str = "tokens of creators who gave their consent";

fn no_access(platform: &Platform, needed: &str) -> PhaseError {
    PhaseError::permanent(format!(
        "this service has no access to {platform}: its operator must give it {needed}"
    ))
}

#[async_trait]
impl Scraper for LiveScraper {
    type Output = Snapshot;

    /// Reads the account.
    ///
    /// # Errors
    /// Quota exhausted, with the time until the platform counts anew; rate limited; account unavailable
    /// if there is no such account, or if it is private or of a kind that the API does not show;
    /// transient for faults of the network and of the platform; permanent if the operator has to do
    /// something, such as to change a key.
    ///
    /// # Cancel safety
    /// May be dropped at any `await`.
    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Snapshot, PhaseError> {
        self.read(target, ctx).await?.finish(target.clone()).await
    }
}

impl LiveBuilder {
    /// Gives access to `YouTube`.
    #[must_use]
    pub fn with_youtube(mut self, api: YouTubeApi) -> Self {
        self.youtube = Some(api);
        self
    }

    /// Gives access to Instagram.
    #[must_use]
    pub fn with_instagram(mut self, api: InstagramApi) -> Self {
        self.instagram = Some(api);
        self
    }

    /// Gives access to `TikTok`.
    #[must_use]
    pub fn with_tiktok(mut self, api: TikTokApi) -> Self {
        self.tiktok = Some(api);
        self
    }

    /// Sets how much of an account is read.
    #[must_use]
    pub fn with_options(mut self, options: LiveOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the rules by which names are folded; those of the built-in platforms by default.
    #[must_use]
    pub fn with_platforms(mut self, platforms: Platforms) -> Self {
        self.platforms = platforms;
        self
    }

    /// Sets how long one request may take, its answer included; 20 s by default.
    #[must_use]
    pub const fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Builds the scraper. Nothing is asked yet: whether a key is good shows with the first account.
    ///
    /// # Errors
    /// [`LiveError`] if a key, an id or an address cannot be one, or if the system has no certificates.
    pub fn build(mut self) -> Result<LiveScraper, LiveError> {
        self.youtube = self.youtube.map(YouTubeApi::checked).transpose()?;
        self.instagram = self.instagram.map(InstagramApi::checked).transpose()?;
        self.tiktok = self.tiktok.map(TikTokApi::checked).transpose()?;
        let bases = [
            self.youtube.as_ref().map(YouTubeApi::base),
            self.instagram.as_ref().map(InstagramApi::base),
            self.tiktok.as_ref().map(TikTokApi::base),
        ];
        let tls = bases
            .iter()
            .flatten()
            .any(|base| base.starts_with("https:"));
        let http = Http::new(tls, self.timeout)?;
        let access = Arc::new(Access { http, given: self });
        Ok(LiveScraper { access })
    }
}
