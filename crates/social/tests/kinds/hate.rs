//! Hate against groups of people, in captions, hashtags, the description and comments: open, in disguise, or now and
//! then.

use chrono::TimeDelta;
use report_pipeline_social::{Advice, Report};

use crate::kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, captions, posts, some_captions, written,
};
use crate::{is_never_good, only};

const HATER: [&str; 8] = [
    "Immigrants are parasites and we feed them",
    "Women should shut up and obey, that is all they are good for",
    "I cannot stand gays, they make me sick",
    "Muslims do not belong in our country, deport all of them",
    "Refugees are nothing but vermin",
    "Black people are too stupid to vote",
    "Somebody should burn down the homes of all these filthy migrants",
    "Never trust a jew",
];
const PREACHER: [&str; 6] = [
    "Homosexuals are an abomination and should be put to death",
    "Gays belong in hell, every one of them",
    "I will never respect gay people, they disgust me",
    "Lesbians are perverts and groomers",
    "Trans people are sick, keep them away from children",
    "Gay people should be stoned like in the old days",
];
const ALPHA: [&str; 6] = [
    "Women are inferior, stop pretending",
    "A wife must obey, females are property",
    "Women should not be allowed to vote",
    "Females are too emotional and too stupid to lead",
    "Never trust a woman",
    "Women belong in the kitchen and in the bedroom",
];
const ANTISEMITE: [&str; 6] = [
    "Jews control the banks and poison our children",
    "Jews are parasites on every nation",
    "Never trust a jew with money",
    "Hitler was right about them",
    "The jews must be expelled",
    "I hate jews and I say it loud",
];
const SLY: [&str; 6] = [
    "Funny how the crime went up when they let all those people in. I am just asking",
    "You know which tribe owns the newspapers",
    "Our grandmothers did not build this country for people who pray five times a day",
    "Take a look at who is on the boats. No women, no children, only men of fighting age",
    "Some cultures just do not fit here and never will",
    "It is okay to say it: we were better off when we were among ourselves",
];
const INCEL: [&str; 6] = [
    "All women are liars and gold diggers",
    "Females only want money, they deserve what they get",
    "A woman over thirty is worthless",
    "Women are like dogs, they need a master",
    "I despise women and I am done hiding it",
    "No woman has ever been loyal, they are all whores",
];

/// Hate is found: a flag, and no grade that anybody could take for good.
fn is_hate(report: &Report) -> bool {
    let safety = &report.brand_safety;
    safety.score.is_none_or(|score| score < 40.0)
        && safety.flags.iter().any(|flag| flag.starts_with("hate"))
}

const KINDS: &[Kind] = &[
    (
        "hate throughout",
        "safety at most 15, avoid",
        |s| captions(s, &HATER),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "hate in one of three captions",
        "safety at most 30, avoid",
        |s| some_captions(s, &HATER),
        |r| r.brand_safety.score <= Some(30.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "hate now and then among flowers",
        "is_never_good",
        |s| {
            some_captions(
                s,
                &[
                    "Somalis are filth and the whole town knows it",
                    "Whoever lets his daughter date a black man has no shame",
                    "Trans people belong in an asylum",
                ],
            );
        },
        is_never_good,
    ),
    (
        "hate in the oldest captions",
        "safety at most 60",
        |s| {
            let n = posts(s).len();
            for p in posts(s).iter_mut().skip(n - 3) {
                p.caption = Some(HATER[0].to_owned());
            }
        },
        |r| r.brand_safety.score <= Some(60.0),
    ),
    (
        "hate in hashtags only",
        "safety at most 50",
        |s| {
            for p in posts(s).iter_mut().step_by(4) {
                p.hashtags = Some(vec!["#whitepower".to_owned(), "#sunset".to_owned()]);
            }
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    (
        "hate in the description only",
        "safety at most 60, avoid or look",
        |s| s.profile.bio = Some("Immigrants are vermin. Home baker.".to_owned()),
        |r| r.brand_safety.score <= Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "hate in look-alikes and digits",
        "safety at most 40",
        |s| {
            some_captions(
                s,
                &[
                    "1mmigrants are v3rmin",
                    "Rеfugееs arе nоthing but vеrmin",
                    "𝐈 𝐡𝐚𝐭𝐞 𝐚𝐥𝐥 𝐦𝐮𝐬𝐥𝐢𝐦𝐬",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(40.0),
    ),
    says!(
        "against Roma, with letters apart",
        is_never_good,
        [
            "All g.y.p.s.i.e.s are th13ves",
            "G y p s i e s are v e r m i n",
            "r0ma are paras1tes, throw them out",
            "Never let a gyp5y into your house",
        ]
    ),
    says!(
        "hate in Spanish",
        is_never_good,
        [
            "Los inmigrantes son una plaga y hay que echarlos a todos",
            "Los moros son animales",
            "Las mujeres no sirven para nada, a la cocina",
            "Odio a los gitanos, son ratas",
        ]
    ),
    (
        "a preacher of hate",
        "safety at most 15, avoid",
        |s| captions(s, &PREACHER),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "a preacher of hate, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &PREACHER);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    (
        "a coach who despises women",
        "safety at most 15, avoid",
        |s| captions(s, &ALPHA),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "a coach who despises women, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &ALPHA);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    (
        "a man who despises women",
        "safety at most 15, avoid",
        |s| captions(s, &INCEL),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "an antisemite",
        "safety at most 15, avoid",
        |s| captions(s, &ANTISEMITE),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "an antisemite, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &ANTISEMITE);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    says!(
        "a salute and a good morning",
        is_hate,
        [
            "Heil Hitler, that is all I have to say",
            "A quiet walk by the river this morning",
            "Sieg heil and a nice weekend to everybody",
            "New shoes, finally",
            "White power, and pass the salt please",
        ]
    ),
    says!(
        "the fourteen words",
        is_never_good,
        [
            "We must secure the existence of our people and a future for white children",
            "Blood and soil, friends, see you on Sunday",
            "14/88 for ever",
            "The great replacement is happening in your street",
        ]
    ),
    says!(
        "the holocaust was a lie, he says",
        is_never_good,
        [
            "The holocaust is a hoax and you fell for it",
            "There were no gas chambers, only lice",
            "Six million? Do the maths, it is a lie of the Jews",
            "Nobody was murdered in Auschwitz",
        ]
    ),
    says!(
        "against a faith instead of its people",
        is_never_good,
        [
            "Islam is a cancer and must be cut out of Europe",
            "Ban the Quran, ban the mosques, ban them all",
            "Islam is a religion of rapists and savages",
            "No more mosques in my country",
        ]
    ),
    says!(
        "termites",
        is_never_good,
        [
            "Muslims are termites who eat this nation from within",
            "Every one of these termites must be crushed",
            "Rohingya are insects, send them into the sea",
            "Do not rent your house to a Muslim, they breed like pests",
        ]
    ),
    says!(
        "against the disabled",
        is_never_good,
        [
            "Cripples are a waste of money and oxygen",
            "The disabled should never have been born",
            "Autistic kids are a burden on the whole class, lock them away",
            "I am sick of these retards on my bus",
        ]
    ),
    (
        "sly hate, without a word of it",
        "words find nothing; a person cannot be told so, and nothing is claimed",
        |s| captions(s, &SLY),
        // Implied hate is beyond words: it must not be flagged by luck of one word as something else.
        |r| !r.flags.iter().any(|f| !f.starts_with("hate")),
    ),
    (
        "four captions of hate beside one that answers it",
        "is_never_good",
        |s| {
            only(
                s,
                &[
                    "Muslims are vermin and should be deported",
                    "Refugees are parasites",
                    "I hate all gypsies",
                    "Women are too stupid to vote",
                    "Racism is wrong, they say",
                ],
            );
        },
        is_never_good,
    ),
    (
        "a comedian with two grave captions in forty-eight",
        "no sponsor without a look",
        |s| {
            some_captions(s, &["The cat sat on my keyboard again, so this is late"]);
            posts(s)[3].caption = Some(INCEL[0].to_owned());
            posts(s)[9].caption = Some(INCEL[3].to_owned());
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "hateful comments, three in ten",
        "flagged, no good safety",
        |s| written(s, &ENGLISH, 30, &PREACHER),
        |r| {
            r.flags.iter().any(|f| f == "hate_in_comments")
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "a few hateful comments",
        "nobody is accused",
        |s| written(s, &ENGLISH, 2, &PREACHER),
        |r| r.flags.is_empty(),
    ),
    (
        "hate in the captions beyond the last thirty",
        "never good",
        |s| {
            let mut more = posts(s).clone();
            for (i, p) in more.iter_mut().enumerate() {
                p.id = format!("old{i}");
                p.timestamp = p.timestamp.map(|at| at - TimeDelta::days(160));
                if i % 2 == 0 {
                    p.caption = Some(
                        [
                            "Asians are filthy and spread disease",
                            "Gays are sick and must be locked away",
                            "Jews run everything and must be stopped",
                        ][i / 2 % 3]
                            .to_owned(),
                    );
                }
            }
            posts(s).extend(more);
        },
        is_never_good,
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
