//! What reports say about hand-written accounts. None of them is a real one.

mod kit;

use chrono::TimeDelta;
use report_pipeline::{Analyzer, Assembler, Handle, Phase, PhaseContext, Platform, Target};
use report_pipeline_social::{
    Aggregates, DataCompleteness, EpistemicStatus, HeuristicAnalyzer, Origin, Profile,
    ReportAssembler, Snapshot,
};

use kit::{
    analyzed, assert_every_link_leads_somewhere, captured, clean_creator, comments_of, empty,
    pillars, report, target,
};

#[tokio::test]
async fn a_clean_creator_scores_well_everywhere_and_raises_no_flag() {
    let report = report(&clean_creator()).await;
    for (name, pillar) in pillars(&report) {
        assert!(
            pillar.score.expect("measured") >= 60.0,
            "{name}: {pillar:?}"
        );
        assert!(pillar.confidence >= 0.5, "{name}: {}", pillar.confidence);
    }
    assert_eq!(report.flags, [""; 0]);
    assert_eq!(report.data_completeness, DataCompleteness::Full);
    assert_eq!(report.epistemic_state.status, EpistemicStatus::Robust);
    assert_eq!(report.warning_banners, [""; 0]);
    assert!(report.score.expect("measured") >= 60.0 && report.grade.is_some());
}

#[tokio::test]
async fn bought_followers_show_as_weak_engagement_and_a_flag_with_evidence() {
    let mut snapshot = clean_creator();
    snapshot.profile.follower_count = Some(900_000);
    let report = report(&snapshot).await;
    let engagement = report.true_engagement.score.expect("measured");
    assert!(engagement < 20.0, "{engagement}");
    let flag = "engagement_far_below_size";
    let audience = &report.audience_authenticity;
    assert!(audience.flags.iter().any(|f| f == flag), "{audience:?}");
    let clean = analyzed(&clean_creator()).await.audience_authenticity;
    assert!(audience.score < clean.score);
    assert_every_link_leads_somewhere(&report);
}

#[tokio::test]
async fn a_spammy_section_is_flagged_with_quotations_and_scores_low() {
    let mut snapshot = clean_creator();
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        if i % 2 == 0 {
            comment.text = format!(
                "I made ${},000 in a week with the help of @trader_{i}",
                i + 3
            );
        }
    }
    let report = report(&snapshot).await;
    let audience = &report.audience_authenticity;
    let clean = analyzed(&clean_creator()).await.audience_authenticity;
    assert!(audience.score.expect("measured") < clean.score.expect("measured") - 30.0);
    assert!(report.flags.contains(&"spam_dominates_comments".to_owned()));
    let quoted = report
        .evidence_vault
        .iter()
        .filter(|e| e.evidence_id.starts_with("comment:") && e.excerpt.contains("help of @trader"))
        .count();
    assert!(quoted >= 1, "{:?}", report.evidence_vault);
    assert_every_link_leads_somewhere(&report);
}

#[tokio::test]
async fn more_spam_never_raises_the_audience_score() {
    let mut last = 101.0;
    for percent in [0, 10, 20, 40, 60, 80] {
        let mut snapshot = clean_creator();
        for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
            if i % 100 < percent {
                comment.text = format!("{} subscribe to my channel please", comment.text);
            }
        }
        let score = analyzed(&snapshot).await.audience_authenticity.score;
        let score = score.expect("measured");
        assert!(score < last, "{percent} %: {score} after {last}");
        last = score;
    }
}

#[tokio::test]
async fn copies_by_many_authors_are_found_and_copies_by_one_are_not_a_campaign() {
    let mut many = clean_creator();
    for comment in &mut comments_of(&mut many)[..60] {
        comment.text = "Such amazing content, you deserve way more followers".to_owned();
    }
    let flags = analyzed(&many).await.audience_authenticity.flags;
    assert!(flags.contains(&"copied_comments".to_owned()), "{flags:?}");

    for comment in &mut comments_of(&mut many)[..60] {
        comment.author_id = Some("one_fan".to_owned());
    }
    let flags = analyzed(&many).await.audience_authenticity.flags;
    assert!(!flags.contains(&"copied_comments".to_owned()), "{flags:?}");
}

#[tokio::test]
async fn a_pod_that_comments_within_the_hour_under_every_post_is_found() {
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.clone().expect("posts");
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        let post = &posts[i % posts.len()];
        let delay = i64::try_from(5 + i % 40).expect("minutes");
        comment.post_id = Some(post.id.clone());
        comment.timestamp = post.timestamp.map(|at| at + TimeDelta::minutes(delay));
        comment.author_id = Some(format!("member_{}", i / posts.len()));
    }
    let flags = analyzed(&snapshot).await.audience_authenticity.flags;
    assert!(flags.contains(&"engagement_pod".to_owned()), "{flags:?}");
}

#[tokio::test]
async fn twenty_comments_in_one_minute_of_an_old_post_are_a_burst() {
    let mut snapshot = clean_creator();
    let post = snapshot.posts.as_ref().expect("posts")[3].clone();
    for (comment, i) in comments_of(&mut snapshot)[..20].iter_mut().zip(0..) {
        comment.post_id = Some(post.id.clone());
        let at = post.timestamp.expect("known") + TimeDelta::hours(30);
        comment.timestamp = Some(at + TimeDelta::seconds(2 * i));
    }
    let report = report(&snapshot).await;
    assert!(
        report.flags.contains(&"comment_bursts".to_owned()),
        "{:?}",
        report.flags
    );
    assert!(report.evidence_links.contains(&format!("post:{}", post.id)));
}

#[tokio::test]
async fn a_private_empty_account_has_no_score_and_says_why() {
    let mut snapshot = empty(&Platform::INSTAGRAM);
    snapshot.profile.is_private = Some(true);
    let report = report(&snapshot).await;
    assert_eq!(
        (report.score, report.grade, report.confidence),
        (None, None, 0.0)
    );
    for (name, pillar) in pillars(&report) {
        assert_eq!((pillar.score, pillar.confidence), (None, 0.0), "{name}");
        assert!(
            pillar.reason.as_ref().is_some_and(|why| !why.is_empty()),
            "{name}"
        );
    }
    assert_eq!(report.data_completeness, DataCompleteness::Unavailable);
    assert_eq!(report.epistemic_state.status, EpistemicStatus::Fragile);
    assert!(report.warning_banners.iter().any(|b| b.contains("private")));
}

#[tokio::test]
async fn hidden_likes_leave_engagement_unknown_rather_than_zero() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = None;
    }
    let hidden = report(&snapshot).await;
    assert_eq!(hidden.true_engagement.score, None);
    assert!(hidden.true_engagement.reason.is_some());
    let likes = hidden
        .profile_metrics
        .iter()
        .find(|m| m.name == "median_likes");
    assert_eq!(likes.expect("listed").value, None);
    // The other pillars still make an overall score.
    assert!(hidden.score.is_some());

    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = Some(0);
    }
    let zero = report(&snapshot).await;
    assert!(zero.true_engagement.score.expect("measured") < 60.0);
}

#[tokio::test]
async fn comments_switched_off_lower_completeness_and_confidence_and_never_read_as_authentic() {
    let open = report(&clean_creator()).await;
    let mut snapshot = clean_creator();
    snapshot.comments = Some(Vec::new());
    for post in snapshot.posts.as_mut().expect("posts") {
        post.comments_disabled = Some(true);
        post.comment_count = None;
    }
    let off = report(&snapshot).await;
    assert_eq!(off.data_completeness, DataCompleteness::PartialNoComments);
    assert!(
        off.warning_banners
            .iter()
            .any(|b| b.starts_with("Signal blocked"))
    );
    let (before, after) = (&open.audience_authenticity, &off.audience_authenticity);
    assert!(after.confidence < before.confidence / 2.0);
    assert!(after.reason.is_some());
    assert_eq!(after.grade, None);
    // Comments that are off are known to be none: likes alone still give an engagement rate.
    assert!(off.true_engagement.score.is_some());
}

#[tokio::test]
async fn a_platform_without_benchmarks_gets_no_engagement_score_but_the_other_pillars() {
    let mut snapshot = clean_creator();
    snapshot.target = target(&Platform::new("mastodon").expect("valid"));
    let report = report(&snapshot).await;
    assert_eq!(report.true_engagement.score, None);
    assert!(
        report
            .true_engagement
            .reason
            .as_ref()
            .expect("a reason")
            .contains("benchmark")
    );
    assert!(report.audience_authenticity.score.is_some());
    assert!(report.score.is_some());
}

#[tokio::test]
async fn a_fake_profile_scores_lower_than_a_common_one_whatever_its_size() {
    let mut scores = Vec::new();
    for scale in [1, 1_000] {
        let mut common = empty(&Platform::INSTAGRAM);
        common.profile = {
            let mut profile = Profile::default();
            profile.follower_count = Some(400 * scale);
            profile.following_count = Some(380 * scale);
            profile.post_count = Some(120 * scale);
            profile.has_profile_picture = Some(true);
            profile.bio_length = Some(60);
            profile
        };
        let mut fake = common.clone();
        fake.target = Target::new(
            Platform::INSTAGRAM,
            Handle::canonical("kate8829104").expect("valid"),
        );
        fake.profile.following_count = Some(6_000 * scale);
        fake.profile.post_count = Some(0);
        fake.profile.bio_length = Some(0);
        fake.profile.has_profile_picture = Some(false);
        let common = analyzed(&common).await.account_authenticity;
        let fake = analyzed(&fake).await.account_authenticity;
        assert!(common.score.expect("measured") >= 80.0);
        assert!(fake.score.expect("measured") < 20.0);
        scores.push((common.score, fake.flags));
    }
    assert_eq!(scores[0], scores[1]);
}

#[tokio::test]
async fn an_archives_made_up_handle_is_not_read_as_a_name() {
    let mut snapshot = empty(&Platform::INSTAGRAM);
    snapshot.target = Target::new(
        Platform::INSTAGRAM,
        Handle::canonical("ig_99887766").expect("valid"),
    );
    let digits = |snapshot: &Snapshot| {
        let account = HeuristicAnalyzer::new()
            .examine(snapshot)
            .account_authenticity;
        let signal = account
            .signals
            .into_iter()
            .find(|s| s.name == "username_digits");
        signal.expect("listed").value
    };
    assert_eq!(digits(&snapshot), Some(8.0));
    snapshot.origin = Origin::Archive { source: None };
    assert_eq!(digits(&snapshot), None);
    snapshot.profile.username_digit_count = Some(2);
    assert_eq!(digits(&snapshot), Some(2.0));
}

#[tokio::test]
async fn offensive_captions_lower_brand_safety_and_are_quoted() {
    let mut snapshot = clean_creator();
    for post in &mut snapshot.posts.as_mut().expect("posts")[..8] {
        post.caption = Some("Best cocaine in town, ask my drug dealer about it tonight".to_owned());
    }
    let report = report(&snapshot).await;
    assert!(report.brand_safety.score.expect("measured") < 40.0);
    assert!(
        report.flags.contains(&"drugs_in_captions".to_owned()),
        "{:?}",
        report.flags
    );
    assert!(
        report
            .evidence_vault
            .iter()
            .any(|e| e.excerpt.starts_with("Best cocaine"))
    );
    assert_every_link_leads_somewhere(&report);
}

#[tokio::test]
async fn text_in_a_script_the_lists_do_not_cover_is_unknown_and_not_safe() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.caption = Some("Сегодня был прекрасный день у моря с друзьями".to_owned());
    }
    for comment in comments_of(&mut snapshot) {
        comment.text = "очень красиво, спасибо большое".to_owned();
    }
    let report = report(&snapshot).await;
    assert_eq!(report.brand_safety.score, None);
    assert!(
        report
            .brand_safety
            .reason
            .as_ref()
            .expect("a reason")
            .contains("script")
    );
}

#[tokio::test]
async fn simulated_data_is_named_as_such_in_words_and_is_never_robust() {
    let mut snapshot = clean_creator();
    snapshot.origin = Origin::Simulated;
    let report = report(&snapshot).await;
    assert!(report.warning_banners[0].starts_with("SIMULATED DATA"));
    assert_eq!(report.epistemic_state.status, EpistemicStatus::Fragile);
    let json = serde_json::to_value(&report).expect("a report is JSON");
    assert_eq!(json["data_origin"]["kind"], "simulated");
    assert_eq!(json["is_archival"], false);
}

#[tokio::test]
async fn archived_data_carries_its_banner_and_level() {
    let mut snapshot = clean_creator();
    snapshot.origin = Origin::Archive {
        source: Some("a\u{202e}rchive".to_owned()),
    };
    let report = report(&snapshot).await;
    assert!(report.is_archival);
    assert!(report.warning_banners[0].contains("(source: archive)"));
    assert_eq!(report.data_completeness, DataCompleteness::Archival);
}

#[tokio::test]
async fn youtube_is_measured_per_view_and_not_per_follower() {
    let mut snapshot = clean_creator();
    snapshot.target = target(&Platform::YOUTUBE);
    snapshot.profile.follower_count = Some(22_361);
    let without_views = analyzed(&snapshot).await.true_engagement;
    assert_eq!(without_views.score, None);
    for post in snapshot.posts.as_mut().expect("posts") {
        post.like_count = Some(360);
        post.comment_count = Some(10);
        post.view_count = Some(10_000);
    }
    let engagement = analyzed(&snapshot).await.true_engagement;
    // 3.7 % is the median of channels in the middle of 10,000 to 50,000 subscribers.
    assert_eq!(engagement.signals[0].value, Some(0.037));
    assert_eq!(engagement.score, Some(60.0));
}

#[tokio::test]
async fn times_that_are_only_dates_are_no_bursts() {
    let mut snapshot = clean_creator();
    for comment in comments_of(&mut snapshot) {
        comment.timestamp = comment.timestamp.map(|at| {
            let midnight = at.date_naive().and_hms_opt(0, 0, 0).expect("a time of day");
            midnight.and_utc()
        });
    }
    let audience = analyzed(&snapshot).await.audience_authenticity;
    assert!(!audience.flags.contains(&"comment_bursts".to_owned()));
}

#[tokio::test]
async fn averages_stand_in_for_posts_with_less_confidence() {
    let mut snapshot = clean_creator();
    let posts = report(&snapshot).await.true_engagement;
    snapshot.posts = None;
    snapshot.comments = None;
    snapshot.aggregates = Some({
        let mut aggregates = Aggregates::default();
        aggregates.mean_likes_per_follower = Some(0.025);
        aggregates.mean_comments_per_follower = Some(0.001);
        aggregates
    });
    let report = report(&snapshot).await;
    let averages = &report.true_engagement;
    assert!(averages.score.is_some() && averages.confidence < posts.confidence);
    assert_eq!(report.data_completeness, DataCompleteness::PartialNoPosts);
}

#[tokio::test]
async fn pinned_and_fresh_posts_do_not_count() {
    let usual = analyzed(&clean_creator()).await.true_engagement;
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.as_mut().expect("posts");
    for (i, at) in [
        (0, captured() - TimeDelta::hours(2)),
        (1, captured() - TimeDelta::days(900)),
    ] {
        let mut post = posts[0].clone();
        post.id = format!("extra_{i}");
        post.timestamp = Some(at);
        post.like_count = Some(1_000_000);
        post.is_pinned = Some(i == 1);
        posts.push(post);
    }
    assert_eq!(analyzed(&snapshot).await.true_engagement, usual);
}

#[tokio::test]
async fn the_report_has_the_promised_fields() {
    let snapshot = clean_creator();
    let json = serde_json::to_value(report(&snapshot).await).expect("JSON");
    for field in [
        "id",
        "handle",
        "platform",
        "generated_at",
        "methodology_version",
        "score",
        "confidence",
        "grade",
        "flags",
        "evidence_links",
        "true_engagement",
        "audience_authenticity",
        "account_authenticity",
        "brand_safety",
        "evidence_vault",
        "profile_metrics",
        "data_completeness",
        "epistemic_state",
        "is_archival",
        "warning_banners",
        "known_limitations",
        "data_origin",
    ] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert_eq!(json["data_completeness"], "full");
    assert_eq!(json["epistemic_state"]["status"], "ROBUST");
    assert_eq!(json["evidence_vault"][0]["type"], "statistic");
}

#[tokio::test]
async fn the_reports_id_is_the_jobs() {
    let snapshot = clean_creator();
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    let analysis = analyzed(&snapshot).await;
    let report = ReportAssembler::new()
        .assemble(&snapshot, &analysis, &ctx)
        .await;
    assert_eq!(report.expect("assembled").id, ctx.job_id());
}

#[tokio::test]
async fn progress_reaches_the_end_of_the_analysis() {
    let snapshot = clean_creator();
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Analysis);
    let before = ctx.overall_progress();
    HeuristicAnalyzer::new()
        .analyze(&snapshot, &ctx)
        .await
        .expect("analysed");
    assert!(ctx.overall_progress() > before);
    assert_eq!(
        ctx.overall_progress(),
        report_pipeline::Progress::within(Phase::Analysis, 1.0)
    );
}

#[tokio::test]
async fn comments_that_were_not_read_are_no_reason_for_a_perfect_audience() {
    let mut snapshot = clean_creator();
    snapshot.comments = None;
    let report = report(&snapshot).await;
    let audience = &report.audience_authenticity;
    assert_eq!((audience.score, audience.confidence), (None, 0.0));
    let told = |start: &str| report.warning_banners.iter().any(|b| b.starts_with(start));
    assert!(told("Not assessed: audience authenticity") && told("Partial data: comments"));
    // Counts alone may still accuse.
    snapshot.profile.follower_count = Some(900_000);
    let accused = analyzed(&snapshot).await.audience_authenticity;
    assert!(accused.score.expect("a flag") < 70.0 && accused.grade.is_none());
}

#[tokio::test]
async fn comments_the_lists_cannot_read_are_not_free_of_spam() {
    for text in ["Подпишись на мой канал, дам денег каждому", "🔥🔥"]
    {
        let mut snapshot = clean_creator();
        for comment in comments_of(&mut snapshot) {
            comment.text = text.to_owned();
        }
        let audience = analyzed(&snapshot).await.audience_authenticity;
        let spam = &audience.signals[0];
        assert_eq!(
            (spam.name.as_str(), spam.score),
            ("spam_share", None),
            "{text}"
        );
    }
}

#[tokio::test]
async fn captions_in_another_language_get_no_grade_for_safety() {
    let german = "heute war ein schöner tag und wir haben sehr viel gelacht";
    for words in [3, 10] {
        let caption: Vec<&str> = german.split(' ').take(words).collect();
        let mut snapshot = clean_creator();
        snapshot.comments = None;
        for post in snapshot.posts.as_mut().expect("posts") {
            post.caption = Some(caption.join(" "));
        }
        let safety = analyzed(&snapshot).await.brand_safety;
        assert!(
            safety.grade.is_none() && safety.reason.is_some(),
            "{safety:?}"
        );
    }
}

#[tokio::test]
async fn large_counts_are_shown_as_they_are() {
    let mut snapshot = clean_creator();
    for post in snapshot.posts.as_mut().expect("posts") {
        post.view_count = Some(15_000_000_000);
    }
    let report = report(&snapshot).await;
    let views = report
        .profile_metrics
        .iter()
        .find(|m| m.name == "median_views");
    assert_eq!(views.expect("listed").value, Some(15e9));
}

#[tokio::test]
async fn the_overall_score_is_the_weighted_mean_of_the_pillars() {
    let mut snapshot = clean_creator();
    snapshot.profile.follower_count = Some(60_000);
    snapshot.profile.has_profile_picture = Some(false);
    for post in snapshot.posts.as_mut().expect("posts") {
        post.caption = Some("handguns and the beer for all of you".to_owned());
    }
    let report = report(&snapshot).await;
    let expected: f64 = pillars(&report)
        .iter()
        .zip([0.4, 0.3, 0.1, 0.2])
        .map(|((_, pillar), weight)| weight * pillar.score.expect("measured"))
        .sum();
    assert!((report.score.expect("measured") - expected).abs() < 0.06);
}

#[tokio::test]
async fn the_accounts_own_comments_are_left_out() {
    let mut snapshot = clean_creator();
    let before = analyzed(&snapshot).await;
    let mut own = comments_of(&mut snapshot)[0].clone();
    own.id = "own".to_owned();
    own.author_id = Some("@Wren.Outdoors".to_owned());
    own.text = "subscribe to my channel".to_owned();
    comments_of(&mut snapshot).push(own);
    assert_eq!(analyzed(&snapshot).await, before);
}

#[tokio::test]
async fn spam_decides_the_audience_score_of_an_account_that_is_clean_otherwise() {
    let mut snapshot = clean_creator();
    for comment in comments_of(&mut snapshot) {
        comment.text.push_str(" subscribe to my channel");
    }
    let audience = analyzed(&snapshot).await.audience_authenticity;
    assert!(audience.score.expect("measured") < 50.0, "{audience:?}");
}

#[tokio::test]
async fn fans_who_come_a_day_later_are_no_pod() {
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.clone().expect("posts");
    for (index, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        comment.author_id = Some(format!("fan{}", index / posts.len()));
        let post = &posts[index % posts.len()];
        comment.timestamp = post.timestamp.map(|at| at + TimeDelta::hours(20));
    }
    let flags = analyzed(&snapshot).await.audience_authenticity.flags;
    assert!(!flags.contains(&"engagement_pod".to_owned()), "{flags:?}");
}
