//! Words and phrases that brands mind, by category and level.
//!
//! The categories follow the GARM brand-safety floor and suitability framework (June 2022), the
//! levels are its four. The lists are short, English and deliberately plain: a reader sees at once
//! what can be found and what cannot.

use std::sync::LazyLock;

use super::phrases::Phrases;

/// A category of the framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Category {
    Adult,
    Arms,
    Crime,
    DeathAndInjury,
    Piracy,
    Hate,
    Obscenity,
    Drugs,
    SpamAndMalware,
    Terrorism,
    SocialIssues,
    Misinformation,
}

impl Category {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Adult => "adult",
            Self::Arms => "arms",
            Self::Crime => "crime",
            Self::DeathAndInjury => "death_and_injury",
            Self::Piracy => "piracy",
            Self::Hate => "hate",
            Self::Obscenity => "obscenity",
            Self::Drugs => "drugs",
            Self::SpamAndMalware => "spam_and_malware",
            Self::Terrorism => "terrorism",
            Self::SocialIssues => "social_issues",
            Self::Misinformation => "misinformation",
        }
    }
}

/// How grave a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Some brands mind.
    Low,
    /// Many do.
    Medium,
    /// Most do.
    High,
    /// No brand should appear here.
    Floor,
}

impl Level {
    /// Points per hit.
    pub(super) const fn points(self) -> f64 {
        match self {
            Self::Low => 1.0,
            Self::Medium => 3.0,
            Self::High => 8.0,
            Self::Floor => 25.0,
        }
    }
}

/// Words within three before a hit below the floor that turn it into its opposite.
pub(super) const NEGATIONS: [&str; 22] = [
    "no", "not", "never", "without", "against", "anti", "stop", "end", "dont", "doesnt", "didnt",
    "wont", "cant", "isnt", "arent", "nobody", "avoid", "ban", "quit", "prevent", "fight", "hates",
];

/// Words within three after the start of a phrase on suicide or self-harm that name a help.
pub(super) const HELP: [&str; 10] = [
    "prevention",
    "hotline",
    "helpline",
    "lifeline",
    "awareness",
    "survivor",
    "survivors",
    "counselling",
    "counseling",
    "recovery",
];

/// What sounds like a negation and takes nothing back.
pub(super) const NO_NEGATIONS: [&str; 34] = [
    "not gonna lie",
    "not going to lie",
    "not even lying",
    "not kidding",
    "not joking",
    "not only",
    "not just",
    "not even",
    "not to mention",
    "no lie",
    "no cap",
    "no joke",
    "no kidding",
    "no doubt",
    "no matter",
    "no wonder",
    "no way",
    "no problem",
    "no shame",
    "no better",
    "cant wait",
    "cant get enough",
    "cant live without",
    "cant stop",
    "cant quit",
    "cant say no",
    "dont stop",
    "dont say no",
    "dont get me wrong",
    "didnt know",
    "never without",
    "never stop",
    "never say no",
    "end up",
];

/// Frequent English words that hardly occur in other languages in Latin letters: `a`, `in`, `me`,
/// `was` and the like are left out.
pub(super) const ENGLISH: [&str; 51] = [
    "about", "all", "and", "are", "because", "been", "but", "can", "do", "dont", "from", "get",
    "great", "have", "how", "if", "im", "it", "its", "just", "know", "love", "more", "my", "not",
    "of", "one", "our", "out", "really", "she", "that", "the", "their", "there", "these", "they",
    "think", "this", "up", "we", "were", "what", "when", "who", "will", "with", "would", "you",
    "your", "be",
];

pub(super) static PHRASES: LazyLock<Phrases<(Category, Level)>> =
    LazyLock::new(|| Phrases::new(LISTS));

const LISTS: &[((Category, Level), &str)] = &[
    (
        (Category::Adult, Level::High),
        "porn|porno|pornography|xxx video|sex tape|onlyfans|escort service|nude photos|send nudes|hardcore sex",
    ),
    (
        (Category::Adult, Level::Medium),
        "nudes|nude|naked|sexual|stripper|strip club|fetish|erotic|horny|adult video",
    ),
    ((Category::Adult, Level::Low), "lingerie|sexy|seductive"),
    (
        (Category::Arms, Level::Floor),
        "how to make a bomb|build a bomb|3d printed gun|ghost gun kit",
    ),
    (
        (Category::Arms, Level::High),
        "buy guns|guns for sale|illegal weapons|assault rifle|assault rifles|silencer for sale",
    ),
    (
        (Category::Arms, Level::Medium),
        "handgun|handguns|rifle|rifles|shotgun|ammunition|ammo|grenade|firearm|firearms|machine gun",
    ),
    ((Category::Arms, Level::Low), "gun|guns|hunting knife"),
    (
        (Category::Crime, Level::Floor),
        "child abuse material|human trafficking ring",
    ),
    (
        (Category::Crime, Level::High),
        "stolen goods|credit card dump|credit card dumps|fake ids|counterfeit money|money laundering|insider trading tips|cloned cards",
    ),
    (
        (Category::Crime, Level::Medium),
        "robbery|burglary|murderer|kidnapping|kidnapped|gang violence|fraudster|shoplifting|rape|rapist",
    ),
    ((Category::Crime, Level::Low), "arrested|prison|criminal"),
    (
        (Category::DeathAndInjury, Level::Floor),
        "how to kill yourself|suicide method|suicide methods|beheading video|snuff film",
    ),
    (
        (Category::DeathAndInjury, Level::High),
        "kill yourself|kys|self harm|suicide|beheading|i will kill you|gore video|torture",
    ),
    (
        (Category::DeathAndInjury, Level::Medium),
        "mass shooting|school shooting|massacre|corpse|bloodbath|stabbed to death|shot dead|murder|murdered",
    ),
    (
        (Category::DeathAndInjury, Level::Low),
        "fatal accident|car crash|died",
    ),
    (
        (Category::Piracy, Level::High),
        "cracked software|free keygen|torrent download|pirated movies|pirated copy|leaked album download",
    ),
    (
        (Category::Piracy, Level::Medium),
        "pirate bay|keygen|warez|free streams of|watch movies free|iptv subscription",
    ),
    (
        (Category::Hate, Level::Floor),
        "heil hitler|white power|gas the jews|ethnic cleansing now|race war now|sieg heil|kill all *",
    ),
    (
        (Category::Hate, Level::High),
        "white supremacy|master race|subhuman|subhumans|go back to your country|vermin people|inferior race|racial slur",
    ),
    (
        (Category::Hate, Level::Medium),
        "racist|racism|sexist|homophobic|transphobic|antisemitic|islamophobic|bigot|nazi|nazis",
    ),
    (
        (Category::Obscenity, Level::Medium),
        "fuck|fucks|fucked|fucking|fucker|motherfucker|motherfucking|cunt|cunts|asshole|assholes|bitch|bitches|whore|slut|dickhead|wanker",
    ),
    (
        (Category::Obscenity, Level::Low),
        "shit|shitty|bullshit|damn|crap|ass|bastard|piss|pissed|wtf|stfu|dick",
    ),
    (
        (Category::Drugs, Level::High),
        "buy cocaine|buy heroin|drug dealer|drug dealing|meth lab|crystal meth|fentanyl|heroin|cocaine|lsd|ecstasy pills|weed for sale",
    ),
    (
        (Category::Drugs, Level::Medium),
        "get high|getting high|stoned|magic mushrooms|marijuana|cannabis|overdose|steroids|smoking weed|vape juice",
    ),
    (
        (Category::Drugs, Level::Low),
        "drunk|wasted tonight|vodka|whiskey|tequila|beer|cigarette|cigarettes|vaping|hangover|casino|betting odds",
    ),
    (
        (Category::SpamAndMalware, Level::High),
        "password hack|hack any account|free followers|buy followers|free robux|account hacker|guaranteed profit|guaranteed returns|double your bitcoin",
    ),
    (
        (Category::SpamAndMalware, Level::Medium),
        "get rich quick|click this link to win|100 working hack|forex signals|binary options|pyramid scheme",
    ),
    (
        (Category::Terrorism, Level::Floor),
        "join isis|join the jihad|martyrdom operation|death to america|death to israel|car bomb tutorial",
    ),
    (
        (Category::Terrorism, Level::High),
        "suicide bomber|suicide bombing|terrorist attack|terror attack|isis fighters|al qaeda",
    ),
    (
        (Category::Terrorism, Level::Medium),
        "terrorist|terrorists|terrorism|hostage|extremist|extremists",
    ),
    (
        (Category::SocialIssues, Level::Medium),
        "abortion is murder|stolen election|deep state|civil war now|illegal aliens|defund the police",
    ),
    (
        (Category::SocialIssues, Level::Low),
        "abortion|gun control|death penalty|immigration policy|border wall|election fraud|culture war",
    ),
    (
        (Category::Misinformation, Level::High),
        "vaccines cause autism|covid hoax|plandemic|miracle cure|cures cancer|cure for cancer they hide|holocaust hoax|microchip in the vaccine",
    ),
    (
        (Category::Misinformation, Level::Medium),
        "flat earth|chemtrails|crisis actors|fake moon landing|big pharma hides|5g causes|detox cures|new world order",
    ),
];
