//! Trades, games and hobbies whose words are hard where others use them.

use crate::is_not_accused;
use crate::kit::kinds::{Kind, all_show_what_they_must, captions, is_safe};

const NOVELIST: [&str; 5] = [
    "The murderer in chapter nine is not who you think",
    "A corpse in the library, a novel in three weeks",
    "Writing a murder mystery with a cup of tea",
    "My detective finds the body, the reader finds the truth",
    "The killer heels on the cover were my editor's idea",
];
const PHARMACIST: [&str; 5] = [
    "What the dose of morphine means for a patient, a pharmacist explains",
    "Never mix this medication with alcohol",
    "Heroin was once sold as a cough treatment, a short history of the pharmacy",
    "Ask your doctor before you stop a treatment",
    "Overdose awareness day: know the signs",
];
const GAMER: [&str; 6] = [
    "Headshot after headshot, the new shotgun is broken",
    "Killed the last boss with one hit point left",
    "Terrorists win on dust again, our economy is gone",
    "I robbed the bank in the heist mission and crashed the car",
    "Looking for two more players for the zombie raid tonight",
    "This grenade throw on the second map is so satisfying",
];
const BOXER: [&str; 5] = [
    "Knocked him out in the third, what a fight",
    "My coach beats me up in sparring so that nobody else can",
    "Blood, sweat and a broken nose, worth it",
    "Weigh-in done, tomorrow we go to war in the ring",
    "He wants to kill me in round one, let him try",
];
const MIDWIFE: [&str; 5] = [
    "Breastfeeding hurts? Ask for help, you are not alone",
    "What happens to your body in the weeks after birth",
    "Sex after birth: take your time and talk about it",
    "Miscarriage is not your fault. We light a candle today",
    "How to do a breast self exam, step by step",
];
const MAKEUP: [&str; 5] = [
    "Killer liner, bombshell lashes and a nude lip",
    "This blush in the shade Orgasm is a classic",
    "Naked palette dupes under ten euros",
    "Smoky eye for a night out, dead simple",
    "Foundation for rosacea that does not cake",
];

const KINDS: &[Kind] = &[
    says!(
        "chess",
        is_safe,
        [
            "White is winning here, Black is too weak on the dark squares",
            "Black should attack the king at once or he will die slowly",
            "Kill the pin first, then the bishop is worthless",
            "Black must resign, there is no defence left",
        ]
    ),
    (
        "a shooter game",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "New sniper rifle in the update, headshots all round",
                    "I died forty times on this map",
                    "The terrorist side wins again, ranked is broken",
                    "Grenade spam in the lobby, kill streak of twelve",
                ],
            );
        },
        is_safe,
    ),
    (
        "another shooter game",
        "safety at least 80",
        |s| captions(s, &GAMER),
        is_safe,
    ),
    (
        "a football coach",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "We killed it in the second half, what a match",
                    "Our striker is a beast, shot after shot",
                    "The team fought like animals for that goal",
                    "They destroyed us in the first half, we came back",
                ],
            );
        },
        is_safe,
    ),
    says!(
        "football, before the derby",
        is_not_accused,
        [
            "We are going to destroy them on Saturday",
            "I hate United and everybody in that stadium",
            "Their keeper is a clown and their fans are rats",
            "Kill the game early and go home singing",
            "City till I die",
        ]
    ),
    (
        "a boxer",
        "safety at least 80",
        |s| captions(s, &BOXER),
        is_safe,
    ),
    says!(
        "a biathlete",
        is_safe,
        [
            "Five shots, five hits, the rifle was warm for once",
            "New rifle stock before the season opener",
            "Standing shooting is where races die",
            "Ammo in the cold behaves like a diva",
        ]
    ),
    says!(
        "birds",
        is_safe,
        [
            "A pair of great tits at the feeder this morning",
            "Blue footed boobies dancing, what a sight",
            "The cock was crowing before five",
            "Shot with the long lens, the woodcock never saw me",
        ]
    ),
    says!(
        "a breeder of dogs",
        is_not_accused,
        [
            "Our bitch won best in show today",
            "These mutts are lazy and filthy and we love them",
            "Black dogs wait longest in the shelter, please adopt",
            "She bit nobody, she is just an old girl who hates the vet",
        ]
    ),
    says!(
        "pest control",
        is_safe,
        [
            "Rats are clever vermin, so change the bait every week",
            "How to get rid of cockroaches in an old kitchen",
            "Those pests breed fast, an infestation takes two weeks to clear",
            "Native plants keep the invaders out of your garden",
            "Kill aphids with soap, not with poison",
        ]
    ),
    says!(
        "a butcher",
        is_safe,
        [
            "How we slaughter with respect and waste nothing",
            "Blood sausage after my grandfather's recipe",
            "A whole pig on the table, join the course on Saturday",
            "Chicken breast, beef cheeks and a killer gravy",
        ]
    ),
    (
        "cosmetics",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Nude lipstick for every shade of skin",
                    "Killer heels and a nude palette",
                    "This mascara is to die for",
                    "Naked palette swatches and a blush bomb",
                ],
            );
        },
        is_safe,
    ),
    (
        "make-up",
        "safety at least 80",
        |s| captions(s, &MAKEUP),
        is_safe,
    ),
    (
        "a cancer nurse",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Ten years on the oncology ward and every patient teaches me something",
                    "The chemo nurse explains the dose",
                    "Suicide prevention week: call the helpline",
                    "What morphine does in palliative treatment, a doctor explains",
                ],
            );
        },
        is_safe,
    ),
    (
        "a pharmacist",
        "safety at least 80",
        |s| captions(s, &PHARMACIST),
        is_safe,
    ),
    (
        "a midwife",
        "safety at least 80",
        |s| captions(s, &MIDWIFE),
        is_safe,
    ),
    (
        "a crime novelist",
        "safety at least 80",
        |s| captions(s, &NOVELIST),
        is_safe,
    ),
    says!(
        "a podcast about murders",
        is_not_accused,
        [
            "Episode 40: the nurse who poisoned her patients",
            "She was stabbed to death in her own kitchen, and nobody heard a thing",
            "The killer wrote letters to the police for twenty years",
            "New episode on Monday: the massacre at the mill",
        ]
    ),
    says!(
        "a reporter in a war",
        is_not_accused,
        [
            "Night four in the cellar. The children sleep through the shelling now",
            "Soldiers told us that the village was taken and lost twice",
            "They shot at the ambulance. The driver went back in",
            "A grandmother of 81 bakes for both streets, even for those who hate her",
        ]
    ),
    says!(
        "veterans against suicide",
        is_not_accused,
        [
            "Twenty two a day. We ride for those who did not come home from home",
            "If you think of suicide tonight, call somebody, call us, call anyone",
            "I had a gun in my hand in 2014. My dog sat on my foot",
            "Peer support group, every Tuesday, coffee is bad and free",
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
