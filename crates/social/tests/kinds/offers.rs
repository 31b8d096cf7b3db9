//! Loans, charms, jobs, bets and followers, offered in the language of the fans.

use crate::is_no_sponsor;
use crate::kit::kinds::{Kind, all_show_what_they_must, written};
use crate::texts::{ARABIC_FANS, FRENCH, GERMAN, HINDI, ITALIAN, RUSSIAN, SPANISH};

const KINDS: &[Kind] = &[
    (
        "Italian offers under Italian fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &ITALIAN,
                50,
                &[
                    "guadagna 2000 euro al mese lavorando da casa, scrivimi in privato",
                    "bonus di benvenuto senza deposito, link nel mio profilo",
                    "ho vinto 800 euro con questa app, entra nel gruppo telegram",
                    "vuoi follower veri? prezzi bassi, contattami su whatsapp",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "French loans under French fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &FRENCH,
                50,
                &[
                    "j'offre des prêts entre particuliers de 2000 à 500000 euros, contactez moi par mail",
                    "grâce à monsieur Dupuis j'ai gagné 6000 euros en une semaine, écrivez lui sur whatsapp",
                    "marabout sérieux, retour de l'être aimé en 48 heures, appelez vite",
                    "gagnez 300 euros par jour avec votre téléphone, lien dans ma bio",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "Spanish charms and loans under Spanish fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &SPANISH,
                50,
                &[
                    "amarres de amor garantizados en 24 horas, escribe a la maestra por whatsapp",
                    "préstamos rápidos sin aval, mándame mensaje y te lo deposito hoy",
                    "trabaja desde casa y gana 500 dólares por semana, info por privado",
                    "vendo cuentas de netflix baratas, pide la tuya por telegram",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "Hindi bets and jobs under Hindi fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &HINDI,
                50,
                &[
                    "सट्टा किंग का पक्का नंबर चाहिए तो टेलीग्राम चैनल जॉइन करें",
                    "घर बैठे पैसे कमाने का आसान तरीका, लिंक प्रोफाइल में है",
                    "बिना दस्तावेज़ के तुरंत लोन, व्हाट्सएप करें",
                    "इस ऐप से मैंने 20000 रुपये जीते, आप भी डाउनलोड करें",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "Russian bets and jobs under Russian fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &RUSSIAN,
                50,
                &[
                    "поднял 40 тысяч в казино за вечер, ссылка в профиле",
                    "нужны люди на подработку, оплата каждый день, пишите в личку",
                    "накрутка подписчиков дёшево, обращайтесь в телеграм",
                    "бесплатные прогнозы на спорт, заходите в мой канал",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "German side jobs under German fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &GERMAN,
                50,
                &[
                    "verdiene 300 Euro am Tag von zu Hause, schreib mir eine Nachricht",
                    "echte Follower günstig kaufen, Link im Profil",
                    "dank Herrn Berger habe ich mit Bitcoin 8000 Euro verdient, schreibt ihm auf WhatsApp",
                    "Kredit ohne Schufa in 24 Stunden, kontaktiere mich per Mail",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "German loans and bets under German fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &GERMAN,
                50,
                &[
                    "Brauchst du dringend Geld? Kredit ohne Schufa, kontaktiere mich",
                    "ich verdiene jetzt 2000 Euro pro Woche mit dieser Plattform, schreib mir auf WhatsApp",
                    "10.000 echte Follower für 20 Euro, Link im Profil",
                    "Frau Keller handelt für mich mit Bitcoin, sucht sie auf Telegram",
                    "sichere Wetten für heute in meiner Telegram Gruppe",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "French promises under French fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &FRENCH,
                50,
                &[
                    "besoin d'un crédit urgent ? écrivez moi sur whatsapp, réponse en une heure",
                    "mon mari est revenu grâce au maître Koffi, contactez le sur ce numéro",
                    "je gagne 900 euros par semaine avec cette application, lien en bio",
                    "abonnés français réels, tarifs en message privé",
                    "pronos du jour offerts dans mon canal telegram",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "Arabic loans and charms under Arabic fans, 50 %",
        "is_no_sponsor",
        |s| {
            written(
                s,
                &ARABIC_FANS,
                50,
                &[
                    "زيادة متابعين مضمونة، الرابط في البايو",
                    "تمويل شخصي بدون كفيل، تواصل واتساب",
                    "ارباح يومية من التداول، انضم للقناة",
                    "الشيخ المغربي لجلب الحبيب، راسلني على الخاص",
                    "اربح المال من هاتفك، رابط القناة في حسابي",
                ],
            );
        },
        is_no_sponsor,
    ),
    (
        "Hindi fans, an eighth copies of one advert",
        "no good audience",
        |s| {
            written(
                s,
                &HINDI,
                12,
                &["घर बैठे रोज़ 5000 रुपये कमाएं, व्हाट्सएप पर मैसेज करें"],
            );
        },
        is_no_sponsor,
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
