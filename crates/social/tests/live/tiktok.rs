//! `TikTok`, against a Display API that answers what the real one answers.

use std::sync::{Arc, Mutex};

use report_pipeline::PhaseErrorKind::{
    self, AccountUnavailable, Permanent, QuotaExhausted, RateLimited, Transient,
};
use report_pipeline_social::{LiveError, LiveOptions, LiveScraper, TikTokApi, TikTokTokens};
use serde_json::{Value, json};

use super::instagram::due;
use super::server::{Reply, Seen, Server};
use super::{scrape, target};

const FIRST: &str = "act.zz-first";
const SECOND: &str = "act.zz-second";

#[derive(Default)]
struct State {
    /// The token that is good now.
    good: String,
    /// The refresh tokens that may still be used, each once.
    refresh: Vec<String>,
    refreshed: u32,
    instead: Vec<(&'static str, Reply)>,
    later: Option<(usize, Reply)>,
    later_path: &'static str,
    videos: usize,
}

#[derive(Clone)]
pub(crate) struct FakeTikTok {
    pub(crate) server: Server,
    state: Arc<Mutex<State>>,
}

impl FakeTikTok {
    pub(crate) async fn start(videos: usize) -> Self {
        let state = Arc::new(Mutex::new(State {
            good: FIRST.to_owned(),
            refresh: vec!["rft.zz-first".to_owned()],
            videos,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        let server = Server::start(move |seen| answer(&mut shared.lock().unwrap(), seen)).await;
        Self { server, state }
    }

    fn instead(&self, path: &'static str, reply: Reply) {
        self.state.lock().unwrap().instead.push((path, reply));
    }

    /// Sends this in place of the answer of a path that comes after `answers` others.
    pub(crate) fn instead_after(&self, answers: usize, path: &'static str, reply: Reply) {
        let mut state = self.state.lock().unwrap();
        state.later = Some((answers, reply));
        state.later_path = path;
    }

    /// Makes the present token run out.
    fn expire(&self) {
        SECOND.clone_into(&mut self.state.lock().unwrap().good);
    }

    pub(crate) fn scraper(&self, tokens: TikTokTokens) -> LiveScraper {
        let api = TikTokApi::new(tokens).with_base(format!("{}/v2", self.server.base()));
        LiveScraper::builder()
            .with_tiktok(api)
            .with_options(LiveOptions::new().with_posts(45))
            .build()
            .unwrap()
    }
}

pub(crate) fn tokens() -> TikTokTokens {
    TikTokTokens::new()
        .with_application("zz-app", "zz-secret")
        .with_account("@ZZ_sample_baker", FIRST, Some("rft.zz-first".to_owned()))
}

fn error(status: u16, code: &str) -> Reply {
    Reply::Json(
        status,
        json!({"data": {}, "error": {"code": code,
        "message": format!("no: {FIRST}"), "log_id": "2025"}}),
    )
}

fn answer(state: &mut State, seen: &Seen) -> Reply {
    let path = seen.path.strip_prefix("/v2").unwrap();
    if let Some(at) = state
        .instead
        .iter()
        .position(|(instead, _)| *instead == path)
    {
        return state.instead.remove(at).1;
    }
    if state.later_path == path
        && let Some(reply) = due(&mut state.later)
    {
        return reply;
    }
    if path == "/oauth/token/" {
        return token(state, seen);
    }
    if seen.header("authorization") != Some(&format!("Bearer {}", state.good)) {
        return error(401, "access_token_invalid");
    }
    let fields = seen.parameter("fields").unwrap();
    let ok = json!({"code": "ok", "message": "", "log_id": "2025"});
    match (seen.method.as_str(), path) {
        ("GET", "/user/info/") => {
            let known = [
                "open_id",
                "union_id",
                "avatar_url",
                "display_name",
                "bio_description",
                "profile_deep_link",
                "is_verified",
                "username",
                "follower_count",
                "following_count",
                "likes_count",
                "video_count",
            ];
            assert!(
                fields.split(',').all(|field| known.contains(&field)),
                "{fields}"
            );
            let user = json!({"open_id": "zz-open-id", "avatar_url": "https://img.example/o.jpg",
                "display_name": "ZZ Sample Baker", "bio_description": "bread, mostly",
                "profile_deep_link": "https://vm.tiktok.com/ZZ/", "is_verified": false,
                "username": "zz_sample_baker", "follower_count": 25_600, "following_count": 120,
                "likes_count": 593_300, "video_count": state.videos});
            Reply::Json(200, json!({"data": {"user": user}, "error": ok}))
        }
        ("POST", "/video/list/") => {
            let known = [
                "id",
                "create_time",
                "cover_image_url",
                "share_url",
                "video_description",
                "duration",
                "height",
                "width",
                "title",
                "embed_html",
                "embed_link",
                "like_count",
                "comment_count",
                "share_count",
                "view_count",
            ];
            assert!(
                fields.split(',').all(|field| known.contains(&field)),
                "{fields}"
            );
            assert_eq!(seen.header("content-type"), Some("application/json"));
            let asked: Value = serde_json::from_str(&seen.body).unwrap();
            let count = usize::try_from(asked["max_count"].as_u64().unwrap()).unwrap();
            assert!((1..=20).contains(&count));
            let start = asked["cursor"]
                .as_u64()
                .map_or(0, |cursor| cursor - 1_757_930_400_000);
            let start = usize::try_from(start).unwrap();
            let end = state.videos.min(start + count);
            let videos: Vec<Value> = (start..end).map(|number| json!({
                "id": format!("74000000000000{number:05}"), "create_time": 1_757_930_400,
                "title": "dough test #bread", "video_description": "dough test #bread",
                "duration": 21, "like_count": 9120, "comment_count": 88, "share_count": 310,
                "view_count": 120_345, "share_url": format!(
                    "https://www.tiktok.com/@zz_sample_baker/video/74000000000000{number:05}?utm_source=zz")
            })).collect();
            Reply::Json(
                200,
                json!({"data": {"videos": videos, "cursor": 1_757_930_400_000_u64 + end as u64,
                "has_more": end < state.videos}, "error": ok}),
            )
        }
        _ => error(404, "invalid_params"),
    }
}

fn token(state: &mut State, seen: &Seen) -> Reply {
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let form: Vec<(&str, &str)> = seen
        .body
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .collect();
    let value = |name: &str| form.iter().find(|(known, _)| *known == name).unwrap().1;
    assert_eq!(value("grant_type"), "refresh_token");
    let wrong = |error: &str| {
        Reply::Json(
            400,
            json!({"error": error, "error_description": format!("no: {FIRST}"), "log_id": "2025"}),
        )
    };
    if (value("client_key"), value("client_secret")) != ("zz-app", "zz-secret") {
        return wrong("invalid_client");
    }
    let Some(at) = state
        .refresh
        .iter()
        .position(|known| known == value("refresh_token"))
    else {
        return wrong("invalid_grant");
    };
    state.refresh.remove(at);
    state.refresh.push("rft.zz-second".to_owned());
    state.refreshed += 1;
    Reply::Json(
        200,
        json!({"access_token": state.good, "expires_in": 86_400, "open_id": "zz-open-id",
        "refresh_expires_in": 31_536_000, "refresh_token": "rft.zz-second", "scope": "user.info.basic",
        "token_type": "Bearer"}),
    )
}

#[tokio::test]
async fn a_creator_who_agreed_is_read_without_comments_which_the_report_says() {
    let fake = FakeTikTok::start(60).await;
    let target = target("tiktok", "@zz_sample_baker");
    let snapshot = scrape(&fake.scraper(tokens()), &target).await.unwrap();
    assert_eq!(snapshot.profile.follower_count, Some(25_600));
    assert_eq!(snapshot.profile.total_like_count, Some(593_300));
    assert_eq!(snapshot.profile.is_verified, Some(false));
    let posts = snapshot.posts.unwrap();
    assert_eq!(posts.len(), 45);
    assert_eq!(posts[0].view_count, Some(120_345));
    assert_eq!(posts[0].duration_seconds, Some(21.0));
    assert!(!posts[0].url.as_ref().unwrap().contains("utm_source"));
    assert_eq!(snapshot.comments, None);
    assert_eq!(snapshot.sections.comments.limit, Some(0));
    assert!(snapshot.problems[0].contains("Comments were not read"));
    // The user, and 20, 20 and 5 videos.
    assert_eq!(fake.server.seen().len(), 4);
}

#[tokio::test]
async fn a_creator_without_consent_is_unavailable_and_nothing_is_asked() {
    let fake = FakeTikTok::start(1).await;
    let refused = scrape(&fake.scraper(tokens()), &target("tiktok", "@zz_other"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), AccountUnavailable);
    assert!(refused.to_string().contains("@zz_other"), "{refused}");
    assert_eq!(fake.server.seen().len(), 0);
}

#[tokio::test]
async fn a_token_of_somebody_else_is_no_report_on_them() {
    let fake = FakeTikTok::start(1).await;
    let tokens = TikTokTokens::new().with_account("zz_other", FIRST, None);
    let refused = scrape(&fake.scraper(tokens), &target("tiktok", "@zz_other"))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Permanent);
    assert!(refused.to_string().contains("another account"), "{refused}");
}

#[tokio::test]
async fn a_token_that_has_run_out_is_refreshed_once_for_all_and_written_back() {
    let fake = FakeTikTok::start(60).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    std::fs::write(
        &path,
        r#"{"client_key":"zz-app","client_secret":"zz-secret","accounts":{
        "@ZZ_sample_baker":{"access_token":"act.zz-first","refresh_token":"rft.zz-first"},
        "zz_other":{"access_token":"act.zz-other"}}}"#,
    )
    .unwrap();
    let scraper = fake.scraper(TikTokTokens::open(&path).unwrap());
    fake.expire();
    let target = target("tiktok", "@zz_sample_baker");

    let (one, other) = tokio::join!(scrape(&scraper, &target), scrape(&scraper, &target));

    assert_eq!(one.unwrap().posts.unwrap().len(), 45);
    assert_eq!(other.unwrap().posts.unwrap().len(), 45);
    assert_eq!(fake.state.lock().unwrap().refreshed, 1);
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let token = &written["accounts"]["zz_sample_baker"];
    assert_eq!(token["access_token"], SECOND);
    assert_eq!(token["refresh_token"], "rft.zz-second");
    assert!(token["expires_at"].is_string());
    assert_eq!(
        written["accounts"]["zz_other"]["access_token"],
        "act.zz-other"
    );
    assert_eq!(written["client_secret"], "zz-secret");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }

    // After a restart the written token serves.
    let again = fake.scraper(TikTokTokens::open(&path).unwrap());
    scrape(&again, &target).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().refreshed, 1);
}

#[tokio::test]
async fn a_token_that_runs_out_by_the_clock_is_refreshed_before_it_is_used() {
    let fake = FakeTikTok::start(1).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    std::fs::write(
        &path,
        r#"{"client_key":"zz-app","client_secret":"zz-secret","accounts":{
        "zz_sample_baker":{"access_token":"act.zz-first","refresh_token":"rft.zz-first",
            "expires_at":"2024-01-01T00:00:00Z"}}}"#,
    )
    .unwrap();
    let scraper = fake.scraper(TikTokTokens::open(&path).unwrap());
    fake.expire();
    scrape(&scraper, &target("tiktok", "@zz_sample_baker"))
        .await
        .unwrap();
    assert_eq!(fake.server.seen()[0].path, "/v2/oauth/token/");
}

#[tokio::test]
async fn a_consent_that_is_over_is_said_in_plain_words() {
    let fake = FakeTikTok::start(1).await;
    let target = target("tiktok", "@zz_sample_baker");
    for tokens in [
        // No way to refresh.
        TikTokTokens::new().with_account("zz_sample_baker", "act.old", None),
        // A refresh token that was used up.
        TikTokTokens::new()
            .with_application("zz-app", "zz-secret")
            .with_account("zz_sample_baker", "act.old", Some("rft.old".to_owned())),
    ] {
        let refused = scrape(&fake.scraper(tokens), &target).await.unwrap_err();
        assert_eq!(refused.kind(), AccountUnavailable);
        assert!(
            refused.to_string().contains("connect their TikTok account"),
            "{refused}"
        );
    }
    let wrong = TikTokTokens::new()
        .with_application("zz-app", "wrong")
        .with_account(
            "zz_sample_baker",
            "act.old",
            Some("rft.zz-first".to_owned()),
        );
    let refused = scrape(&fake.scraper(wrong), &target).await.unwrap_err();
    assert_eq!(refused.kind(), Permanent);
    assert!(refused.to_string().contains("invalid_client"), "{refused}");
}

#[tokio::test]
async fn every_refusal_is_told_as_what_it_is() {
    let cases: Vec<(Reply, PhaseErrorKind)> = vec![
        (error(401, "scope_not_authorized"), Permanent),
        (error(401, "scope_permission_missed"), Permanent),
        (error(400, "invalid_params"), Permanent),
        (error(429, "rate_limit_exceeded"), RateLimited),
        (error(429, "daily_quota_limit_exceeded"), QuotaExhausted),
        (error(429, "something_new"), RateLimited),
        (error(500, "internal_error"), Transient),
        (error(200, "internal_error"), Transient),
        (Reply::Json(503, json!({})), Transient),
        (Reply::Json(200, json!({"hello": 1})), Transient),
        (Reply::Reset, Transient),
    ];
    for (reply, kind) in cases {
        for path in ["/user/info/", "/video/list/"] {
            let fake = FakeTikTok::start(1).await;
            let told = format!("{path} {reply:?}");
            fake.instead(path, reply.clone());
            let target = target("tiktok", "@zz_sample_baker");
            let refused = scrape(&fake.scraper(tokens()), &target).await.unwrap_err();
            assert_eq!(refused.kind(), kind, "{told}: {refused}");
            assert!(!format!("{refused:?}").contains(FIRST), "{refused:?}");
            if kind == QuotaExhausted {
                assert!(refused.retry_after().unwrap().as_secs() <= 86_400);
            }
        }
    }
}

#[test]
fn a_file_of_tokens_that_cannot_be_read_is_named_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    for text in [
        "",
        "{\"accounts\":{\"a\":{\"access_token\":SECRET}}}",
        "{\"accounts\":\"SECRET\"}",
        "[]",
    ] {
        std::fs::write(&path, text).unwrap();
        let error = TikTokTokens::open(&path).unwrap_err();
        let LiveError::Tokens { source, .. } = &error else {
            panic!("{error}")
        };
        let told = format!("{error} {source} {error:?}");
        assert!(
            told.contains("tokens.json") && !told.contains("SECRET"),
            "{told}"
        );
    }
    assert!(TikTokTokens::open(folder.path().join("none.json")).is_err());
    let tokens = TikTokTokens::new().with_account("a", "", None);
    let refused = LiveScraper::builder()
        .with_tiktok(TikTokApi::new(tokens))
        .build()
        .unwrap_err();
    assert!(matches!(refused, LiveError::Secret { .. }), "{refused}");
}
