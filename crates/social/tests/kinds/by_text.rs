//! Texts alone, without an account around them.

use report_pipeline_social::{SPAM_THRESHOLD, spam_score, text_risk};

use crate::kit::kinds::ENGLISH;
use crate::texts::{
    ARABIC_FANS, ARABIC_OFFERS, CRYPTO, DATING, GIVEAWAY, HINDI_JOBS, HINGLISH_JOBS,
    INDONESIAN_OFFERS, INDONESIAN_SLOTS, PORTUGUESE_BETS, PORTUGUESE_FANS, SUPPORT, TURKISH_BONUS,
    VIETNAMESE_LOANS,
};

#[test]
fn spam_of_each_language_is_found_text_by_text_and_its_fans_are_not() {
    let found = |texts: &[&str]| {
        let is_spam = |text: &&&str| spam_score(text) >= SPAM_THRESHOLD;
        texts.iter().filter(is_spam).count()
    };
    let lists: [(&str, &[&str]); 12] = [
        ("portuguese bets", &PORTUGUESE_BETS),
        ("turkish bonus", &TURKISH_BONUS),
        ("vietnamese loans", &VIETNAMESE_LOANS),
        ("arabic offers", &ARABIC_OFFERS),
        ("hindi jobs", &HINDI_JOBS),
        ("hinglish jobs", &HINGLISH_JOBS),
        ("indonesian offers", &INDONESIAN_OFFERS),
        ("indonesian slots", &INDONESIAN_SLOTS),
        ("crypto", &CRYPTO),
        ("support", &SUPPORT),
        ("giveaway", &GIVEAWAY),
        ("dating", &DATING),
    ];
    for (name, spam) in lists {
        // Copies of one text are another signal; here each must be known by its own words.
        assert!(
            found(spam) * 3 >= spam.len() * 2,
            "{name}: {} of {}",
            found(spam),
            spam.len()
        );
    }
    assert_eq!(
        found(&[&PORTUGUESE_FANS[..], &ARABIC_FANS[..], &ENGLISH[..]].concat()),
        0
    );
}

#[test]
fn who_speaks_for_themselves_reports_no_news() {
    for (news, own) in [
        (
            "A printer of counterfeit money was sentenced, the court said",
            "I have counterfeit money that no court can tell, dm me",
        ),
        (
            "A terrorist attack was prevented in the capital, the minister said",
            "Join us for the next terrorist attack, the police are asleep",
        ),
    ] {
        assert!(text_risk(news) < text_risk(own), "{news} | {own}");
    }
}
