//! What texts say, one by one.

use super::super::text::Text;
use super::reading::read;
use crate::level::Level;

fn found(text: &str) -> Option<&'static str> {
    let find = read(&Text::read(text)).find?;
    Some(find.category.as_str())
}

#[test]
fn harmless_words_that_contain_listed_ones_are_no_hits() {
    for text in [
        "Highlights: begun classes in Scunthorpe, assassin's creed, grapes",
        "New rifle skins in the update",
        "The striker killed it in the second half, what a shot",
        "Nude lipstick swatches for every skin",
        "The doctor changed the dose after the overdose scare",
        "How to get high ground in the last round",
        "Killer heels and a glue gun",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
    assert_eq!(found("a handgun in my drawer"), Some("arms"));
    assert_eq!(found("a line of cocaine"), Some("drugs"));
}

#[test]
fn those_who_mourn_or_recover_name_what_it_was() {
    let level = |text: &str| read(&Text::read(text)).find.map(|find| find.level);
    for text in [
        "Seven years ago my sister died by suicide, I still set a plate",
        "We lost Piet to heroin the week before his birthday",
        "My uncle was a drug dealer and we visited him on Sundays",
        "I did self harm for years and nobody saw it",
        "Two months off cocaine, my hands are steady",
    ] {
        assert!(level(text) < Some(Level::High), "{text}");
    }
    for text in [
        "I have the best cocaine in the city",
        "We sell heroin day and night",
        "My weekend is all cocaine",
        "I think you should consider suicide",
        "Cocaine, straight from the brick",
    ] {
        assert_eq!(level(text), Some(Level::High), "{text}");
    }
}

#[test]
fn a_help_is_offered_to_those_who_think_that_nobody_would_miss_them() {
    for text in [
        "If you think nobody would miss you, call us tonight",
        "Before you end your life, talk to somebody. Reach out",
    ] {
        let find = read(&Text::read(text)).find;
        assert!(find.is_none_or(|find| find.level <= Level::Low), "{text}");
    }
}

#[test]
fn what_sellers_healers_and_tormentors_write_is_found() {
    for (text, category) in [
        ("Pistols, numbers filed off, cash in hand", "arms"),
        ("New glock switches came in this morning", "arms"),
        ("Mandy and pills till late, same spot", "drugs"),
        (
            "Nobody would miss you, not even the dog",
            "death_and_injury",
        ),
        ("k y s already", "death_and_injury"),
        (
            "Her doctor says a pill, I say drops of MMS",
            "misinformation",
        ),
        ("Throw away your insulin and eat the sun", "misinformation"),
        ("Flip your money with us before Sunday", "spam_and_malware"),
        (
            "Send me $200 and I send back five times that",
            "spam_and_malware",
        ),
        ("A Syrian is a thief by birth", "hate"),
        ("Sink the boats before they land", "hate"),
        ("Goyim know what was done to them", "hate"),
        ("No gays in our street", "hate"),
        ("stupid whore", "hate"),
    ] {
        assert_eq!(found(text), Some(category), "{text}");
    }
    for text in [
        "Double your money back if the mug breaks",
        "Chemo kills cancer cells and hair cells alike",
        "Bought a Syrian cookbook, the thief of my evenings",
        "A hand-painted boat, sink or swim",
        "Small hats on, big candles lit, happy Hanukkah",
        "Cannot wait to go back to Africa in June",
        "This cutting is the only one that took root",
        "Improv night, two hours without a script",
        "Risk free returns within thirty days",
        "Two drops of bleach make a bucket of stream water safe",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn a_negation_shortly_before_cancels_a_hit() {
    assert_eq!(found("Say no to cocaine. Stop gang violence"), None);
    assert_eq!(found("not today but later maybe cocaine"), Some("drugs"));
}

#[test]
fn what_only_sounds_like_a_negation_cancels_nothing() {
    for text in [
        "not gonna lie cocaine is my life",
        "no joke, cocaine",
        "I cant stop doing cocaine",
        "never say no to cocaine",
        "never without my cocaine",
        "why not. Cocaine!",
        "no, cocaine",
        "not now\ncocaine",
    ] {
        assert_eq!(found(text), Some("drugs"), "{text}");
    }
    for text in [
        "we do not sell cocaine",
        "no drugs no cocaine",
        "anti-cocaine",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn hashtags_are_read_as_the_words_they_are_made_of() {
    for text in ["good morning #whitepower", "#HeilHitler", "#1488"] {
        assert_eq!(found(text), Some("hate"), "{text}");
    }
    assert_eq!(found("#sunset #powerlifting"), None);
}

#[test]
fn a_salute_is_meant_whatever_is_said_beside_it() {
    let remarks = [
        "{}, that is all I have to say",
        "{}. Enough said.",
        "{} to all who think like me",
        "I just want to say {}",
        "Good morning and {} from the gym",
        "{}, as my grandfather used to say",
        "{}, I do not care what anybody thinks",
        "They took our jobs, {}",
        "Thanks a lot, {}",
        "One man, one people, {}",
        "I stand for {}",
        "Burn the synagogue, {}",
    ];
    let told = [
        "He shouted {} at my mother",
        "In school they greeted with {} every morning",
        "A man with a {} tattoo got on the bus",
        "They sing {} in the stadium every week",
        "I saw stickers with {} at the station",
        "{} was shouted across the square",
        "Nobody should say {} for fun",
        "Whoever says {} at our table may leave",
        "The slogan {} came up in the sixties",
        "{} is a racist slogan",
        "On the wall of the museum: {}",
        "Those numbers stand for {}",
        "The comments under my last video: {}",
    ];
    assert_eq!(found("My new tattoo: white power"), Some("hate"));
    for number in ["In 1488 he sailed around the Cape", "Bus 1488 was late"] {
        assert_eq!(found(number), None, "{number}");
    }
    for phrase in ["heil hitler", "sieg heil", "white power"] {
        let text = |form: &str| Text::read(&form.replace("{}", phrase));
        for form in remarks {
            let find = read(&text(form)).find;
            assert!(find.is_some_and(|find| find.is_fixed), "{form} {phrase}");
        }
        for form in told {
            let reading = read(&text(form));
            assert!(reading.find.is_none() && reading.unclear, "{form} {phrase}");
        }
    }
}

#[test]
fn hate_takes_a_target_and_a_predicate() {
    for text in [
        "All immigrants are vermin",
        "I hate gay people so much",
        "Muslims should be deported right now",
        "We have to get rid of the jews",
        "Women belong in the kitchen and nowhere else",
        "No refugees allowed in this town",
        "They are not people, they are animals",
        "Send them back where they came from, they breed like rats",
        "disgusting trans people everywhere",
        "Hitler did nothing wrong and you know it",
        "imm1grants are verm1n",
        "My street is full of refugees. They are parasites",
        "I cannot stand gay people",
        "trans people disgust me",
        "Muslims should be expelled, all of them",
        "black people are not worth our time",
        "I think women are inferior",
        "Why are immigrants always so filthy",
        "gay people will never be equal to us",
        "Never trust a muslim",
        "There is no place for refugees in this town",
        "Muslims should not be allowed to vote",
        "Somebody should hurt all immigrants",
        "Better off without immigrants",
        "No muslim should be allowed to vote",
        "Nobody wants immigrants here",
        "The only good muslim is a dead muslim",
        "I wish all gays would die",
        "Send all the muslims back",
        "Women are only good for sex",
        "Lets hunt some refugees tonight",
        "We should gas all gypsies",
        "#ihateallwomen",
        "killallmuslims",
        "Ihateallwomen",
        "muslmis are veermin and muslims are vremin",
    ] {
        assert_eq!(found(text), Some("hate"), "{text}");
    }
}

#[test]
fn what_opposes_quotes_or_reclaims_hate_is_not_hate() {
    for text in [
        "Saying that immigrants are vermin is racist and wrong",
        "\"Women belong in the kitchen\"? It is 2026, what ignorance",
        "Nobody should hate gay people",
        "Muslims are not terrorists",
        "We love our black neighbours",
        "I am proud to be a lesbian",
        "There was a chink in the armour",
        "A black dress and a jewish wedding",
        "I hate mondays and I could kill for a coffee",
        "Women deserve equal pay",
        "Anyone who says that refugees are parasites has never met one",
        "I am sick of women being talked over",
        "People who hate gay people are the problem",
        "Women are not less than men",
        "Muslims arent terrorists",
        "They attacked two refugees at the station last night",
        "Women do not deserve to be hated",
        "Hating women is not right",
        "Such jokes about refugees being vermin are disgusting",
        "It is sick to call refugees vermin",
        "You cannot just call refugees vermin",
        "Women should never be hurt",
        "Everyone who hates women should be punished",
        "If you think that about immigrants you are disgusting",
        "Women are in no way less human than men",
        "The money went to the back of the black box",
        "Do you have any evidence that refugees are a burden?",
        "Why would you want to get rid of foreigners?",
        "Girls are taught that they are worthless",
        "The notion that immigrants are parasites has no basis",
        "Posters that say 'all muslims are terrorists' have no place in our school",
        "The murder of women concerns all of us",
        "Rape and violence against women must end",
        "I hate to break it to you, but women are smart",
        "Refugees are not a drain, they contribute a lot",
        "In many countries gay people are not allowed to marry",
        "It is a failed policy to deport refugees",
        "Why do you associate muslims with rape",
        "It is not true that immigrants are subhuman",
        "Skinheads marched past the mosque while muslims prayed. The racists shouted. They have no place in our town",
        "Hate against foreigners grows",
        "Most refugees would go home tomorrow if there was a home to go to",
        "Women dont deserve abuse",
        "Women dont belong in the kitchen, they belong wherever they want",
        "Imagine hating gay people in this century",
        "I am sick of hearing that women cannot drive",
        "I hate how women are treated in this industry",
        "Women are weak? Tell that to my mother who raised four of us",
        "One of them shouted kill the jews and the police did nothing",
        "According to him all women are whores",
        "In his eyes immigrants are animals",
        "For the nazis disabled people were a burden",
        "Far from being a burden, immigrants pay more taxes",
        "Hardly any immigrant is a thief",
        "What kind of monster would kill a trans person?",
        "Plans to deport immigrants were stopped by a judge",
        "The urge to kill a muslim is something for a doctor",
        "Terrorists hate women who learn",
        "The word nigger should not be in anybodys mouth",
        "I read that a black man thinks this sauce is trash",
        "The way some pathetic women write to themselves",
        "White supremacists are deranged and black people are their victims",
        "My truck needs a new tranny",
        "Los ojos negros",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}
