//! How much a comment looks like spam or a scam.
//!
//! A transparent sum of points: phrases from short lists, grouped by what they are typical of,
//! each group with a cap, plus the marks that go with them (links, sums of money, a mention at the
//! end). The lists are general English; no weight was fitted, and no name, address or product from
//! a data set is in them.

use std::sync::LazyLock;

use super::phrases::Phrases;
use super::text::{Text, TokenKind};

/// From this many points on, a comment counts as spam.
pub const SPAM_THRESHOLD: f64 = 1.0;

/// The spam points of a comment: 0 for nothing suspicious, [`SPAM_THRESHOLD`] and more for spam.
///
/// Only the first 2,000 bytes are read.
///
/// # Example
/// ```
/// use report_pipeline::social::{SPAM_THRESHOLD, spam_score};
///
/// assert!(spam_score("I made $5,000 in a week with the help of @trader.jane") >= SPAM_THRESHOLD);
/// assert!(spam_score("Love this song, it made my week") < SPAM_THRESHOLD);
/// ```
#[must_use]
pub fn spam_score(text: &str) -> f64 {
    score(&Text::read(super::text::clip(text, super::MAX_TEXT_BYTES)))
}

/// What a phrase is typical of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Topic {
    /// The commenter's own channel, songs, shop.
    Promotion,
    /// Asking for likes, follows, subscriptions.
    Begging,
    /// Turning to everybody.
    Appeal,
    /// Gains somebody claims to have made.
    Earnings,
    /// Praise of a person who made them possible.
    Testimonial,
    /// Thanks and praise, which honest comments are full of.
    Gratitude,
    /// The words of trading.
    Finance,
    /// An invitation to get in touch elsewhere.
    Contact,
    /// Money or goods for nothing.
    Giveaway,
    /// Cracks, adult bait, miracle cures.
    Bait,
}

impl Topic {
    const ALL: [Self; 10] = [
        Self::Promotion,
        Self::Begging,
        Self::Appeal,
        Self::Earnings,
        Self::Testimonial,
        Self::Gratitude,
        Self::Finance,
        Self::Contact,
        Self::Giveaway,
        Self::Bait,
    ];

    /// The most points one group can give. Talk about trading, thanks, and a call to everybody
    /// are no spam by themselves, so each stays below the threshold.
    const fn cap(self) -> f64 {
        match self {
            Self::Appeal => 0.4,
            Self::Finance | Self::Gratitude => 0.5,
            Self::Testimonial => 1.1,
            _ => 2.0,
        }
    }
}

pub(super) fn score(text: &Text) -> f64 {
    let mut points = [0.0; Topic::ALL.len()];
    for hit in PHRASES.find(text) {
        let (topic, worth) = hit.meaning;
        points[topic as usize] += worth;
        // At the start it is an order ("Check out ..."), later often a plan ("will check it out").
        if hit.start == 0 && topic == Topic::Promotion {
            points[topic as usize] += 0.4;
        }
    }
    let phrases: f64 = Topic::ALL
        .iter()
        .zip(points)
        .map(|(topic, sum)| f64::min(sum, topic.cap()))
        .sum();
    phrases + marks(text)
}

/// Points for what is no phrase.
fn marks(text: &Text) -> f64 {
    let words = text.count(TokenKind::Word);
    let mut points = 0.0;
    if text.count(TokenKind::Link) > 0 {
        // Few readers leave an address; nearly every advertiser does.
        points += 1.0;
    }
    points += match text.count(TokenKind::Money) {
        0 => 0.0,
        1 => 0.3,
        _ => 0.6,
    };
    // A mention that starts a comment is a reply; one that ends a long sentence points the reader
    // to somebody.
    let points_to_someone = text.tokens().last().is_some_and(|last| {
        last.kind == TokenKind::Mention
            || (last.kind == TokenKind::Hashtag && text.str(*last).contains('_'))
    });
    if points_to_someone && words >= 8 {
        points += 0.4;
    }
    points
}

static PHRASES: LazyLock<Phrases<(Topic, f64)>> = LazyLock::new(|| Phrases::new(LISTS));

const LISTS: &[((Topic, f64), &str)] = &[
    (
        (Topic::Promotion, 1.0),
        "check out my|check out our|check out this video|check out this playlist|check out this song|
        check out the new|check out his channel|check out her channel|check my|checkout my|
        checking my|check us out|check me out|check em out|go check out|come check out|
        please check out|pls check out|should check out|also check out|just check out|
        need to check out|take a look at this video|look at my|watch my|listen to my|visit my|
        visit our|my channel|our channel|my chanel|my chanell|my youtube|my new video|my new song|
        my new track|my cover|my covers|my music video|my mixtape|my remix|our website|our page|
        my soundcloud|my new single|my latest video|my latest song",
    ),
    (
        (Topic::Promotion, 0.6),
        "check out|check it out|take a look|look up|upcoming rapper|upcoming artist|young artist|
        im a rapper|i am a rapper|im a singer|i am a singer|i make music|i make covers|
        i make videos|we make music|new artist|share this|please share|shares my|shout out|
        new music|free downloads|my videos|my video|my page|my profile|my website|my blog|
        my playlist|view my|see my",
    ),
    (
        (Topic::Begging, 1.0),
        "subscribe|subscriber|subscribe to|subscribing|subscrib|subscribed to me|suscribe|subscibe|
        subcribe|sub to me|sub me|sub back|sub4sub|sub 4 sub|sub for sub|follow me|follow back|
        follow us|follow my|like my video|like my videos|like my page|like my pictures|likes my|
        like this comment|f4f|l4l|give me a chance|give us a chance|please like|plz like|pls like|
        vote for me|vote for us|before you ignore|like our page|sorry for the spam|help me reach|
        help me get|help us reach",
    ),
    (
        (Topic::Begging, 0.6),
        "subscribers|subs|likes needed|need likes|thumbs up if|spare a|spare me|donate|join me|add me",
    ),
    (
        (Topic::Appeal, 0.4),
        "please|pls|plz|hey guys|hi guys|hello guys|guys|everyone|everybody|hey everyone|
        hi everyone|dear friends|people|dude",
    ),
    (
        (Topic::Earnings, 0.8),
        "made $ with|make $ with|made * with @|earned * with @|earning $|receiving $|withdrew $|withdrawal of $|
        profit of $|profits of $|return of $|returns of $|cashed $|cash out of $|payment of $|
        payout of $|credited with $|secured $|got paid $|paid me $|making over $|earn over $|
        earned over $|made over $|cash out $|cashing out|made me $|get paid|getting paid|
        make money|making money|earn money|money online|work from home|working from home|
        passive income|financial freedom|received my payment|received my payout|my payout|
        my withdrawal|consecutive withdrawals|my profits|my profit|cashed out|earn from home|
        weekly profit|extra income|quick cash|double your|6 figures|six figures",
    ),
    (
        (Topic::Earnings, 0.6),
        "made $|make $|making $|earn $|earned $|earns $|received $|receive $|withdraw $|gained $|
        gain $|got $|get $|make over $|invested $|investing $|deposited $|deposit $|started with $|
        start with $|invest $|investment of $|capital of $|with $|within a week|within 7 days|
        in 3days|in 5days|in 7days|in 5 days|in 3 days|in 7 days|after 7days|after 7 days|
        in a week|every week|withdrawal|withdrawals|payout|payouts|start up capital|
        startup capital|returns|earn|earning|earned|profits|of income",
    ),
    (
        (Topic::Testimonial, 0.7),
        "with the help of|all thanks to|thanks to @|help of @|met @|i can testify|testify|testimony|
        testimonies|trading with @|trade with @|trades with @|invest with @|investing with @|
        invested with @|account manager|good works|good work @|the best @|your platform|
        great trader|good trader|best trader|greatest trader|your company|man of his words|
        man of your words|woman of her words|woman of your words|keeping your words|work well done|
        never believed|i never believe|thought it was a scam|turned out to be legit|
        i bless the day|spread your|spread the good|forever grateful|i must confess|
        dont normally comment|people saying|seeing post|gave it a trial|giving it a trial|
        test the water|test the waters|no greater joy|greater joy|satisfied client|
        cant be compromised|undeniable|smile on my face|good woman|great woman|god fearing|
        introduced to @|introduce you to|in contact with @|deserve an appreciation|
        deserves an appreciation|good deeds|life has changed|changed my financial|winning team|
        never expected|out of debt|licensed",
    ),
    (
        (Topic::Gratitude, 0.5),
        "thank to @|thanks * @|thank you @|thank you * @|thank you * * @|big thanks to|come across|
        came across|i recommend|highly recommend|will recommend|changed my life|changing my life|
        saved my life|working with @|made with @|by @|from @|job well done|real deal|reach out to|
        reached out to|keep saying|saw a post|give it a try|gave it a try|giving it a try|
        life changing|never regret|never disappoint|never disappointed|my encounter|never lost|
        god bless|bless you|bless her|bless him|grateful|honesty|honest|transparency|transparent|
        trustworthy|legit|reliable|her strategy|his strategy|her service|his service|mentor|
        expertise|genuine|credibility|accountability|diligence|thanks so much|thank you so much|
        thanks for making|thanks for your|thank you for|thanks for the|i really appreciate|
        generous|generosity|blessing|my family|sir|maam|mrs|inspiration|excited",
    ),
    (
        (Topic::Finance, 0.3),
        "forex|fx|binary|bitcoin|btc|eth|usdt|crypto|cryptocurrency|trading|trade|trades|trader|
        traders|invest|invested|investing|investment|investments|investor|investors|mining|wallet|
        profit|profitable|broker|portfolio|signals|stocks|capital|debt|debts",
    ),
    (
        (Topic::Contact, 0.8),
        "message me|text me|dm me|inbox me|hmu|hit me up|whatsapp|whats app|telegram|dm now|send a dm|
        send me a message|send a message|direct message|link in my bio|link in bio|ask me how|
        contact me|contact @|contact him|contact her|dm @|click here|click the link|
        click on|click my|write me|write him|write her|sign up|signup|register|email me|call me on|
        follow @|follow him|follow her|ask @|join my|join our|vip club|vip group|get in touch|
        in touch with|for help @",
    ),
    (
        (Topic::Giveaway, 0.8),
        "paying $|paying off|giving out|giving away $|free money|free gift|gift card|
        gift cards|first * people|first * persons|free iphone|win a free|100 working|starter bonus|
        ill help first|bless * people|free download|download now|for free at|cash prize",
    ),
    (
        (Topic::Bait, 1.0),
        "crack download|sexy video|adult video|sex tape|sex video|hot girls|herpes|spell caster|
        love spell|get cured|cured from|lose belly|enlargement|viagra|recovery expert|
        recover your account",
    ),
    (
        (Topic::Bait, 0.6),
        "hacked|hacker|hacking|password|weight loss|lose weight|casino|bitcoins|nudes",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typical_spam_reaches_the_threshold() {
        for text in [
            "Please subscribe to my channel!!",
            "check out my cover of this song, link below",
            "http://example.com/prize",
            "I MADE $12,000 WITH @trader_x",
            "started with $500 and got $6,500 in 5days, thank you @trader_x",
            "all thanks to you for your honesty and good work @trader_x",
            "Message me on WhatsApp, paying 5 grand to the first 8 people",
            "ᴄʜᴇᴄᴋ ᴏᴜᴛ ᴍʏ ᴄʜᴀɴɴᴇʟ",
        ] {
            assert!(
                spam_score(text) >= SPAM_THRESHOLD,
                "{text}: {}",
                spam_score(text)
            );
        }
    }

    #[test]
    fn ordinary_comments_stay_below_it() {
        for text in [
            "",
            "🔥🔥🔥",
            "love this so much",
            "@friend look, this is us last summer 😂",
            "How much was the rent there? Ours is $525 a month",
            "I don't trade crypto, too risky for me",
            "Thank you for this video, it helped me a lot",
            "Which camera do you use for your videos?",
            "Happy birthday! God bless you and your family",
            "Thank you so much for this recipe, my family loved it",
            "Thanks for the tips, I gave it a try and it was life changing",
            "I really appreciate what you do for all of us @friend",
            "Lovely photo, was it taken by @friend at the lake last summer?",
            "I got $20 off in the shop next door",
            "how do you make $500 a month in rent work?",
            "Great kitchen hack! Will check it out tomorrow",
            "like my wife always says",
            "Is this the new cover of the album? I love that nude lipstick",
            "please come to Brazil, everyone here loves you guys",
        ] {
            assert!(
                spam_score(text) < SPAM_THRESHOLD,
                "{text}: {}",
                spam_score(text)
            );
        }
    }

    #[test]
    fn topics_index_their_own_points() {
        for (index, topic) in Topic::ALL.iter().enumerate() {
            assert_eq!(*topic as usize, index);
        }
    }

    #[test]
    fn a_megabyte_costs_no_more_than_its_first_part() {
        let long = "subscribe ".repeat(100_000);
        assert!((spam_score(&long) - spam_score(&long[..2_000])).abs() < 1e-9);
    }
}
