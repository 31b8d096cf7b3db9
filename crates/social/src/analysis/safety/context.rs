//! Where words have another sense: games, sport, medicine, cosmetics, history, the stage.

use std::ops::RangeInclusive;

use super::super::text::Text;
use super::category::Category;
use crate::level::Level;

/// A field, the words that show it, and the categories whose words mean something else there.
struct Field {
    words: &'static [&'static str],
    /// Whether a year that is long past shows it, too.
    has_years: bool,
    clears: &'static [Category],
    /// The levels of what it clears.
    levels: RangeInclusive<Level>,
}

const OF_THE_PAST: &[Category] = &[
    Category::Arms,
    Category::DeathAndInjury,
    Category::Crime,
    Category::Terrorism,
];

#[rustfmt::skip]
static FIELDS: [Field; 8] = [
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
            "speedrun", "esports", "chess", "pawn", "pawns", "bishop", "rook", "rooks", "knight", "knights", "checkmate",
            "gambit", "grandmaster", "endgame", "puzzle", "puzzles", "crossword",
        ],
        has_years: false,
        clears: &[
            Category::Arms,
            Category::DeathAndInjury,
            Category::Crime,
            Category::Terrorism,
        ],
        levels: Level::Low..=Level::High,
    },
    // Sport.
    Field {
        words: &[
            "match", "team", "coach", "goal", "goals", "league", "race", "training", "workout", "gym",
            "reps", "marathon", "tournament", "olympic", "biathlon", "archery", "shooting", "paintball", "airsoft",
            "defender", "striker", "playoffs", "season", "half", "opponent", "opponents",
        ],
        has_years: false,
        clears: &[Category::Arms, Category::DeathAndInjury, Category::Crime],
        levels: Level::Low..=Level::High,
    },
    // Medicine and help.
    Field {
        words: &[
            "doctor", "doctors", "hospital", "patient", "patients", "dose", "prescribed",
            "prescription", "treatment", "therapy", "therapist", "surgery", "clinic", "nurse", "medical",
            "medication", "pharmacy", "oncology", "diagnosis", "diagnosed", "chemo", "recovery",
            "recovering", "sober", "sobriety", "rehab", "awareness", "charity", "donate", "fundraiser",
            "symptoms", "clean", "helpline", "naloxone", "narcan",
        ],
        has_years: false,
        clears: &[Category::Drugs, Category::DeathAndInjury, Category::Adult],
        levels: Level::Low..=Level::High,
    },
    // Cosmetics, fashion, art.
    Field {
        words: &[
            "lipstick", "lip", "lips", "gloss", "palette", "eyeshadow", "nail", "nails", "heels",
            "shade", "shades", "makeup", "foundation", "concealer", "blush", "mascara", "skincare",
            "serum", "perfume", "tone", "tones", "dress", "outfit", "swatches", "manicure", "painting",
            "sculpture", "museum", "gallery", "portrait", "drawing", "drawings", "charcoal", "chalk", "sketch",
            "sketches", "sketchbook", "canvas", "easel", "watercolour", "watercolor", "watercolours", "watercolors",
            "sculptor", "marble", "bronze", "plaster", "statue", "statues", "fresco", "renaissance", "baroque",
        ],
        has_years: false,
        clears: &[Category::Adult, Category::Arms, Category::Drugs],
        levels: Level::Low..=Level::Medium,
    },
    // History and its places.
    Field {
        words: &[
            "museum", "museums", "exhibition", "exhibit", "exhibits", "curator", "conservator", "archive", "archives",
            "archaeologist", "archaeologists", "archaeology", "excavation", "artefact", "artefacts", "artifact",
            "artifacts", "historian", "historians", "history", "historic", "historical", "century", "centuries", "medieval",
            "ancient", "victorian", "roman", "memorial", "cemetery", "grave", "graves", "tomb", "tombs", "crypt", "plague",
            "uniform", "uniforms", "regiment", "lecture", "reenactment", "reenactor", "reenactors", "castle", "fortress",
            "trenches", "relic", "relics", "antique", "antiques", "remembrance", "legend", "folklore", "wreck",
            "shipwreck", "mutiny", "sailors",
        ],
        has_years: true,
        clears: OF_THE_PAST,
        levels: Level::Medium..=Level::Medium,
    },
    // Models and the stage.
    Field {
        words: &[
            "diorama", "dioramas", "decal", "decals", "airbrush", "airbrushed", "airbrushing", "weathering", "miniature",
            "miniatures", "figurine", "figurines", "sprue", "sprues", "varnish", "resin", "primer", "pigment", "pigments",
            "glue", "scale", "turret", "hull", "fuselage", "etched", "rivets", "kitbash", "wargame", "wargames",
            "wargaming", "tabletop", "dice", "workbench", "modelling", "papercraft", "lego", "prop", "props", "stunt",
            "stunts", "stuntman", "theatre", "theater", "rehearsal", "rehearsals", "actor", "actors", "actress", "filming",
            "costume", "costumes", "choreography", "blank", "blanks", "opera", "premiere", "screenplay", "puppet",
            "puppets", "magician", "haunted", "halloween",
        ],
        has_years: false,
        clears: OF_THE_PAST,
        levels: Level::Medium..=Level::Medium,
    },
    // The law, and help against crime.
    Field {
        words: &[
            "lawyer", "lawyers", "attorney", "barrister", "solicitor", "forensic", "forensics", "criminology",
            "criminologist", "courtroom", "jury", "insurance", "insured", "insurer", "locksmith", "locksmiths", "alarm",
            "alarms", "cctv", "prevention", "probation", "chaplain", "counsellor", "counselor", "safeguarding",
        ],
        has_years: false,
        clears: &[Category::Crime, Category::DeathAndInjury],
        levels: Level::Medium..=Level::Medium,
    },
    // The safety of computers.
    Field {
        words: &[
            "phishing", "cybersecurity", "infosec", "antivirus", "firewall", "malware", "ransomware", "passphrase",
            "passphrases", "authenticator", "pentest", "pentester", "pentesting", "ctf",
            "passwords", "scams",
        ],
        has_years: false,
        clears: &[Category::SpamAndMalware],
        levels: Level::Medium..=Level::Medium,
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
    of_news.contains(&category) && has_any(text, &REPORTING) && !has_any(text, &OWN)
}

/// What stands before a year.
const DATING: [&str; 9] = [
    "in", "of", "from", "since", "until", "by", "around", "about", "before",
];

fn is_past_year(word: &str) -> bool {
    word.len() == 4
        && word
            .parse()
            .is_ok_and(|year: u32| (1_000..1_960).contains(&year))
}

/// Words of those who have something to sell.
#[rustfmt::skip]
const SELLING: [&str; 12] = [
    "sale", "buy", "buying", "sell", "selling", "order", "orders", "price", "prices", "ships", "shipping", "delivery",
];

/// Whether a text may offer something: then the field of the account does not tell what for.
pub(super) fn is_offer(text: &Text) -> bool {
    has_any(text, &SELLING)
}

fn has_any(text: &Text, list: &[&str]) -> bool {
    let mut words = text.tokens().iter().map(|token| text.str(*token));
    words.any(|word| list.contains(&word))
}

/// How phrases begin that name a drug, suicide or self-harm, and say nothing of it.
const NAMES: [&str; 8] = [
    "suicide", "self", "heroin", "cocaine", "lsd", "fentanyl", "crystal", "drug",
];
const OWN_LIFE: [&str; 8] = ["i", "im", "ive", "my", "me", "we", "our", "us"];
/// Words to somebody, of praise, and of those who have something to sell.
#[rustfmt::skip]
const CALLS: [&str; 26] = [
    "you", "your", "youre", "u", "ur", "yourself", "love", "best", "dm", "message", "text", "telegram", "whatsapp", "plug",
    "supply", "stock", "life", "doing", "want", "need", "party", "tonight", "weekend", "fun", "line", "lines",
];

/// Whether a text names such a thing as a part of the writer's own life, addresses nobody, praises nothing and offers nothing:
/// those who mourn or recover have to name it.
pub(super) fn is_lived_through(text: &Text, name: &str) -> bool {
    NAMES.contains(&name) && has_any(text, &OWN_LIFE) && !has_any(text, &CALLS) && !is_offer(text)
}

/// The categories whose words mean something else in this text, each with the levels of such words.
pub(super) fn cleared(text: &Text) -> Vec<(Category, &'static RangeInclusive<Level>)> {
    let words: Vec<&str> = text
        .tokens()
        .iter()
        .map(|token| text.str(*token).trim_start_matches('#'))
        .collect();
    // "in 1643" tells of the past.
    let of_past = || {
        let dated = |pair: &[&str]| DATING.contains(&pair[0]) && is_past_year(pair[1]);
        words.windows(2).any(dated)
    };
    FIELDS
        .iter()
        .filter(|field| {
            words.iter().any(|word| field.words.contains(word)) || field.has_years && of_past()
        })
        .flat_map(|field| {
            field
                .clears
                .iter()
                .map(|category| (*category, &field.levels))
        })
        .collect()
}
