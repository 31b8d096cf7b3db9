//! How much of the account is advertising, as far as it says so itself.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::bounded::BoundedSnapshot;
use super::super::fold::fold;
use super::super::stats::{float, median, ratio, rounded, wilson};
use super::super::vault::Vault;
use crate::insights::Sponsorship;
use crate::pillar::Interval;
use crate::sentences;
use crate::snapshot::Post;

/// Marks of advertising in a caption, in the languages of the larger markets.
const MARKS: [&str; 69] = [
    "#ad",
    "#ads",
    "#advert",
    "#advertisement",
    "#sponsored",
    "#sponsor",
    "#paidpartnership",
    "#paidpartner",
    "#gifted",
    "#werbung",
    "#anzeige",
    "#publi",
    "#publicidad",
    "#publicidade",
    "#pub",
    "#publicite",
    "#sponsorise",
    "#adv",
    "#pubblicita",
    "#reklama",
    "#реклама",
    "#iklan",
    "#endorse",
    "#endorsement",
    "#werbungunbezahlt",
    "#collaborationcommerciale",
    "#parceriapaga",
    "paid partnership",
    "paid promotion",
    "sponsored by",
    "in partnership with",
    "in paid partnership",
    "thanks to our sponsor",
    "for sponsoring",
    "use my code",
    "use code",
    "with my code",
    "with code",
    "my discount code",
    "promo code",
    "discount code",
    "affiliate link",
    "bezahlte partnerschaft",
    "collaboration commerciale",
    "partenariat rémunéré",
    "collaborazione pubblicitaria",
    "in collaborazione con",
    "collaborazione a pagamento",
    "colaboración pagada",
    "colaboración remunerada",
    "contenido patrocinado",
    "patrocinado por",
    "parceria paga",
    "#partnership",
    "#işbirliği",
    "reklam içerir",
    "#reklam",
    "kolaborasi berbayar",
    "kerja sama berbayar",
    "на правах рекламы",
    "при поддержке партнёра",
    "#партнёрский",
    "#विज्ञापन",
    "सशुल्क साझेदारी",
    "प्रायोजित सामग्री",
    "#إعلان",
    "محتوى مدفوع",
    "إعلان مدفوع",
    "شراكة مدفوعة",
];

/// One pass for all of them; the lists of phrases elsewhere match tokens with blanks of any length
/// and wildcards, which plain patterns cannot.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(MARKS.map(|mark| fold(mark).text))
        .ok()
});

/// How many posts of either kind a comparison needs.
const LEAST: usize = 3;

pub(super) fn of(bounded: &BoundedSnapshot<'_>, vault: &mut Vault) -> Sponsorship {
    let posts: Vec<&Post> = bounded
        .posts()
        .iter()
        .filter(|post| post.caption.is_some() || post.is_sponsored.is_some())
        .collect();
    if posts.is_empty() {
        return Sponsorship {
            explanation: sentences::NO_SPONSORSHIP.to_owned(),
            ..Sponsorship::default()
        };
    }
    let (mut declared, mut marked) = (0, 0);
    let (mut paid, mut others) = (Vec::new(), Vec::new());
    for post in &posts {
        let is_declared = post.is_sponsored == Some(true);
        let is_marked = !is_declared && is_marked(post);
        declared += u64::from(is_declared);
        marked += u64::from(is_marked);
        if is_declared || is_marked {
            paid.push(*post);
        } else {
            others.push(*post);
        }
    }
    let says = posts.iter().any(|post| post.is_sponsored.is_some());
    let reactions = |posts: &[&Post]| {
        let counts: Vec<f64> = posts
            .iter()
            .filter_map(|post| bounded.reactions(post).map(float))
            .collect();
        (counts.len() >= LEAST).then(|| median(&counts)).flatten()
    };
    let against = match (reactions(&paid), reactions(&others)) {
        (Some(paid), Some(others)) if others > 0.0 => Some(rounded((paid / others).min(1e6), 3)),
        _ => None,
    };
    let (count, total) = (paid.len() as u64, posts.len() as u64);
    let bounds = wilson(count, total);
    Sponsorship {
        posts: total,
        declared: says.then_some(declared),
        marked,
        share: Some(rounded(ratio(count, total), 4)),
        interval: Some(Interval {
            low: rounded(bounds.low, 4),
            high: rounded(bounds.high, 4),
        }),
        reactions_against_others: against,
        explanation: sentences::sponsorship(total, says.then_some(declared), marked, against),
        evidence_links: paid.iter().take(3).map(|post| vault.post(post)).collect(),
    }
}

fn is_marked(post: &Post) -> bool {
    let tags = post.hashtags.iter().flatten();
    let tags: Vec<String> = tags
        .map(|tag| format!("#{}", tag.trim_start_matches('#')))
        .collect();
    let text = format!(
        "{} {}",
        post.caption.as_deref().unwrap_or_default(),
        tags.join(" ")
    );
    let text = fold(&text).text;
    let Some(finder) = FINDER.as_ref() else {
        return false;
    };
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    finder.find_iter(&text).any(|found| {
        let whole = !is_part(text[found.end()..].chars().next());
        let starts = text.as_bytes()[found.start()] == b'#'
            || !is_part(text[..found.start()].chars().next_back());
        whole && starts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_whole_words_in_several_languages() {
        let marked = |caption: &str| {
            let mut post = Post::new("p");
            post.caption = Some(caption.to_owned());
            is_marked(&post)
        };
        for caption in [
            "New shoes! #ad",
            "Werbung muss sein #Anzeige",
            "Use my code WREN10",
            "Paid partnership with a brand",
            "#реклама",
            "Colaboración pagada con una marca de té",
            "Partenariat rémunéré avec une marque",
            "Bu video reklam içerir",
            "Kolaborasi berbayar dengan sebuah merek",
            "यह एक सशुल्क साझेदारी है",
            "قهوة الصباح #إعلان",
        ] {
            assert!(marked(caption), "{caption}");
        }
        for caption in [
            "#adventure",
            "I cannot use codeine",
            "read the #address",
            "a partnership",
        ] {
            assert!(!marked(caption), "{caption}");
        }
    }
}
