//! Who repeats the words of hate and does not mean them: those who answer it, those whom it was aimed at, and those who
//! call themselves so.

use report_pipeline_social::{Advice, Report};

use crate::kit::kinds::{Decided, Kind, all_show_what_they_must, captions, posts, some_captions};
use crate::{is_not_accused, only};

const ACTIVIST: [&str; 12] = [
    "Saying that women belong in the kitchen is sexist, and no joke makes it better",
    "\"All refugees are criminals\" is what he shouted at my mother. It is a lie",
    "If you call gay people sick, the sick one is not them",
    "Nobody should have to hear that black people are less than others",
    "Some still think that Muslims do not belong here. They are our neighbours",
    "I read what they write about Jews under my posts. It is hatred, and I will not be quiet",
    "Telling trans kids that they are freaks kills. Stop it",
    "Stop calling immigrants parasites, they nurse your parents",
    "The poster said 'deport them all'. We took it down and painted a heart",
    "To anyone who thinks disabled people are a burden: meet my brother",
    "What do you mean by \"those people breed like rats\"? Shame on you",
    "Being told to go back to your country hurts at seven and at seventy",
];
const FEWER: [&str; 6] = [
    "Nobody should be told that women are inferior",
    "\"Gays should be stoned\" was sprayed on our door last night",
    "Calling refugees vermin is how it begins",
    "I was called a paki at school and I am still here",
    "People say that Muslims do not belong here. They are wrong",
    "If you hate immigrants, unfollow me",
];
const DRAG: [&str; 4] = [
    "We queens and faggots are taking over the town on Saturday",
    "My fellow dykes, the bar is open",
    "Proud to be a tranny on this stage tonight",
    "I am queer, I am here, and I brought cake",
];
const SURVIVOR: [&str; 6] = [
    "Ten years ago he called me a worthless whore. Today I run my own bakery",
    "I was told that women like me deserve it. I did not",
    "To the girl who was called a dirty gypsy at school today: you are loved",
    "He said nobody wants a cripple. I have two kids and a boat",
    "The word they sprayed on my shop was terrorist. We painted flowers over it",
    "When people ask why I left: because love does not shout",
];
const PROUD: [&str; 5] = [
    "Queer joy is my favourite colour",
    "This dyke built a shed today, alone",
    "Us faggots and our flower arrangements, a love story",
    "Black and proud, photo by my sister",
    "Crip time: I arrive when I arrive, and my wheels squeak",
];

/// Words alone cannot judge it, and it may be as good as any.
fn is_left_to_a_person(report: &Report) -> bool {
    let safety = &report.brand_safety;
    safety.score.is_none() && safety.flags.is_empty() && safety.range.high >= 100.0
}

const KINDS: &[Kind] = &[
    (
        "an activist against hate",
        "not accused, not avoided",
        |s| captions(s, &ACTIVIST),
        |r| {
            r.brand_safety.range.high >= 100.0
                && r.brand_safety.flags.is_empty()
                && r.decision().advice == Advice::LookCloser
        },
    ),
    (
        "an activist now and then",
        "not accused, not avoided",
        |s| some_captions(s, &ACTIVIST),
        |r| {
            r.brand_safety.flags.is_empty()
                && r.decision().advice == Advice::LookCloser
                && r.brand_safety.range.high >= 95.0
        },
    ),
    (
        "somebody who answers hate, in six posts",
        "not accused, not avoided",
        |s| {
            posts(s).truncate(6);
            captions(s, &FEWER);
        },
        |r| r.brand_safety.flags.is_empty() && r.brand_safety.range.high >= 100.0,
    ),
    (
        "one caption of hate beside four that answer it",
        "is_left_to_a_person",
        |s| {
            only(
                s,
                &[
                    "Muslims are vermin and should be deported",
                    "Calling people vermin is how every genocide began, shame on you",
                    "Refugees are not criminals, look at the figures",
                    "Whoever hates women has never listened to one",
                    "\"Jews control the world\" is a myth as old as printing",
                ],
            );
        },
        is_left_to_a_person,
    ),
    (
        "somebody who tells of what she survived",
        "not accused, not avoided",
        |s| captions(s, &SURVIVOR),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    says!(
        "somebody who was called names",
        is_not_accused,
        [
            "They called me a n****r on the bus today. I am thirteen",
            "\"Go back to your country\", said a man to me. I was born at this hospital",
            "My daughter asked why the boys call her a monkey",
            "I am tired of being the one who stays calm",
        ]
    ),
    (
        "a drag queen",
        "not accused of hate",
        |s| some_captions(s, &DRAG),
        |r| !r.flags.iter().any(|f| f == "hate_in_captions") && r.brand_safety.range.high >= 80.0,
    ),
    (
        "proud of it",
        "not accused of hate, not avoided",
        |s| captions(s, &PROUD),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    says!(
        "a project against antisemitism",
        is_not_accused,
        [
            "Somebody painted a swastika on the school gate. We painted sunflowers over it",
            "Being told that Jews control the banks is not an opinion, it is a lie a hundred years old",
            "Today 14 students read the names of those who were murdered in 1942",
            "\"Jews will not replace us\" was shouted in the square. Nobody may stay silent",
            "My neighbour is Jewish and brings me soup when I am ill",
            "Learn to spot the code: 88 stands for a greeting that we do not write out",
        ]
    ),
    says!(
        "a refugee who tells what he hears",
        is_not_accused,
        [
            "The man at the office told me to go back where I came from",
            "People ask me whether refugees are all criminals. I bake bread at four in the morning",
            "They called my daughter vermin on the bus, and an old lady stood up for her",
            "A year ago I did not speak the language, today I passed my driving test",
            "We fled because they killed our teachers",
        ]
    ),
    says!(
        "drag artists among themselves",
        is_not_accused,
        [
            "Serving faggotry and glitter tonight, doors at nine",
            "My favourite dykes are on stage with me, come early",
            "Us queers have to stick together, bring a friend",
            "New wig, who dis",
            "Twenty years of drag and my knees say so",
        ]
    ),
    says!(
        "who is asked what they say of him",
        is_not_accused,
        [
            "A woman asked my mother whether all of us are thieves. My mother sells flowers",
            "They shouted go back where you came from. I was born in the hospital behind them",
            "Being Roma in a new school: I was told to sit alone",
            "My neighbour brings me cherries every June",
            "Today the choir sang in our language",
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
