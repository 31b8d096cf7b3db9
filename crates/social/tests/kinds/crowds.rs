//! Who writes under the posts, how often and when: pods and circles of friends, raffles, campaigns, bought
//! praise, bursts, and creators who answer.

use chrono::TimeDelta;
use report_pipeline_social::{Advice, Comment, Snapshot};

use crate::kit::comments_of;
use crate::kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, audience_at_most, mixed, posts, written,
};
use crate::{fans, is_good, is_no_sponsor};

const BOUGHT_PRAISE: [&str; 4] = [
    "Wow, this is really amazing content, keep it up!",
    "Great post, thanks for sharing this with us!",
    "Absolutely stunning, I love your style so much!",
    "You are so talented, keep inspiring us all!",
];

/// Of a hundred comments so many by as few people, who come one after the other.
fn by_few(snapshot: &mut Snapshot, people: usize, percent: usize) {
    for (i, comment) in comments_of(snapshot).iter_mut().enumerate() {
        if (i * 37 + 11) % 100 < percent {
            comment.author_id = Some(format!("member{}", i % people));
        }
    }
}

/// Under each post the same people, and nearly nobody else.
fn pod(snapshot: &mut Snapshot, people: usize) {
    let under = posts(snapshot).clone();
    comments_of(snapshot).truncate(60);
    for (of_post, post) in under.iter().enumerate() {
        for member in 0..people {
            let number = of_post * people + member;
            let mut comment = Comment::new(format!("pod{number}"), mixed(&ENGLISH, number));
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(format!("member{member}"));
            let after = TimeDelta::minutes(20 + 31 * i64::try_from(member).expect("few"));
            comment.timestamp = post.timestamp.map(|at| at + after);
            comments_of(snapshot).push(comment);
        }
    }
}

fn small(number: usize) -> i64 {
    i64::try_from(number).expect("a few hundred")
}

const KINDS: &[Kind] = &[
    (
        "a pod of five",
        "flagged",
        |s| {
            written(s, &ENGLISH, 0, &[]);
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 10 < 7 {
                    c.author_id = Some(format!("friend{}", i * 31 % 97 % 5));
                }
            }
        },
        |r| r.flags.iter().any(|f| f == "engagement_pod"),
    ),
    (
        "a pod of twenty under each post",
        "flagged, no sponsor",
        |s| pod(s, 20),
        |r| {
            r.flags
                .iter()
                .any(|f| f == "engagement_pod" || f == "few_commenters_write_most")
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "a circle of friends with 400 followers",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(400);
            for p in posts(s).iter_mut() {
                p.like_count = p.like_count.map(|n| n / 9);
                p.comment_count = Some(9);
            }
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.author_id = Some(format!("friend{}", i * 31 % 97 % 12));
            }
        },
        |r| !r.flags.iter().any(|f| f == "engagement_pod"),
    ),
    (
        "ten loyal people who write a fifth",
        "nobody is accused",
        |s| by_few(s, 10, 20),
        |r| r.flags.is_empty(),
    ),
    (
        "a raffle under one post",
        "nobody is accused",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 24 == 5 {
                    c.text = format!("done, my favourite is the red one @friend{}", i % 7);
                }
            }
        },
        |r| r.audience_authenticity.flags.is_empty(),
    ),
    (
        "a raffle under one post of twenty-four",
        "is_good",
        |s| {
            fans(s, &ENGLISH);
            let post = posts(s)[3].id.clone();
            let at = posts(s)[3].timestamp;
            for (i, comment) in comments_of(s)
                .iter_mut()
                .enumerate()
                .filter(|(i, _)| i % 4 == 0)
            {
                comment.post_id = Some(post.clone());
                comment.timestamp = at.map(|at| at + TimeDelta::seconds(400 * small(i)));
                comment.text = format!("done! @anna{i} @tom{i} hope we win");
            }
        },
        is_good,
    ),
    (
        "a raffle under every post",
        "is_no_sponsor",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                comment.text = format!("@friend{i} @other{}", i * 3);
            }
        },
        is_no_sponsor,
    ),
    (
        "a third of two campaigns",
        "audience at most 75",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.text = match i % 6 {
                    0 => "the new collection of this shop is really worth a look".to_owned(),
                    3 => "finally somebody who shows how it is done properly thanks".to_owned(),
                    _ => mixed(&ENGLISH, i),
                };
            }
        },
        |r| audience_at_most(r, 75.0),
    ),
    (
        "two words of praise only",
        "audience at most 65",
        |s| written(s, &[], 100, &["nice pic", "so good", "love it", "wow"]),
        |r| audience_at_most(r, 65.0),
    ),
    (
        "comments bought: four sentences of praise, 70 %",
        "no good audience, no sponsor",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                if i % 10 < 7 {
                    BOUGHT_PRAISE[i % 4].clone_into(&mut comment.text);
                }
            }
        },
        |r| audience_at_most(r, 60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "comments bought in five minutes under each post",
        "flagged, no sponsor",
        |s| {
            let first: Vec<_> = posts(s)
                .iter()
                .map(|p| (p.id.clone(), p.timestamp))
                .collect();
            let mut seconds = 0;
            for comment in comments_of(s) {
                let of = first
                    .iter()
                    .find(|(id, _)| Some(id) == comment.post_id.as_ref());
                seconds = (seconds + 3) % 50;
                let after = TimeDelta::hours(30) + TimeDelta::seconds(seconds);
                comment.timestamp = of.and_then(|(_, at)| at.map(|at| at + after));
            }
        },
        |r| r.flags.iter().any(|f| f == "comment_bursts") && r.decision().advice != Advice::Sponsor,
    ),
    (
        "comments come within the hour, from a large and honest audience",
        "nobody is accused of bursts",
        |s| {
            fans(s, &ENGLISH);
            let at: Vec<_> = posts(s)
                .iter()
                .map(|p| (p.id.clone(), p.timestamp))
                .collect();
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                let (id, time) = &at[i % at.len()];
                let place = small(i / at.len());
                comment.post_id = Some(id.clone());
                comment.timestamp = time
                    .map(|time| time + TimeDelta::seconds(240 + 390 * place + 17 * small(i % 9)));
            }
        },
        |r| r.audience_authenticity.flags.is_empty(),
    ),
    (
        "own comments under another spelling",
        "audience good",
        |s| {
            let own = comments_of(s).clone();
            for (i, c) in own.into_iter().enumerate().take(60) {
                let mut c: Comment = c;
                c.id = format!("own{i}");
                c.author_id = Some("WREN.Outdoors".to_owned());
                "thank you so much".clone_into(&mut c.text);
                comments_of(s).push(c);
            }
        },
        |r| r.audience_authenticity.score >= Some(80.0) && r.audience_authenticity.flags.is_empty(),
    ),
    (
        "a writer who answers every comment",
        "own answers are no audience, nobody is accused",
        |s| {
            let own = s.target.handle.as_str().to_owned();
            let answers: Vec<Comment> = comments_of(s)
                .iter()
                .map(|c| {
                    let mut answer = Comment::new(format!("{}-answer", c.id), "Thank you!");
                    answer.post_id.clone_from(&c.post_id);
                    answer.author_id = Some(own.to_uppercase());
                    answer.timestamp = c.timestamp.map(|at| at + TimeDelta::minutes(9));
                    answer
                })
                .collect();
            comments_of(s).extend(answers);
        },
        |r| r.flags.is_empty() && r.audience_authenticity.score >= Some(85.0),
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
