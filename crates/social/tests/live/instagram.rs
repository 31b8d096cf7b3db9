//! Instagram, against a Graph API that answers what the real one answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use report_pipeline::PhaseErrorKind::{
    self, AccountUnavailable, Permanent, QuotaExhausted, RateLimited, Transient,
};
use report_pipeline::{Handle, Platform, Target};
use report_pipeline_social::{InstagramApi, LiveOptions, LiveScraper, PostKind};
use serde_json::{Value, json};

use super::server::{Reply, Seen, Server};
use super::{scrape, target};

const TOKEN: &str = "EAAzz-token-of-a-test";
const USER: &str = "17841400000000099";

/// A Graph API with one business account, `zz_sample_baker`.
#[derive(Clone)]
pub(crate) struct FakeInstagram {
    pub(crate) server: Server,
    instead: Arc<Mutex<VecDeque<Reply>>>,
    later: Arc<Mutex<Option<(usize, Reply)>>>,
}

impl FakeInstagram {
    pub(crate) async fn start(media: usize) -> Self {
        let instead: Arc<Mutex<VecDeque<Reply>>> = Arc::default();
        let waiting = Arc::clone(&instead);
        let later: Arc<Mutex<Option<(usize, Reply)>>> = Arc::default();
        let counted = Arc::clone(&later);
        let server = Server::start(move |seen| {
            if let Some(reply) = due(&mut counted.lock().unwrap()) {
                return reply;
            }
            let instead = waiting.lock().unwrap().pop_front();
            instead.unwrap_or_else(|| answer(media, seen))
        })
        .await;
        Self {
            server,
            instead,
            later,
        }
    }

    fn instead(&self, replies: impl IntoIterator<Item = Reply>) {
        self.instead.lock().unwrap().extend(replies);
    }

    /// Sends this in place of the answer that comes after `answers` others.
    pub(crate) fn instead_after(&self, answers: usize, reply: Reply) {
        *self.later.lock().unwrap() = Some((answers, reply));
    }

    pub(crate) fn scraper(&self, options: LiveOptions) -> LiveScraper {
        let api = InstagramApi::new(USER, TOKEN).with_base(format!("{}/v25.0", self.server.base()));
        LiveScraper::builder()
            .with_instagram(api)
            .with_options(options)
            .build()
            .unwrap()
    }
}

/// Counts down, and gives the reply when it is its turn.
pub(crate) fn due(later: &mut Option<(usize, Reply)>) -> Option<Reply> {
    match later {
        Some((0, _)) => later.take().map(|(_, reply)| reply),
        Some((answers, _)) => {
            *answers -= 1;
            None
        }
        None => None,
    }
}

fn error(code: u64, subcode: Option<u64>) -> Value {
    let mut error = json!({"message": format!("(#{code}) {TOKEN}"), "type": "OAuthException",
        "code": code, "fbtrace_id": "Azz"});
    if let Some(subcode) = subcode {
        error["error_subcode"] = json!(subcode);
        error["error_user_title"] = json!("User not found");
    }
    json!({"error": error})
}

fn answer(media: usize, seen: &Seen) -> Reply {
    if seen.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Reply::Json(400, error(190, None));
    }
    assert_eq!(seen.path, format!("/v25.0/{USER}"));
    let fields = seen.parameter("fields").unwrap();
    let asked = fields.strip_prefix("business_discovery.username(").unwrap();
    let (name, asked) = asked.split_once(')').unwrap();
    if name != "zz_sample_baker" {
        return Reply::Json(400, error(110, Some(2_207_013)));
    }
    let known = [
        "id",
        "username",
        "name",
        "biography",
        "website",
        "followers_count",
        "follows_count",
        "media_count",
        "profile_picture_url",
    ];
    let asked = asked.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let (profile, list) = match asked.split_once(",media") {
        Some((profile, list)) => (profile, Some(list)),
        None => (asked, None),
    };
    assert!(
        profile.split(',').all(|field| known.contains(&field)),
        "{profile}"
    );
    let mut user = json!({"username": name, "name": "ZZ Sample Baker", "biography": "bread, mostly",
        "website": "https://bread.example", "followers_count": 25_600, "follows_count": 312,
        "media_count": media, "profile_picture_url": "https://img.example/o.jpg",
        "id": "17841400000000001"});
    if let Some(list) = list.filter(|_| media > 0) {
        user["media"] = page(media, list);
    }
    Reply::Json(200, json!({"business_discovery": user, "id": USER}))
}

/// `.after(CURSOR).limit(COUNT){fields}`
fn page(media: usize, list: &str) -> Value {
    let (modifiers, fields) = list.split_once('{').unwrap();
    let known = [
        "id",
        "caption",
        "timestamp",
        "like_count",
        "comments_count",
        "media_type",
        "media_product_type",
        "permalink",
        "view_count",
    ];
    let fields = fields.strip_suffix('}').unwrap();
    assert!(
        fields.split(',').all(|field| known.contains(&field)),
        "{fields}"
    );
    let argument = |name: &str| {
        let (_, rest) = modifiers.split_once(&format!(".{name}("))?;
        Some(rest.split_once(')').unwrap().0)
    };
    let start = argument("after").map_or(0, |cursor| {
        cursor.strip_prefix("QVF").unwrap().parse().unwrap()
    });
    let count: usize = argument("limit").unwrap().parse().unwrap();
    assert!((1..=50).contains(&count));
    let end = media.min(start + count);
    let items: Vec<Value> = (start..end).map(|number| {
        let mut item = json!({"id": format!("1790000{number:08}"), "caption": "New oven, who dis?",
            "timestamp": "2025-09-15T10:00:00+0000", "comments_count": 17,
            "media_type": "CAROUSEL_ALBUM", "media_product_type": "FEED",
            "permalink": format!("https://www.instagram.com/p/zzSmp{number:04}/")});
        if number % 2 == 0 {
            item["like_count"] = json!(412);
        }
        item
    }).collect();
    let mut list = json!({"data": items, "paging": {"cursors": {}}});
    if end < media {
        list["paging"]["cursors"]["after"] = json!(format!("QVF{end}"));
    }
    list
}

#[tokio::test]
async fn a_professional_account_is_read_without_comments_which_the_report_says() {
    let fake = FakeInstagram::start(120).await;
    let options = LiveOptions::new().with_posts(70);
    let target = target("instagram", "@zz_sample_baker");
    let snapshot = scrape(&fake.scraper(options), &target).await.unwrap();

    assert_eq!(snapshot.profile.follower_count, Some(25_600));
    assert_eq!(snapshot.profile.following_count, Some(312));
    assert_eq!(snapshot.profile.post_count, Some(120));
    assert_eq!(snapshot.profile.bio.as_deref(), Some("bread, mostly"));
    let posts = snapshot.posts.unwrap();
    assert_eq!(posts.len(), 70);
    assert_eq!(posts[0].id, "zzSmp0000");
    assert_eq!(
        (posts[0].like_count, posts[0].likes_hidden),
        (Some(412), Some(false))
    );
    assert_eq!(
        (posts[1].like_count, posts[1].likes_hidden),
        (None, Some(true))
    );
    assert_eq!(posts[0].kind, Some(PostKind::Album));
    assert!(posts[0].timestamp.is_some());
    assert_eq!(snapshot.comments, None);
    assert_eq!(snapshot.sections.comments.limit, Some(0));
    assert_eq!(snapshot.sections.posts.asked, Some(70));
    assert!(
        snapshot.problems[0].contains("Comments were not read"),
        "{:?}",
        snapshot.problems
    );
    // 50 and 20.
    assert_eq!(fake.server.seen().len(), 2);
    for seen in fake.server.seen() {
        assert!(!seen.address.contains(TOKEN), "{}", seen.address);
    }
}

#[tokio::test]
async fn an_account_without_media_has_none_which_is_known() {
    let fake = FakeInstagram::start(0).await;
    let target = target("instagram", "@zz_sample_baker");
    let snapshot = scrape(&fake.scraper(LiveOptions::new()), &target)
        .await
        .unwrap();
    assert_eq!(snapshot.posts, Some(Vec::new()));
}

#[tokio::test]
async fn fields_that_an_older_version_has_not_are_left_out() {
    let fake = FakeInstagram::start(3).await;
    fake.instead([Reply::Json(400, error(100, None))]);
    let target = target("instagram", "@zz_sample_baker");
    let snapshot = scrape(&fake.scraper(LiveOptions::new()), &target)
        .await
        .unwrap();
    assert_eq!(snapshot.posts.unwrap().len(), 3);
    let asked = fake.server.seen();
    assert!(asked[0].parameter("fields").unwrap().contains("view_count"));
    assert!(!asked[1].parameter("fields").unwrap().contains("view_count"));

    // But not for ever.
    fake.instead([
        Reply::Json(400, error(100, None)),
        Reply::Json(400, error(100, None)),
    ]);
    let refused = scrape(&fake.scraper(LiveOptions::new()), &target)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Permanent);
}

#[tokio::test]
async fn a_limit_that_is_nearly_reached_ends_the_list_and_the_report_says_so() {
    let fake = FakeInstagram::start(120).await;
    let Reply::Json(_, first) = answer(120, &seen_once(&fake).await) else {
        panic!("an answer")
    };
    let usage = r#"{"call_count":91,"total_cputime":3,"total_time":4}"#.to_owned();
    fake.instead([Reply::JsonWith(200, vec![("x-app-usage", usage)], first)]);
    let before = fake.server.seen().len();
    let target = target("instagram", "@zz_sample_baker");
    let options = LiveOptions::new().with_posts(100);
    let snapshot = scrape(&fake.scraper(options), &target).await.unwrap();
    assert_eq!(fake.server.seen().len() - before, 1);
    assert_eq!(snapshot.posts.unwrap().len(), 50);
    assert!(
        snapshot
            .problems
            .iter()
            .any(|said| said.contains("only the 50 newest"))
    );
}

/// A request for a first page of 50.
async fn seen_once(fake: &FakeInstagram) -> Seen {
    let target = target("instagram", "@zz_sample_baker");
    scrape(&fake.scraper(LiveOptions::new().with_posts(50)), &target)
        .await
        .unwrap();
    fake.server.seen().remove(0)
}

#[tokio::test]
async fn every_refusal_is_told_as_what_it_is() {
    let hour = Some(Duration::from_secs(3600));
    let usage = json!({"1784": [{"type": "pages", "call_count": 100,
        "estimated_time_to_regain_access": 12}]});
    let headers = vec![("x-business-use-case-usage", usage.to_string())];
    let mut passes = error(99, None);
    passes["error"]["is_transient"] = json!(true);
    let plain = |code| Reply::Json(400, error(code, None));
    let cases: Vec<(Reply, PhaseErrorKind, Option<Duration>)> = vec![
        (
            Reply::Json(400, error(110, Some(2_207_013))),
            AccountUnavailable,
            None,
        ),
        (
            Reply::Json(400, error(100, Some(2_207_013))),
            AccountUnavailable,
            None,
        ),
        (plain(1), Transient, None),
        (plain(2), Transient, None),
        (Reply::Json(500, json!({})), Transient, None),
        (Reply::Json(400, passes), Transient, None),
        (
            Reply::JsonWith(400, headers, error(4, None)),
            RateLimited,
            Some(Duration::from_secs(720)),
        ),
        (plain(17), RateLimited, None),
        (plain(32), RateLimited, None),
        (plain(613), RateLimited, None),
        (plain(80_002), RateLimited, None),
        (Reply::Json(429, json!({})), RateLimited, None),
        (plain(341), QuotaExhausted, hour),
        (plain(190), Permanent, None),
        (Reply::Json(401, error(190, Some(460))), Permanent, None),
        (plain(102), Permanent, None),
        (plain(10), Permanent, None),
        (plain(200), Permanent, None),
        (plain(299), Permanent, None),
        (plain(368), Permanent, None),
        (plain(2500), Permanent, None),
        (plain(803), Permanent, None),
    ];
    for (reply, kind, wait) in cases {
        let fake = FakeInstagram::start(1).await;
        let told = format!("{reply:?}");
        fake.instead([reply]);
        let target = target("instagram", "@zz_sample_baker");
        let refused = scrape(&fake.scraper(LiveOptions::new()), &target)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), kind, "{told}: {refused}");
        assert_eq!(refused.retry_after(), wait, "{told}");
        assert!(!format!("{refused:?}").contains(TOKEN), "{refused:?}");
    }
}

#[tokio::test]
async fn a_name_cannot_change_what_is_asked() {
    let fake = FakeInstagram::start(1).await;
    let odd = Handle::canonical("a){id}").unwrap_or_else(|_| Handle::canonical("a-b").unwrap());
    let target = Target::new(Platform::INSTAGRAM, odd);
    let refused = scrape(&fake.scraper(LiveOptions::new()), &target)
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), AccountUnavailable);
    assert_eq!(fake.server.seen().len(), 0);
}

/// Asks the real API, if there is a token: `docs/live.md` says how.
#[tokio::test]
#[ignore = "needs INSTAGRAM_TOKEN, INSTAGRAM_USER_ID and the internet"]
async fn the_real_api_shows_an_account() {
    let value = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set"));
    let api = InstagramApi::new(value("INSTAGRAM_USER_ID"), value("INSTAGRAM_TOKEN"));
    let scraper = LiveScraper::builder().with_instagram(api).build().unwrap();
    let name = std::env::var("INSTAGRAM_ACCOUNT").unwrap_or_else(|_| "instagram".to_owned());
    let snapshot = scrape(&scraper, &target("instagram", &name)).await.unwrap();
    println!("{}", serde_json::to_string_pretty(&snapshot).unwrap());
    assert!(snapshot.profile.follower_count.is_some());
}
