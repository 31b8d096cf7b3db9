//! The words of simulated accounts. `{}` stands for one of the topic's subjects.

/// What an account is about.
#[derive(Clone, Copy)]
pub(super) struct Topic {
    pub(super) bio: &'static str,
    pub(super) subjects: &'static [&'static str],
    pub(super) hashtags: &'static [&'static str],
}

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        bio: "Bread, butter and patience. Home baker, early riser.",
        subjects: &[
            "sourdough loaf",
            "rye bread",
            "cinnamon bun",
            "focaccia",
            "plum tart",
        ],
        hashtags: &["#baking", "#sourdough", "#homebaker", "#breadtime"],
    },
    Topic {
        bio: "Walking uphill, slowly. Maps, huts and weather.",
        subjects: &[
            "ridge path",
            "lake trail",
            "summit",
            "mountain hut",
            "forest loop",
        ],
        hashtags: &["#hiking", "#trails", "#outdoors", "#slowtravel"],
    },
    Topic {
        bio: "Clay on my hands since 2014. Small batches, open studio on Fridays.",
        subjects: &["mug", "bowl", "glaze test", "teapot", "vase"],
        hashtags: &["#ceramics", "#pottery", "#handmade", "#studio"],
    },
    Topic {
        bio: "One balcony, forty pots. Growing food in the city.",
        subjects: &[
            "tomato plant",
            "herb box",
            "seedling tray",
            "chili harvest",
            "compost bin",
        ],
        hashtags: &["#gardening", "#growyourown", "#balcony", "#plants"],
    },
    Topic {
        bio: "Old bicycles, made to ride again.",
        subjects: &[
            "steel frame",
            "wheel build",
            "touring bike",
            "hub overhaul",
            "night ride",
        ],
        hashtags: &["#cycling", "#steelisreal", "#bikes", "#workshop"],
    },
    Topic {
        bio: "I read on trains and write about it afterwards.",
        subjects: &[
            "short story",
            "debut novel",
            "travel book",
            "poem",
            "library find",
        ],
        hashtags: &["#books", "#reading", "#bookshelf", "#library"],
    },
];

/// How a caption starts.
pub(super) const CAPTIONS: &[&str] = &[
    "A new {} today.",
    "Three weekends went into this {}.",
    "This {} did not go as planned, and I like it anyway.",
    "My favourite {} of the season so far.",
    "Some of you asked about the {}. Here is how it came about.",
    "Second attempt at a {}. The first one we do not talk about.",
    "What would you change about this {}?",
    "Quiet morning, one {}.",
    "A {} for my sister's birthday.",
    "Notes on the {}: take more time than you think you need.",
    "Every {} teaches me something.",
    "Finally finished: the {}.",
];

/// How it goes on.
pub(super) const AFTERTHOUGHTS: &[&str] = &[
    "",
    "It took most of the week and all of my patience.",
    "The rain did not help, but the neighbours did.",
    "I wrote down what went wrong, so the next one will be quicker.",
    "My grandmother would have done it in half the time.",
    "There is one small mistake in it. Can you find it?",
    "Tomorrow I rest, and then it starts all over again.",
    "If you were here you would hear the kettle.",
    "It is not perfect and that is fine with me.",
    "More of it next week, when the light is better.",
    "I was about to give up when it all came together.",
];

/// How a reader's remark starts who has looked at the post.
pub(super) const REMARKS: &[&str] = &[
    "That {} looks wonderful",
    "How long did the {} take you",
    "I tried a {} last month and gave up halfway",
    "The light on this {} is so good",
    "Could you show the {} from the other side",
    "My dad used to love a good {}",
    "Best {} you have shown us so far",
    "Is this the same {} as in spring",
    "You make a {} look easy, it really is not",
    "Keeping this {} in mind for the weekend",
    "I think the {} was even better last time",
    "Which {} would you start with as a beginner",
    "Not my kind of {}, but I see the work in it",
    "Your {} made my commute better",
    "No {} to be seen here for weeks",
    "Oh, the details on that {}",
    "Still thinking about the {} from Tuesday",
    "A {} like this is why I stay up late",
    "Honestly, I would hang a picture of that {} on my wall",
    "Did you plan the {} or did it just happen",
    "Funny, we talked about a {} over breakfast",
    "Where does one learn to do a {} like that",
    "There is something calm about your {}",
    "I have never had any luck with a {} myself",
];

/// What comes next.
pub(super) const REASONS: &[&str] = &[
    "because ours always falls apart at the last moment",
    "and now I want to leave the office early",
    "since the colours remind me of our old kitchen",
    "even if my brother says it is luck",
    "while mine sits in a corner and sulks",
    "though I would have chosen a darker tone",
    "and the second picture is the one to print",
    "which is more than I managed in a whole year",
    "after all that wind we had up here",
    "unless the photograph is playing tricks on me",
    "but what do you do when it gets cold",
    "as you can tell from the edges",
    "so next time bring one along for us",
    "before summer is over and everything dries out",
    "in case somebody wonders what patience looks like",
    "with hardly any tools, if I remember rightly",
    "without ever asking for advice, you stubborn soul",
    "despite what the weather report promised",
    "just like the one in the museum in town",
    "at least compared with my sad experiment",
    "when you think how small your place is",
    "until the cat sits down right on top of it",
    "given that you only began in March",
    "from the very first step to the last",
    "although the left half seems a bit heavier",
    "and my daughter wants to know its name",
    "or am I seeing things that are not there",
    "whatever the judges at the fair may think",
    "now that I look at it for the third time",
    "considering how tired you sounded on Monday",
    "and yes, I counted every single one",
    "if only the shops here sold decent material",
    "where other accounts just show the result",
    "like something out of a picture book",
    "besides, green suits you better than grey",
    "not that I could tell the difference blindfolded",
];

/// How it ends.
pub(super) const ENDINGS: &[&str] = &[
    ".",
    "!",
    "...",
    ". Greetings from the north coast!",
    ". Hope the weather holds for you.",
    ". I will report back.",
    ". My kids say hello.",
    ". Take care!",
    ". See you at the market.",
    " 😊",
    " 👏👏",
    ". Rainy regards from Cork",
    ". Now back to my homework",
    ". Well done, you.",
    ". Looking forward to Friday",
    ". We miss you at the club!",
];

/// What readers write in other languages than English: short, as such remarks are.
pub(super) const REMARKS_ABROAD: &[&str] = &[
    "Sehr schön geworden!",
    "Wirklich gut gelungen",
    "¡Qué bonito, enhorabuena!",
    "Trop beau, bravo !",
    "Che meraviglia, complimenti",
    "とても素敵ですね",
];

/// What may stand under any post: the words of bought engagement.
pub(super) const GENERIC: &[&str] = &[
    "Nice!",
    "Nice pic",
    "Great post",
    "Wow",
    "Amazing",
    "Love it",
    "So cool",
    "🔥🔥🔥",
    "😍",
    "👍",
    "Awesome content",
    "Keep it up",
];

/// Advertising under other people's posts. `{}` stands for a made-up account or host.
pub(super) const SPAM: &[&str] = &[
    "I made $3,000 in a week with the help of {}",
    "Want more fans? Check out my page and click on {} today!!!",
    "Message me for daily crypto signals, or ask {} how to earn money from home",
    "I was out of debt within a week, all thanks to {}",
    "FREE gift cards, only today, click here {}",
    "Earn $500 a day from home, contact me or {}",
    "Check out my channel {} please, sub for sub",
    "Got my payout of $1,200 yesterday, forever grateful to {}",
    "Promote it on {}",
    "DM me to be featured on {} ❤️",
    "Subscribe to {} and I will subscribe to you",
    "Follow me and {}, I follow back everyone",
];

pub(super) const SPAM_HOSTS: &[&str] = &[
    "many-fans.example",
    "easy-profit.example",
    "gift-cards.example",
];
