//! Accounts of many kinds, each with what its report must show: other languages, other disguises, other
//! sizes, other ways to cheat, and honest accounts that look odd. Every text here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::{Advice, Comment};

use kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, audience_at_most, captions, is_bad_whole,
    is_safe, is_spared, mixed, posts, some_captions, written,
};
use kit::{captured, comments_of, target};

const PORTUGUESE: [&str; 10] = [
    "que lugar maravilhoso, quero muito conhecer",
    "minha avó morava perto daí",
    "essa foto ficou linda demais",
    "onde você comprou essa jaqueta",
    "fui lá no ano passado com meus filhos",
    "adorei a segunda imagem",
    "que saudade dessa época do ano",
    "qual é o nome desse passarinho",
    "parece um quadro",
    "bom dia para todos por aqui",
];
const TURKISH: [&str; 16] = [
    "burası çok güzelmiş, yazın gitmek istiyorum",
    "fotoğrafın ışığına bayıldım",
    "annemin köyüne benziyor",
    "hangi makineyle çektin bunu",
    "geçen sene biz de oradaydık",
    "sabah kahvesiyle iyi gitti",
    "kuşun adını bilen var mı",
    "ellerine sağlık harika olmuş",
    "akşamüstü rüzgâr çıkınca deniz bambaşka oluyor",
    "kitaptaki o dağ evi burası mı yoksa",
    "çocuklar kumsalda saatlerce oynamıştı hatırlıyorum",
    "yolun taşlı kısmı yağmurda kayıyor dikkat edin",
    "pazardan aldığım zeytin ekmekle çok yakıştı",
    "gelecek bayramda ailecek uğramayı düşünüyoruz",
    "kedinin pencereden bakışı beni güldürdü",
    "bu kadar yeşil bir vadi görmemiştim doğrusu",
];
const INDONESIAN: [&str; 9] = [
    "tempatnya bagus banget, pengen ke sana juga",
    "fotonya keren kak, pakai kamera apa",
    "tahun lalu kami juga ke sini sama keluarga",
    "burung yang di kiri itu namanya apa ya",
    "semoga sehat terus dan bisa jalan jalan lagi",
    "jadi kangen rumah lihat ini",
    "aku suka yang nomor dua karena cahayanya",
    "kalau musim hujan jalannya licin tidak",
    "terima kasih sudah berbagi cerita",
];
const RUSSIAN: [&str; 8] = [
    "как же там красиво, хочу туда летом",
    "мы были в этих местах в прошлом году с детьми",
    "подскажите, на что вы снимаете",
    "у моей бабушки был такой же чайник",
    "очень уютно, спасибо за прогулку",
    "а как называется птица слева",
    "вот бы сейчас туда на выходные",
    "свет на втором снимке просто чудо",
];
const HINDI: [&str; 14] = [
    "बहुत सुंदर जगह है, हम पिछले साल गए थे",
    "यह तस्वीर देखकर मन खुश हो गया",
    "आपने कौन सा कैमरा इस्तेमाल किया",
    "मेरी दादी का घर भी ऐसा ही था",
    "सुबह की चाय के साथ देख रहा हूँ",
    "बाईं तरफ वाली चिड़िया का नाम क्या है",
    "पहाड़ों की ठंडी हवा का कोई मुकाबला नहीं",
    "अगले महीने बच्चों की छुट्टियों में जाएंगे",
    "रास्ते में वह छोटी दुकान अब भी खुली है क्या",
    "नदी किनारे बैठकर पढ़ने का मज़ा अलग है",
    "दूसरी फोटो में रोशनी कमाल की आई",
    "बारिश के बाद मिट्टी की खुशबू याद आ गई",
    "हमारे गांव में भी ऐसे पेड़ हुआ करते थे",
    "खाने की थाली देखकर भूख लग गई भाई",
];
const ARABIC: [&str; 14] = [
    "ما شاء الله المكان جميل جدا",
    "ذهبنا الى هناك مع العائلة في الصيف",
    "ما نوع الكاميرا التي استخدمتها",
    "هذه الصورة تذكرني ببيت جدتي",
    "صباح الخير للجميع من هنا",
    "كم ساعة يستغرق الطريق الى القمة",
    "الطريق بين الجبال ضيق لكنه يستحق التعب",
    "أطفالي أحبوا البحيرة وقضينا هناك يوما كاملا",
    "هل يفتح المقهى القديم أبوابه في الشتاء",
    "رائحة الخبز في الصباح لا تنسى أبدا",
    "القطة على النافذة أضحكتني كثيرا",
    "سأزور هذه القرية مع أصدقائي الشهر القادم",
    "اللون الأخضر بعد المطر شيء مختلف",
    "كتبت جدي عن هذا الوادي في رسائله",
];
const JAPANESE: [&str; 6] = [
    "とてもきれいな写真ですね",
    "去年家族と行きました",
    "カメラは何を使っていますか",
    "左の鳥の名前を教えてください",
    "秋にまた行きたいです",
    "おばあちゃんの家を思い出します",
];
const INDIAN_ENGLISH: [&str; 8] = [
    "sir please make one video on this topic only",
    "very nice madam, my family is also liking it",
    "kindly tell which lens you are using sir",
    "we are from Nagpur and we are watching daily",
    "please reply sir, my exam is next month only",
    "superb explanation sir ji, hats off",
    "please do one more on the same place madam",
    "sir how to reach there by train kindly guide",
];

const TRADER: [&str; 4] = [
    "Mrs Olivia Hartwell turned my $400 into $6,300 in nine days, reach her on telegram",
    "I never believed in trading until I met coach Brandon, he pays every week, text him",
    "invested 0.1 BTC with her and withdrew 1.4 BTC, thank you so much ma @olivia_fx_trades",
    "message expert Daniel on whatsapp +10000000000 and start earning from home",
];
const BOTS: [&str; 4] = [
    "Promote it on @viral.pages.daily",
    "DM us to collab, we love your feed @brand.ambassadors.usa",
    "send this pic to @bestoftheworld to be featured",
    "want 10k real followers? check the link in our bio",
];
const ADULT: [&str; 3] = [
    "my hot private videos are in my bio, come and see",
    "i am alone tonight, look at my profile and text me there",
    "18+ pics for free, tap my profile picture",
];
const SLOT: [&str; 4] = [
    "baru main di MAWAR88 langsung maxwin, gas daftar sekarang",
    "modal 20rb jadi 3jt di dewi77, slot gacor hari ini",
    "makasih pulau777, wd lancar terus tiap hari",
    "link slot gacor paling gampang menang cek profil saya",
];
const RUSSIAN_SPAM: [&str; 3] = [
    "ищу людей в команду, удалённый заработок от 5000 в день, пишите в лс",
    "заработок на крипте без вложений, подробности в телеграм канале",
    "требуются сотрудники, работа на дому, доход от 300$ в неделю, пиши +",
];

const ACTIVIST: [&str; 12] = [
    "Saying that women belong in the kitchen is sexist, and no joke makes it better",
    "\"All refugees are criminals\" is what he shouted at my mother. It is a lie",
    "If you call gay people sick, the sick one is not them",
    "Nobody should have to hear that black people are less than others",
    "Some still think that Muslims do not belong here. They are our neighbours",
    "I read what they write about Jews under my posts. It is hatred, and I will not be quiet",
    "Telling trans kids that they are freaks kills. Stop it",
    "Stop calling immigrants parasites, they nurse your parents",
    "The poster said 'deport them all'. We took it down and painted a heart",
    "To anyone who thinks disabled people are a burden: meet my brother",
    "What do you mean by \"those people breed like rats\"? Shame on you",
    "Being told to go back to your country hurts at seven and at seventy",
];
const HATER: [&str; 8] = [
    "Immigrants are parasites and we feed them",
    "Women should shut up and obey, that is all they are good for",
    "I cannot stand gays, they make me sick",
    "Muslims do not belong in our country, deport all of them",
    "Refugees are nothing but vermin",
    "Black people are too stupid to vote",
    "Somebody should burn down the homes of all these filthy migrants",
    "Never trust a jew",
];

const KINDS: &[Kind] = &[
    (
        "Portuguese fans",
        "audience spared",
        |s| written(s, &PORTUGUESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Turkish fans",
        "audience spared",
        |s| written(s, &TURKISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Indonesian fans",
        "audience spared",
        |s| written(s, &INDONESIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Russian fans",
        "audience spared",
        |s| written(s, &RUSSIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Hindi fans",
        "audience spared",
        |s| written(s, &HINDI, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Arabic fans",
        "audience spared",
        |s| written(s, &ARABIC, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Japanese fans",
        "audience spared",
        |s| written(s, &JAPANESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Indian English fans",
        "audience spared",
        |s| written(s, &INDIAN_ENGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "English fans",
        "audience at least 80",
        |s| written(s, &ENGLISH, 0, &[]),
        |r| r.audience_authenticity.score >= Some(80.0),
    ),
    (
        "Portuguese fans, 40 % English traders",
        "bad whole",
        |s| written(s, &PORTUGUESE, 40, &TRADER),
        is_bad_whole,
    ),
    (
        "Japanese fans, 40 % bots",
        "bad whole",
        |s| written(s, &JAPANESE, 40, &BOTS),
        is_bad_whole,
    ),
    (
        "traders 15 %",
        "audience at most 70",
        |s| written(s, &ENGLISH, 15, &TRADER),
        |r| audience_at_most(r, 70.0),
    ),
    (
        "traders 50 %",
        "audience at most 35, bad whole",
        |s| written(s, &ENGLISH, 50, &TRADER),
        |r| audience_at_most(r, 35.0) && is_bad_whole(r),
    ),
    (
        "collaboration bots 50 %",
        "audience at most 35, bad whole",
        |s| written(s, &ENGLISH, 50, &BOTS),
        |r| audience_at_most(r, 35.0) && is_bad_whole(r),
    ),
    (
        "adult bots 50 %",
        "audience at most 40, bad whole",
        |s| written(s, &ENGLISH, 50, &ADULT),
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "Indonesian gambling 70 %",
        "audience at most 40, bad whole",
        |s| written(s, &INDONESIAN, 70, &SLOT),
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "Indonesian gambling in disguise 70 %",
        "audience at most 40, bad whole",
        |s| {
            written(
                s,
                &INDONESIAN,
                70,
                &[
                    "b@ru m4in di M\u{200b}AWAR88 l4ngsung m4xwin",
                    "ｓｌｏｔ ｇａｃｏｒ hari ini di \u{1d403}\u{1d404}\u{1d416}\u{1d408}77",
                    "m a w a r 8 8 gacor parah, d.a.f.t.a.r sekarang",
                ],
            );
        },
        |r| audience_at_most(r, 40.0) && is_bad_whole(r),
    ),
    (
        "Russian job offers 60 %",
        "audience at most 45, bad whole",
        |s| written(s, &RUSSIAN, 60, &RUSSIAN_SPAM),
        |r| audience_at_most(r, 45.0) && is_bad_whole(r),
    ),
    (
        "traders in leet 60 %",
        "audience at most 40",
        |s| {
            written(
                s,
                &ENGLISH,
                60,
                &[
                    "1nv3st w1th c0ach 0livia and d0uble your b1tco1n, dm h3r",
                    "m3ssage me on wh4tsapp to e4rn m0ney fr0m h0me",
                ],
            );
        },
        |r| audience_at_most(r, 40.0),
    ),
    (
        "traders in look-alikes 60 %",
        "audience at most 40",
        |s| {
            written(
                s,
                &ENGLISH,
                60,
                &[
                    "dоuble уоur bitcоin with cоach Оlivia, tеxt hеr оn tеlеgram",
                    "е\u{430}rn mоnеy frоm hоmе, mеssagе mе оn whatsарр",
                ],
            );
        },
        |r| audience_at_most(r, 40.0),
    ),
    (
        "two words of praise only",
        "audience at most 65",
        |s| written(s, &[], 100, &["nice pic", "so good", "love it", "wow"]),
        |r| audience_at_most(r, 65.0),
    ),
    (
        "a third of two campaigns",
        "audience at most 75",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.text = match i % 6 {
                    0 => "the new collection of this shop is really worth a look".to_owned(),
                    3 => "finally somebody who shows how it is done properly thanks".to_owned(),
                    _ => mixed(&ENGLISH, i),
                };
            }
        },
        |r| audience_at_most(r, 75.0),
    ),
    (
        "birthday wishes",
        "nobody is accused",
        |s| {
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.text = if i % 4 == 0 {
                    "happy birthday, have a wonderful day".to_owned()
                } else {
                    mixed(&ENGLISH, i)
                };
            }
        },
        |r| r.audience_authenticity.flags.is_empty() && r.audience_authenticity.score >= Some(50.0),
    ),
    (
        "a pod of five",
        "flagged",
        |s| {
            written(s, &ENGLISH, 0, &[]);
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                if i % 10 < 7 {
                    c.author_id = Some(format!("friend{}", i * 31 % 97 % 5));
                }
            }
        },
        |r| r.flags.iter().any(|f| f == "engagement_pod"),
    ),
    (
        "a circle of friends with 400 followers",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(400);
            for p in posts(s).iter_mut() {
                p.like_count = p.like_count.map(|n| n / 9);
                p.comment_count = Some(9);
            }
            for (i, c) in comments_of(s).iter_mut().enumerate() {
                c.author_id = Some(format!("friend{}", i * 31 % 97 % 12));
            }
        },
        |r| !r.flags.iter().any(|f| f == "engagement_pod"),
    ),
    (
        "followers bought, times 60",
        "no good whole",
        |s| s.profile.follower_count = Some(1_200_000),
        |r| is_bad_whole(r) || r.decision().advice == Advice::LookCloser,
    ),
    (
        "likes bought, times 25",
        "no better, and said",
        |s| {
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 25);
            }
        },
        |r| {
            r.true_engagement.score < Some(60.0)
                && r.flags.iter().any(|f| f == "engagement_far_above_size")
        },
    ),
    (
        "silent for fourteen months",
        "said",
        |s| s.captured_at = Some(captured() + TimeDelta::days(430)),
        |r| r.flags.iter().any(|f| f == "dormant") && r.decision().advice != Advice::Sponsor,
    ),
    (
        "every day at nine",
        "nobody is accused",
        |s| {
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(i));
            }
        },
        |r| r.account_authenticity.flags.is_empty(),
    ),
    (
        "8 million followers, usual for them",
        "engagement not weak",
        |s| {
            s.profile.follower_count = Some(8_000_000);
            for (i, p) in posts(s).iter_mut().enumerate() {
                p.like_count = Some(48_000 + 900 * i as u64);
                p.comment_count = Some(300 + 9 * i as u64);
            }
        },
        |r| r.true_engagement.score >= Some(45.0),
    ),
    (
        "three posts",
        "no sponsor without a look",
        |s| posts(s).truncate(3),
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "a private account",
        "unknown",
        |s| {
            s.profile.is_private = Some(true);
            s.posts = None;
            s.comments = None;
        },
        |r| r.score.is_none() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "comments switched off",
        "unknown audience",
        |s| {
            s.comments = Some(Vec::new());
            for p in posts(s) {
                p.comments_disabled = Some(true);
                p.comment_count = Some(0);
            }
        },
        |r| r.audience_authenticity.score.is_none() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "hate in the description only",
        "safety at most 60, avoid or look",
        |s| s.profile.bio = Some("Immigrants are vermin. Home baker.".to_owned()),
        |r| r.brand_safety.score <= Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "hate in hashtags only",
        "safety at most 50",
        |s| {
            for p in posts(s).iter_mut().step_by(4) {
                p.hashtags = Some(vec!["#whitepower".to_owned(), "#sunset".to_owned()]);
            }
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    (
        "hate in the oldest captions",
        "safety at most 60",
        |s| {
            let n = posts(s).len();
            for p in posts(s).iter_mut().skip(n - 3) {
                p.caption = Some(HATER[0].to_owned());
            }
        },
        |r| r.brand_safety.score <= Some(60.0),
    ),
    (
        "hate in one of three captions",
        "safety at most 30, avoid",
        |s| some_captions(s, &HATER),
        |r| r.brand_safety.score <= Some(30.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "hate throughout",
        "safety at most 15, avoid",
        |s| captions(s, &HATER),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "hate in look-alikes and digits",
        "safety at most 40",
        |s| {
            some_captions(
                s,
                &[
                    "1mmigrants are v3rmin",
                    "Rеfugееs arе nоthing but vеrmin",
                    "𝐈 𝐡𝐚𝐭𝐞 𝐚𝐥𝐥 𝐦𝐮𝐬𝐥𝐢𝐦𝐬",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(40.0),
    ),
    (
        "an activist against hate",
        "not accused, not avoided",
        |s| captions(s, &ACTIVIST),
        |r| {
            r.brand_safety.range.high >= 100.0
                && r.brand_safety.flags.is_empty()
                && r.decision().advice == Advice::LookCloser
        },
    ),
    (
        "an activist now and then",
        "not accused, not avoided",
        |s| some_captions(s, &ACTIVIST),
        |r| {
            r.brand_safety.flags.is_empty()
                && r.decision().advice == Advice::LookCloser
                && r.brand_safety.range.high >= 95.0
        },
    ),
    (
        "a historian",
        "not accused, not avoided",
        |s| {
            some_captions(
                s,
                &[
                    "In 1938 the synagogue in our street burned. Hitler was cheered in the square",
                    "A letter from Auschwitz, now in the museum",
                    "How the Nazis came to power in this small town",
                    "The genocide in Rwanda began on this day",
                ],
            );
        },
        |r| r.brand_safety.flags.is_empty() && r.decision().advice == Advice::LookCloser,
    ),
    (
        "drugs",
        "safety at most 50",
        |s| {
            some_captions(
                s,
                &[
                    "Cocaine and champagne, what a night",
                    "line of cocaine before the show",
                    "buy cocaine from my guy",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    (
        "conspiracies",
        "safety at most 50",
        |s| {
            some_captions(
                s,
                &[
                    "The plandemic was planned, wake up",
                    "Vaccines cause autism and they know it",
                    "The miracle cure they hide from you",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(50.0),
    ),
    (
        "a gun dealer",
        "safety at most 65",
        |s| {
            captions(
                s,
                &[
                    "New rifles in the shop, ammo for all of them",
                    "This handgun fits every hand",
                    "Guns for sale, come by on Saturday",
                    "Shotgun season starts, ammunition is 20 % off",
                ],
            );
        },
        |r| r.brand_safety.score <= Some(65.0),
    ),
    (
        "cosmetics",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Nude lipstick for every shade of skin",
                    "Killer heels and a nude palette",
                    "This mascara is to die for",
                    "Naked palette swatches and a blush bomb",
                ],
            );
        },
        is_safe,
    ),
    (
        "a cancer nurse",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Ten years on the oncology ward and every patient teaches me something",
                    "The chemo nurse explains the dose",
                    "Suicide prevention week: call the helpline",
                    "What morphine does in palliative treatment, a doctor explains",
                ],
            );
        },
        is_safe,
    ),
    (
        "a football coach",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "We killed it in the second half, what a match",
                    "Our striker is a beast, shot after shot",
                    "The team fought like animals for that goal",
                    "They destroyed us in the first half, we came back",
                ],
            );
        },
        is_safe,
    ),
    (
        "a shooter game",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "New sniper rifle in the update, headshots all round",
                    "I died forty times on this map",
                    "The terrorist side wins again, ranked is broken",
                    "Grenade spam in the lobby, kill streak of twelve",
                ],
            );
        },
        is_safe,
    ),
    (
        "women's sport",
        "safety at least 80",
        |s| {
            captions(
                s,
                &[
                    "Black women in cycling, a podcast with three champions",
                    "These girls are fast and they know it",
                    "Muslim women run the night race in Leeds",
                    "Proud of our deaf athletes, they beat everybody",
                ],
            );
        },
        is_safe,
    ),
    (
        "hateful captions in German",
        "unknown safety",
        |s| {
            captions(
                s,
                &[
                    "Ausländer sind Ungeziefer und gehören raus",
                    "Frauen gehören in die Küche und sonst nirgends hin",
                    "Die Flüchtlinge nehmen uns alles weg, schmeißt sie raus",
                ],
            );
        },
        |r| r.brand_safety.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "own comments under another spelling",
        "audience good",
        |s| {
            let own = comments_of(s).clone();
            for (i, c) in own.into_iter().enumerate().take(60) {
                let mut c: Comment = c;
                c.id = format!("own{i}");
                c.author_id = Some("WREN.Outdoors".to_owned());
                "thank you so much".clone_into(&mut c.text);
                comments_of(s).push(c);
            }
        },
        |r| r.audience_authenticity.score >= Some(80.0) && r.audience_authenticity.flags.is_empty(),
    ),
    (
        "views bought on YouTube",
        "no better than usual",
        |s| {
            s.target = target(&Platform::YOUTUBE);
            for p in posts(s) {
                p.view_count = Some(900_000);
            }
        },
        |r| r.true_engagement.score < Some(40.0),
    ),
];

#[test]
fn every_kind_of_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
