//! What is said about commenters: real comments must stay clean, spam must not, and what is not
//! known must not count. Every comment here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline_social::{
    Analysis, Comment, HeuristicAnalyzer, Pillar, SPAM_THRESHOLD, Signal, Snapshot, spam_score,
};

use kit::{assert_every_link_leads_somewhere, clean_creator, comments_of, report};

fn examine(snapshot: &Snapshot) -> Analysis {
    HeuristicAnalyzer::new().examine(snapshot)
}

fn audience(snapshot: &Snapshot) -> Pillar {
    examine(snapshot).audience_authenticity
}

fn signal<'a>(pillar: &'a Pillar, name: &str) -> &'a Signal {
    let mut signals = pillar.signals.iter();
    signals.find(|s| s.name == name).expect("a known signal")
}

/// What readers write: praise, questions, jokes, replies, and talk about money on finance pages.
const HONEST: &str = "
    🔥🔥🔥
    love this so much
    First! Greetings from Lisbon
    Just subscribed, your explanations are so clear
    I subscribed years ago and never looked away
    You deserve way more subscribers
    Congrats on the million subscribers!
    My kid watches your channel every morning
    @friend look, this is us last summer 😂
    @ann_b exactly what I told you yesterday
    Which camera do you use for your videos?
    Please make a longer version of this
    Please post the full recipe
    Guys she is only seventeen, be nice
    Please come to Brazil, everyone here loves you
    Where can I find the link you mentioned?
    Link to the jacket?
    Happy birthday! God bless you and your family
    Thank you for this video, it helped me a lot
    Thank you so much for this recipe, my family loved it
    Thanks for the tips, I gave it a try and it was life changing
    Your honesty is refreshing
    I recommend the book too, it changed my life
    Never expected that ending
    How much was the rent there? Ours is $525 a month
    I make $18 an hour and rent is $1,500, how is anyone supposed to save?
    We paid $3,000 for that trip, worth every cent
    Tickets with fees came to $340, insane
    I don't trade crypto, too risky for me
    Bitcoin is a bubble and always has been
    What return do you expect from index funds over 20 years?
    Is it better to pay off debt or to invest first?
    We are debt free thanks to the snowball method
    What broker do you use?
    My portfolio is down this year, hang in there everyone
    Working from home is the best thing that happened to me
    Great kitchen hack! Will check it out tomorrow
    Take a look at the background, is that a fox?
    Look up the history of that building, it is fascinating
    Shout out to all the nurses
    I need to check my blood pressure after that finish
    I put your quote in my bio
    Where do I sign up for the class?
    @paul_88 dm me when you get home
    Someone hacked my account last year, it was a nightmare
    Beware of the fake accounts here asking people to message them on telegram
    Stop falling for trading scams people, nobody gives away free money
    How do I enter the giveaway?
    My doctor recommended the same exercises
    Source: https://en.wikipedia.org/wiki/Octopus
    Que hermosa foto, saludos desde Chile
    Wunderschön, tolles Bild!
";

/// What is sold, begged and lied for under other people's posts.
const SPAM: &str = "
    Please subscribe to my channel!!
    sub4sub anyone?
    F4F L4L follow back
    check out my cover of this song, link below
    I make beats and freestyle, check me out please
    Help me reach 1000 subs before christmas please
    http://example.com/prize
    wow it really works!! bit.ly/2abcxyz
    I MADE $12,000 WITH @trader_x
    started with $500 and got $6,500 in 5days, thank you @trader_x
    all thanks to you for your honesty and good work @trader_x
    I never believed in online trading until I met @fx_mentor, I received my payout of $8,700
    So grateful for her trading platform, I just withdrew my profit #trader__lena_
    Message me on WhatsApp, paying 5 grand to the first 8 people
    Message me on Telegram @signals_king for daily forex signals
    Crypto signals with 98% accuracy, join my telegram
    Tired of working 9 to 5? I earn $5k weekly from my phone, inbox me
    Double your bitcoin in 24 hours, minimum investment $200
    I lost $40k to a fake broker but a recovery expert got everything back, dm her
    Hackers can spy on your cheating spouse, contact @phone_spy
    Congratulations 🎉 you are one of our winners, send a dm to claim
    Claim your airdrop now at bonk-claim.xyz
    Hi fan, thanks for watching, text me on telegram for your gift
    DM @promo.queens to get featured
    Hey beautiful, we'd love you to be our brand ambassador! DM @luxe.store
    Get 10k real followers cheap, link in my bio
    I can help you get verified, message me for details
    I'm so lonely 😘 see my bio for hot pics
    Looking for a sugar baby, I will pay weekly, dm me
    I got cured of herpes with the help of a herbal doctor
    Casino bonus 200% today, register now at spinwin.io
    SLOT GACOR hari ini, daftar sekarang link di bio
    suscríbete a mi canal por favor
    Inscreva-se no meu canal, eu retribuo
    abonnez-vous à ma chaîne svp
    gana dinero desde casa, escríbeme al whatsapp
    подпишись на мой канал
    ᴄʜᴇᴄᴋ ᴏᴜᴛ ᴍʏ ᴄʜᴀɴɴᴇʟ
    𝐦𝐞𝐬𝐬𝐚𝐠𝐞 𝐦𝐞 𝐨𝐧 𝐭𝐞𝐥𝐞𝐠𝐫𝐚𝐦
";

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

#[test]
fn what_readers_write_is_no_spam() {
    for text in lines(HONEST) {
        let points = spam_score(text);
        assert!(points < SPAM_THRESHOLD, "{points}: {text}");
    }
    assert!(spam_score("") < SPAM_THRESHOLD);
}

#[test]
fn what_is_sold_begged_and_lied_for_is_spam() {
    for text in lines(SPAM) {
        let points = spam_score(text);
        assert!(points >= SPAM_THRESHOLD, "{points}: {text}");
    }
}

#[test]
fn words_that_only_contain_a_phrase_are_not_it() {
    for (phrase, word) in [
        ("subscribe", "subscribership"),
        ("herpes", "herpesviridae"),
        ("airdrop", "airdropped"),
    ] {
        let (phrase, word) = (spam_score(phrase), spam_score(word));
        assert!(phrase > word + 0.2, "{phrase} and {word}");
    }
}

#[test]
fn a_section_without_comments_is_unknown_and_not_perfect() {
    for comments in [None, Some(Vec::new())] {
        let mut snapshot = clean_creator();
        snapshot.comments = comments;
        let audience = audience(&snapshot);
        assert_eq!((audience.score, audience.confidence), (None, 0.0));
        assert!(audience.reason.expect("a reason").contains("comment"));
    }
}

#[test]
fn half_spam_scores_low_however_rich_its_words_and_different_its_authors() {
    let honest: Vec<&str> = lines(HONEST).collect();
    let spam: Vec<&str> = lines(SPAM).collect();
    let mut mixed = clean_creator();
    let mut clean = clean_creator();
    for (snapshot, every) in [(&mut mixed, 2), (&mut clean, usize::MAX)] {
        // Each honest text once: more would be copies.
        comments_of(snapshot).truncate(honest.len());
        for (i, comment) in comments_of(snapshot).iter_mut().enumerate() {
            let list = if i % every == 1 { &spam } else { &honest };
            // A number of its own keeps each text different.
            comment.text = format!("{} {i}", list[i % list.len()]);
            comment.author_id = Some(format!("author{i}"));
        }
    }
    let (mixed, clean) = (audience(&mixed), audience(&clean));
    assert!(signal(&mixed, "lexical_diversity").score >= Some(90.0));
    assert!(mixed.score.expect("measured") < 45.0, "{:?}", mixed.score);
    assert!(clean.score.expect("measured") > 60.0, "{:?}", clean.score);
}

#[test]
fn a_burst_is_looked_for_in_its_own_post_whatever_lies_between_posts() {
    let mut snapshot = clean_creator();
    let posts = snapshot.posts.as_mut().expect("posts");
    for (post, month) in posts.iter_mut().zip(0..) {
        post.timestamp = post.timestamp.map(|at| at - TimeDelta::days(30 * month));
    }
    let posts = posts.clone();
    for (comment, i) in comments_of(&mut snapshot).iter_mut().zip(0usize..) {
        let post = &posts[i % 4];
        let after = i64::try_from(i).expect("small");
        comment.post_id = Some(post.id.clone());
        comment.timestamp = post.timestamp.map(|at| at + TimeDelta::minutes(20 * after));
    }
    let steady = audience(&snapshot);
    assert_eq!(signal(&steady, "comment_burst_share").value, Some(0.0));

    let later = posts[2].timestamp.expect("known") + TimeDelta::hours(30);
    let much_later = posts[3].timestamp.expect("known") + TimeDelta::hours(80);
    for (comment, i) in comments_of(&mut snapshot)[..24].iter_mut().zip(0..) {
        let (post, at) = if i < 12 { (2, later) } else { (3, much_later) };
        comment.post_id = Some(posts[post].id.clone());
        comment.timestamp = Some(at + TimeDelta::seconds(3 * (i % 12)));
    }
    let bursty = audience(&snapshot);
    assert_eq!(signal(&bursty, "comment_burst_share").value, Some(0.5));
    assert!(bursty.flags.contains(&"comment_bursts".to_owned()));
}

#[test]
fn fans_who_come_back_under_every_post_cost_nothing() {
    let mut strangers = clean_creator();
    let mut fans = clean_creator();
    let posts = clean_creator().posts.expect("posts");
    for (snapshot, loyal) in [(&mut strangers, false), (&mut fans, true)] {
        for (i, comment) in comments_of(snapshot).iter_mut().enumerate() {
            // Sixteen comments under each of twelve posts, on different days.
            let (post, seat) = (i / 16 % 12, i % 16);
            let days = i64::try_from(1 + seat).expect("small");
            comment.post_id = Some(posts[post].id.clone());
            comment.timestamp = posts[post].timestamp.map(|at| at + TimeDelta::days(days));
            let of_post = if loyal && seat < 4 { 0 } else { 1 + i / 16 };
            comment.author_id = Some(format!("author{of_post}_{seat}"));
        }
    }
    let (strangers, fans) = (audience(&strangers), audience(&fans));
    let unique = signal(&fans, "commenter_uniqueness");
    assert_eq!((unique.value, unique.score), (Some(1.0), Some(100.0)));
    // A quarter of the comments by regulars is what communities have.
    let (fans_score, other) = (
        fans.score.expect("measured"),
        strangers.score.expect("measured"),
    );
    assert!((fans_score - other).abs() < 4.0, "{fans_score} {other}");
    assert_eq!(fans.flags, [""; 0]);
}

#[test]
fn unknown_authors_and_times_leave_their_signals_out_and_lower_only_confidence() {
    let known = audience(&clean_creator());
    let mut snapshot = clean_creator();
    for comment in comments_of(&mut snapshot) {
        comment.author_id = None;
        comment.timestamp = None;
    }
    let unknown = audience(&snapshot);
    for name in [
        "commenter_uniqueness",
        "comment_burst_share",
        "pod_comment_share",
    ] {
        let signal = signal(&unknown, name);
        assert_eq!((signal.value, signal.score), (None, None), "{name}");
        assert!(signal.effective_weight.abs() < 1e-9 && !signal.explanation.is_empty());
    }
    assert!(unknown.confidence < known.confidence);
    let width = |pillar: &Pillar| {
        let bounds = pillar.interval.expect("a score has an interval");
        bounds.high - bounds.low
    };
    assert!(width(&unknown) > width(&known) || unknown.interval.expect("known").high >= 100.0);
    assert_eq!(unknown.flags, [""; 0]);
}

#[test]
fn confidence_and_interval_follow_the_number_of_comments() {
    let mut last = (0.0, 1.0);
    for count in [20, 60, 180] {
        let mut snapshot = clean_creator();
        comments_of(&mut snapshot).truncate(count);
        let audience = audience(&snapshot);
        let bounds = signal(&audience, "spam_share").interval.expect("a share");
        assert!(audience.confidence > last.0, "{count}");
        assert!(bounds.high - bounds.low < last.1, "{count}");
        last = (audience.confidence, bounds.high - bounds.low);
    }
}

#[tokio::test]
async fn every_flag_about_comments_quotes_them_with_their_ids() {
    let mut snapshot = clean_creator();
    let spam: Vec<&str> = lines(SPAM).collect();
    for (i, comment) in comments_of(&mut snapshot).iter_mut().enumerate() {
        if i % 3 == 0 {
            spam[i % 7].clone_into(&mut comment.text);
        }
    }
    let comments: Vec<Comment> = snapshot.comments.clone().expect("comments");
    let report = report(&snapshot).await;
    assert_every_link_leads_somewhere(&report);
    let signal = signal(&report.audience_authenticity, "spam_share");
    assert!(signal.flag.is_some(), "nothing was found");
    let quoted: Vec<&str> = signal
        .evidence_links
        .iter()
        .filter_map(|link| link.strip_prefix("comment:"))
        .collect();
    assert!(!quoted.is_empty(), "nothing is quoted");
    for id in quoted {
        let comment = comments.iter().find(|c| c.id == id).expect("a real id");
        let link = format!("comment:{id}");
        let mut vault = report.evidence_vault.iter();
        let entry = vault.find(|e| e.evidence_id == link).expect("in the vault");
        assert_eq!(entry.excerpt, comment.text);
        assert_eq!(entry.timestamp, comment.timestamp);
    }
}
