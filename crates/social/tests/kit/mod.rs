//! Hand-written accounts for the tests of the reference domain. None of them is a real one.

#![allow(dead_code, reason = "each test file uses a part of the kit")]

pub(crate) mod generated;
pub(crate) mod kinds;

use chrono::{DateTime, TimeDelta, Utc};
use report_pipeline::{Analyzer, Assembler, Handle, Phase, PhaseContext, Platform, Target};
use report_pipeline_social::{
    Analysis, Comment, HeuristicAnalyzer, Origin, Pillar, Post, Report, ReportAssembler, Snapshot,
};

pub(crate) fn assert_every_link_leads_somewhere(report: &Report) {
    for (name, pillar) in pillars(report) {
        for signal in &pillar.signals {
            if signal.flag.is_some() {
                assert!(!signal.evidence_links.is_empty(), "{name}: {signal:?}");
            }
        }
        for link in &pillar.evidence_links {
            let found = report
                .evidence_vault
                .iter()
                .filter(|e| e.evidence_id == *link)
                .count();
            assert_eq!(found, 1, "{name}: {link}");
            assert!(report.evidence_links.contains(link));
        }
    }
}

pub(crate) fn pillars(report: &Report) -> [(&'static str, &Pillar); 4] {
    [
        ("true_engagement", &report.true_engagement),
        ("audience_authenticity", &report.audience_authenticity),
        ("account_authenticity", &report.account_authenticity),
        ("brand_safety", &report.brand_safety),
    ]
}

pub(crate) async fn analyzed(snapshot: &Snapshot) -> Analysis {
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Analysis);
    HeuristicAnalyzer::new()
        .analyze(snapshot, &ctx)
        .await
        .expect("the analysis ends")
}

pub(crate) async fn report(snapshot: &Snapshot) -> Report {
    let analysis = analyzed(snapshot).await;
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    ReportAssembler::new()
        .assemble(snapshot, &analysis, &ctx)
        .await
        .expect("the report is assembled")
}

/// The report of a synchronous test.
pub(crate) fn stable_report(snapshot: &Snapshot) -> Report {
    let analysis = HeuristicAnalyzer::new().examine(snapshot);
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime
        .block_on(ReportAssembler::new().assemble(snapshot, &analysis, &ctx))
        .expect("the report is assembled")
}

/// The report's bytes without what belongs to the job.
pub(crate) async fn stable_bytes(snapshot: &Snapshot) -> Vec<u8> {
    let mut json = serde_json::to_value(report(snapshot).await).expect("JSON");
    let fields = json.as_object_mut().expect("an object");
    fields.remove("id").expect("an id");
    fields.remove("generated_at").expect("a time");
    serde_json::to_vec(&json).expect("JSON")
}

pub(crate) fn comments_of(snapshot: &mut Snapshot) -> &mut Vec<Comment> {
    snapshot
        .comments
        .as_mut()
        .expect("the creator has comments")
}

pub(crate) fn captured() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).expect("a valid time")
}

pub(crate) fn target(platform: &Platform) -> Target {
    let handle = Handle::canonical("wren.outdoors").expect("a valid handle");
    Target::new(platform.clone(), handle)
}

pub(crate) fn empty(platform: &Platform) -> Snapshot {
    let mut snapshot = Snapshot::new(target(platform), Origin::Live);
    snapshot.captured_at = Some(captured());
    snapshot
}

/// Twenty-four posts and two hundred comments of an account with 20,000 followers, made of
/// sentences and gaps that vary.
pub(crate) fn clean_creator() -> Snapshot {
    let mut random = fastrand::Rng::with_seed(42);
    let mut at = captured() - TimeDelta::days(3);
    let posts: Vec<Post> = (0..24)
        .map(|i| {
            // Waiting times of a person: often short, sometimes long.
            at -= TimeDelta::minutes(90) * random.i32(1..12).pow(2);
            at -= TimeDelta::minutes(random.i64(0..60));
            let mut post = Post::new(format!("post{i}"));
            post.url = Some(format!("https://example.com/p/{i}"));
            post.caption = Some(sentence(&mut random, 18));
            post.timestamp = Some(at);
            post.like_count = Some(random.u64(380..620));
            post.comment_count = Some(random.u64(12..22));
            post.comments_disabled = Some(false);
            post.is_pinned = Some(false);
            post.hashtag_count = Some(random.u64(0..4));
            post
        })
        .collect();
    let comments = (0..200)
        .map(|i| {
            let post = &posts[i % posts.len()];
            let delay = TimeDelta::seconds(random.i64(60..200_000));
            let length = random.usize(4..12);
            let author = format!("fan{}", random.u32(0..150));
            let mut comment = Comment::new(format!("c{i}"), sentence(&mut random, length));
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(author);
            comment.timestamp = post.timestamp.map(|at| at + delay);
            comment
        })
        .collect();
    let mut snapshot = empty(&Platform::INSTAGRAM);
    let profile = &mut snapshot.profile;
    profile.display_name = Some("Wren".to_owned());
    profile.bio = Some("Walks, birds and too much tea. Letters welcome.".to_owned());
    profile.follower_count = Some(20_000);
    profile.following_count = Some(640);
    profile.post_count = Some(512);
    profile.has_profile_picture = Some(true);
    profile.is_private = Some(false);
    snapshot.posts = Some(posts);
    snapshot.comments = Some(comments);
    snapshot
}

fn sentence(random: &mut fastrand::Rng, words: usize) -> String {
    const WORDS: &str = "the and a we you it is was this that my your of in on with for so lovely \
        morning river birds walk hill light tea garden path wind rain cloud friend photo colour \
        quiet gentle early bright windy heron robin kettle boots forest meadow bridge winter \
        summer autumn spring evening weekend story camera lens trail summit valley lake shore";
    let all: Vec<&str> = WORDS.split_whitespace().collect();
    let chosen: Vec<&str> = (0..words).map(|_| all[random.usize(..all.len())]).collect();
    chosen.join(" ")
}
