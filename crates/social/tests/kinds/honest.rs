//! What honest people write under posts, even where it looks like spam, like copies or like an attack: customers,
//! learners, believers, mourners, players, and crowds that are angry or sing.

use report_pipeline_social::Advice;

use crate::kit::comments_of;
use crate::kit::kinds::{Decided, ENGLISH, Kind, all_show_what_they_must, mixed};
use crate::{fans, is_good, is_honest};

const KINDS: &[Kind] = &[
    fans!(
        "children under a building game",
        is_good,
        [
            "ur so good at this omg can u do a part 2 plsss",
            "my brother says it is fake but i told him its not",
            "i built the same castle but mine has a dragon on the roof",
            "can you say hi to mila in the next one it is her birthday",
            "how do you make the door open by itself i tried and it broke",
            "first i thought you fell in the lava lol",
        ]
    ),
    fans!(
        "customers of a shop",
        is_honest,
        [
            "how much is the blue one and do you ship to Canada",
            "is this still available in size 38",
            "I ordered two last week and they came in three days",
            "do you have it with a longer strap",
            "price please, and can I pay when I pick it up",
            "sent you a message about the green one",
            "my mother wants one for her garden table",
            "the parcel was a bit wet but the mug survived",
            "which colour goes with a dark wall",
            "can you engrave a name on the back",
            "will there be more of the small bowls before Christmas",
            "where do you get your clay from",
        ]
    ),
    fans!(
        "people who learn about money",
        is_good,
        [
            "so is an index fund better than single stocks for my kid",
            "I sold my bitcoin too early and slept better",
            "my broker takes 2 % a year, is that a lot",
            "could you explain once more why bonds fall when rates rise",
            "I paid off my loan in March thanks to your spreadsheet",
            "what about gold, my father swears by it",
        ]
    ),
    fans!(
        "people who lost weight with a plan",
        is_good,
        [
            "down ten kilos since January and my knees thank you",
            "week three of your plan, I still hate burpees",
            "can I swap the rice for potatoes",
            "I did the whole thing with my mother, she is 71",
            "how many rest days do you take when you have a cold",
            "my doctor asked what I changed and I showed her your page",
        ]
    ),
    fans!(
        "prayers",
        is_honest,
        [
            "Amen, and thank you for this word today",
            "praying for you and your family, brother",
            "God bless you, this came at the right hour",
            "may Allah reward you for your patience",
            "I lost my mother this year and this psalm carried me",
            "hallelujah from a small church in Ghana",
            "our choir sang this at my grandfather's funeral",
            "I needed that, the night shift is long",
            "can you read Ruth chapter two next time",
            "peace be with everybody in this house",
            "my son was baptised on Sunday and he slept through it",
            "strength to all who wait in hospitals today",
        ]
    ),
    fans!(
        "condolences",
        is_honest,
        [
            "so sorry for your loss, he was a good dog",
            "thinking of you today",
            "my condolences to the whole family",
            "I still remember him running into the lake",
            "rest in peace little friend",
            "it gets quieter but it never goes away",
            "he used to steal my sandwiches on every walk",
            "hug your daughter from us",
            "what a face he had, like an old professor",
            "we lost ours in spring and the sofa is still his",
            "light a candle by the window tonight",
            "that last picture says it all",
        ]
    ),
    fans!(
        "a crowd that is angry",
        is_honest,
        [
            "you promised refunds in May and I am still waiting",
            "how can you still defend him after what came out",
            "I unfollowed and I will tell everybody why",
            "this apology has no apology in it",
            "three years I watched every video and now this",
            "delete it, you know that it is wrong",
            "my order number is in your inbox since March",
            "you deleted the comments of people who asked",
            "the sponsor should know what you said on stage",
            "first you laugh about us, then you want our money",
            "where is the receipt for the donation",
            "he has done the same to two other women in town",
        ]
    ),
    fans!(
        "players after a match",
        is_honest,
        [
            "gg that last round was so close",
            "how did you hit that with no scope",
            "the lag on my server is a joke today",
            "nerf the shotgun already",
            "who carried who here be honest",
            "we got destroyed by a team of twelve year olds",
            "the new map is too dark in the tunnels",
            "finally somebody who uses the bow",
            "my controller drifts and I still finished third",
            "what are your settings for the sensitivity",
            "that jump over the bridge was pure luck",
            "when is the next stream, I have school until four",
        ]
    ),
    fans!(
        "members of the creator's own channel",
        is_honest,
        [
            "I joined your Telegram last month, the walks there are even better",
            "your newsletter made my Sunday again",
            "is the Discord open for beginners too",
            "I sent you a photo by mail, did it arrive",
            "the link to the map does not work for me",
            "see you at the meetup in Leeds",
        ]
    ),
    (
        "birthday wishes",
        "nobody is accused",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.text = if i % 4 == 0 {
                    "happy birthday, have a wonderful day".to_owned()
                } else {
                    mixed(&ENGLISH, i)
                };
            }
        },
        |r| r.audience_authenticity.flags.is_empty() && r.audience_authenticity.score >= Some(50.0),
    ),
    (
        "a line of a song under many posts",
        "nobody is accused of copies",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 6 == 0 {
                    "and the river keeps on running home to you".clone_into(&mut c.text);
                }
            }
        },
        |r| !r.flags.iter().any(|f| f == "copied_comments"),
    ),
    (
        "a chant of hundreds",
        "is not avoided",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                comment.text = if i % 3 == 0 {
                    "COME ON YOU REDS, WE NEVER WALK AWAY".to_owned()
                } else {
                    mixed(&ENGLISH, i)
                };
            }
        },
        |r| r.decision().advice != Advice::Avoid,
    ),
    (
        "a hashtag of a campaign in every comment",
        "nobody is accused of copies",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                comment.text = format!("{} #saveourriver", mixed(&ENGLISH, i));
            }
        },
        |r| r.flags.is_empty(),
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
