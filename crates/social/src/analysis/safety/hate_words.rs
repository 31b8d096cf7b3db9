//! The words that `hate.rs` looks for. Folded: lower case, no accents, no apostrophes.

/// Names of groups that stand for people by themselves.
#[rustfmt::skip]
pub(super) const GROUPS: &[&str] = &[
    "women", "females", "girls", "wives", "feminists", "gays", "lesbians", "homosexuals", "queers",
    "bisexuals", "transgenders", "transsexuals", "blacks", "africans", "asians", "mexicans", "latinos",
    "hispanics", "arabs", "indians", "pakistanis", "chinese", "muslims", "moslems", "jews", "christians",
    "hindus", "sikhs", "catholics", "immigrants", "immigrant", "migrants", "migrant", "refugees",
    "refugee", "foreigners", "foreigner", "gypsies", "roma", "nigerians", "somalis", "syrians",
    "palestinians", "israelis", "turks", "poles", "romanians", "cripples", "disableds", "autistics",
    "natives", "aboriginals", "minorities",
];

/// With a word for people behind them they name a group.
#[rustfmt::skip]
pub(super) const GROUP_ADJECTIVES: &[&str] = &[
    "black", "brown", "white", "asian", "african", "arab", "muslim", "jewish", "christian", "hindu",
    "gay", "lesbian", "queer", "bisexual", "trans", "transgender", "transsexual", "homosexual",
    "disabled", "autistic", "handicapped", "deaf", "blind", "immigrant", "migrant", "foreign",
    "mexican", "chinese", "indian", "native", "indigenous", "roma", "gypsy", "fat", "old", "mentally",
    "female", "colored", "coloured", "latino", "hispanic", "refugee",
];

/// Words for people.
#[rustfmt::skip]
pub(super) const PEOPLE: &[&str] = &[
    "people", "person", "folks", "folk", "men", "man", "women", "woman", "guys", "guy", "kids",
    "children", "boys", "girls", "families", "community", "communities", "lives", "lot", "kind",
    "neighbours", "neighbors", "workers", "drivers", "students", "couples", "parents", "ill",
];

/// Names that stand for a person after an article or an insult, and for a thing before a noun.
#[rustfmt::skip]
pub(super) const SINGULAR: &[&str] = &[
    "woman", "female", "wife", "muslim", "jew", "gay", "lesbian", "trans", "tranny", "homosexual",
    "mexican", "arab", "african", "asian", "black", "gypsy", "cripple", "feminist",
];

/// What follows a plain adjective.
#[rustfmt::skip]
pub(super) const THINGS: &[&str] = &[
    "dress", "coffee", "food", "kitchen", "history", "music", "culture", "art", "shirt", "jeans",
    "tea", "bean", "beans", "friday", "market", "cat", "dog", "hair", "armor", "armour", "link",
    "pants", "shoes", "bag", "car", "pride", "wedding", "marriage", "rights", "mafia", "fit", "cup",
    "day", "bar", "tie", "leather", "paint", "hole", "and", "span", "wall", "dam", "packet",
];

/// Words that are slurs and nothing else.
#[rustfmt::skip]
pub(super) const SLURS: &[&str] = &[
    "nigger", "niggers", "niggas", "nigga", "faggot", "faggots", "faggy", "tranny", "trannies", "kike",
    "kikes", "spic", "spics", "wetback", "wetbacks", "raghead", "ragheads", "towelhead", "towelheads",
    "retards", "retarded", "sandnigger", "shemale", "shemales", "gook", "gooks", "beaner", "beaners",
    "mongoloid", "mongoloids", "pakis", "paki", "chinks", "golliwog", "darkie", "darkies", "zipperhead",
    "pikey", "pikeys", "muzzie", "muzzies", "spastic", "spastics", "femoid", "femoids", "negroes",
    "muzrat", "muzrats", "sandmonkey", "sandmonkeys", "jigaboo", "jigaboos", "kaffir", "kaffirs", "gyppo", "gyppos",
];

/// Words that are slurs when they are aimed at somebody.
#[rustfmt::skip]
pub(super) const AMBIGUOUS_SLURS: &[&str] = &[
    "chink", "fag", "fags", "dyke", "dykes", "coon", "coons", "cripple", "cripples", "queer", "queers",
    "retard", "mongs", "savages", "monkey", "monkeys", "apes", "cunt", "cunts", "bint", "thot", "thots",
];

#[rustfmt::skip]
pub(super) const COPULAS: &[&str] = &["are", "is", "r", "were", "be", "being", "look", "smell", "aint", "arent", "isnt", "remain"];

#[rustfmt::skip]
pub(super) const NOT: &[&str] = &[
    "not", "no", "never", "dont", "doesnt", "arent", "isnt", "nobody", "wont", "cant", "cannot",
    "shouldnt", "nothing", "neither", "without", "didnt", "wouldnt", "aint", "stop", "none",
];

/// What makes people into less than people.
#[rustfmt::skip]
pub(super) const INHUMAN: &[&str] = &[
    "animals", "animal", "vermin", "rats", "cockroaches", "roaches", "parasites", "parasite", "leeches",
    "scum", "filth", "trash", "garbage", "subhuman", "subhumans", "disease", "plague", "cancer", "pigs",
    "dogs", "apes", "monkeys", "savages", "insects", "maggots", "virus", "beasts", "snakes", "waste",
    "worms", "pests", "pest", "infestation", "demons", "monsters", "objects", "property",
];

/// Hostile adjectives and nouns.
#[rustfmt::skip]
pub(super) const INSULTS: &[&str] = &[
    "disgusting", "dirty", "filthy", "inferior", "worthless", "useless", "stupid", "dumb", "lazy",
    "ugly", "repulsive", "degenerate", "degenerates", "sick", "evil", "vile", "pathetic", "idiots",
    "morons", "retarded", "unnatural", "abnormal", "freaks", "freak", "perverts", "pervert", "sinners",
    "abomination", "abominations", "gross", "revolting", "scummy", "damned", "goddamn", "bloody",
    "fucking", "smelly", "stink", "stinking", "whores", "sluts", "hoes", "bitches", "burden", "stain",
    "curse", "weak", "brainless", "uncivilised", "uncivilized", "backward", "primitive", "toxic", "rotten",
    "greedy", "selfish", "dangerous", "incompetent", "immoral", "perverted", "sinful", "corrupt", "dishonest", "untrustworthy", "cowards", "manipulative", "unfit", "enemy", "enemies", "mistake", "horrible", "awful", "terrible", "shit", "crap", "assholes", "bastards", "motherfuckers", "cunts", "dickheads", "twats", "violent", "hopeless", "insignificant",
];

#[rustfmt::skip]
pub(super) const CRIMINALS: &[&str] = &[
    "criminals", "terrorists", "rapists", "thieves", "liars", "murderers", "invaders", "killers",
    "pedophiles", "paedophiles", "groomers", "traitors", "scroungers", "crooks", "thugs", "predators",
];

#[rustfmt::skip]
pub(super) const HATE_VERBS: &[&str] = &[
    "hate", "hates", "despise", "loathe", "detest", "hating", "abhor",
];

/// What is called for against people.
#[rustfmt::skip]
pub(super) const VIOLENCE: &[&str] = &[
    "kill", "gas", "shoot", "hang", "burn", "exterminate", "eradicate", "lynch", "murder", "rape",
    "deport", "sterilize", "sterilise", "stab", "behead", "bomb", "beat", "slaughter", "execute",
    "annihilate", "whip", "drown", "slap", "punch", "rid", "purge", "enslave",
    "euthanize", "euthanise", "strangle", "choke", "decapitate", "assault", "hunt", "nuke", "crucify",
];

/// What turns such a call into a report.
#[rustfmt::skip]
pub(super) const PAST: &[&str] = &["who", "that", "police", "movie", "film", "helps", "help", "saved", "protect"];

#[rustfmt::skip]
pub(super) const MUST: &[&str] = &["should", "must", "deserve", "deserves", "need", "needs", "ought", "will", "gonna"];

#[rustfmt::skip]
pub(super) const PUNISHED: &[&str] = &[
    "die", "dead", "burn", "hang", "hanged", "killed", "shot", "rot", "suffer", "gassed", "deported",
    "wiped", "exterminated", "raped", "beaten", "punished", "jailed", "hell", "death", "obey", "silent",
    "disappear", "sterilized", "sterilised", "banned", "locked", "executed", "submit", "shut", "castrated",
    "strangled", "stoned", "crucified", "euthanized", "euthanised", "destroyed",
];

/// Where people are sent.
#[rustfmt::skip]
pub(super) const PLACES: &[&str] = &[
    "kitchen", "zoo", "cage", "cages", "jail", "prison", "home", "jungle", "gutter", "asylum", "bedroom",
    "oven", "ovens", "trash", "country", "africa", "mexico", "camps", "ghetto", "desert", "leash",
];

#[rustfmt::skip]
pub(super) const HARMFUL_ACTS: &[&str] = &[
    "ruin", "ruining", "ruined", "destroy", "destroying", "invade", "invading", "infest", "infesting",
    "infect", "poison", "poisoning", "steal", "stealing", "leech", "breed", "breeding", "pollute",
    "polluting", "replace", "replacing", "overrun", "overrunning", "stink", "smell", "corrupt",
    "corrupting", "rape", "molest", "control",
    "suck", "sucks",
];

/// Words of those who report what others said.
#[rustfmt::skip]
pub(super) const REPORTS: &[&str] = &[
    "say", "says", "saying", "said", "call", "calls", "calling", "called", "write", "writes", "wrote",
    "tweet", "tweeted", "posting", "shout", "shouted", "screamed", "told", "claims", "claim", "think",
    "thinks", "believe", "believes", "imagine", "comments", "comment", "quote", "heard", "spray",
];

/// Words of those who reject it.
#[rustfmt::skip]
pub(super) const REJECTS: &[&str] = &[
    "wrong", "racist", "racists", "racism", "sexist", "sexists", "sexism", "bigot", "bigots", "bigoted",
    "bigotry", "homophobic", "homophobia", "transphobic", "transphobia", "misogynist", "misogynists",
    "misogynistic", "misogyny", "islamophobic", "islamophobia", "xenophobic", "xenophobia", "antisemitic",
    "antisemitism", "ableist", "hateful", "hatred", "unacceptable", "disgraceful", "shame", "shameful",
    "ignorant", "ignorance", "offensive", "hurtful", "prejudice", "stereotype", "stereotypes", "slur",
    "disagree", "offended", "discrimination", "inhumane", "appalling", "cruel", "nonsense", "horrible",
    "harmful", "apologise", "apologize", "condemn", "despicable", "outrageous", "tolerate", "equality",
];

/// Words that put a group in a good light.
#[rustfmt::skip]
pub(super) const PRAISE: &[&str] = &[
    "love", "loved", "loving", "proud", "celebrate", "celebrating", "support", "supporting", "welcome",
    "respect", "thank", "thanks", "beautiful", "amazing", "inspiring", "equal", "honour", "honor",
    "great", "wonderful", "strong", "brave", "favourite", "favorite", "solidarity",
];

/// Words for people who are spoken of and not named.
#[rustfmt::skip]
pub(super) const THEM: &[&str] = &["they", "theyre", "them", "those", "these", "their"];

/// Hard words: beside a group they call for a person to read.
#[rustfmt::skip]
pub(super) const HARD: &[&str] = &[
    "hate", "hates", "kill", "killed", "die", "dirty", "filth", "filthy", "plague", "rats", "animals",
    "disgusting", "invade", "invasion", "invaders", "breed", "infest", "infested", "cleanse", "vermin",
    "scum", "parasites", "savages", "inferior", "superior", "subhuman", "degenerate", "deport", "banned",
    "terrorists", "criminals", "rapists", "obey", "slaves", "slave", "purge", "swarm", "flood", "infection",
    "kitchen", "whores", "sluts", "stupid", "worthless", "burden", "traitors", "unnatural", "abomination",
    "evil", "ruin", "ruined", "ruins", "destroy", "destroys", "replace", "replaced", "exterminate", "lesser", "cancer",
    "disease", "stink", "monkeys", "apes", "cockroaches", "punch", "slap", "beaten", "lynch", "gas",
];

/// Names that stand for mass murder: a teacher's words and a follower's look alike.
#[rustfmt::skip]
pub(super) const ATROCITIES: &[&str] = &[
    "hitler", "himmler", "goebbels", "nazi", "nazis", "nazism", "holocaust", "auschwitz", "kkk", "reich",
    "genocide", "lynching", "apartheid", "isis",
];

/// Words after which somebody else is spoken of: those who hate, not those who are hated.
pub(super) const OTHERS: &[&str] = &[
    "who", "whoever", "when", "if", "why", "anyone", "anybody", "racists", "bigots", "nazis",
];

/// What may be done to people by others, too.
#[rustfmt::skip]
pub(super) const HARM: &[&str] = &[
    "attack", "hurt", "hit", "harm", "punish", "crush", "smash", "destroy", "eliminate", "wipe", "remove",
    "expel", "torture", "kick", "silence",
];

/// Words of those who mean to do something.
#[rustfmt::skip]
pub(super) const INTENT: &[&str] = &[
    "should", "must", "lets", "gonna", "going", "want", "ought", "ill", "well", "need", "time",
];

/// What is felt about people, before their name.
#[rustfmt::skip]
pub(super) const AVERSION: &[(&str, &str)] = &[
    ("cant", "stand"), ("cannot", "stand"), ("cant", "bear"), ("cant", "tolerate"), ("sick", "of"),
    ("tired", "of"), ("up", "with"), ("disgusted", "by"), ("repulsed", "by"),
];

/// What is done to people, after their name: then the feeling is about that.
pub(super) const DONE_TO: &[&str] = &["being", "getting", "having", "not", "always"];

pub(super) const DISGUSTS: &[&str] = &[
    "disgust", "disgusts", "sicken", "sickens", "repulse", "repulses", "revolt",
];

/// What people are denied with a "not".
#[rustfmt::skip]
pub(super) const WORTHY: &[&str] = &[
    "worthy", "worth", "equal", "normal", "natural", "welcome", "wanted", "civilised", "civilized",
];

pub(super) const OUGHT: &[&str] = &["should", "must", "deserve", "deserves", "ought"];

/// What is wished on people, as something done to them.
#[rustfmt::skip]
pub(super) const DESTROYED: &[&str] = &[
    "eliminated", "removed", "erased", "eradicated", "murdered", "hurt", "attacked", "tortured",
    "expelled", "enslaved", "annihilated", "slaughtered", "lynched", "drowned", "stabbed", "whipped",
];

/// Words of those who say or think something.
#[rustfmt::skip]
pub(super) const SPEECH: &[&str] = &[
    "say", "says", "saying", "said", "call", "calls", "calling", "called", "claim", "claims",
    "claiming", "think", "thinks", "thinking", "believe", "believes", "believing", "tell", "telling",
    "suggest", "suggesting", "write", "writing", "posting", "tweeting",
];

/// Before a word of speech: others speak.
#[rustfmt::skip]
pub(super) const SPEAKERS: &[&str] = &[
    "who", "whoever", "anyone", "anybody", "somebody", "someone", "people", "if", "you", "they", "to",
    "he", "she", "stop", "dont", "never", "some", "nobody", "cant", "keep", "keeps",
];
