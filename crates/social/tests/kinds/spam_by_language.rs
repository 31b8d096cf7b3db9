//! Spam in the languages that it comes in, under fans who write in the same language, or in another.

use report_pipeline_social::Advice;

use crate::is_no_sponsor;
use crate::kit::kinds::{
    Decided, ENGLISH, Kind, all_show_what_they_must, audience_at_most, is_bad_whole, written,
};
use crate::texts::{
    ARABIC_FANS, ARABIC_OFFERS, BOTS, FRENCH, GERMAN, HINDI_JOBS, HINGLISH_JOBS, INDONESIAN,
    INDONESIAN_OFFERS, INDONESIAN_SLOTS, JAPANESE, PORTUGUESE, PORTUGUESE_BETS, PORTUGUESE_FANS,
    RUSSIAN, TAGLISH, TRADER, TURKISH_BONUS, VIETNAMESE_LOANS,
};

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

const KINDS: &[Kind] = &[
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
        "Spanish traders under French fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &FRENCH, 50, &SPANISH_TRADER),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    spam!(
        "Spanish traders under mixed fans",
        40,
        is_no_sponsor,
        [
            "gané 2000 dólares en tres días con la señora Ana, escríbanle al whatsapp",
            "invierte 100 y recibe 1000, link en mi perfil",
            "gracias a @inversiones.carlos pagué mis deudas",
            "trabajo desde casa, 500 por semana, mándame mensaje",
        ]
    ),
    spam!(
        "Italian, French and German crypto",
        50,
        is_no_sponsor,
        [
            "ho guadagnato 3000 euro in una settimana grazie a @trader.luca, scrivetegli su telegram",
            "grâce à madame Sophie j'ai gagné 5000 euros, contactez-la sur whatsapp",
            "ich habe mit ihrer Hilfe 4000 Euro in einer Woche verdient, schreibt ihr auf Telegram",
            "investi 200 euro e ne ricevi 2000, link nel mio profilo",
            "gagnez de l'argent depuis chez vous, lien dans ma bio",
        ]
    ),
    (
        "Portuguese offers under Taglish fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &TAGLISH, 50, &PORTUGUESE_SPAM),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    under!(
        "Brazilian bets under Brazilian fans, 50 %",
        PORTUGUESE_FANS,
        50,
        PORTUGUESE_BETS
    ),
    (
        "Turkish bets under German fans, 50 %",
        "no good audience, no sponsor",
        |s| written(s, &GERMAN, 50, &TURKISH_BETS),
        |r| audience_at_most(r, 65.0) && r.decision().advice != Advice::Sponsor,
    ),
    under!(
        "Turkish bonuses under English fans, 50 %",
        ENGLISH,
        50,
        TURKISH_BONUS
    ),
    (
        "Russian job offers 60 %",
        "audience at most 45, bad whole",
        |s| written(s, &RUSSIAN, 60, &RUSSIAN_SPAM),
        |r| audience_at_most(r, 45.0) && is_bad_whole(r),
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
    under!(
        "Vietnamese loans under English fans, 50 %",
        ENGLISH,
        50,
        VIETNAMESE_LOANS
    ),
    spam!(
        "Chinese offers",
        50,
        is_no_sponsor,
        [
            "加我微信带你赚钱，日入五百",
            "兼职刷单，在家日赚300，联系QQ",
            "免费领取红包，点我头像",
            "低价涨粉，买赞买评论，私信我",
            "彩票计划群，稳赚不赔，进群看主页",
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
