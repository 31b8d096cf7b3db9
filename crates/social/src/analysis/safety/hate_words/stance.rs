//! Whose words they are, and what takes them back.

use super::Lists;

#[rustfmt::skip]
lists! {
    from super::hostility::NEXT;
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
    /// What turns such a call into a report.
    PAST: [
        "who", "that", "police", "movie", "film", "helps", "help", "saved", "protect",
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
    /// Words after which somebody else is spoken of: those who hate, not those who are hated.
    OTHERS: [
        "who", "whoever", "when", "if", "why", "anyone", "anybody", "racists", "bigots", "nazis",
        "homophobes", "transphobes", "misogynists", "sexists",
    ];
    /// What is done to people, after their name: then the feeling is about that.
    DONE_TO: [
        "being", "getting", "having", "not", "always",
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
    /// Words of those who speak of themselves.
    OWN: [
        "my", "we", "us", "our", "im", "proud", "me", "i", "am", "myself", "ourselves", "reclaim",
        "reclaimed", "reclaiming",
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
pub(in super::super) const SHOWING: [&str; 15] = [
    "wall", "walls", "door", "doors", "shirt", "tattoo", "sticker", "stickers", "flag", "flags", "stand", "stands",
    "means", "code", "symbol",
];

/// How others bear a slogan or a salute.
#[rustfmt::skip]
pub(in super::super) const SHOWN: [&str; 19] = [
    "with", "greeted", "greets", "wore", "wears", "wearing", "gave", "gives", "raised", "raises", "sang", "sings", "sing",
    "singing", "cried", "chant", "chants", "drew", "whoever",
];

/// What others may or may not give people: that they do not is told, or wanted.
pub(in super::super) const GRANTED: [&str; 9] = [
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
pub(in super::super) const OTHERS_MEAN: [&str; 28] = [
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
