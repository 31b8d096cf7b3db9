//! Whom it is about.

use super::Lists;

#[rustfmt::skip]
lists! {
    from 0;
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
        "feminist", "immigrant", "refugee", "migrant", "disabled", "queer", "somali", "nigerian", "syrian",
        "pakistani", "turk", "romanian", "albanian", "afghan", "haitian", "kurd", "palestinian", "israeli",
        "bangladeshi", "ethiopian", "iranian",
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
        "towelheads", "retards", "sandnigger", "sandniggers", "shemale", "shemales", "gook", "gooks",
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
    /// What groups believe, and where: hostility to it may be meant for them, and may not.
    FAITHS: [
        "islam", "judaism", "hinduism", "sikhism", "quran", "koran", "talmud", "mosque", "mosques",
        "synagogue", "synagogues", "homosexuality",
    ];
    /// Words for people who are spoken of and not named.
    THEM: [
        "they", "theyre", "them", "those", "these", "their",
    ];
    /// Words for people who hate.
    HATERS: [
        "racists", "bigots", "supremacists", "fascists", "homophobes", "transphobes", "misogynists",
        "sexists", "neonazis", "antisemites",
    ];
    /// Names that stand for mass murder: a teacher's words and a follower's look alike.
    ATROCITIES: [
        "hitler", "himmler", "goebbels", "nazi", "nazis", "nazism", "holocaust", "auschwitz", "kkk",
        "reich", "genocide", "lynching", "apartheid", "isis",
    ];
}
