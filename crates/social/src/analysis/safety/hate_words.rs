//! The words that `hate.rs` looks for. Folded: lower case, no accents, no apostrophes.

use std::sync::LazyLock;

use super::super::word_table::WordTable;
use crate::hash::fnv_1a as hash;

/// Lists that a word is on, as bits.
pub(super) type Lists = u64;

/// Numbers the lists, and gathers them.
macro_rules! lists {
    ($($(#[doc = $doc:literal])* $name:ident: [$($word:literal),* $(,)?];)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the lists are")]
        enum Number { $($name),* }
        $($(#[doc = $doc])* pub(super) const $name: Lists = 1 << (Number::$name as u32);)*
        const ALL: &[(Lists, &[&str])] = &[$(($name, &[$($word),*])),*];
    };
}

#[rustfmt::skip]
lists! {
    /// Names of groups that stand for people by themselves.
    GROUPS: [
        "women", "females", "girls", "wives", "feminists", "gays", "lesbians", "homosexuals",
        "queers", "bisexuals", "transgenders", "transsexuals", "blacks", "africans", "asians",
        "mexicans", "latinos", "hispanics", "arabs", "indians", "pakistanis", "chinese", "muslims",
        "moslems", "jews", "christians", "hindus", "sikhs", "catholics", "immigrants", "immigrant",
        "migrants", "migrant", "refugees", "refugee", "foreigners", "foreigner", "gypsies", "roma",
        "nigerians", "somalis", "syrians", "palestinians", "israelis", "turks", "poles",
        "romanians", "cripples", "disableds", "autistics", "natives", "aboriginals", "minorities",
        "ladies", "lesbos", "transwomen", "transmen", "islamists", "buddhists", "protestants",
        "filipinos", "vietnamese", "koreans", "japanese", "albanians", "kurds", "afghans",
        "iranians", "ethiopians", "haitians", "cubans", "colombians", "venezuelans", "bangladeshis",
        "rohingya", "uyghurs", "dalits", "bengalis", "ukrainians", "russians", "sinti", "yazidis", "mormons",
        "travellers", "illegals", "amputees", "paraplegics", "dwarves", "midgets", "latinas",
    ];
    /// With a word for people behind them they name a group.
    GROUP_ADJECTIVES: [
        "black", "brown", "white", "asian", "african", "arab", "muslim", "jewish", "christian",
        "hindu", "gay", "lesbian", "queer", "bisexual", "trans", "transgender", "transsexual",
        "homosexual", "disabled", "autistic", "handicapped", "deaf", "blind", "immigrant",
        "migrant", "foreign", "mexican", "chinese", "indian", "native", "indigenous", "roma",
        "gypsy", "fat", "old", "mentally", "female", "colored", "coloured", "latino", "hispanic",
        "refugee",
    ];
    /// Words for people.
    PEOPLE: [
        "people", "person", "folks", "folk", "men", "man", "women", "woman", "guys", "guy", "kids",
        "children", "boys", "girls", "families", "community", "communities", "lives", "lot", "kind",
        "neighbours", "neighbors", "workers", "drivers", "students", "couples", "parents", "ill",
        "kid", "child", "girl", "boy", "mother", "mothers", "father", "fathers", "population",
        "individuals", "persons", "types", "sort", "bastards", "bitch", "bitches", "cunts", "scum",
        "cunt",
    ];
    /// Names that stand for a person after an article or an insult, and for a thing before a noun.
    SINGULAR: [
        "woman", "female", "wife", "muslim", "jew", "gay", "lesbian", "trans", "tranny",
        "homosexual", "mexican", "arab", "african", "asian", "black", "gypsy", "cripple",
        "feminist", "immigrant", "refugee", "migrant", "disabled", "queer",
    ];
    /// What follows a plain adjective.
    THINGS: [
        "dress", "coffee", "food", "kitchen", "history", "music", "culture", "art", "shirt",
        "jeans", "tea", "bean", "beans", "friday", "market", "cat", "dog", "hair", "armor",
        "armour", "link", "pants", "shoes", "bag", "car", "pride", "wedding", "marriage", "rights",
        "mafia", "fit", "cup", "day", "bar", "tie", "leather", "paint", "hole", "and", "span",
        "wall", "dam", "packet",
    ];
    /// Words that are slurs and nothing else.
    SLURS: [
        "nigger", "niggers", "faggot", "faggots", "faggy", "trannies",
        "kike", "kikes", "spic", "spics", "wetback", "wetbacks", "raghead", "ragheads", "towelhead",
        "towelheads", "retards", "sandnigger", "shemale", "shemales", "gook", "gooks",
        "beaner", "beaners", "mongoloid", "mongoloids", "pakis", "paki", "chinks", "golliwog",
        "darkie", "darkies", "zipperhead", "pikey", "pikeys", "muzzie", "muzzies", "spastic",
        "spastics", "femoid", "femoids", "negroes", "muzrat", "muzrats", "sandmonkey",
        "sandmonkeys", "jigaboo", "jigaboos", "kaffir", "kaffirs", "gyppo", "gyppos", "fagot",
        "fagots", "faggotry", "niglet", "niglets", "goatfucker", "goatfuckers", "ladyboys",
        "troons", "troon", "hebes", "wogs", "honkies", "yids", "yid", "halfbreed",
        "halfbreeds", "trannys", "negroid", "negroids",
    ];
    /// Words that are slurs when they are aimed at somebody.
    AMBIGUOUS_SLURS: [
        "chink", "fag", "fags", "dyke", "dykes", "coon", "coons", "cripple", "cripples", "queer",
        "queers", "retard", "mongs", "savages", "monkey", "monkeys", "apes", "cunt", "cunts",
        "bint", "thot", "thots", "mong", "tranny", "retarded", "hebe",
        "tard", "tards", "spaz", "wog", "midget", "savage", "ape", "gorilla",
        "gorillas", "freak", "freaks", "nigga", "niggas",
    ];
    /// What joins a group and what is said of it.
    COPULAS: [
        "are", "is", "r", "were", "be", "being", "look", "smell", "aint", "arent", "isnt", "remain",
        "was", "become", "seem", "seems", "remains", "theyre", "youre", "getting", "act", "acts",
        "feel", "sound",
    ];
    /// Words that turn a sentence into its opposite.
    NOT: [
        "not", "no", "never", "dont", "doesnt", "arent", "isnt", "nobody", "wont", "cant", "cannot",
        "shouldnt", "nothing", "neither", "without", "didnt", "wouldnt", "aint", "stop", "none",
        "hardly", "barely", "rarely", "seldom", "nor",
    ];
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
    /// What turns such a call into a report.
    PAST: [
        "who", "that", "police", "movie", "film", "helps", "help", "saved", "protect",
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
    /// Words of those who reject it.
    REJECTS: [
        "wrong", "racist", "racists", "racism", "sexist", "sexists", "sexism", "bigot", "bigots",
        "bigoted", "bigotry", "homophobic", "homophobia", "transphobic", "transphobia",
        "misogynist", "misogynists", "misogynistic", "misogyny", "islamophobic", "islamophobia",
        "xenophobic", "xenophobia", "antisemitic", "antisemitism", "ableist", "hateful", "hatred",
        "unacceptable", "disgraceful", "shame", "shameful", "ignorant", "ignorance", "offensive",
        "hurtful", "prejudice", "stereotype", "stereotypes", "slur", "disagree", "offended",
        "discrimination", "inhumane", "appalling", "cruel", "nonsense", "harmful", "apologise",
        "apologize", "condemn", "despicable", "outrageous", "tolerate", "equality", "disgusted",
        "apology", "myth", "myths", "unfair", "untrue", "outdated", "dehumanising", "dehumanizing",
        "degrading", "bigotted", "intolerance", "intolerant", "intolerable", "vilify", "vilifying",
        "demonise", "demonize", "demonising", "demonizing", "generalise", "generalize",
        "generalising", "generalizing", "stereotyping", "harassment", "harass", "abusive",
        "insensitive", "unkind", "condemned", "condemns", "denounce", "denounced", "respectful",
        "inclusive", "xenophobe", "xenophobes", "homophobe", "homophobes", "transphobe",
        "transphobes", "islamophobe", "islamophobes", "fascist", "fascists", "rumour", "rumours", "rumor",
        "rumors", "hoax", "disinformation", "misinformation", "baseless", "groundless", "unfounded",
        "debunked", "discredited", "counterproductive", "scapegoat", "scapegoats", "scapegoating",
        "discriminating", "discriminate", "discriminated", "persecution", "persecuted", "stigmatize",
        "stigmatise", "stigmatizing", "stigmatising", "prejudices", "prejudiced", "empathy",
    ];
    /// Words that put a group in a good light.
    PRAISE: [
        "love", "loved", "loving", "proud", "celebrate", "celebrating", "support", "supporting",
        "welcome", "respect", "thank", "thanks", "beautiful", "amazing", "inspiring", "equal",
        "honour", "honor", "great", "wonderful", "strong", "brave", "favourite", "favorite",
        "solidarity",
    ];
    /// Words for people who are spoken of and not named.
    THEM: [
        "they", "theyre", "them", "those", "these", "their",
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
    /// Names that stand for mass murder: a teacher's words and a follower's look alike.
    ATROCITIES: [
        "hitler", "himmler", "goebbels", "nazi", "nazis", "nazism", "holocaust", "auschwitz", "kkk",
        "reich", "genocide", "lynching", "apartheid", "isis",
    ];
    /// Words after which somebody else is spoken of: those who hate, not those who are hated.
    OTHERS: [
        "who", "whoever", "when", "if", "why", "anyone", "anybody", "racists", "bigots", "nazis",
        "homophobes", "transphobes", "misogynists", "sexists",
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
    /// What is done to people, after their name: then the feeling is about that.
    DONE_TO: [
        "being", "getting", "having", "not", "always",
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
    /// Words of those who say or think something.
    SPEECH: [
        "wishing", "promoting", "advocating", "spewing", "preaching",
        "use", "using",
        "say", "says", "saying", "said", "call", "calls", "calling", "called", "claim", "claims",
        "claiming", "think", "thinks", "thinking", "believe", "believes", "believing", "tell",
        "telling", "suggest", "suggesting", "write", "writing", "posting", "tweeting", "stating",
        "argue", "arguing", "argues", "spreading", "joke", "joking", "compare", "comparing",
        "refer", "referring", "refers", "labelling", "labeling", "labelled", "labeled", "described",
        "describe", "describing", "describes", "shout", "shouting", "scream", "screaming",
        "assuming", "insinuate", "imply", "implying", "implies", "treating", "talking", "suggests",
        "accuse", "accusing", "associate", "associating", "consider", "considering", "portray",
        "portraying", "depict", "depicting", "blame", "blaming", "mean", "feel",
        "feels", "insist", "insists", "insisting", "pretend", "pretending", "convinced", "acting",
    ];
    /// Before a word of speech: others speak.
    SPEAKERS: [
        "who", "whoever", "anyone", "anybody", "somebody", "someone", "people", "if", "you", "they",
        "to", "he", "she", "stop", "dont", "never", "some", "nobody", "cant", "keep", "keeps",
        "those",
    ];
    /// Words that stand for what was said.
    SAID: [
        "phrase", "phrases", "word", "words", "statement", "statements", "comment", "comments",
        "slogan", "slogans", "joke", "jokes", "term", "terms", "slur", "slurs", "rhetoric",
        "language", "speech", "insult", "insults", "argument", "claim", "claims", "remark",
        "remarks", "tweet", "tweets", "post", "posts", "meme", "memes", "idea", "view", "views",
        "opinion", "attitude", "attitudes", "notion", "notions", "concept", "belief", "beliefs",
        "assumption", "assumptions", "allegation", "allegations", "accusation", "accusations",
        "narrative", "narratives", "ideas", "arguments", "claims", "message", "messages", "sign",
        "signs", "poster", "posters", "banner", "banners", "note", "letter", "graffiti", "headline",
    ];
    /// Words that judge what somebody does or says.
    ILL: [
        "disgusting", "stupid", "sick", "pathetic", "awful", "horrible", "terrible", "evil", "vile",
        "ridiculous", "idiotic", "nasty", "dangerous", "wrong", "bad", "gross", "dumb", "sad",
        "insane", "absurd", "outrageous", "unacceptable", "shameful", "disgraceful", "vicious",
        "moronic", "foolish", "sickening", "problem", "problematic", "ignorant", "hateful", "cruel",
        "toxic", "lazy", "mean", "low", "okay", "ok", "fine", "acceptable", "right", "true",
        "funny", "cool", "allowed", "excuse", "justified", "failed", "unjust", "tragic",
        "heartbreaking", "unfair", "harmful", "monstrous", "barbaric", "counterproductive",
    ];
    /// What people are denied with a "not" after their name: what they are not fit or not allowed to do.
    DENIED: [
        "belong", "deserve", "drive", "vote", "rights", "think", "lead", "trusted", "learn",
        "capable", "able", "smart", "intelligent", "clever", "human", "equal", "normal", "natural",
        "welcome", "wanted", "civilised", "civilized", "worthy", "worth", "decent", "honest",
        "respected", "respect", "understand", "integrate", "assimilate", "contribute",
        "allowed", "permitted", "tolerated", "accepted", "matter", "needed", "belonging", "real",
        "good", "valuable", "useful", "attractive", "reproduce", "breed", "procreate", "marry",
        "adopt",
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
    /// Words of those who speak of themselves.
    OWN: [
        "my", "we", "us", "our", "im", "proud", "me", "i", "am", "myself", "ourselves", "reclaim",
        "reclaimed", "reclaiming",
    ];
    /// Words for people who hate.
    HATERS: [
        "racists", "bigots", "supremacists", "fascists", "homophobes", "transphobes", "misogynists",
        "sexists", "neonazis", "antisemites",
    ];
    /// What is spoken of where hate is spoken of: who does, speaks of groups without naming one.
    PREJUDICE: [
        "racist", "racists", "racism", "sexist", "sexists", "sexism", "bigot", "bigots", "bigotry",
        "homophobic", "homophobia", "transphobic", "transphobia", "misogynist", "misogynists",
        "misogyny", "islamophobic", "islamophobia", "xenophobic", "xenophobia", "antisemitic",
        "antisemitism", "islam", "islamic", "judaism", "zionism", "religion", "religions", "ethnicity",
        "ethnicities", "minority", "stereotypes", "prejudice", "prejudices", "homosexuality",
        "feminism", "immigration", "migration", "disability", "disabilities",
    ];
    /// What groups believe, and where: hostility to it may be meant for them, and may not.
    FAITHS: [
        "islam", "judaism", "hinduism", "sikhism", "quran", "koran", "talmud", "mosque", "mosques",
        "synagogue", "synagogues", "homosexuality",
    ];
    /// What nobody deserves.
    ABUSE: [
        "abuse", "violence", "hate", "hatred", "harassment", "blame", "pain", "punishment", "this",
        "that", "it", "harm", "threats", "insults", "cruelty", "torture", "pity",
    ];
    /// How somebody else has said something.
    TOLD: [
        "shouted", "yelled", "screamed", "chanted", "wrote", "said", "sprayed", "painted", "tweeted",
        "posted", "muttered", "whispered", "hissed", "sneered", "claimed", "insisted", "argued",
        "declared", "announced", "called", "commented", "replied", "spat",
    ];
    /// How somebody comes to know what others say.
    HEARD: [
        "hear", "hears", "heard", "hearing", "overheard",
    ];
    /// Words that stand between others and say nothing alone.
    FILLERS: [
        "i", "a", "an", "the", "of", "to", "and", "or", "is", "are", "was", "were", "be", "been",
        "am", "in", "on", "at", "for", "with", "as", "so", "like", "just", "all", "should", "must",
        "will", "would", "can", "cannot", "could", "never", "always", "every", "we", "you", "he",
        "she", "it", "my", "our", "your", "his", "her", "me", "us", "people", "because", "who",
        "what", "why", "do", "does", "did", "have", "has", "had", "get", "got", "go", "going",
        "out", "from", "by", "too", "very", "such", "really", "here", "there", "back", "need",
        "want", "now", "this", "that", "some", "any", "more", "most", "up", "off", "into", "away",
        "about", "than", "then", "when", "how", "if",
    ];
}

/// What others write on, and words that explain.
#[rustfmt::skip]
pub(super) const SHOWING: [&str; 15] = [
    "wall", "walls", "door", "doors", "shirt", "tattoo", "sticker", "stickers", "flag", "flags", "stand", "stands",
    "means", "code", "symbol",
];
/// How others bear a slogan or a salute.
#[rustfmt::skip]
pub(super) const SHOWN: [&str; 19] = [
    "with", "greeted", "greets", "wore", "wears", "wearing", "gave", "gives", "raised", "raises", "sang", "sings", "sing",
    "singing", "cried", "chant", "chants", "drew", "whoever",
];
/// What is felt about people, before their name.
#[rustfmt::skip]
pub(super) const AVERSION: &[(&str, &str)] = &[
    ("cant", "stand"), ("cannot", "stand"), ("cant", "bear"), ("cannot", "bear"), ("cant", "tolerate"),
    ("sick", "of"), ("tired", "of"), ("up", "with"), ("disgusted", "by"), ("repulsed", "by"),
    ("death", "to"), ("down", "with"), ("enough", "of"), ("off", "without"),
];
/// What somebody feels, where it is said who.
pub(super) const FEELINGS: &[(&str, &str)] = &[
    ("contempt", "for"),
    ("hatred", "for"),
    ("hate", "for"),
    ("disgust", "for"),
];
/// Insults that also tell some people from others.
pub(super) const PLAIN: [&str; 12] = [
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
/// What others may or may not give people: that they do not is told, or wanted.
pub(super) const GRANTED: [&str; 9] = [
    "allowed",
    "permitted",
    "tolerated",
    "accepted",
    "welcome",
    "wanted",
    "respected",
    "trusted",
    "rights",
];
/// What others mean to do.
pub(super) const OTHERS_MEAN: [&str; 28] = [
    "wants",
    "wanted",
    "wanting",
    "tried",
    "tries",
    "trying",
    "threatened",
    "threatens",
    "threatening",
    "threats",
    "calls",
    "called",
    "vowed",
    "promised",
    "plotted",
    "incites",
    "incite",
    "inciting",
    "encourage",
    "encourages",
    "encouraging",
    "urges",
    "urging",
    "advocates",
    "justify",
    "justifies",
    "justifying",
    "glorify",
];
/// Lists whose words are also read when a letter is missing.
const SHORTENED: Lists = GROUPS | GROUP_ADJECTIVES | SLURS | INHUMAN | HATE_VERBS;
/// Lists whose words are also read when two letters have changed places.
const SWAPPED: Lists = SHORTENED | INSULTS | CRIMINALS | VIOLENCE | PUNISHED;
/// Shorter words have too many neighbours.
const LEAST_SHORTENED: usize = 5;
const LEAST_SWAPPED: usize = 4;
/// What is one letter away and a word, a name or slang of its own, in whatever language.
#[rustfmt::skip]
const OTHER_WORDS: [&str; 47] = [
    "back", "backs", "bener", "money", "best", "bests", "asin", "ngga", "musim", "quer", "kafir", "beats",
    "pais", "niger", "tron", "plage", "fees", "sake", "sakes", "hats", "naive", "pets", "rach", "lech",
    "cinese", "israels", "ples", "bron", "tans", "boar", "bear", "mates", "laces", "girl", "bits", "sums",
    "tubs", "lest", "arbs", "wive", "chick", "chins", "paper", "bast", "mate", "sexes", "negros",
];

static TABLE: LazyLock<WordTable> = LazyLock::new(|| {
    let plain = ALL
        .iter()
        .flat_map(|(list, words)| words.iter().map(|word| (*word, *list)));
    let known = WordTable::new(
        plain
            .clone()
            .map(|(word, list)| (hash(word.as_bytes()), list)),
    );
    let misspelt = plain
        .clone()
        .flat_map(|(word, list)| misspellings(word, list).map(move |text| (text, list)))
        .filter(|(text, _)| !OTHER_WORDS.contains(&text.as_str()))
        .map(|(text, list)| (hash(text.as_bytes()), list))
        .filter(|(text, _)| known.lists(*text) == 0);
    let plain = plain
        .clone()
        .map(|(word, list)| (hash(word.as_bytes()), list));
    WordTable::new(plain.chain(misspelt))
});

/// A word of ASCII letters without one of its inner letters, and with two of them changed.
fn misspellings(word: &str, list: Lists) -> impl Iterator<Item = String> {
    let end = word.len() - 1;
    let shortened = SHORTENED & list != 0 && word.len() >= LEAST_SHORTENED;
    let swapped = SWAPPED & list != 0 && word.len() >= LEAST_SWAPPED;
    let without = (1..if shortened { end } else { 0 })
        .map(move |at| format!("{}{}", &word[..at], &word[at + 1..]));
    let changed = (1..if swapped { end - 1 } else { 0 }).map(move |at| {
        let (first, second) = (&word[at..=at], &word[at + 1..=at + 1]);
        format!("{}{second}{first}{}", &word[..at], &word[at + 2..])
    });
    without.chain(changed)
}

/// The lists of the word with that hash.
pub(super) fn lists(word: u64) -> Lists {
    TABLE.lists(word)
}
