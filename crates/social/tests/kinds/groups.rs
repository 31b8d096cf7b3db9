//! Who speaks of peoples, faiths and women, and against none of them: historians, teachers, reporters, believers, and
//! those who belong to such a group.

use report_pipeline_social::Advice;

use crate::is_not_accused;
use crate::kit::kinds::{Decided, Kind, all_show_what_they_must, captions, is_safe, some_captions};

const REPORTER: [&str; 8] = [
    "The man who drove into the crowd was sentenced to life in prison today",
    "Three people were shot dead near the station, the police are looking for witnesses",
    "What the new immigration policy means for nurses from abroad",
    "Our investigation into money laundering at the harbour, part two",
    "A terrorist attack was prevented in the capital, the minister said",
    "How the election was counted, district by district",
    "Protest outside the parliament after the murder of a teacher",
    "The weather turns, storms from Thursday on",
];
const TEACHER: [&str; 6] = [
    "In class we read what Goebbels wrote about the Jews, and how ordinary people came to believe it",
    "The poster from 1936 says that Slavs are subhuman. We asked who printed it, and why",
    "Apartheid signs said whites only. My students could not believe it",
    "Colonial textbooks called Africans savages. We compare them with letters of that time",
    "On the slave trade: a ledger in which people are listed as goods",
    "Why did so many neighbours look away? A lesson on the pogroms",
];

const KINDS: &[Kind] = &[
    (
        "a historian",
        "not accused, not avoided",
        |s| {
            some_captions(
                s,
                &[
                    "In 1938 the synagogue in our street burned. Hitler was cheered in the square",
                    "A letter from Auschwitz, now in the museum",
                    "How the Nazis came to power in this small town",
                    "The genocide in Rwanda began on this day",
                ],
            );
        },
        |r| r.brand_safety.flags.is_empty() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "a history teacher",
        "not accused, not avoided",
        |s| captions(s, &TEACHER),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    says!(
        "a guide at a memorial",
        is_not_accused,
        [
            "This is the ramp. From here most people had less than an hour to live",
            "A suitcase with a name on it. The family came from Thessaloniki",
            "Visitors ask me how the guards could sleep at night. I show them the letters they wrote home",
            "In the drawer lay a list of children who were sent to the gas chambers",
            "Today a school class from Leeds laid flowers at the wall where prisoners were shot",
        ]
    ),
    says!(
        "salutes in a lesson",
        is_not_accused,
        [
            "In 1938 every letter from an office ended with \"Heil Hitler\", even this one about coal",
            "Who did not say Heil Hitler in class was sent to the headmaster, my grandfather told us",
            "Sieg heil was shouted by thousands in this square. Today there is a weekly market",
            "Why the slogan white power came up in the sixties, and whom it answered",
        ]
    ),
    (
        "a news reporter",
        "not avoided, no hate found",
        |s| captions(s, &REPORTER),
        |r| r.decision().advice != Advice::Avoid && !r.flags.iter().any(|f| f.starts_with("hate")),
    ),
    says!(
        "a debate on immigration",
        is_not_accused,
        [
            "Should the state pay for language courses? Two guests, two views",
            "The bill would cap visas at fifty thousand a year. Here is what both parties say",
            "Wages fell in some towns after the border opened, economists do not agree why",
            "Tonight: are our asylum courts too slow, and who should pay for it",
        ]
    ),
    says!(
        "psalms",
        is_not_accused,
        [
            "The wicked shall perish, and the righteous shall inherit the land",
            "Thou shalt not kill. Thou shalt not covet thy neighbour's house",
            "He smote his enemies and they were scattered like chaff",
            "Love your enemies, and pray for those who persecute you",
            "The wages of sin is death, but the gift is eternal life",
        ]
    ),
    says!(
        "a teacher of the Quran",
        is_not_accused,
        [
            "Whoever kills a soul, it is as if he had killed all of mankind",
            "Ramadan for beginners: what to eat before dawn",
            "Be kind to your parents, and lower to them the wing of humility",
            "A sister asked me whether she may pray in trousers. Yes",
        ]
    ),
    says!(
        "modest fashion",
        is_safe,
        [
            "Five ways to wear a hijab in the summer heat",
            "Muslim women run this label from a garage in Leicester",
            "My sister hates this colour, I love it",
            "Eid outfits under forty pounds",
        ]
    ),
    says!(
        "hair care for black women",
        is_safe,
        [
            "Dry hair is the enemy, so oil it before you sleep",
            "Black women spend too much on bad shampoo, here is what works",
            "Box braids for beginners, my arms nearly died",
            "Kill frizz with two ingredients from your kitchen",
        ]
    ),
    (
        "women's sport",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Black women in cycling, a podcast with three champions",
                    "These girls are fast and they know it",
                    "Muslim women run the night race in Leeds",
                    "Proud of our deaf athletes, they beat everybody",
                ],
            );
        },
        is_safe,
    ),
    says!(
        "two men who travel",
        is_safe,
        [
            "Gay couples ask us where it is safe to hold hands, so we made a list",
            "Dirty martinis in Lisbon at three in the morning",
            "My husband hates hostels and I hate his snoring",
            "Pride in Malta, the best street party of the year",
        ]
    ),
    says!(
        "a blind climber",
        is_not_accused,
        [
            "Stupid questions that people ask a blind man, part six",
            "Disabled people are not your inspiration before breakfast",
            "I fell twice and cursed a lot, then the view, or so they tell me",
            "My dog is useless on ice, good thing he is pretty",
        ]
    ),
    says!(
        "a kitchen from Baghdad to Haifa",
        is_safe,
        [
            "What Iraqi Jews cook on a Friday night",
            "My grandmother's kubba, and why she left in 1951",
            "Palestinians and Israelis argue about this salad. We just eat it",
            "Amba burns, and that is the point",
        ]
    ),
    says!(
        "self-defence for women",
        is_not_accused,
        [
            "If a man grabs your wrist, turn towards the thumb",
            "Hit him where it hurts and run",
            "Women are told to be polite. You do not owe anybody polite",
            "After an assault: who to call, what to keep, what to say",
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
