//! Kinds of accounts that `kinds.rs` and `more_kinds.rs` have the fewest of: spam in the languages it comes in, fake
//! support, giveaways, bought comments, large pods, quotation, and accounts that are odd and honest. They were
//! written before it was looked what comes out: 36 of 44 showed what they must the first time. Every text here is made up.

mod kit;

use chrono::TimeDelta;
use report_pipeline::Platform;
use report_pipeline_social::{Advice, Comment, SPAM_THRESHOLD, Snapshot, spam_score, text_risk};

use kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, audience_at_most, captions, is_bad_whole,
    is_safe, is_spared, mixed, posts, some_captions, written,
};
use kit::{captured, comments_of, target};

const PORTUGUESE_BETS: [&str; 6] = [
    "gente o fortune tiger pagou 2 mil reais hoje, link na minha bio",
    "plataforma nova pagando muito, cadastro no meu perfil",
    "consegui 1.800 reais no joguinho do tigre em dez minutos",
    "quem quer ganhar dinheiro apostando me chama no zap",
    "bônus de 50 reais sem depósito, corre no link do perfil",
    "essa bet paga na hora via pix, confira no meu perfil",
];
const PORTUGUESE_FANS: [&str; 10] = [
    "que trilha bonita, dá vontade de ir amanhã mesmo",
    "minha mãe faz um bolo igualzinho a esse",
    "quanto tempo levou a caminhada até lá em cima",
    "a luz da segunda foto ficou incrível",
    "já fomos com as crianças e choveu o dia inteiro",
    "que lente você usou nessa do rio",
    "obrigada por contar essa história",
    "o passarinho da esquerda é um bem-te-vi",
    "aqui na minha cidade ainda faz calor",
    "volta lá no inverno e mostra pra gente",
];
const TURKISH_BONUS: [&str; 6] = [
    "yatırımsız 500 TL deneme bonusu için profilime bak",
    "canlı bahis sitesi kazandırıyor, link profilimde",
    "slot oyununda 20.000 TL vurdum, telegram grubuma gel",
    "kaçak bahis değil, güvenilir site, dm den yaz",
    "freespin veren siteleri paylaşıyorum, profile tıkla",
    "iddaa kuponum tuttu, bugünkü kupon için telegrama katıl",
];
const VIETNAMESE_LOANS: [&str; 6] = [
    "cần vay tiền nhanh không thế chấp inbox mình, giải ngân trong ngày",
    "tuyển cộng tác viên làm việc tại nhà, lương 500k một ngày, liên hệ zalo",
    "nhà cái uy tín, đăng ký tặng 100k, link ở trang cá nhân",
    "nổ hũ trúng 50 triệu, anh em vào link trang mình",
    "tăng follow tăng like giá rẻ, nhắn tin cho shop",
    "đầu tư coin cùng chuyên gia, lãi 20% mỗi tuần, kết bạn zalo",
];
const ARABIC_OFFERS: [&str; 6] = [
    "اربح 500 دولار يوميا من المنزل تواصل معي على الواتساب",
    "تداول العملات الرقمية مع خبير مضمون الربح راسلني على التلغرام",
    "زيادة متابعين حقيقيين بأرخص الأسعار تواصل خاص",
    "شيخ روحاني لجلب الحبيب ورد المطلقة اتصل واتساب",
    "قرض سريع بدون كفيل تواصل معنا الآن",
    "ربحت 3000 دولار بفضل السيدة ليلى تابعوا حسابها",
];
const ARABIC_FANS: [&str; 12] = [
    "ما أجمل هذا الطريق بعد المطر",
    "زرنا القرية في العيد مع الأولاد",
    "أي عدسة استعملت في الصورة الثانية",
    "ذكرتني ببيت جدي في الجبل",
    "هل الطريق صعب على كبار السن",
    "الطائر على اليسار هدهد أليس كذلك",
    "شاي الصباح مع هذه الصور نعمة",
    "أمي عندها نفس الإبريق القديم",
    "متى ستعود إلى هناك في الخريف",
    "عندنا الجو بارد منذ ثلاثة أيام",
    "شكرا لأنك شاركتنا الحكاية",
    "كأنها لوحة من زمن بعيد",
];
const HINDI_JOBS: [&str; 6] = [
    "घर बैठे रोज़ 5000 रुपये कमाएं व्हाट्सएप करें",
    "ऑनलाइन गेम से 20000 जीते, लिंक मेरी बायो में है",
    "लोन चाहिए तो अभी संपर्क करें बिना कागज़ के",
    "फॉलोअर्स बढ़ाने के लिए मैसेज करें सस्ते दाम",
    "क्रिप्टो में पैसा डबल करें टेलीग्राम पर जुड़ें",
    "बाबा जी वशीकरण समाधान 24 घंटे में कॉल करें",
];
const HINGLISH_JOBS: [&str; 6] = [
    "ghar baithe 3000 roz kamao, whatsapp karo abhi",
    "colour prediction game se 15000 jeeta, link bio me hai",
    "bhai mera telegram join karo free ipl toss report",
    "instagram followers 100 rs me 1k, dm karo jaldi",
    "loan chahiye toh message karo bina document ke",
    "aaj ka satta number pakka hai mere channel par dekho",
];
const INDONESIAN_OFFERS: [&str; 6] = [
    "jasa tambah followers murah bergaransi, cek bio kak",
    "butuh dana cepat? pinjaman online langsung cair, wa 0800000000",
    "kerja dari rumah gaji 5 juta sebulan, minat dm ya",
    "obat herbal pelangsing 7 hari turun 10 kilo, order wa sekarang",
    "gabung grup saham saya profit tiap hari, link di bio",
    "pelet ampuh mbah suro buka aura, hubungi wa",
];
const INDONESIAN_SLOTS: [&str; 5] = [
    "tadi iseng spin di GARUDA138 eh pecah 4 juta",
    "situs ini gampang jp, bet 800 perak bisa wd 2 juta",
    "rtp hari ini tinggi banget di naga303 buruan daftar",
    "alhamdulillah scatter terus di bola88, makasih min",
    "depo 10rb dapat bonus 100 persen di zeus505",
];
const CRYPTO: [&str; 6] = [
    "this presale is going to 100x, get in before it lists",
    "I turned 300 into 9k with her signals, look up @nova.fx.signals",
    "free airdrop of 2,000 tokens, connect your wallet at claim-drop.io",
    "my mentor Mr Alvin Brooks trades for me, minimum deposit is 200 dollars",
    "not financial advice but this coin will make you rich by friday, link in bio",
    "thanks to Mrs Karen Wills I paid my house, she is on telegram",
];
const SUPPORT: [&str; 5] = [
    "Dear user, your page violates our terms. Verify it here within 24 hours: meta-appeal-form.com",
    "Official support: message us on whatsapp to unlock your wallet",
    "We are the help team, send your login code to keep your account",
    "Your parcel is on hold, pay 1.99 at post-redelivery.info to get it",
    "Copyright notice: your post was reported, appeal at help-center-case.net",
];
const GIVEAWAY: [&str; 5] = [
    "congratulations you have been selected as our winner, click the link in our bio to claim",
    "we are giving away 5 iphones, message us with the word WIN",
    "you won a $500 gift card, claim it at my profile before midnight",
    "first 100 people who follow me get $1,000 on cashapp",
    "send 0.05 eth and get 0.5 back, official giveaway",
];
const DATING: [&str; 5] = [
    "lonely girl here, write me on snap for hot pics",
    "my ex leaked everything, see it through the link on my page",
    "looking for a sugar baby, I pay 2,000 dollars every week, dm me",
    "I show more on the other site, link in bio \u{1f51e}",
    "come to my live cam tonight it is free",
];
const BOUGHT_PRAISE: [&str; 4] = [
    "Wow, this is really amazing content, keep it up!",
    "Great post, thanks for sharing this with us!",
    "Absolutely stunning, I love your style so much!",
    "You are so talented, keep inspiring us all!",
];
const REPORTER: [&str; 8] = [
    "The man who drove into the crowd was sentenced to life in prison today",
    "Three people were shot dead near the station, the police are looking for witnesses",
    "What the new immigration policy means for nurses from abroad",
    "Our investigation into money laundering at the harbour, part two",
    "A terrorist attack was prevented in the capital, the minister said",
    "How the election was counted, district by district",
    "Protest outside the parliament after the murder of a teacher",
    "The weather turns, storms from Thursday on",
];
const SURVIVOR: [&str; 6] = [
    "Ten years ago he called me a worthless whore. Today I run my own bakery",
    "I was told that women like me deserve it. I did not",
    "To the girl who was called a dirty gypsy at school today: you are loved",
    "He said nobody wants a cripple. I have two kids and a boat",
    "The word they sprayed on my shop was terrorist. We painted flowers over it",
    "When people ask why I left: because love does not shout",
];
const TEACHER: [&str; 6] = [
    "In class we read what Goebbels wrote about the Jews, and how ordinary people came to believe it",
    "The poster from 1936 says that Slavs are subhuman. We asked who printed it, and why",
    "Apartheid signs said whites only. My students could not believe it",
    "Colonial textbooks called Africans savages. We compare them with letters of that time",
    "On the slave trade: a ledger in which people are listed as goods",
    "Why did so many neighbours look away? A lesson on the pogroms",
];
const RAPPER: [&str; 5] = [
    "My bitches and my brothers, the album is out on Friday",
    "This beat is fucking insane, turn it up",
    "Niggas in the studio till five in the morning, love this family",
    "Killed it on stage last night, Berlin you went wild",
    "New bars, old scars, same block",
];
const SLY: [&str; 6] = [
    "Funny how the crime went up when they let all those people in. I am just asking",
    "You know which tribe owns the newspapers",
    "Our grandmothers did not build this country for people who pray five times a day",
    "Take a look at who is on the boats. No women, no children, only men of fighting age",
    "Some cultures just do not fit here and never will",
    "It is okay to say it: we were better off when we were among ourselves",
];
const INCEL: [&str; 6] = [
    "All women are liars and gold diggers",
    "Females only want money, they deserve what they get",
    "A woman over thirty is worthless",
    "Women are like dogs, they need a master",
    "I despise women and I am done hiding it",
    "No woman has ever been loyal, they are all whores",
];
const GAMER: [&str; 6] = [
    "Headshot after headshot, the new shotgun is broken",
    "Killed the last boss with one hit point left",
    "Terrorists win on dust again, our economy is gone",
    "I robbed the bank in the heist mission and crashed the car",
    "Looking for two more players for the zombie raid tonight",
    "This grenade throw on the second map is so satisfying",
];
const BOXER: [&str; 5] = [
    "Knocked him out in the third, what a fight",
    "My coach beats me up in sparring so that nobody else can",
    "Blood, sweat and a broken nose, worth it",
    "Weigh-in done, tomorrow we go to war in the ring",
    "He wants to kill me in round one, let him try",
];
const MIDWIFE: [&str; 5] = [
    "Breastfeeding hurts? Ask for help, you are not alone",
    "What happens to your body in the weeks after birth",
    "Sex after birth: take your time and talk about it",
    "Miscarriage is not your fault. We light a candle today",
    "How to do a breast self exam, step by step",
];
const MAKEUP: [&str; 5] = [
    "Killer liner, bombshell lashes and a nude lip",
    "This blush in the shade Orgasm is a classic",
    "Naked palette dupes under ten euros",
    "Smoky eye for a night out, dead simple",
    "Foundation for rosacea that does not cake",
];
const HUNTER: [&str; 4] = [
    "Deer season opens on Saturday, rifle cleaned and ready",
    "How we butcher a deer so that nothing goes to waste",
    "My first shotgun was my grandfather's",
    "New ammo for the old rifle, a day at the range",
];
const BETTING: [&str; 5] = [
    "My three tips for tonight, join the VIP group for the rest",
    "Best online casino of the month, 200 free spins with my code",
    "Bet with my link and get your first stake back",
    "We hit the 12.5 odds again, guaranteed profit this week",
    "Double your bitcoin with this bot, link in bio",
];
const CLEANSE: [&str; 4] = [
    "Parasites cause every illness and big pharma hides it",
    "This tea is a miracle cure, my aunt threw her pills away",
    "Vaccines cause autism and nobody can tell me otherwise",
    "Black salve cures cancer, doctors do not want you to know",
];
const PROUD: [&str; 5] = [
    "Queer joy is my favourite colour",
    "This dyke built a shed today, alone",
    "Us faggots and our flower arrangements, a love story",
    "Black and proud, photo by my sister",
    "Crip time: I arrive when I arrive, and my wheels squeak",
];

/// Of a hundred comments so many by as few people, who come one after the other.
fn by_few(snapshot: &mut Snapshot, people: usize, percent: usize) {
    for (i, comment) in comments_of(snapshot).iter_mut().enumerate() {
        if (i * 37 + 11) % 100 < percent {
            comment.author_id = Some(format!("member{}", i % people));
        }
    }
}

/// Under each post the same people, and nearly nobody else.
fn pod(snapshot: &mut Snapshot, people: usize) {
    let under = posts(snapshot).clone();
    comments_of(snapshot).truncate(60);
    for (of_post, post) in under.iter().enumerate() {
        for member in 0..people {
            let number = of_post * people + member;
            let mut comment = Comment::new(format!("pod{number}"), mixed(&ENGLISH, number));
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(format!("member{member}"));
            let after = TimeDelta::minutes(20 + 31 * i64::try_from(member).expect("few"));
            comment.timestamp = post.timestamp.map(|at| at + after);
            comments_of(snapshot).push(comment);
        }
    }
}

/// Half of the comments in one language, half of spam.
macro_rules! under {
    ($name:literal, $fans:expr, $percent:literal, $spam:expr) => {
        (
            $name,
            "no good audience, no sponsor",
            |s| written(s, &$fans, $percent, &$spam),
            |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
        )
    };
}

/// English fans and spam.
macro_rules! among {
    ($name:literal, $percent:literal, $spam:expr) => {
        (
            $name,
            "audience at most 45, bad whole",
            |s| written(s, &ENGLISH, $percent, &$spam),
            |r| audience_at_most(r, 45.0) && is_bad_whole(r),
        )
    };
}

const KINDS: &[Kind] = &[
    under!(
        "Brazilian bets under Brazilian fans, 50 %",
        PORTUGUESE_FANS,
        50,
        PORTUGUESE_BETS
    ),
    under!(
        "Turkish bonuses under English fans, 50 %",
        ENGLISH,
        50,
        TURKISH_BONUS
    ),
    under!(
        "Vietnamese loans under English fans, 50 %",
        ENGLISH,
        50,
        VIETNAMESE_LOANS
    ),
    under!(
        "Arabic offers under Arabic fans, 50 %",
        ARABIC_FANS,
        50,
        ARABIC_OFFERS
    ),
    under!(
        "Hindi jobs under English fans, 50 %",
        ENGLISH,
        50,
        HINDI_JOBS
    ),
    under!(
        "jobs in Latin Hindi under English fans, 50 %",
        ENGLISH,
        50,
        HINGLISH_JOBS
    ),
    under!(
        "Indonesian offers under English fans, 50 %",
        ENGLISH,
        50,
        INDONESIAN_OFFERS
    ),
    under!(
        "Indonesian slots, new names, 60 %",
        ENGLISH,
        60,
        INDONESIAN_SLOTS
    ),
    (
        "Brazilian fans",
        "audience spared",
        |s| written(s, &PORTUGUESE_FANS, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Arabic fans of another village",
        "audience spared",
        |s| written(s, &ARABIC_FANS, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    among!("crypto 40 %", 40, CRYPTO),
    among!("fake support 40 %", 40, SUPPORT),
    among!("fake giveaways 40 %", 40, GIVEAWAY),
    among!("adult and dating bots 40 %", 40, DATING),
    (
        "crypto 3 %",
        "nobody is accused",
        |s| written(s, &ENGLISH, 3, &CRYPTO),
        |r| r.flags.is_empty(),
    ),
    (
        "comments bought: four sentences of praise, 70 %",
        "no good audience, no sponsor",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                if i % 10 < 7 {
                    BOUGHT_PRAISE[i % 4].clone_into(&mut comment.text);
                }
            }
        },
        |r| audience_at_most(r, 60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "comments bought in five minutes under each post",
        "flagged, no sponsor",
        |s| {
            let first: Vec<_> = posts(s)
                .iter()
                .map(|p| (p.id.clone(), p.timestamp))
                .collect();
            let mut seconds = 0;
            for comment in comments_of(s) {
                let of = first
                    .iter()
                    .find(|(id, _)| Some(id) == comment.post_id.as_ref());
                seconds = (seconds + 3) % 50;
                let after = TimeDelta::hours(30) + TimeDelta::seconds(seconds);
                comment.timestamp = of.and_then(|(_, at)| at.map(|at| at + after));
            }
        },
        |r| r.flags.iter().any(|f| f == "comment_bursts") && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a pod of twenty under each post",
        "flagged, no sponsor",
        |s| pod(s, 20),
        |r| {
            r.flags
                .iter()
                .any(|f| f == "engagement_pod" || f == "few_commenters_write_most")
                && r.decision().advice != Advice::Sponsor
        },
    ),
    (
        "ten loyal people who write a fifth",
        "nobody is accused",
        |s| by_few(s, 10, 20),
        |r| r.flags.is_empty(),
    ),
    (
        "followers bought, times 12",
        "no good engagement, no sponsor",
        |s| s.profile.follower_count = Some(20_000 * 12),
        |r| r.true_engagement.score < Some(45.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "likes bought under half of the posts, times 30",
        "no sponsor",
        |s| {
            for (i, p) in posts(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    p.like_count = p.like_count.map(|n| n * 30);
                }
            }
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "likes bought, the same number each time",
        "flagged or no sponsor",
        |s| {
            for (i, p) in posts(s).iter_mut().enumerate() {
                p.like_count = Some(1_000 + (i as u64 % 3));
            }
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "a news reporter",
        "not avoided, no hate found",
        |s| captions(s, &REPORTER),
        |r| r.decision().advice != Advice::Avoid && !r.flags.iter().any(|f| f.starts_with("hate")),
    ),
    (
        "somebody who tells of what she survived",
        "not accused, not avoided",
        |s| captions(s, &SURVIVOR),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    (
        "a history teacher",
        "not accused, not avoided",
        |s| captions(s, &TEACHER),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    (
        "a rapper",
        "not accused of hate",
        |s| captions(s, &RAPPER),
        |r| !r.flags.iter().any(|f| f.starts_with("hate")),
    ),
    (
        "proud of it",
        "not accused of hate, not avoided",
        |s| captions(s, &PROUD),
        |r| r.brand_safety.flags.is_empty() && r.decision().advice != Advice::Avoid,
    ),
    (
        "a man who despises women",
        "safety at most 15, avoid",
        |s| captions(s, &INCEL),
        |r| r.brand_safety.score <= Some(15.0) && r.decision().advice == Advice::Avoid,
    ),
    (
        "sly hate, without a word of it",
        "words find nothing; a person cannot be told so, and nothing is claimed",
        |s| captions(s, &SLY),
        // Implied hate is beyond words: it must not be flagged by luck of one word as something else.
        |r| !r.flags.iter().any(|f| !f.starts_with("hate")),
    ),
    (
        "another shooter game",
        "safety at least 80",
        |s| captions(s, &GAMER),
        is_safe,
    ),
    (
        "a boxer",
        "safety at least 80",
        |s| captions(s, &BOXER),
        is_safe,
    ),
    (
        "a midwife",
        "safety at least 80",
        |s| captions(s, &MIDWIFE),
        is_safe,
    ),
    (
        "make-up",
        "safety at least 80",
        |s| captions(s, &MAKEUP),
        is_safe,
    ),
    (
        "a hunter",
        "not good, not hate",
        |s| captions(s, &HUNTER),
        |r| r.brand_safety.score < Some(65.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a seller of bets",
        "safety at most 60, no sponsor",
        |s| captions(s, &BETTING),
        |r| r.brand_safety.score <= Some(60.0) && r.decision().advice != Advice::Sponsor,
    ),
    (
        "a healer against medicine",
        "safety at most 40, flagged",
        |s| captions(s, &CLEANSE),
        |r| r.brand_safety.score <= Some(40.0) && !r.brand_safety.flags.is_empty(),
    ),
    (
        "a comedian with two grave captions in forty-eight",
        "no sponsor without a look",
        |s| {
            some_captions(s, &["The cat sat on my keyboard again, so this is late"]);
            posts(s)[3].caption = Some(INCEL[0].to_owned());
            posts(s)[9].caption = Some(INCEL[3].to_owned());
        },
        |r| r.decision().advice != Advice::Sponsor,
    ),
    (
        "nothing at all but a name",
        // 20,000 followers and not a post: `follows_many_posts_little` is true of it.
        "no whole, no sponsor",
        |s| {
            s.posts = Some(Vec::new());
            s.comments = Some(Vec::new());
            s.profile.bio = Some(String::new());
            s.profile.post_count = Some(0);
        },
        |r| r.score.is_none() && r.decision().advice != Advice::Sponsor,
    ),
    (
        "comments off under half of the posts",
        "nobody is accused",
        |s| {
            let mut off = Vec::new();
            for (i, p) in posts(s).iter_mut().enumerate() {
                if i % 2 == 0 {
                    p.comments_disabled = Some(true);
                    p.comment_count = Some(0);
                    off.push(p.id.clone());
                }
            }
            comments_of(s).retain(|c| !c.post_id.as_ref().is_some_and(|id| off.contains(id)));
        },
        |r| r.flags.is_empty(),
    ),
    (
        "400 million followers, few reactions for each",
        "nobody is accused",
        |s| {
            s.profile.follower_count = Some(400_000_000);
            for p in posts(s) {
                p.like_count = p.like_count.map(|n| n * 6_000);
                p.comment_count = p.comment_count.map(|n| n * 1_500);
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a shop that posts the same offer each Friday",
        "nobody is accused of more than it does",
        |s| {
            captions(
                s,
                &["Fresh bread from seven, sourdough loaves on Friday, see you at the counter"],
            );
            for (i, p) in (1..).zip(posts(s).iter_mut()) {
                p.timestamp = Some(captured() - TimeDelta::days(7 * i));
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a hashtag of a campaign in every comment",
        "nobody is accused of copies",
        |s| {
            for (i, comment) in comments_of(s).iter_mut().enumerate() {
                comment.text = format!("{} #saveourriver", mixed(&ENGLISH, i));
            }
        },
        |r| r.flags.is_empty(),
    ),
    (
        "a TikTok account of 900 followers with one video of a million views",
        "nobody is accused of buying",
        |s| {
            s.target = target(&Platform::TIKTOK);
            s.profile.follower_count = Some(900);
            for p in posts(s) {
                p.like_count = Some(70);
                p.comment_count = Some(6);
                p.view_count = Some(1_100);
            }
            posts(s)[4].like_count = Some(90_000);
            posts(s)[4].comment_count = Some(2_100);
            posts(s)[4].view_count = Some(1_000_000);
        },
        |r| !r.flags.iter().any(|f| f == "engagement_far_above_size"),
    ),
    (
        "a writer who answers every comment",
        "own answers are no audience, nobody is accused",
        |s| {
            let own = s.target.handle.as_str().to_owned();
            let answers: Vec<Comment> = comments_of(s)
                .iter()
                .map(|c| {
                    let mut answer = Comment::new(format!("{}-answer", c.id), "Thank you!");
                    answer.post_id.clone_from(&c.post_id);
                    answer.author_id = Some(own.to_uppercase());
                    answer.timestamp = c.timestamp.map(|at| at + TimeDelta::minutes(9));
                    answer
                })
                .collect();
            comments_of(s).extend(answers);
        },
        |r| r.flags.is_empty() && r.audience_authenticity.score >= Some(85.0),
    ),
];

#[test]
fn every_further_kind_of_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}

#[test]
fn spam_of_each_language_is_found_text_by_text_and_its_fans_are_not() {
    let found = |texts: &[&str]| {
        let is_spam = |text: &&&str| spam_score(text) >= SPAM_THRESHOLD;
        texts.iter().filter(is_spam).count()
    };
    let lists: [(&str, &[&str]); 12] = [
        ("portuguese bets", &PORTUGUESE_BETS),
        ("turkish bonus", &TURKISH_BONUS),
        ("vietnamese loans", &VIETNAMESE_LOANS),
        ("arabic offers", &ARABIC_OFFERS),
        ("hindi jobs", &HINDI_JOBS),
        ("hinglish jobs", &HINGLISH_JOBS),
        ("indonesian offers", &INDONESIAN_OFFERS),
        ("indonesian slots", &INDONESIAN_SLOTS),
        ("crypto", &CRYPTO),
        ("support", &SUPPORT),
        ("giveaway", &GIVEAWAY),
        ("dating", &DATING),
    ];
    for (name, spam) in lists {
        // Copies of one text are another signal; here each must be known by its own words.
        assert!(
            found(spam) * 3 >= spam.len() * 2,
            "{name}: {} of {}",
            found(spam),
            spam.len()
        );
    }
    assert_eq!(
        found(&[&PORTUGUESE_FANS[..], &ARABIC_FANS[..], &ENGLISH[..]].concat()),
        0
    );
}

#[test]
fn who_speaks_for_themselves_reports_no_news() {
    for (news, own) in [
        (
            "A printer of counterfeit money was sentenced, the court said",
            "I have counterfeit money that no court can tell, dm me",
        ),
        (
            "A terrorist attack was prevented in the capital, the minister said",
            "Join us for the next terrorist attack, the police are asleep",
        ),
    ] {
        assert!(text_risk(news) < text_risk(own), "{news} | {own}");
    }
}
