//! Instagram's Graph API, which shows professional accounts to a professional account.

mod failure;
mod usage;

use report_pipeline::{PhaseContext, PhaseError, Platform, Platforms, Target};

use self::failure::{API, Refusal, refusal};
use self::usage::is_nearly_used_up;
use super::address::{self, path};
use super::http::{Call, Http};
use super::pages::{Page, Pages};
use super::reading::{Reading, is_of, not_understood};
use super::secret::Secret;
use super::{LiveError, LiveOptions};
use crate::facts::{AccountKey, Fact, Item};
use crate::values::{Faults, Object};

/// Where the API lives; the version is a part of it.
const BASE: &str = "https://graph.facebook.com/v25.0";
const FORMAT: &str = "Instagram Graph profile";
/// The most media of a page.
const MEDIA: u32 = 50;

/// Access to Instagram's Graph API (Business Discovery): the id of a professional Instagram account of
/// one's own, and a token with the permissions `instagram_basic`, `instagram_manage_insights` and
/// `pages_read_engagement`.
///
/// It shows the profile and the media of business and creator accounts, and **no comments**: the
/// snapshot says so, and a report from it alone is partial. Comments can come from an archive, see
/// [`LiveThenArchive`](super::LiveThenArchive).
///
/// The token is sent in the header `Authorization`.
#[derive(Debug, Clone)]
pub struct InstagramApi {
    user: String,
    token: Secret,
    base: String,
}

impl InstagramApi {
    /// Takes the id of the own account, such as `17841400000000000`, and a token.
    #[must_use]
    pub fn new(user_id: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            user: user_id.into().trim().to_owned(),
            token: Secret::new(token),
            base: BASE.to_owned(),
        }
    }

    /// Sets the address below which the API lives, with its version: Meta ends each version after
    /// about two years.
    #[must_use]
    pub fn with_base(mut self, base: impl Into<String>) -> Self {
        self.base = base.into();
        self
    }

    /// Checks what was set.
    pub(super) fn checked(mut self) -> Result<Self, LiveError> {
        self.token.check("the Instagram token")?;
        self.base = address::base(&self.base)?;
        let is_number = self.user.len() <= 20 && self.user.bytes().all(|b| b.is_ascii_digit());
        if self.user.is_empty() || !is_number {
            return Err(LiveError::UserId);
        }
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
        let handle = target.handle.as_str();
        // The name stands inside an expression of the API.
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_');
        if !handle.bytes().all(is_name) {
            return Err(PhaseError::account_unavailable(
                "Instagram has no such names: letters from a to z, digits, '.' and '_' are allowed",
            ));
        }
        let mut reading = Reading::new(platforms);
        reading.identity.handles = vec![target.handle.clone()];
        reading.asked.posts = Some(u64::from(options.posts));
        reading.asked.comments_limit = Some(0);
        reading.no_comments =
            Some("Comments were not read: Instagram's API does not give those of other accounts.");
        let mut asking = Asking {
            api: self,
            http,
            handle,
            ctx,
            pages: Pages::of(ctx),
        };
        let mut fields = Fields::All;
        let mut read: u32 = 0;
        let mut after: Option<String> = None;
        loop {
            let count = options.posts.saturating_sub(read).min(MEDIA);
            let answered = asking.ask(fields, count, after.as_deref()).await;
            let Answered {
                page,
                is_nearly_used_up,
            } = match answered {
                // An older version, or a field that this account does not show.
                Err(refused) if refused.about_fields && fields == Fields::All => {
                    fields = Fields::Old;
                    continue;
                }
                answered => answered.map_err(|refused| refused.error)?,
            };
            reading.add(API, FORMAT, &page.body, page.read_at)?;
            let found = media(&page.body);
            if found.total == Some(0) {
                // Then the API leaves the list out.
                reading.say(Fact {
                    account: AccountKey::unknown(Platform::INSTAGRAM)
                        .with_handle(Some(target.handle.clone())),
                    captured_at: Some(page.read_at),
                    source: "Instagram Graph API",
                    item: Item::PostsRead { limit: None },
                });
            }
            read = read.saturating_add(found.count);
            let known = found.total.unwrap_or(u64::from(options.posts));
            let total = known.min(u64::from(options.posts)).max(1);
            ctx.progress(0.95 * (f64::from(read) / as_float(total)).min(1.0));
            after = found
                .after
                .filter(|_| found.count > 0 && read < options.posts);
            if after.is_none() {
                break;
            }
            if is_nearly_used_up {
                reading.problems.push(format!(
                    "Instagram's limit for this service was nearly reached: only the {read} newest \
                     posts were read."
                ));
                break;
            }
        }
        Ok(reading)
    }
}

/// The questions of one report.
struct Asking<'a> {
    api: &'a InstagramApi,
    http: &'a Http,
    handle: &'a str,
    ctx: &'a PhaseContext,
    pages: Pages<'a>,
}

impl Asking<'_> {
    async fn ask(
        &mut self,
        fields: Fields,
        count: u32,
        after: Option<&str>,
    ) -> Result<Answered, Refusal> {
        let whole = |error| Refusal {
            about_fields: false,
            error,
        };
        if self.ctx.is_cancelled() {
            return Err(whole(PhaseError::transient(
                "reading Instagram was asked to stop",
            )));
        }
        let fields = expression(self.handle, fields, count, after);
        let path = path(&format!("/{}", self.api.user), &[("fields", &fields)]);
        if let Some(page) = self.pages.earlier(&path) {
            let is_nearly_used_up = false;
            return Ok(Answered {
                page,
                is_nearly_used_up,
            });
        }
        let call = Call {
            address: format!("{}{path}", self.api.base),
            headers: vec![("authorization", self.api.token.header("Bearer "))],
            body: None,
        };
        let answer = self.http.send(API, call).await.map_err(whole)?;
        if let Some(refused) = refusal(&answer, self.handle) {
            return Err(refused);
        }
        if !is_of(FORMAT, &answer.body) {
            return Err(whole(not_understood(API)));
        }
        let is_nearly_used_up = is_nearly_used_up(&answer.headers);
        let page = self.pages.keep(&path, answer.body).await.map_err(whole)?;
        Ok(Answered {
            page,
            is_nearly_used_up,
        })
    }
}

/// What was answered.
struct Answered {
    page: Page,
    /// Whether the limit of requests is nearly reached.
    is_nearly_used_up: bool,
}

/// Which fields are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fields {
    All,
    /// Those that every version of the API has.
    Old,
}

fn expression(handle: &str, fields: Fields, count: u32, after: Option<&str>) -> String {
    let views = match fields {
        Fields::All => ",view_count",
        Fields::Old => "",
    };
    // A cursor consists of letters, digits, `-`, `_` and `=`; anything else would end the expression.
    let is_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=');
    let after = after.filter(|after| after.bytes().all(is_safe));
    let after = after.map_or_else(String::new, |after| format!(".after({after})"));
    let media = if count == 0 {
        String::new()
    } else {
        format!(
            ",media{after}.limit({count}){{id,caption,timestamp,like_count,comments_count,media_type,\
             media_product_type,permalink{views}}}"
        )
    };
    format!(
        "business_discovery.username({handle}){{id,username,name,biography,website,followers_count,\
         follows_count,media_count,profile_picture_url{media}}}"
    )
}

/// What the paging needs of an answer.
struct Media {
    count: u32,
    total: Option<u64>,
    after: Option<String>,
}

fn media(body: &str) -> Media {
    let faults = Faults::default();
    let user = Object::document(body, &faults);
    let user = user.and_then(|object| object.object("business_discovery"));
    let media = user.as_ref().and_then(|user| user.object("media"));
    let items = media.as_ref().and_then(|media| media.objects("data"));
    let paging = media.as_ref().and_then(|media| media.object("paging"));
    let cursors = paging.and_then(|paging| paging.object("cursors"));
    Media {
        count: items.map_or(0, |items| u32::try_from(items.count()).unwrap_or(u32::MAX)),
        total: user.and_then(|user| user.count("media_count")),
        after: cursors.and_then(|cursors| cursors.word("after")),
    }
}

#[expect(clippy::cast_precision_loss, reason = "for a bar of progress")]
const fn as_float(count: u64) -> f64 {
    count as f64
}
