//! More kinds of accounts, in other words and of other sorts than `kinds.rs` has. Every text here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::{Advice, Post};

use kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, audience_at_most, captions, is_bad_whole,
    is_safe, is_spared, posts, some_captions, written,
};
use kit::{captured, comments_of, target};

const FRENCH: [&str; 12] = [
    "quelle belle lumière sur la deuxième photo",
    "nous y étions l'été dernier avec les enfants",
    "où as-tu trouvé cette veste",
    "ça me donne envie de sortir marcher",
    "ma grand-mère avait la même bouilloire",
    "le chemin est-il difficile après la pluie",
    "merci pour cette balade du matin",
    "j'attends la suite avec impatience",
    "comment s'appelle l'oiseau à gauche",
    "on dirait un tableau ancien",
    "le café du village est-il toujours ouvert",
    "chez nous il neige déjà depuis hier",
];
const GERMAN: [&str; 12] = [
    "das Licht auf dem zweiten Bild ist wunderbar",
    "wir waren letztes Jahr mit den Kindern dort",
    "welches Objektiv hast du benutzt",
    "meine Oma hatte genau so einen Kessel",
    "wie lange geht man da hinauf",
    "der Vogel links ist ein Rotkehlchen, oder",
    "bei uns regnet es seit drei Tagen",
    "danke fürs Mitnehmen auf den Spaziergang",
    "ist die Hütte im Herbst noch offen",
    "das erinnert mich an zu Hause",
    "schreib doch mal ein Buch darüber",
    "der Nebel im Tal ist ein Traum",
];
const VIETNAMESE: [&str; 10] = [
    "cảnh ở đây đẹp quá, hè này nhà mình sẽ đi",
    "bạn dùng máy ảnh gì vậy",
    "con chim bên trái tên là gì thế",
    "nhìn ảnh mà nhớ quê ngoại ghê",
    "đường lên núi mùa mưa có trơn không",
    "ánh sáng ở tấm thứ hai tuyệt vời",
    "năm ngoái gia đình mình cũng ghé chỗ này",
    "cảm ơn bạn đã chia sẻ câu chuyện",
    "quán cà phê cũ còn mở cửa không bạn",
    "sáng nay uống trà xem ảnh thấy vui hẳn",
];
const KOREAN: [&str; 16] = [
    "두 번째 사진 빛이 참 곱습니다",
    "이웃집 고양이가 창가에서 졸고 있었어요",
    "시장에서 산 귤이 유난히 달았습니다",
    "다음 달 휴가 때 부모님을 모시고 갈래요",
    "책에 나온 그 오두막이 여기인가요",
    "저녁 바람이 불면 호수 색깔이 달라져요",
    "아이들이 모래밭에서 몇 시간이나 놀았답니다",
    "오래된 찻집은 아직도 문을 여는지 궁금합니다",
    "사진이 정말 예뻐요 어디서 찍으셨어요",
    "작년에 가족과 함께 다녀왔어요",
    "왼쪽에 있는 새 이름이 궁금해요",
    "카메라는 어떤 걸 쓰시나요",
    "할머니 집이 생각나네요",
    "가을에 다시 가고 싶어요",
    "아침 빛이 너무 따뜻하네요",
    "비 온 뒤 산길은 미끄럽지 않나요",
];
const HINGLISH: [&str; 10] = [
    "bhai kya jagah hai yaar, next month pakka jaana hai",
    "mam aapka camera kaunsa hai please batana",
    "meri nani ke ghar jaisa lag raha hai",
    "subah subah yeh photo dekh ke mood fresh ho gaya",
    "left wali chidiya ka naam kya hai",
    "pichle saal hum bhi gaye the family ke saath",
    "baarish ke baad rasta slippery hota hai kya",
    "second photo ki lighting ekdum mast hai",
    "aap book kab likh rahe ho iske upar",
    "chai ke saath aapke vlogs dekhna best hai",
];
const NIGERIAN: [&str; 10] = [
    "abeg which kain place be this, e fine well well",
    "God bless you ma for this sweet pictures",
    "na so my village dey look for harmattan",
    "please oga how person take reach there",
    "my mama get the same kettle since I was small",
    "you try well well, the second one burst my brain",
    "we dey wait for the next one o",
    "this bird na weaver bird abi",
    "I dey learn plenty from your page ma",
    "e remind me of my grandma house for Enugu",
];
const TAGLISH: [&str; 10] = [
    "ang ganda naman diyan, punta kami next summer",
    "anong camera gamit mo po",
    "parang bahay ng lola ko sa probinsya",
    "madulas ba yung daan pag umuulan",
    "yung second photo ang ganda ng lighting",
    "nagpunta kami diyan last year with the kids",
    "ano po pangalan nung ibon sa kaliwa",
    "kape muna bago umakyat sa bundok",
    "sana all nakakapag travel",
    "salamat sa pag share ng kwento mo",
];
const SPANISH_TRADER: [&str; 4] = [
    "gracias a la experta Carmen gané 5.000 dólares en una semana, escríbele por telegram",
    "invertí 200 euros con el señor Luis y retiré 3.400, contáctalo por whatsapp",
    "gana dinero desde casa, link en mi perfil",
    "recuperé mi inversión en bitcoin gracias a @carmen_trader_fx",
];
const TURKISH_BETS: [&str; 4] = [
    "günlük kazanç için telegram kanalıma katıl, bahis tüyoları bedava",
    "deneme bonusu veren siteler profilimde",
    "evden çalışarak haftada 10.000 TL kazan, dm at",
    "bu siteyle 500 TL yatırdım 8.000 TL çektim, link profilde",
];
const PORTUGUESE_SPAM: [&str; 4] = [
    "renda extra de R$ 5.000 por mês trabalhando em casa, me chama no whatsapp",
    "ganhei 3 mil reais no tigrinho, link na bio",
    "o professor Paulo mudou minha vida no trade, chama no telegram",
    "quer seguidores reais e baratos? me chama no direct",
];
const RECOVERY: [&str; 4] = [
    "my account was hacked and @quick_recovery_pro got it back in one hour, contact him",
    "if you lost money to scammers write to mrs Dolores on whatsapp, she recovered my funds",
    "legit hacker, helped me spy on my cheating husband's phone, text +10000000000",
    "contact @fixmyscore_now to clean your credit report, 100 percent legit",
];
const FOLLOW: [&str; 4] = [
    "follow me and I follow back",
    "f4f? l4l? dm me",
    "check out my page and follow for follow",
    "new page, please follow me guys, I follow everyone back",
];
const PREACHER: [&str; 6] = [
    "Homosexuals are an abomination and should be put to death",
    "Gays belong in hell, every one of them",
    "I will never respect gay people, they disgust me",
    "Lesbians are perverts and groomers",
    "Trans people are sick, keep them away from children",
    "Gay people should be stoned like in the old days",
];
const ALPHA: [&str; 6] = [
    "Women are inferior, stop pretending",
    "A wife must obey, females are property",
    "Women should not be allowed to vote",
    "Females are too emotional and too stupid to lead",
    "Never trust a woman",
    "Women belong in the kitchen and in the bedroom",
];
const ANTISEMITE: [&str; 6] = [
    "Jews control the banks and poison our children",
    "Jews are parasites on every nation",
    "Never trust a jew with money",
    "Hitler was right about them",
    "The jews must be expelled",
    "I hate jews and I say it loud",
];
const FEWER: [&str; 6] = [
    "Nobody should be told that women are inferior",
    "\"Gays should be stoned\" was sprayed on our door last night",
    "Calling refugees vermin is how it begins",
    "I was called a paki at school and I am still here",
    "People say that Muslims do not belong here. They are wrong",
    "If you hate immigrants, unfollow me",
];
const NOVELIST: [&str; 5] = [
    "The murderer in chapter nine is not who you think",
    "A corpse in the library, a novel in three weeks",
    "Writing a murder mystery with a cup of tea",
    "My detective finds the body, the reader finds the truth",
    "The killer heels on the cover were my editor's idea",
];
const PHARMACIST: [&str; 5] = [
    "What the dose of morphine means for a patient, a pharmacist explains",
    "Never mix this medication with alcohol",
    "Heroin was once sold as a cough treatment, a short history of the pharmacy",
    "Ask your doctor before you stop a treatment",
    "Overdose awareness day: know the signs",
];
const ADULT_CREATOR: [&str; 4] = [
    "New nude photos on my onlyfans tonight",
    "Come to my onlyfans, link below",
    "Sex tape drops on Friday for subscribers",
    "My adult content on my page is half price",
];
const COMEDIAN: [&str; 4] = [
    "Well shit, the cat did it again",
    "Damn it, I burnt the pancakes",
    "This traffic is bullshit and so is my playlist",
    "I am too old for this crap",
];
const DRAG: [&str; 4] = [
    "We queens and faggots are taking over the town on Saturday",
    "My fellow dykes, the bar is open",
    "Proud to be a tranny on this stage tonight",
    "I am queer, I am here, and I brought cake",
];
const TURKISH_CAPTIONS: [&str; 4] = [
    "Sabah erkenden yola çıktık, dağın eteğinde çay içtik",
    "Bu hafta bahçede domates topladık, çocuklar çok eğlendi",
    "Annemin tarifiyle pişen ekmek bütün evi sardı",
    "Denizin kıyısında uzun bir yürüyüş yaptık",
];

const KINDS: &[Kind] = &[
    (
        "French fans",
        "audience spared",
        |s| written(s, &FRENCH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "German fans",
        "audience spared",
        |s| written(s, &GERMAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Vietnamese fans",
        "audience spared",
        |s| written(s, &VIETNAMESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Korean fans",
        "audience spared",
        |s| written(s, &KOREAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Hindi in Latin letters fans",
        "audience spared",
        |s| written(s, &HINGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Nigerian English fans",
        "audience spared",
        |s| written(s, &NIGERIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Taglish fans",
        "audience spared",
        |s| written(s, &TAGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Spanish traders under French fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &FRENCH, 50, &SPANISH_TRADER),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "Turkish bets under German fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &GERMAN, 50, &TURKISH_BETS),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "Portuguese offers under Taglish fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &TAGLISH, 50, &PORTUGUESE_SPAM),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "account hackers 40 %",
        "audience at most 45, bad whole",
        |s| written(s, &ENGLISH, 40, &RECOVERY),
        |r| audience_at_most(r, 45.0) && is_bad_whole(r),
    ),
    (
        "follow for follow 50 %",
        "audience at most 40, bad whole",
        |s| written(s, &ENGLISH, 50, &FOLLOW),
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "account hackers 8 %",
        "no accusation, but a look",
        |s| written(s, &ENGLISH, 8, &RECOVERY),
        |r| r.flags.is_empty() && r.audience_authenticity.score < Some(90.0),
    ),
    (
        "a filler for hidden likes",
        "engagement not measured",
        |s| {
            for p in posts(s) {
                p.like_count = Some(3);
                p.comment_count = Some(25);
            }
        },
        |r| r.true_engagement.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "likes hidden",
        "no whole, no sponsor",
        |s| {
            for p in posts(s) {
                p.like_count = None;
            }
        },
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "captions hidden",
        "safety unknown, no sponsor",
        |s| {
            for p in posts(s) {
                p.caption = None;
            }
        },
        |r| r.brand_safety.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "every Sunday at ten",
        "nobody is accused",
        |s| {
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(7 * i));
            }
        },
        |r| r.account_authenticity.flags.is_empty() && r.true_engagement.flags.is_empty(),
    ),
    (
        "a traveller who posts twelve times in two days",
        "nobody is accused",
        |s| {
            for (i, p) in (0..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(
                    captured() - TimeDelta::days(4 + i / 12 * 60) - TimeDelta::hours(4 * (i % 12)),
                );
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a person with 60 followers",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(60);
            s.profile.following_count = Some(210);
            s.profile.post_count = Some(24);
            for p in posts(s) {
                p.like_count = Some(9);
                p.comment_count = Some(2);
            }
            comments_of(s).truncate(30);
        },
        |r| r.account_authenticity.flags.is_empty() && r.audience_authenticity.flags.is_empty(),
    ),
    (
        "a raffle under one post",
        "nobody is accused",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 24 == 5 {
                    c.text = format!("done, my favourite is the red one @friend{}", i % 7);
                }
            }
        },
        |r| r.audience_authenticity.flags.is_empty(),
    ),
    (
        "a line of a song under many posts",
        "nobody is accused of copies",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 6 == 0 {
                    "and the river keeps on running home to you".clone_into(&mut c.text);
                }
            }
        },
        |r| !r.flags.iter().any(|f| f == "copied_comments"),
    ),
    (
        "thirty copies of three adverts",
        "no good audience",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    RECOVERY[i / 2 % 3].clone_into(&mut c.text);
                }
            }
        },
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "a preacher of hate",
        "safety at most 15, avoid",
        |s| captions(s, &PREACHER),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "a preacher of hate, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &PREACHER);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    (
        "a coach who despises women",
        "safety at most 15, avoid",
        |s| captions(s, &ALPHA),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "a coach who despises women, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &ALPHA);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    (
        "an antisemite",
        "safety at most 15, avoid",
        |s| captions(s, &ANTISEMITE),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "an antisemite, in six posts",
        "no sponsor, flagged",
        |s| {
            posts(s).truncate(6);
            captions(s, &ANTISEMITE);
        },
        |r| r.decision().advice != Advice::Sponsor && !r.brand_safety.flags.is_empty(),
    ),
    (
        "somebody who answers hate, in six posts",
        "not accused, not avoided",
        |s| {
            posts(s).truncate(6);
            captions(s, &FEWER);
        },
        |r| r.brand_safety.flags.is_empty() && r.brand_safety.range.high >= 100.0,
    ),
    (
        "hateful comments, three in ten",
        "flagged, no good safety",
        |s| written(s, &ENGLISH, 30, &PREACHER),
        |r| {
            r.flags.iter().any(|f| f == "hate_in_comments")
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "a few hateful comments",
        "nobody is accused",
        |s| written(s, &ENGLISH, 2, &PREACHER),
        |r| r.flags.is_empty(),
    ),
    (
        "a crime novelist",
        "safety at least 80",
        |s| captions(s, &NOVELIST),
        is_safe,
    ),
    (
        "a pharmacist",
        "safety at least 80",
        |s| captions(s, &PHARMACIST),
        is_safe,
    ),
    (
        "an adult creator",
        "safety at most 40, flagged",
        |s| captions(s, &ADULT_CREATOR),
        |r| r.brand_safety.score <= Some(40.0) && !r.brand_safety.flags.is_empty(),
    ),
    (
        "a comedian who swears mildly",
        "not avoided",
        |s| some_captions(s, &COMEDIAN),
        |r| r.brand_safety.score >= Some(65.0) && r.brand_safety.flags.is_empty(),
    ),
    (
        "a drag queen",
        "not accused of hate",
        |s| some_captions(s, &DRAG),
        |r| !r.flags.iter().any(|f| f == "hate_in_captions") && r.brand_safety.range.high >= 80.0,
    ),
    (
        "captions in Turkish",
        "safety unknown, and said",
        |s| captions(s, &TURKISH_CAPTIONS),
        |r| {
            r.brand_safety.score.is_none()
                && r.warning_banners.iter().any(|b| b.contains("Turkish"))
        },
    ),
    (
        "views bought on TikTok",
        "no sponsor",
        |s| {
            s.target = target(&Platform::TIKTOK);
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 40);
            }
        },
        |r| r.true_engagement.score < Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "followers hidden",
        "no whole",
        |s| s.profile.follower_count = None,
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "one record delivered twice",
        "as without",
        |s| {
            let again = comments_of(s).clone();
            comments_of(s).extend(again);
            let again: Vec<Post> = posts(s).clone();
            posts(s).extend(again);
        },
        |r| r.flags.is_empty() && r.decision().advice == Advice::Sponsor,
    ),
];

#[test]
fn every_other_kind_of_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
