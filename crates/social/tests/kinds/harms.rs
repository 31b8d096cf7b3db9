//! What few brands want to stand beside: drugs, weapons, bets, adult pages, false medicine, hunger as a goal, and
//! swearing.

use report_pipeline_social::Advice;

use crate::is_never_good;
use crate::kit::kinds::{Decided, Kind, all_show_what_they_must, captions, some_captions};

const ADULT_CREATOR: [&str; 4] = [
    "New nude photos on my onlyfans tonight",
    "Come to my onlyfans, link below",
    "Sex tape drops on Friday for subscribers",
    "My adult content on my page is half price",
];
const COMEDIAN: [&str; 4] = [
    "Well shit, the cat did it again",
    "Damn it, I burnt the pancakes",
    "This traffic is bullshit and so is my playlist",
    "I am too old for this crap",
];
const RAPPER: [&str; 5] = [
    "My bitches and my brothers, the album is out on Friday",
    "This beat is fucking insane, turn it up",
    "Niggas in the studio till five in the morning, love this family",
    "Killed it on stage last night, Berlin you went wild",
    "New bars, old scars, same block",
];
const HUNTER: [&str; 4] = [
    "Deer season opens on Saturday, rifle cleaned and ready",
    "How we butcher a deer so that nothing goes to waste",
    "My first shotgun was my grandfather's",
    "New ammo for the old rifle, a day at the range",
];
const BETTING: [&str; 5] = [
    "My three tips for tonight, join the VIP group for the rest",
    "Best online casino of the month, 200 free spins with my code",
    "Bet with my link and get your first stake back",
    "We hit the 12.5 odds again, guaranteed profit this week",
    "Double your bitcoin with this bot, link in bio",
];
const CLEANSE: [&str; 4] = [
    "Parasites cause every illness and big pharma hides it",
    "This tea is a miracle cure, my aunt threw her pills away",
    "Vaccines cause autism and nobody can tell me otherwise",
    "Black salve cures cancer, doctors do not want you to know",
];

const KINDS: &[Kind] = &[
    (
        "drugs",
        "safety at most 50",
        |s| {
            some_captions(
                s,
                &[
                    "Cocaine and champagne, what a night",
                    "line of cocaine before the show",
                    "buy cocaine from my guy",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    says!(
        "a seller of pills",
        is_never_good,
        [
            "Xanax and Adderall without prescription, shipped in plain boxes",
            "Ozempic, no doctor needed, message me to order",
            "Percs in stock, fast delivery, telegram in bio",
            "Steroids for sale, ask for the price list",
        ]
    ),
    (
        "a gun dealer",
        "safety at most 65",
        |s| {
            captions(
                s,
                &[
                    "New rifles in the shop, ammo for all of them",
                    "This handgun fits every hand",
                    "Guns for sale, come by on Saturday",
                    "Shotgun season starts, ammunition is 20 % off",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(65.0),
    ),
    (
        "a hunter",
        "not good, not hate",
        |s| captions(s, &HUNTER),
        |r| r.brand_safety.score < Some(65.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a seller of bets",
        "safety at most 60, no sponsor",
        |s| captions(s, &BETTING),
        |r| r.brand_safety.score <= Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "an adult creator",
        "safety at most 40, flagged",
        |s| captions(s, &ADULT_CREATOR),
        |r| r.brand_safety.score <= Some(40.0) && !r.brand_safety.flags.is_empty(),
    ),
    (
        "conspiracies",
        "safety at most 50",
        |s| {
            some_captions(
                s,
                &[
                    "The plandemic was planned, wake up",
                    "Vaccines cause autism and they know it",
                    "The miracle cure they hide from you",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    (
        "a healer against medicine",
        "safety at most 40, flagged",
        |s| captions(s, &CLEANSE),
        |r| r.brand_safety.score <= Some(40.0) && !r.brand_safety.flags.is_empty(),
    ),
    says!(
        "starving as a goal",
        is_never_good,
        [
            "Skip dinner, wake up thinner #proana",
            "Nothing tastes as good as bones look #thinspo",
            "Day nine of water only, hunger is a friend",
            "How to hide from your mother that you do not eat",
        ]
    ),
    (
        "a rapper",
        "not accused of hate",
        |s| captions(s, &RAPPER),
        |r| !r.flags.iter().any(|f| f.starts_with("hate")),
    ),
    (
        "a comedian who swears mildly",
        "not avoided",
        |s| some_captions(s, &COMEDIAN),
        |r| r.brand_safety.score >= Some(65.0) && r.brand_safety.flags.is_empty(),
    ),
    says!(
        "a shop for false papers",
        is_never_good,
        [
            "Passports and driving licences, real quality, ask for the price",
            "Diploma of any university in five days, discreet",
            "Fake ids that scan, shipped in a birthday card",
            "Banknotes that pass the pen, message me for samples",
        ]
    ),
    says!(
        "a seller of gun parts",
        is_never_good,
        [
            "Glock switches back in stock, ships from abroad",
            "80 percent lowers, no serial, no questions",
            "Ghost gun kit with jig and drill bits",
            "Suppressors that look like solvent traps, order now",
        ]
    ),
    says!(
        "a gun shop that speaks of history",
        is_never_good,
        [
            "Order your rifle today, prices from 499",
            "New handguns on the shelf, ask for a discount",
            "Ammunition ships tomorrow, free delivery",
            "Old regiment pieces for sale, rifles with history",
        ]
    ),
    says!(
        "who offers bets",
        is_never_good,
        [
            "Sure odds for tonight, 98 % hit rate, join VIP",
            "Casino bonus 200 % with my link",
            "I turned 20 into 4,000, copy my bets",
            "Fixed matches, pay after you win"
        ]
    ),
    says!(
        "a seller of weed",
        is_never_good,
        [
            "Fresh weed for sale, menu on telegram",
            "Ounces and quarters, delivery tonight",
            "Best buds in town, dm for prices",
            "Magic mushrooms in stock"
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
