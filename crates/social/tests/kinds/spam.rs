//! Spam by what it sells: trades, followers, adult pages, help with an account, gifts, love. Some of it is in disguise.

use report_pipeline_social::Report;

use crate::kit::comments_of;
use crate::kit::kinds::{
    ENGLISH, Kind, all_show_what_they_must, audience_at_most, is_bad_whole, written,
};
use crate::texts::{BOTS, CRYPTO, DATING, GIVEAWAY, SUPPORT, TRADER};

const ADULT: [&str; 3] = [
    "my hot private videos are in my bio, come and see",
    "i am alone tonight, look at my profile and text me there",
    "18+ pics for free, tap my profile picture",
];
const RECOVERY: [&str; 4] = [
    "my account was hacked and @quick_recovery_pro got it back in one hour, contact him",
    "if you lost money to scammers write to mrs Dolores on whatsapp, she recovered my funds",
    "legit hacker, helped me spy on my cheating husband's phone, text +10000000000",
    "contact @fixmyscore_now to clean your credit report, 100 percent legit",
];
const FOLLOW: [&str; 4] = [
    "follow me and I follow back",
    "f4f? l4l? dm me",
    "check out my page and follow for follow",
    "new page, please follow me guys, I follow everyone back",
];

/// English fans and spam.
macro_rules! among {
    ($name:literal, $percent:literal, $spam:expr) => {
        (
            $name,
            "audience at most 45, bad whole",
            |s| written(s, &ENGLISH, $percent, &$spam),
            |r| audience_at_most(r, 45.0) && is_bad_whole(r),
        )
    };
}

fn is_spam(report: &Report) -> bool {
    audience_at_most(report, 45.0) && is_bad_whole(report)
}

const KINDS: &[Kind] = &[
    (
        "traders 15 %",
        "audience at most 70",
        |s| written(s, &ENGLISH, 15, &TRADER),
        |r| audience_at_most(r, 70.0),
    ),
    (
        "traders 50 %",
        "audience at most 35, bad whole",
        |s| written(s, &ENGLISH, 50, &TRADER),
        |r| audience_at_most(r, 35.0) && is_bad_whole(r),
    ),
    (
        "traders in leet 60 %",
        "audience at most 40",
        |s| {
            written(
                s,
                &ENGLISH,
                60,
                &[
                    "1nv3st w1th c0ach 0livia and d0uble your b1tco1n, dm h3r",
                    "m3ssage me on wh4tsapp to e4rn m0ney fr0m h0me",
                ],
            );
        },
        |r| audience_at_most(r, 40.0),
    ),
    (
        "traders in look-alikes 60 %",
        "audience at most 40",
        |s| {
            written(
                s,
                &ENGLISH,
                60,
                &[
                    "dоuble уоur bitcоin with cоach Оlivia, tеxt hеr оn tеlеgram",
                    "е\u{430}rn mоnеy frоm hоmе, mеssagе mе оn whatsарр",
                ],
            );
        },
        |r| audience_at_most(r, 40.0),
    ),
    spam!(
        "traders in the voice of fans",
        40,
        is_spam,
        [
            "I was so sceptical at first but since Mrs Elena trades for me I have my own flat",
            "guys this is real, I put in 400 and took out 4,100 after nine days",
            "who else works with coach Brandon here? he changed my life, find him by his name",
            "my bank laughed at me, now I earn more than the manager, all thanks to @fx_lady_maria",
            "I lost everything before, then a friend here told me about this woman who trades options",
        ]
    ),
    among!("crypto 40 %", 40, CRYPTO),
    (
        "crypto 3 %",
        "nobody is accused",
        |s| written(s, &ENGLISH, 3, &CRYPTO),
        |r| r.flags.is_empty(),
    ),
    spam!(
        "disguised offers",
        40,
        is_spam,
        [
            "m€ssage m3 on wh4tsapp +1 000 000 0000 to inv3st",
            "E A R N  5 0 0  A  D A Y  l i n k  i n  b i o",
            "\u{1d405}\u{1d411}\u{1d404}\u{1d404} \u{1d413}\u{1d42e}\u{1d41e} followers at my page, click the link",
            "b.i.t.c.o.i.n d.o.u.b.l.e.d in one day, tele.gram @max_fx",
            "сheap followers, fast dеlivery, click my profile",
        ]
    ),
    (
        "collaboration bots 50 %",
        "audience at most 35, bad whole",
        |s| written(s, &ENGLISH, 50, &BOTS),
        |r| audience_at_most(r, 35.0) && is_bad_whole(r),
    ),
    spam!(
        "promotion by message",
        40,
        is_spam,
        [
            "DM me for promo, I have 300k followers",
            "promote it on @viral.daily.hub",
            "dm us if you want to be featured on our page",
            "send pic to @style.features to get a shoutout",
            "we would love to collab, dm @brand.ambassador.team",
        ]
    ),
    (
        "follow for follow 50 %",
        "audience at most 40, bad whole",
        |s| written(s, &ENGLISH, 50, &FOLLOW),
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "adult bots 50 %",
        "audience at most 40, bad whole",
        |s| written(s, &ENGLISH, 50, &ADULT),
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    among!("adult and dating bots 40 %", 40, DATING),
    spam!(
        "strangers who look for love",
        50,
        is_spam,
        [
            "hello dear, you look nice, write me on hangouts please",
            "I am a widowed soldier in Syria and look for an honest woman, add me",
            "hi beautiful, I do not usually do this, can we be friends? message me on my private page",
            "you have a lovely smile, send me a friend request I could not add you",
            "god fearing man with one daughter, text me on whatsapp",
        ]
    ),
    (
        "account hackers 40 %",
        "audience at most 45, bad whole",
        |s| written(s, &ENGLISH, 40, &RECOVERY),
        |r| audience_at_most(r, 45.0) && is_bad_whole(r),
    ),
    (
        "account hackers 8 %",
        "no accusation, but a look",
        |s| written(s, &ENGLISH, 8, &RECOVERY),
        |r| r.flags.is_empty() && r.audience_authenticity.score < Some(90.0),
    ),
    (
        "thirty copies of three adverts",
        "no good audience",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    RECOVERY[i / 2 % 3].clone_into(&mut c.text);
                }
            }
        },
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    among!("fake support 40 %", 40, SUPPORT),
    among!("fake giveaways 40 %", 40, GIVEAWAY),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
