//! Where words have another sense: games, sport, medicine, cosmetics, figures of speech.

use super::super::text::Text;
use super::category::Category;

/// A field, the words that show it, and the categories whose words mean something else there.
struct Field {
    words: &'static [&'static str],
    /// How many of the words must be there.
    least: usize,
    clears: &'static [Category],
}

#[rustfmt::skip]
const FIELDS: [Field; 4] = [
    // Games, films and books.
    Field {
        words: &[
            "game", "games", "gaming", "gameplay", "gamer", "skin", "skins", "map", "maps", "round",
            "rounds", "boss", "level", "levels", "lobby", "loot", "quest", "patch", "spawn", "respawn",
            "ranked", "squad", "controller", "console", "fortnite", "minecraft", "pubg", "valorant",
            "roblox", "csgo", "warzone", "cod", "xbox", "ps5", "playstation", "nintendo", "steam",
            "dlc", "npc", "raid", "dungeon", "update", "sniper", "loadout", "killstreak", "streak",
            "season", "episode", "movie", "film", "trailer", "novel", "book", "chapter", "character",
            "villain", "cosplay", "podcast", "mystery", "thriller", "documentary", "play", "server",
            "mission", "missions", "headshot", "headshots", "zombie", "zombies", "heist", "multiplayer",
            "speedrun", "esports",
        ],
        least: 1,
        clears: &[
            Category::Arms,
            Category::DeathAndInjury,
            Category::Crime,
            Category::Terrorism,
        ],
    },
    // Sport.
    Field {
        words: &[
            "match", "team", "coach", "goal", "goals", "league", "race", "training", "workout", "gym",
            "reps", "marathon", "tournament", "olympic", "biathlon", "archery", "shooting", "paintball",
            "defender", "striker", "playoffs", "season", "half", "opponent", "opponents",
        ],
        least: 1,
        clears: &[Category::Arms, Category::DeathAndInjury, Category::Crime],
    },
    // Medicine and help.
    Field {
        words: &[
            "doctor", "doctors", "hospital", "patient", "patients", "dose", "prescribed",
            "prescription", "treatment", "therapy", "therapist", "surgery", "clinic", "nurse", "medical",
            "medication", "pharmacy", "oncology", "diagnosis", "diagnosed", "chemo", "recovery",
            "recovering", "sober", "sobriety", "rehab", "awareness", "charity", "donate", "fundraiser",
            "symptoms", "clean", "helpline",
        ],
        least: 1,
        clears: &[Category::Drugs, Category::DeathAndInjury, Category::Adult],
    },
    // Cosmetics, fashion, art.
    Field {
        words: &[
            "lipstick", "lip", "lips", "gloss", "palette", "eyeshadow", "nail", "nails", "heels",
            "shade", "shades", "makeup", "foundation", "concealer", "blush", "mascara", "skincare",
            "serum", "perfume", "tone", "tones", "dress", "outfit", "swatches", "manicure", "painting",
            "sculpture", "museum", "gallery", "portrait", "drawing",
        ],
        least: 1,
        clears: &[Category::Adult, Category::Arms, Category::Drugs],
    },
];

/// Words of those who report what others did.
#[rustfmt::skip]
const REPORTING: [&str; 20] = [
    "police", "sentenced", "court", "courts", "trial", "judge", "prosecutor", "prosecutors", "minister",
    "investigation", "investigators", "witnesses", "suspect", "suspects", "convicted", "verdict",
    "parliament", "authorities", "reporter", "reporters",
];

/// Words of those who speak for themselves, praise or offer something.
#[rustfmt::skip]
const OWN: [&str; 21] = [
    "i", "im", "ive", "ill", "me", "my", "we", "lets", "us", "fuck", "love", "proud", "praise", "glory",
    "join", "buy", "sell", "selling", "sale", "dm", "order",
];

/// Whether a text reports what others did: the framework of the categories takes news of a crime for a medium risk,
/// and praise or an offer of it for a high one.
pub(super) fn is_news(text: &Text, category: Category) -> bool {
    let of_news = [
        Category::Crime,
        Category::Terrorism,
        Category::DeathAndInjury,
    ];
    let has = |list: &[&str]| {
        let mut words = text.tokens().iter().map(|token| text.str(*token));
        words.any(|word| list.contains(&word))
    };
    of_news.contains(&category) && has(&REPORTING) && !has(&OWN)
}

/// The categories whose words mean something else in this text.
pub(super) fn cleared(text: &Text) -> Vec<Category> {
    let words: Vec<&str> = text
        .tokens()
        .iter()
        .map(|token| text.str(*token).trim_start_matches('#'))
        .collect();
    FIELDS
        .iter()
        .filter(|field| {
            let known = words.iter().filter(|word| field.words.contains(word));
            known.count() >= field.least
        })
        .flat_map(|field| field.clears.iter().copied())
        .collect()
}
