//! What is said of them, and done to them.

use super::Lists;

#[rustfmt::skip]
lists! {
    from super::targets::NEXT;
    /// What makes people into less than people.
    INHUMAN: [
        "animals", "animal", "vermin", "rats", "cockroaches", "roaches", "parasites", "parasite",
        "leeches", "scum", "filth", "trash", "garbage", "subhuman", "subhumans", "disease",
        "plague", "cancer", "pigs", "dogs", "apes", "monkeys", "savages", "insects", "maggots",
        "virus", "beasts", "snakes", "waste", "worms", "pests", "pest", "infestation", "demons",
        "monsters", "objects", "property", "rodents", "rodent", "roach", "cockroach", "rat", "pig",
        "dog", "ape", "monkey", "savage", "swine", "mongrels", "mongrel", "insect", "leech",
        "locusts", "lice", "germs", "sewage", "excrement", "feces", "turds", "tumor", "tumour",
        "tumors", "sickness", "epidemic", "infection", "beast", "demon", "monster", "maggot",
        "snake", "worm", "mutts", "barbarians", "barbarian", "slime", "scumbags", "scumbag",
        "lowlifes", "lowlife", "termites", "termite", "ticks", "fleas", "viruses", "bacteria", "tapeworms",
        "vultures", "hyenas", "jackals", "cattle", "dung", "pestilence", "ulcer", "tumours",
    ];
    /// Hostile adjectives and nouns.
    INSULTS: [
        "disgusting", "dirty", "filthy", "inferior", "worthless", "useless", "stupid", "dumb",
        "lazy", "ugly", "repulsive", "degenerate", "degenerates", "sick", "evil", "vile",
        "pathetic", "idiots", "morons", "retarded", "unnatural", "abnormal", "freaks", "freak",
        "perverts", "pervert", "sinners", "abomination", "abominations", "gross", "revolting",
        "scummy", "damned", "goddamn", "bloody", "fucking", "smelly", "stink", "stinking", "whores",
        "sluts", "hoes", "bitches", "burden", "stain", "curse", "weak", "brainless", "uncivilised",
        "uncivilized", "backward", "primitive", "toxic", "rotten", "greedy", "selfish", "dangerous",
        "incompetent", "immoral", "perverted", "sinful", "corrupt", "dishonest", "untrustworthy",
        "cowards", "manipulative", "unfit", "enemy", "enemies", "mistake", "horrible", "awful",
        "terrible", "shit", "crap", "assholes", "bastards", "motherfuckers", "cunts", "dickheads",
        "twats", "violent", "hopeless", "insignificant", "idiot", "moron", "losers", "loser",
        "imbeciles", "imbecile", "fools", "hideous", "grotesque", "nasty", "retards", "insane",
        "insufferable", "obnoxious", "despicable", "repugnant", "repellent", "deplorable",
        "shameful", "wicked", "twisted", "deviant", "deviants", "ungrateful", "uneducated",
        "illiterate", "ignorant", "savage", "barbaric", "uncultured", "deranged", "delusional",
        "unclean", "impure", "poisonous", "nauseating", "sickening", "abhorrent", "whore", "slut",
        "hoe", "bitch", "cunt", "cowardly", "deceitful", "hysterical", "irrational", "frigid",
        "mediocre", "unintelligent", "simpleminded", "subnormal", "defective", "deformed",
        "gullible", "worst", "lesser", "inhuman", "abominable", "contemptible", "undesirable",
        "unwelcome", "unwanted", "unfuckable", "fuckwits", "fucktards", "cretins", "cretin",
        "wankers", "wanker", "twat", "bellends", "arseholes", "asshole", "arsehole", "bastard",
        "pieces", "piece", "wastes", "nuisance", "threat", "menace", "disgrace", "scourge",
        "blight", "stains", "liabilities", "liability", "drain",
    ];
    /// Words for people who do harm.
    CRIMINALS: [
        "criminals", "terrorists", "rapists", "thieves", "liars", "murderers", "invaders",
        "killers", "pedophiles", "paedophiles", "groomers", "traitors", "scroungers", "crooks",
        "thugs", "predators", "criminal", "terrorist", "rapist", "thief", "liar", "murderer",
        "killer", "pedophile", "paedophile", "pedo", "pedos", "paedos", "traitor", "thug",
        "predator", "gangsters", "cheats", "cheaters", "fraudsters", "extremists", "parasites",
        "jihadis", "jihadists", "molesters", "molester", "abusers", "abuser", "conmen", "invader",
    ];
    /// What is felt against people.
    HATE_VERBS: [
        "hate", "hates", "despise", "loathe", "detest", "hating", "abhor", "dislike", "despises",
        "loathes", "detests", "resent", "despising", "hated",
    ];
    /// What is called for against people.
    VIOLENCE: [
        "kill", "gas", "shoot", "hang", "burn", "exterminate", "eradicate", "lynch", "murder",
        "rape", "deport", "sterilize", "sterilise", "stab", "behead", "bomb", "beat", "slaughter",
        "execute", "annihilate", "whip", "drown", "slap", "punch", "rid", "purge", "enslave",
        "euthanize", "euthanise", "strangle", "choke", "decapitate", "assault", "hunt", "nuke",
        "crucify", "bash", "thrash", "maim", "torch", "butcher", "massacre", "castrate", "starve",
    ];
    /// What ought to happen to people.
    MUST: [
        "should", "must", "deserve", "deserves", "need", "needs", "ought", "will", "gonna", "shall",
    ];
    /// What is called for against people, as something done to them.
    PUNISHED: [
        "die", "dead", "burn", "hang", "hanged", "killed", "shot", "rot", "suffer", "gassed",
        "deported", "wiped", "exterminated", "raped", "beaten", "punished", "jailed", "hell",
        "death", "obey", "silent", "disappear", "sterilized", "sterilised", "banned", "locked",
        "executed", "submit", "shut", "castrated", "strangled", "stoned", "crucified", "euthanized",
        "euthanised", "destroyed", "imprisoned", "arrested", "caged", "removed", "eliminated",
        "deport", "drowned", "lynched", "slaughtered", "murdered", "shoot", "tortured", "attacked",
        "expelled", "hurt", "harmed", "outlawed", "silenced", "muzzled", "segregated", "evicted",
        "burned", "burnt", "hung", "eradicated", "perish", "starve", "bombed", "gunned", "whipped",
        "spat", "vanish", "extinct",
    ];
    /// Where people are sent.
    PLACES: [
        "kitchen", "zoo", "cage", "cages", "jail", "prison", "home", "jungle", "gutter", "asylum",
        "bedroom", "oven", "ovens", "trash", "country", "africa", "mexico", "camps", "ghetto",
        "desert", "leash", "hell", "dungeon", "sewer", "wild", "caves", "cave", "dump", "trashcan",
        "slaughterhouse",
    ];
    /// What people are said to do to others.
    HARMFUL_ACTS: [
        "ruin", "ruining", "ruined", "destroy", "destroying", "invade", "invading", "infest",
        "infesting", "infect", "poison", "poisoning", "steal", "stealing", "leech", "breed",
        "breeding", "pollute", "polluting", "replace", "replacing", "overrun", "overrunning",
        "stink", "smell", "corrupt", "corrupting", "rape", "molest", "control", "suck", "sucks",
        "ruins", "destroys", "invades", "infests", "poisons", "steals", "pollutes", "replaces",
        "corrupts", "rapes", "cheat", "cheats", "lies", "plague", "plagues", "threaten",
        "threatening", "damaging", "weaken", "weakening", "degrade", "terrorize", "terrorise",
        "terrorizing", "infiltrate", "infiltrating", "contaminate", "contaminating", "leeching",
        "disgrace", "groom", "grooming", "exploit", "exploiting", "manipulate", "manipulating",
        "whine", "complain", "moan",
    ];
    /// Hard words: beside a group they call for a person to read.
    HARD: [
        "hate", "hates", "kill", "killed", "die", "dirty", "filth", "filthy", "plague", "rats",
        "animals", "disgusting", "invade", "invasion", "invaders", "breed", "infest", "infested",
        "cleanse", "vermin", "scum", "parasites", "savages", "inferior", "superior", "subhuman",
        "degenerate", "deport", "banned", "terrorists", "criminals", "rapists", "obey", "slaves",
        "slave", "purge", "swarm", "flood", "infection", "kitchen", "whores", "sluts", "stupid",
        "worthless", "burden", "traitors", "unnatural", "abomination", "evil", "ruin", "ruined",
        "ruins", "destroy", "destroys", "replace", "replaced", "exterminate", "lesser", "cancer",
        "disease", "stink", "monkeys", "apes", "cockroaches", "punch", "slap", "beaten", "lynch",
        "gas", "rat", "dog", "pig", "animal", "parasite", "savage", "ape", "monkey", "loathe",
        "despise", "destroyed", "invading", "poison", "rape", "raped", "murder", "torture", "hell",
    ];
    /// What may be done to people by others, too.
    HARM: [
        "attack", "hurt", "hit", "harm", "punish", "crush", "smash", "destroy", "eliminate", "wipe",
        "remove", "expel", "torture", "kick", "silence", "beat", "slap", "punch", "stab", "shoot",
        "burn", "bomb", "rape", "kill", "murder", "strangle", "choke", "throw", "bash", "hunt",
        "drown",
    ];
    /// Words of those who mean to do something.
    INTENT: [
        "should", "must", "lets", "gonna", "going", "want", "ought", "ill", "well", "need", "time",
        "someone", "somebody", "gotta", "wanna", "wish", "plan", "planning",
    ];
    /// What people are said to do to the feelings of others.
    DISGUSTS: [
        "disgust", "disgusts", "sicken", "sickens", "repulse", "repulses", "revolt", "horrify",
        "horrifies", "repel", "repels", "nauseate", "nauseates",
    ];
    /// What people are denied with a "not".
    WORTHY: [
        "worthy", "worth", "equal", "normal", "natural", "welcome", "wanted", "civilised",
        "civilized",
    ];
    /// What ought to be.
    OUGHT: [
        "should", "must", "deserve", "deserves", "ought",
    ];
    /// What is wished on people, as something done to them.
    DESTROYED: [
        "eliminated", "removed", "erased", "eradicated", "murdered", "hurt", "attacked", "tortured",
        "expelled", "enslaved", "annihilated", "slaughtered", "lynched", "drowned", "stabbed",
        "whipped", "killed", "shot", "hanged", "burned", "burnt", "beaten", "gassed", "deported",
        "exterminated", "bombed", "executed", "imprisoned", "arrested", "thrown", "kicked",
    ];
    /// What people are denied with a "not" after their name: what they are not fit or not allowed to do.
    DENIED: [
        "belong", "deserve", "drive", "vote", "rights", "think", "lead", "trusted", "learn",
        "capable", "able", "smart", "intelligent", "clever", "human", "equal", "normal", "natural",
        "welcome", "wanted", "civilised", "civilized", "worthy", "worth", "decent", "honest",
        "respected", "respect", "understand", "integrate", "assimilate", "contribute",
        "allowed", "permitted", "tolerated", "accepted", "matter", "needed", "belonging", "real",
        "good", "valuable", "useful", "attractive", "reproduce", "breed", "procreate", "marry",
        "adopt", "wash", "bathe", "behave",
    ];
    /// What is refused to people before their name.
    TRUST: [
        "trust", "hire", "employ", "date", "marry", "befriend", "respect", "tolerate", "accept",
        "welcome", "let", "allow", "believe", "help", "feed",
    ];
    /// Words of those who let people in.
    LET: [
        "let", "allow", "letting", "allowing", "import", "importing", "tolerate", "accept",
        "accepting", "feeding", "feed", "need", "have",
    ];
    /// Quantities that are too much or should be less.
    SCARCE: [
        "many", "much", "fewer", "less", "enough",
    ];
    /// Words that aim a slur at somebody.
    AIMED: [
        "you", "youre", "they", "theyre", "them", "those", "these", "all", "hate", "kill",
        "fucking", "dirty", "stupid", "every", "this", "that", "such", "typical", "what", "a",
        "like", "ugly", "damn", "bloody", "filthy", "u", "ur", "your", "fuckin", "another", "bunch",
    ];
}

/// What is felt about people, before their name.
#[rustfmt::skip]
pub(in super::super) const AVERSION: &[(&str, &str)] = &[
    ("cant", "stand"), ("cannot", "stand"), ("cant", "bear"), ("cannot", "bear"), ("cant", "tolerate"),
    ("sick", "of"), ("tired", "of"), ("up", "with"), ("disgusted", "by"), ("repulsed", "by"),
    ("death", "to"), ("down", "with"), ("enough", "of"), ("off", "without"),
];

/// What somebody feels, where it is said who.
pub(in super::super) const FEELINGS: &[(&str, &str)] = &[
    ("contempt", "for"),
    ("hatred", "for"),
    ("hate", "for"),
    ("disgust", "for"),
];

/// Insults that also tell some people from others.
pub(in super::super) const PLAIN: [&str; 12] = [
    "violent",
    "dangerous",
    "sick",
    "weak",
    "uneducated",
    "illiterate",
    "corrupt",
    "toxic",
    "unwanted",
    "unwelcome",
    "irrational",
    "deformed",
];
