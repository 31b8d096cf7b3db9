//! Small groups that write much of everything: those who praise in a few words wherever they come, and friends who talk
//! about what the posts show.

use chrono::TimeDelta;
use report_pipeline_social::{Advice, Comment, Post, Report, Snapshot};

use crate::kit::comments_of;
use crate::kit::kinds::{Decided, ENGLISH, Kind, all_show_what_they_must, mixed, posts};

const SHORT: [&str; 8] = [
    "Wow so nice!",
    "Love this one",
    "Great post again",
    "Amazing as always",
    "So good my friend",
    "Beautiful shot",
    "Keep going!",
    "Nice work here",
];
const TALK: [&str; 16] = [
    "the heron stood on the left bank when I passed there on Sunday",
    "did the bridge survive the flood or is the path closed now",
    "tell your dad that his kettle won the vote in our kitchen",
    "I have the same boots and the left one leaks, yours too?",
    "your hill looks steeper than mine, how long was the walk",
    "we should bring tea to the hut next week, I have the big pot",
    "the fog in the third one came in while we were still eating",
    "my robin is back in the garden since Tuesday, yours as well?",
    "that is the tree that I fell out of in 1998, still standing",
    "the wind took my hat on that very ridge, never saw it again",
    "which of the two trails did you take down to the lake",
    "is that the new lens from your birthday, the edges look sharp",
    "the owner of the café says hello and that you forgot a glove",
    "I made the soup from your story and burnt the onions, as usual",
    "rain here since dawn, so I walk with you from the sofa",
    "say hi to the dog, she looks like she owns the whole valley",
];
const HEARTS: [&str; 8] = [
    "\u{2764}\u{fe0f}\u{2764}\u{fe0f}",
    "gorgeous",
    "so pretty dear",
    "yesss queen",
    "fire \u{1f525}\u{1f525}",
    "perfect as ever",
    "need this!",
    "omg stunning babe",
];

fn is_pod(report: &Report) -> bool {
    report.flags.iter().any(|flag| flag == "engagement_pod")
        && report.decision().advice != Advice::Sponsor
}

fn nobody_is_accused(report: &Report) -> bool {
    report.audience_authenticity.flags.is_empty()
}

/// Under each post some of the same people, of whom of ten so many stay away each time, and then others who come once
/// in a while.
struct Core {
    people: usize,
    away: usize,
    under_each: usize,
    others: usize,
}

impl Core {
    /// They say one of these, or something put together from them.
    fn writes(&self, snapshot: &mut Snapshot, says: &[&str], is_put_together: bool) {
        let under = posts(snapshot).clone();
        comments_of(snapshot).clear();
        let mut write = |post: &Post, author: String, text: String, after: usize| {
            let number = comments_of(snapshot).len();
            let mut comment = Comment::new(format!("c{number}"), text);
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(author);
            let after = TimeDelta::minutes(i64::try_from(after).expect("a few hours"));
            comment.timestamp = post.timestamp.map(|at| at + after);
            comments_of(snapshot).push(comment);
        };
        for (place, post) in under.iter().enumerate() {
            let is_there = |member: &usize| (member * 7 + place * 3) % 10 >= self.away;
            for member in (0..self.people).filter(is_there).take(self.under_each) {
                let number = place * 31 + member * 17;
                let text = if is_put_together {
                    mixed(says, number)
                } else {
                    says[number % says.len()].to_owned()
                };
                write(post, format!("member{member}"), text, 7 + 13 * member);
            }
            for other in 0..self.others {
                let number = place * 97 + other;
                let text = mixed(&ENGLISH, number);
                write(post, format!("fan{}", number % 411), text, 60 + 41 * other);
            }
        }
    }
}

const KINDS: &[Kind] = &[
    (
        "eight who praise, half of all",
        "found",
        |s| {
            Core {
                people: 8,
                away: 0,
                under_each: 8,
                others: 8,
            }
            .writes(s, &SHORT, false);
        },
        is_pod,
    ),
    (
        "ten who praise under half of the posts, half of all",
        "found",
        |s| {
            Core {
                people: 10,
                away: 4,
                under_each: 5,
                others: 5,
            }
            .writes(s, &SHORT, false);
        },
        is_pod,
    ),
    (
        "hearts and a word, under half of the posts, half of all",
        "found",
        |s: &mut Snapshot| {
            s.profile.follower_count = Some(9_000);
            Core {
                people: 14,
                away: 5,
                under_each: 7,
                others: 6,
            }
            .writes(s, &HEARTS, false);
        },
        is_pod,
    ),
    (
        "six with a word under every post, a third of all",
        "no flag, no worse than a look",
        |s| {
            Core {
                people: 6,
                away: 0,
                under_each: 6,
                others: 12,
            }
            .writes(s, &HEARTS, false);
        },
        |r| r.decision().advice != Advice::Avoid,
    ),
    (
        "loyal people with a word, a sixth of all",
        "nobody accused",
        |s| {
            Core {
                people: 12,
                away: 6,
                under_each: 3,
                others: 15,
            }
            .writes(s, &HEARTS, false);
        },
        nobody_is_accused,
    ),
    (
        "loyal people who talk, a tenth of all",
        "nobody accused",
        |s| {
            Core {
                people: 10,
                away: 4,
                under_each: 2,
                others: 18,
            }
            .writes(s, &TALK, true);
        },
        nobody_is_accused,
    ),
    (
        "ten friends who talk under half of the posts, half of all",
        "nobody accused",
        |s| {
            Core {
                people: 10,
                away: 4,
                under_each: 5,
                others: 5,
            }
            .writes(s, &TALK, true);
        },
        nobody_is_accused,
    ),
    (
        "two hundred fans with a word each, again and again",
        "nobody accused",
        |s| {
            Core {
                people: 240,
                away: 9,
                under_each: 12,
                others: 4,
            }
            .writes(s, &HEARTS, false);
        },
        nobody_is_accused,
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
