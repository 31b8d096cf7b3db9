//! What cannot be judged: figures that are hidden, comments that are off or empty, captions in a language that is not
//! read, too few posts.

use report_pipeline_social::{Advice, Post};

use crate::fans;
use crate::kit::comments_of;
use crate::kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, captions, is_bad_whole, posts, written,
};

const TURKISH_CAPTIONS: [&str; 4] = [
    "Sabah erkenden yola çıktık, dağın eteğinde çay içtik",
    "Bu hafta bahçede domates topladık, çocuklar çok eğlendi",
    "Annemin tarifiyle pişen ekmek bütün evi sardı",
    "Denizin kıyısında uzun bir yürüyüş yaptık",
];

const KINDS: &[Kind] = &[
    (
        "likes hidden",
        "no whole, no sponsor",
        |s| {
            for p in posts(s) {
                p.like_count = None;
            }
        },
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a filler for hidden likes",
        "engagement not measured",
        |s| {
            for p in posts(s) {
                p.like_count = Some(3);
                p.comment_count = Some(25);
            }
        },
        |r| r.true_engagement.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "likes hidden, half of the comments spam",
        "is_bad_whole",
        |s| {
            written(
                s,
                &ENGLISH,
                50,
                &["free followers at www.growfast.com, click the link in my bio"],
            );
            for p in posts(s) {
                p.like_count = None;
            }
        },
        is_bad_whole,
    ),
    (
        "followers hidden",
        "no whole",
        |s| s.profile.follower_count = None,
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "captions hidden",
        "safety unknown, no sponsor",
        |s| {
            for p in posts(s) {
                p.caption = None;
            }
        },
        |r| r.brand_safety.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "captions in Turkish",
        "safety unknown, and said",
        |s| captions(s, &TURKISH_CAPTIONS),
        |r| {
            r.brand_safety.score.is_none()
                && r.warning_banners.iter().any(|b| b.contains("Turkish"))
        },
    ),
    (
        "hateful captions in German",
        "unknown safety",
        |s| {
            captions(
                s,
                &[
                    "Ausländer sind Ungeziefer und gehören raus",
                    "Frauen gehören in die Küche und sonst nirgends hin",
                    "Die Flüchtlinge nehmen uns alles weg, schmeißt sie raus",
                ],
            );
        },
        |r| r.brand_safety.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "comments switched off",
        "unknown audience",
        |s| {
            s.comments = Some(Vec::new());
            for p in posts(s) {
                p.comments_disabled = Some(true);
                p.comment_count = Some(0);
            }
        },
        |r| r.audience_authenticity.score.is_none() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "comments off under half of the posts",
        "nobody is accused",
        |s| {
            let mut off = Vec::new();
            for (i, p) in posts(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    p.comments_disabled = Some(true);
                    p.comment_count = Some(0);
                    off.push(p.id.clone());
                }
            }
            comments_of(s).retain(|c| !c.post_id.as_ref().is_some_and(|id| off.contains(id)));
        },
        |r| r.flags.is_empty(),
    ),
    (
        "comments without a text",
        "the audience is unknown",
        |s| {
            for c in comments_of(s) {
                c.text.clear();
            }
        },
        |r| r.audience_authenticity.score.is_none() && r.audience_authenticity.flags.is_empty(),
    ),
    (
        "four honest comments in all",
        "nobody is condemned",
        |s| {
            fans(s, &ENGLISH);
            comments_of(s).truncate(4);
        },
        |r| r.audience_authenticity.grade.is_none() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "three posts",
        "no sponsor without a look",
        |s| posts(s).truncate(3),
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "nothing at all but a name",
        // 20,000 followers and not a post: `follows_many_posts_little` is true of it.
        "no whole, no sponsor",
        |s| {
            s.posts = Some(Vec::new());
            s.comments = Some(Vec::new());
            s.profile.bio = Some(String::new());
            s.profile.post_count = Some(0);
        },
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a private account",
        "unknown",
        |s| {
            s.profile.is_private = Some(true);
            s.posts = None;
            s.comments = None;
        },
        |r| r.score.is_none() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "one record delivered twice",
        "as without",
        |s| {
            let again = comments_of(s).clone();
            comments_of(s).extend(again);
            let again: Vec<Post> = posts(s).clone();
            posts(s).extend(again);
        },
        |r| r.flags.is_empty() && r.decision().advice == Advice::Sponsor,
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
