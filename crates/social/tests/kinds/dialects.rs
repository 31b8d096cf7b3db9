//! Fans who write English as it is spoken in Singapore, Scotland and India.

use crate::kit::kinds::{Kind, all_show_what_they_must};
use crate::{fans, is_good, is_honest};

const KINDS: &[Kind] = &[
    fans!(
        "fans in Singlish",
        is_honest,
        [
            "wah the view damn shiok leh",
            "where got so nice one, I also want go",
            "last time my ah ma also have this kettle sia",
            "you go there early morning or what",
            "cannot lah, raining season the path very slippery one",
            "can share which camera you use anot",
            "my kids see already sure want to go",
            "the bird on the left is mynah meh",
            "this one better than the one last week I feel",
            "alamak so steep, I sure pancit halfway",
            "next time jio me can",
            "eh the prata shop there still open not ah",
        ]
    ),
    fans!(
        "fans in Scots",
        is_honest,
        [
            "thon loch is pure bonnie the day",
            "ma granny had that exact kettle so she did",
            "how lang did it tak ye tae get up there",
            "we wis there wi the weans last simmer",
            "aye the path gets gey slippy when it rains",
            "whit lens did ye use for the second yin",
            "that wee bird on the left is a robin is it no",
            "ye should write a book aboot it hen",
            "it's been chucking it doon here aw week",
            "I tried yer soup and it wis braw",
            "gonnae go back there in the autumn",
            "cannae wait tae see the rest of it",
        ]
    ),
    fans!(
        "Indian students of a teacher",
        is_good,
        [
            "sir your explanation is very superb, my doubt got cleared only today",
            "madam please make video on trigonometry also na",
            "kindly upload the notes of chapter four sir",
            "I am preparing for the entrance from last two years, please bless me",
            "sir myself Ramesh from Bihar, daily I am watching your class",
            "what a knowledge sir, you are having patience of a saint",
            "please revert on my doubt which I asked in last lecture",
            "respected sir, how many marks are coming from this topic",
            "my cousin brother also joined your batch, he is telling good only",
            "sir the second method you did is somewhat difficult to follow",
            "we are wanting one more mock test before the board exam",
            "thank you sir, because of you I passed out with good marks",
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
