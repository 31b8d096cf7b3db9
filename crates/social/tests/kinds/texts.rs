//! Texts that several modules use: what fans write, then spam.

pub(crate) const PORTUGUESE: [&str; 10] = [
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
pub(crate) const INDONESIAN: [&str; 9] = [
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
pub(crate) const RUSSIAN: [&str; 8] = [
    "как же там красиво, хочу туда летом",
    "мы были в этих местах в прошлом году с детьми",
    "подскажите, на что вы снимаете",
    "у моей бабушки был такой же чайник",
    "очень уютно, спасибо за прогулку",
    "а как называется птица слева",
    "вот бы сейчас туда на выходные",
    "свет на втором снимке просто чудо",
];
pub(crate) const JAPANESE: [&str; 6] = [
    "とてもきれいな写真ですね",
    "去年家族と行きました",
    "カメラは何を使っていますか",
    "左の鳥の名前を教えてください",
    "秋にまた行きたいです",
    "おばあちゃんの家を思い出します",
];
pub(crate) const FRENCH: [&str; 12] = [
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
pub(crate) const GERMAN: [&str; 12] = [
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
pub(crate) const TAGLISH: [&str; 10] = [
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
pub(crate) const PORTUGUESE_FANS: [&str; 10] = [
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
pub(crate) const ARABIC_FANS: [&str; 12] = [
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

pub(crate) const TRADER: [&str; 4] = [
    "Mrs Olivia Hartwell turned my $400 into $6,300 in nine days, reach her on telegram",
    "I never believed in trading until I met coach Brandon, he pays every week, text him",
    "invested 0.1 BTC with her and withdrew 1.4 BTC, thank you so much ma @olivia_fx_trades",
    "message expert Daniel on whatsapp +10000000000 and start earning from home",
];
pub(crate) const BOTS: [&str; 4] = [
    "Promote it on @viral.pages.daily",
    "DM us to collab, we love your feed @brand.ambassadors.usa",
    "send this pic to @bestoftheworld to be featured",
    "want 10k real followers? check the link in our bio",
];
pub(crate) const PORTUGUESE_BETS: [&str; 6] = [
    "gente o fortune tiger pagou 2 mil reais hoje, link na minha bio",
    "plataforma nova pagando muito, cadastro no meu perfil",
    "consegui 1.800 reais no joguinho do tigre em dez minutos",
    "quem quer ganhar dinheiro apostando me chama no zap",
    "bônus de 50 reais sem depósito, corre no link do perfil",
    "essa bet paga na hora via pix, confira no meu perfil",
];
pub(crate) const TURKISH_BONUS: [&str; 6] = [
    "yatırımsız 500 TL deneme bonusu için profilime bak",
    "canlı bahis sitesi kazandırıyor, link profilimde",
    "slot oyununda 20.000 TL vurdum, telegram grubuma gel",
    "kaçak bahis değil, güvenilir site, dm den yaz",
    "freespin veren siteleri paylaşıyorum, profile tıkla",
    "iddaa kuponum tuttu, bugünkü kupon için telegrama katıl",
];
pub(crate) const VIETNAMESE_LOANS: [&str; 6] = [
    "cần vay tiền nhanh không thế chấp inbox mình, giải ngân trong ngày",
    "tuyển cộng tác viên làm việc tại nhà, lương 500k một ngày, liên hệ zalo",
    "nhà cái uy tín, đăng ký tặng 100k, link ở trang cá nhân",
    "nổ hũ trúng 50 triệu, anh em vào link trang mình",
    "tăng follow tăng like giá rẻ, nhắn tin cho shop",
    "đầu tư coin cùng chuyên gia, lãi 20% mỗi tuần, kết bạn zalo",
];
pub(crate) const ARABIC_OFFERS: [&str; 6] = [
    "اربح 500 دولار يوميا من المنزل تواصل معي على الواتساب",
    "تداول العملات الرقمية مع خبير مضمون الربح راسلني على التلغرام",
    "زيادة متابعين حقيقيين بأرخص الأسعار تواصل خاص",
    "شيخ روحاني لجلب الحبيب ورد المطلقة اتصل واتساب",
    "قرض سريع بدون كفيل تواصل معنا الآن",
    "ربحت 3000 دولار بفضل السيدة ليلى تابعوا حسابها",
];
pub(crate) const HINDI_JOBS: [&str; 6] = [
    "घर बैठे रोज़ 5000 रुपये कमाएं व्हाट्सएप करें",
    "ऑनलाइन गेम से 20000 जीते, लिंक मेरी बायो में है",
    "लोन चाहिए तो अभी संपर्क करें बिना कागज़ के",
    "फॉलोअर्स बढ़ाने के लिए मैसेज करें सस्ते दाम",
    "क्रिप्टो में पैसा डबल करें टेलीग्राम पर जुड़ें",
    "बाबा जी वशीकरण समाधान 24 घंटे में कॉल करें",
];
pub(crate) const HINGLISH_JOBS: [&str; 6] = [
    "ghar baithe 3000 roz kamao, whatsapp karo abhi",
    "colour prediction game se 15000 jeeta, link bio me hai",
    "bhai mera telegram join karo free ipl toss report",
    "instagram followers 100 rs me 1k, dm karo jaldi",
    "loan chahiye toh message karo bina document ke",
    "aaj ka satta number pakka hai mere channel par dekho",
];
pub(crate) const INDONESIAN_OFFERS: [&str; 6] = [
    "jasa tambah followers murah bergaransi, cek bio kak",
    "butuh dana cepat? pinjaman online langsung cair, wa 0800000000",
    "kerja dari rumah gaji 5 juta sebulan, minat dm ya",
    "obat herbal pelangsing 7 hari turun 10 kilo, order wa sekarang",
    "gabung grup saham saya profit tiap hari, link di bio",
    "pelet ampuh mbah suro buka aura, hubungi wa",
];
pub(crate) const INDONESIAN_SLOTS: [&str; 5] = [
    "tadi iseng spin di GARUDA138 eh pecah 4 juta",
    "situs ini gampang jp, bet 800 perak bisa wd 2 juta",
    "rtp hari ini tinggi banget di naga303 buruan daftar",
    "alhamdulillah scatter terus di bola88, makasih min",
    "depo 10rb dapat bonus 100 persen di zeus505",
];
pub(crate) const CRYPTO: [&str; 6] = [
    "this presale is going to 100x, get in before it lists",
    "I turned 300 into 9k with her signals, look up @nova.fx.signals",
    "free airdrop of 2,000 tokens, connect your wallet at claim-drop.io",
    "my mentor Mr Alvin Brooks trades for me, minimum deposit is 200 dollars",
    "not financial advice but this coin will make you rich by friday, link in bio",
    "thanks to Mrs Karen Wills I paid my house, she is on telegram",
];
pub(crate) const SUPPORT: [&str; 5] = [
    "Dear user, your page violates our terms. Verify it here within 24 hours: meta-appeal-form.com",
    "Official support: message us on whatsapp to unlock your wallet",
    "We are the help team, send your login code to keep your account",
    "Your parcel is on hold, pay 1.99 at post-redelivery.info to get it",
    "Copyright notice: your post was reported, appeal at help-center-case.net",
];
pub(crate) const GIVEAWAY: [&str; 5] = [
    "congratulations you have been selected as our winner, click the link in our bio to claim",
    "we are giving away 5 iphones, message us with the word WIN",
    "you won a $500 gift card, claim it at my profile before midnight",
    "first 100 people who follow me get $1,000 on cashapp",
    "send 0.05 eth and get 0.5 back, official giveaway",
];
pub(crate) const DATING: [&str; 5] = [
    "lonely girl here, write me on snap for hot pics",
    "my ex leaked everything, see it through the link on my page",
    "looking for a sugar baby, I pay 2,000 dollars every week, dm me",
    "I show more on the other site, link in bio \u{1f51e}",
    "come to my live cam tonight it is free",
];
pub(crate) const ITALIAN: [&str; 12] = [
    "che bel posto, ci vorrei andare a maggio",
    "mia nonna aveva lo stesso bollitore in cucina",
    "con che obiettivo hai fatto la seconda foto",
    "noi ci siamo stati l'anno scorso con i bambini",
    "come si chiama l'uccellino a sinistra",
    "il sentiero è scivoloso quando piove",
    "la luce di questa mattina è incredibile",
    "ho provato la tua ricetta ed è venuta benissimo",
    "dovresti scrivere un libro su questi viaggi",
    "qui da noi nevica da tre giorni",
    "quanto tempo ci vuole per arrivare al rifugio",
    "grazie per averci portato con te anche oggi",
];
pub(crate) const SPANISH: [&str; 12] = [
    "qué lugar más bonito, quiero ir en primavera",
    "mi abuela tenía una tetera igual que esa",
    "con qué lente sacaste la segunda foto",
    "nosotros fuimos el año pasado con los niños",
    "cómo se llama el pájaro de la izquierda",
    "el camino resbala mucho cuando llueve",
    "la luz de esta mañana es increíble",
    "hice tu receta y quedó buenísima",
    "deberías escribir un libro sobre tus viajes",
    "aquí llevamos tres días de lluvia",
    "cuánto se tarda en subir hasta el refugio",
    "gracias por llevarnos contigo también hoy",
];
pub(crate) const HINDI: [&str; 14] = [
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
