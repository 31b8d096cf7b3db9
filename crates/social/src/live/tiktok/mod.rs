//! `TikTok`'s Display API, which shows the accounts of creators who gave their consent.

mod failure;
mod tokens;

use chrono::{DateTime, TimeDelta, Utc};
use report_pipeline::{Handle, PhaseContext, PhaseError, Platform, Platforms, Target};

use self::failure::{API, Refusal, consent_is_over, refusal};
pub use self::tokens::TikTokTokens;
use self::tokens::{Application, Token};
use super::address::{self, path};
use super::http::{Call, Http};
use super::pages::{Page, Pages};
use super::reading::{Reading, is_of, not_understood};
use super::secret::Secret;
use super::{LiveError, LiveOptions};
use crate::facts::{AccountKey, Fact, Item};
use crate::values::{Faults, Object};

/// Where the API lives.
const BASE: &str = "https://open.tiktokapis.com/v2";
const USER: &str = "TikTok API user";
const VIDEOS: &str = "TikTok API videos";
/// The most videos of a page.
const PAGE: u32 = 20;
/// A token that runs out so soon is refreshed at once.
const SOON: TimeDelta = TimeDelta::minutes(2);

/// Access to `TikTok`'s Display API: tokens of creators who gave their consent to the scopes
/// `user.info.basic`, `user.info.profile`, `user.info.stats` and `video.list`.
///
/// One token is one creator; accounts without a token cannot be read. The API has profile and videos,
/// and **no comments**: the snapshot says so, and a report from it alone is partial.
///
/// Tokens are sent in the header `Authorization`, and refresh tokens in the body of a POST.
#[derive(Debug, Clone)]
pub struct TikTokApi {
    tokens: TikTokTokens,
    base: String,
}

impl TikTokApi {
    /// Takes the tokens.
    #[must_use]
    pub fn new(tokens: TikTokTokens) -> Self {
        Self {
            tokens,
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
        self.tokens.check()?;
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
        let handle = &target.handle;
        let Some(token) = self.tokens.token(handle) else {
            return Err(PhaseError::account_unavailable(format!(
                "@{handle} has not connected their TikTok account to this service, and without \
                 that TikTok shows nothing"
            )));
        };
        let mut asking = Asking {
            api: self,
            http,
            handle,
            token,
            ctx,
            pages: Pages::of(ctx),
        };
        let mut reading = Reading::new(platforms);
        reading.identity.handles = vec![handle.clone()];
        reading.asked.posts = Some(u64::from(options.posts));
        reading.asked.comments_limit = Some(0);
        reading.no_comments = Some(
            "Comments were not read: TikTok's API for creators who gave their consent has none.",
        );

        let page = asking.ask(USER, &user_path(), None).await?;
        let user = user(&page.body);
        let is_same = user
            .name
            .as_ref()
            .is_none_or(|name| reading.handle(&Platform::TIKTOK, name).as_ref() == Some(handle));
        if !is_same {
            return Err(PhaseError::permanent(format!(
                "the token that is kept for @{handle} is another account's: the operator must \
                 correct the map of tokens"
            )));
        }
        reading.add(API, USER, &page.body, page.read_at)?;
        reading.say(Fact {
            account: AccountKey::unknown(Platform::TIKTOK).with_handle(Some(handle.clone())),
            captured_at: Some(page.read_at),
            source: "TikTok API",
            item: Item::PostsRead { limit: None },
        });
        let total = user.videos.unwrap_or(u64::from(options.posts));
        let pages = total
            .min(u64::from(options.posts))
            .div_ceil(u64::from(PAGE))
            + 1;
        let (mut done, mut read, mut cursor) = (1_u64, 0_u32, None);
        while read < options.posts {
            ctx.progress(0.95 * (as_float(done) / as_float(pages)).min(1.0));
            let count = (options.posts - read).min(PAGE);
            let page = asking
                .ask(VIDEOS, &videos_path(), Some(videos_body(count, cursor)))
                .await?;
            reading.add(API, VIDEOS, &page.body, page.read_at)?;
            let found = videos(&page.body);
            read = read.saturating_add(found.count);
            done += 1;
            // The same cursor again would go round for ever.
            let is_new = found.cursor.is_some() && found.cursor != cursor;
            cursor = found.cursor;
            if !found.has_more || !is_new || found.count == 0 {
                break;
            }
        }
        Ok(reading)
    }
}

/// The questions of one report.
struct Asking<'a> {
    api: &'a TikTokApi,
    http: &'a Http,
    handle: &'a Handle,
    token: Token,
    ctx: &'a PhaseContext,
    pages: Pages<'a>,
}

impl Asking<'_> {
    /// Asks for a page, with a fresh token if the present one has run out.
    async fn ask(
        &mut self,
        format: &'static str,
        path: &str,
        body: Option<String>,
    ) -> Result<Page, PhaseError> {
        let call = format!("{path} {}", body.as_deref().unwrap_or_default());
        if let Some(page) = self.pages.earlier(&call) {
            return Ok(page);
        }
        let soon = Utc::now() + SOON;
        if self.token.expires_at.is_some_and(|at| at < soon) && self.token.refresh.is_some() {
            self.refresh().await?;
        }
        let answered = match self.ask_once(path, body.clone()).await {
            Err(refused) if refused.about_token => {
                self.refresh().await?;
                self.ask_once(path, body).await
            }
            answered => answered,
        };
        let answered = answered.map_err(|refused| refused.error)?;
        if !is_of(format, &answered) {
            return Err(not_understood(API));
        }
        self.pages.keep(&call, answered).await
    }

    async fn ask_once(&self, path: &str, body: Option<String>) -> Result<String, Refusal> {
        let whole = |error| Refusal {
            about_token: false,
            error,
        };
        if self.ctx.is_cancelled() {
            return Err(whole(PhaseError::transient(
                "reading TikTok was asked to stop",
            )));
        }
        let call = Call {
            address: format!("{}{path}", self.api.base),
            headers: vec![("authorization", self.token.access.header("Bearer "))],
            body: body.map(|body| ("application/json", body)),
        };
        let answer = self.http.send(API, call).await.map_err(whole)?;
        match refusal(&answer, self.handle.as_str(), Utc::now()) {
            Some(refused) => Err(refused),
            None => Ok(answer.body),
        }
    }

    /// Fetches a new token, unless somebody else has done so meanwhile.
    async fn refresh(&mut self) -> Result<(), PhaseError> {
        let tokens = &self.api.tokens;
        let _one_at_a_time = tokens.refreshing.lock().await;
        tokens.reload();
        if let Some(present) = tokens.token(self.handle)
            && present.access != self.token.access
        {
            self.token = present;
            return Ok(());
        }
        let (Some(refresh), Some(application)) = (&self.token.refresh, tokens.application()) else {
            return Err(consent_is_over(self.handle.as_str()));
        };
        let call = Call {
            address: format!("{}/oauth/token/", self.api.base),
            headers: Vec::new(),
            body: Some((
                "application/x-www-form-urlencoded",
                form(&application, refresh),
            )),
        };
        let answer = self.http.send(API, call).await?;
        let now = Utc::now();
        let faults = Faults::default();
        let fresh = Object::document(&answer.body, &faults)
            .ok_or_else(|| not_understood(API))
            .and_then(|object| self.fresh(&object, &answer, now))?;
        tokens.renew(self.handle, fresh.clone());
        self.token = fresh;
        Ok(())
    }

    fn fresh(
        &self,
        object: &Object<'_>,
        answer: &super::http::Answer,
        now: DateTime<Utc>,
    ) -> Result<Token, PhaseError> {
        if let Some(access) = object.word("access_token") {
            let lifetime = object
                .count("expires_in")
                .and_then(|seconds| i64::try_from(seconds).ok());
            return Ok(Token {
                access: Secret::new(access),
                // A new one may replace it.
                refresh: object
                    .word("refresh_token")
                    .map(Secret::new)
                    .or_else(|| self.token.refresh.clone()),
                expires_at: lifetime
                    .and_then(|seconds| now.checked_add_signed(TimeDelta::try_seconds(seconds)?)),
            });
        }
        // Errors of this endpoint are texts.
        let status = answer.status.as_u16();
        let code = object.word("error").filter(|code| {
            code.len() <= 40 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        });
        Err(match code.as_deref() {
            Some("invalid_grant" | "access_denied") => consent_is_over(self.handle.as_str()),
            _ if status == 429 => {
                PhaseError::rate_limited("the TikTok API limits our requests", answer.wait())
            }
            Some("server_error" | "temporarily_unavailable") => not_at_the_moment(answer),
            _ if status >= 500 => not_at_the_moment(answer),
            Some(code) => PhaseError::permanent(format!(
                "{API} gives this service no new token ({code}): its operator must check the \
                 application's key and secret"
            )),
            None => match refusal(answer, self.handle.as_str(), now) {
                Some(refused) => refused.error,
                None => not_understood(API),
            },
        })
    }
}

fn not_at_the_moment(answer: &super::http::Answer) -> PhaseError {
    PhaseError::transient(format!("{API} gives no new token at the moment"))
        .with_retry_after(answer.wait())
}

fn form(application: &Application, refresh: &Secret) -> String {
    let form = path(
        "",
        &[
            ("client_key", &application.key),
            ("client_secret", application.secret.expose()),
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
        ],
    );
    form[1..].to_owned()
}

fn user_path() -> String {
    let fields = "open_id,username,display_name,bio_description,avatar_url,profile_deep_link,\
                  is_verified,follower_count,following_count,likes_count,video_count";
    path("/user/info/", &[("fields", fields)])
}

fn videos_path() -> String {
    let fields = "id,create_time,title,video_description,duration,share_url,like_count,\
                  comment_count,share_count,view_count";
    path("/video/list/", &[("fields", fields)])
}

fn videos_body(count: u32, cursor: Option<u64>) -> String {
    match cursor {
        Some(cursor) => format!(r#"{{"max_count":{count},"cursor":{cursor}}}"#),
        None => format!(r#"{{"max_count":{count}}}"#),
    }
}

/// What the scan needs of the user.
struct User {
    name: Option<String>,
    videos: Option<u64>,
}

fn user(body: &str) -> User {
    let faults = Faults::default();
    let data = Object::document(body, &faults).and_then(|object| object.object("data"));
    let user = data.and_then(|data| data.object("user"));
    User {
        name: user.as_ref().and_then(|user| user.name("username")),
        videos: user.and_then(|user| user.count("video_count")),
    }
}

/// What the paging needs of a page of videos.
struct Videos {
    count: u32,
    cursor: Option<u64>,
    has_more: bool,
}

fn videos(body: &str) -> Videos {
    let faults = Faults::default();
    let data = Object::document(body, &faults).and_then(|object| object.object("data"));
    let items = data.as_ref().and_then(|data| data.objects("videos"));
    Videos {
        count: items.map_or(0, |items| u32::try_from(items.count()).unwrap_or(u32::MAX)),
        cursor: data.as_ref().and_then(|data| data.count("cursor")),
        has_more: data.is_some_and(|data| data.flag("has_more") == Some(true)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "for a bar of progress")]
const fn as_float(count: u64) -> f64 {
    count as f64
}
