//! The phrases of spam and scams in other languages than English, folded: accents, and signs of vowels of Hindi, are gone.

use super::topic::Topic;

/// As [the English ones](super::lists::LISTS).
pub(super) const LISTS: &[((Topic, f64), &str)] = &[
    // What is most common in other languages; accents are folded away.
    // The folded form of the Cyrillic short i is i.
    (
        (Topic::Begging, 1.4),
        "подпишись на мои|подпишитесь на мои|подписываитесь на мои|подписываитесь",
    ),
    (
        (Topic::Begging, 1.0),
        "suscribete|suscribanse|suscribirse|suscribirte|subscribirse|subscribete|inscreva se|
        se inscreve|se inscrevam|abonne toi|abonnez vous|abonniert|abonniere|abone ol|
        abone olun|iscriviti|iscrivetevi|subskrybuj|sub karo|subscribe karo|sigueme|siganme|
        seguime|me segue|me sigam|segue de volta|sdv|подпишись|подпишитесь|подписывайтесь",
    ),
    (
        (Topic::Promotion, 1.0),
        "mi canal|mi nuevo video|mi nueva cancion|visita mi|visiten mi|pasen por mi|meu canal|
        no meu canal|ma chaine|mein kanal|meinen kanal|meinem kanal|auf meinem profil|kanalima|
        kanalimi|il mio canale|moj kanal|mojego kanalu|мои канал|моем канале|моем профиле|
        cek bio|cek profil|link di bio|link na bio|link en mi bio|enlace en mi bio|
        link nella bio|lien en bio|lien dans ma bio|link in der bio|ссылка в профиле",
    ),
    (
        (Topic::Earnings, 0.8),
        "gana dinero|ganar dinero|ganhar dinheiro|ganhe dinheiro|dinheiro extra|dinero extra|
        dinero facil|renda extra|geld verdienen|verdiene geld|gagner de largent|
        gagnez de largent|guadagnare online|ingresos extra|заработок|заработать|para kazan|
        escribeme al|me chama no|chama no|escreva para|schreib mir|ecrivez moi|ecris moi|
        recuperar tu|recuperar sua",
    ),
    // What is most common in comments in Portuguese, Spanish, Turkish, Vietnamese, Arabic, Hindi (in both scripts)
    // and Indonesian: bets, loans, followers for sale, work from home, charms, and where to write. Folded, so that
    // Hindi has no signs of vowels. No labels could be had for most of these: their false alarms are measured.
    (
        (Topic::Bait, 1.4),
        "fortune tiger|tigrinho|joguinho do tigre|jogo do tigrinho|jogo do tigre|
        bonus sem deposito|plataforma pagando|plataforma nova pagando|bet paga|paga via pix|
        pagando via pix|hora via pix|comprar seguidores|ganhar seguidores|seguidores reais|
        seguidores baratos|emprestimo rapido|emprestimo na hora|emprestimo liberado|nome sujo|
        amarracao amorosa|bono sin deposito|prestamo rapido|prestamos rapidos|amarres de amor|
        amarre de amor|seguidores reales",
    ),
    (
        (Topic::Contact, 1.0),
        "link no perfil|link do perfil|link no meu perfil|link da bio|link na minha bio|
        cadastro no meu perfil|cadastro no perfil|confira no meu perfil|chama no zap|
        chama no whats|chama no whatsapp|chama no direct|me chama na dm|link en mi perfil|
        enlace en mi perfil|escribele por telegram|escribele por whatsapp|
        contactalo por whatsapp",
    ),
    (
        (Topic::Bait, 1.4),
        "deneme bonusu|yatırımsız|cevrimsiz bonus|bedava bonus|canlı bahis|bahis sitesi|
        bahis siteleri|kacak bahis|bahis kuponu|bahis kuponlarım|freespin|slot oyununda|
        iddaa kuponum|iddaa kuponu|bugunku kupon|banko kupon|takipci satılır|takipci satın|
        ucuz takipci|gercek takipci|begeni satılır|evden calısarak|ek gelir|gunluk kazanc|
        medyum hoca",
    ),
    (
        (Topic::Contact, 1.0),
        "link profilimde|link profilde|profilime bak|profilime bakın|profile tıkla|
        profilime tıkla|telegram kanalıma|telegram grubuma|telegrama katıl|telegrama gel|
        dm den yaz|bilgi icin dm|dm at",
    ),
    (
        (Topic::Bait, 1.4),
        "vay tien|cho vay|khong the chap|giai ngan|tuyen cong tac vien|tuyen ctv|
        lam viec tai nha luong|nha cai uy tin|đang ky tang|no hu|tai xiu|tang follow|
        tang like|tang sub|kiem tien online|kiem tien tai nha|soi cau|bua yeu|lai moi tuan|
        ban acc",
    ),
    (
        (Topic::Contact, 1.0),
        "lien he zalo|ket ban zalo|nhan zalo|inbox minh|inbox em|nhan tin cho shop|
        link o trang|vao link trang|link o bio|qua zalo",
    ),
    (
        (Topic::Bait, 1.4),
        "اربح من المنزل|الربح من المنزل|الربح من الانترنت|اربح المال|دولار يوميا|دولار اسبوعيا|
        تداول العملات|العملات الرقمية مع|مضمون الربح|ربح مضمون|متابعين حقيقيين|زيادة متابعين|
        بيع متابعين|متابعين ولايكات|شيخ روحاني|جلب الحبيب|لجلب الحبيب|رد الحبيب|ورد الحبيب|
        رد المطلقة|ورد المطلقة|علاج السحر|قرض سريع|قروض سريعة|بدون كفيل|سداد القروض|سداد قروض",
    ),
    (
        (Topic::Contact, 0.8),
        "تواصل معي|راسلني على|راسلني واتساب|اتصل واتساب|على الواتساب|على التلغرام|تواصل خاص|
        تواصل واتساب|الرابط في البايو",
    ),
    (
        (Topic::Bait, 1.4),
        "घर बठ|वहटसएप कर|बय म ह|लक मर बय|लक बय|लक परफइल|लन चहए|लन पए|बन कगज|फलअरस बढन|
        फलअरस और लइकस|पस डबल|टलगरम पर जड|वशकरण|सटट नबर",
    ),
    (
        (Topic::Bait, 1.4),
        "ghar baithe|roz kamao|daily kamao|paise kamao|paisa kamao|colour prediction|
        color prediction|ipl toss|toss report|satta number|satta matka|matka number|
        matka result|loan chahiye|instant loan|bina document|paisa double|followers badhao|
        followers badhaye|followers chahiye|vashikaran",
    ),
    (
        (Topic::Contact, 1.0),
        "link bio me|bio me hai|mere bio me|telegram join karo|telegram channel join|
        mera telegram|whatsapp karo|dm karo|mere channel par",
    ),
    (
        (Topic::Bait, 1.4),
        "tambah followers|tambah follower|followers murah|followers aktif|jual followers|
        pinjaman online|pinjaman tanpa jaminan|butuh pinjaman|butuh dana|dana cepat|
        langsung cair|obat herbal|herbal pelangsing|obat kuat|obat pelangsing|grup saham|
        profit tiap hari|cuan harian|pelet ampuh|pesugihan|mbah dukun|buka aura|
        kerja dari rumah gaji",
    ),
    (
        (Topic::Contact, 1.0),
        "order wa|hubungi wa|chat wa|minat dm|minat wa|info dm|link di profil",
    ),
    // The same in French, German, Italian, Spanish, Russian, and more of it in Turkish, Hindi and Arabic.
    (
        (Topic::Bait, 1.4),
        "pret entre particuliers|prets entre particuliers|offre de pret|offres de pret|joffre des prets|jaccorde des prets|
        credit sans justificatif|pret sans justificatif|pret rapide et|retour affectif|retour de letre aime|
        grand marabout|maitre marabout|marabout serieux|marabout africain|abonnes reels|vrais abonnes|acheter des abonnes|
        abonnes pas cher|travail a domicile sans|euros par jour avec|euros par jour depuis|euros par semaine avec|
        euros par semaine depuis|euros en une semaine|bonus sans depot|pronostics gratuits|pronos gratuits|pronos vip|
        gains garantis|gain garanti|argent facile|numeros gagnants",
    ),
    (
        (Topic::Contact, 0.8),
        "contactez moi par|contactez le sur|contactez la sur|contacte le sur|contacte la sur|ecrivez lui sur|ecris lui sur|
        ecrivez moi sur|ecris moi sur|ecrivez moi en prive|ecris moi en prive|venez en prive|viens en prive|
        lien dans mon profil|lien sur mon profil|lien de mon profil|rejoins mon canal|rejoignez mon canal|
        rejoignez le canal|rejoignez le groupe|groupe telegram|canal telegram|groupe whatsapp",
    ),
    (
        (Topic::Bait, 1.4),
        "kredit ohne schufa|kredite ohne schufa|kredit ohne bonitat|kredit von privat|sofortkredit ohne|follower kaufen|
        echte follower|gunstige follower|likes kaufen|nebenverdienst von|nebenverdienst ohne|nebeneinkommen von|
        passives einkommen mit|euro am tag von|euro am tag mit|euro pro tag von|euro pro tag mit|euro pro woche von|
        euro pro woche mit|geld von zu hause|geld von zuhause|von zu hause aus verdienen|von zuhause aus verdienen|
        bonus ohne einzahlung|gratis wetttipps|sichere wetten|sichere wetttipps|liebeszauber|partnerruckfuhrung|
        gewinn garantiert|garantierter gewinn|garantierte gewinne|schnelles geld",
    ),
    (
        (Topic::Contact, 0.8),
        "link im profil|link in meinem profil|link in meiner bio|schreibt mir auf|schreib mir auf|schreibt ihm auf|
        schreib ihm auf|schreibt ihr auf|schreib ihr auf|kontaktiere mich|kontaktiert mich|kontaktieren sie mich|
        meine telegram|telegram gruppe|whatsapp gruppe|telegram kanal",
    ),
    (
        (Topic::Bait, 1.4),
        "guadagna da casa|guadagnare da casa|guadagna lavorando|lavorando da casa e|al mese lavorando da casa|
        al mese da casa|euro al giorno da|euro al giorno con|euro a settimana con|euro a settimana da|follower veri|
        follower reali|comprare follower|vendo follower|prestito tra privati|prestiti tra privati|prestito veloce|
        prestiti veloci|prestito senza busta|bonus senza deposito|bonus di benvenuto senza|scommesse sicure|
        schedina sicura|schedine sicure|schedine vincenti|pronostici gratis|legamento damore|legamenti damore|
        guadagno garantito|guadagni garantiti|soldi facili",
    ),
    (
        (Topic::Contact, 0.8),
        "link nel mio profilo|link nel profilo|link nella mia bio|scrivimi in privato|scrivetemi in privato|scrivimi su|
        scrivetemi su|scrivigli su|contattami su|contattatemi su|contattami in privato|contattate il|entra nel gruppo|
        entra nel canale|entrate nel gruppo|gruppo telegram|canale telegram|gruppo whatsapp",
    ),
    (
        (Topic::Bait, 1.4),
        "trabaja desde casa y|trabaja desde tu casa|trabaja desde tu celular|desde casa y gana|desde tu casa y gana|
        dolares por semana|dolares a la semana|dolares diarios|euros al dia desde|euros al dia con|euros diarios|
        euros por semana desde|seguidores baratos|vendo seguidores|comprar seguidores|vendo cuentas|cuentas de netflix|
        prestamos sin aval|prestamo sin aval|rapidos sin aval|sin buro|prestamos personales sin|endulzamientos|endulzamiento|
        regresa tu pareja|vuelve tu pareja|regreso de pareja|apuestas seguras|pronosticos gratis|apuestas gratis|
        ganancias garantizadas|ganancia garantizada|multiplica tu dinero|multiplicar tu dinero",
    ),
    (
        (Topic::Contact, 0.8),
        "escribeme por|escribeme al|escribanme al|escribanme por|escribe al whatsapp|info por privado|
        informes por privado|info por interno|info al dm|info por dm|precios en mi perfil|unete a mi canal|unete al canal|
        unete a mi grupo|unete al grupo|grupo de telegram|canal de telegram|grupo de whatsapp|por telegram|por whatsapp",
    ),
    (
        (Topic::Bait, 1.4),
        "накрутка подписчиков|накрутка лаиков|накрутка просмотров|накрутка инстаграм|живые подписчики|
        нужны люди на подработку|нужны люди на удаленку|нужны люди для удаленнои|подработка на дому|подработку на дому|
        подработка без опыта|работа на дому без|оплата каждыи день|оплата ежедневно|ежедневная оплата|ежедневные выплаты|
        пассивныи доход|бесплатные прогнозы|прогнозы на спорт|договорные матчи|онлаин казино|бездепозитныи|фриспины|
        заим без отказа|заимы без отказа|кредит без отказа|снятие порчи|приворот на",
    ),
    (
        (Topic::Contact, 0.8),
        "пишите в телеграм|пиши в телеграм|обращаитесь в телеграм|
        писать в телеграм|в мои канал|на мои канал|переходи в профиль|переходите в профиль|в шапке профиля|
        ссылка в шапке|ссылка в био",
    ),
    (
        (Topic::Bait, 1.4),
        "takipci satısı|takipci satısları|begeni satısı|izlenme satısı|evde ek is|ek is imkanı|ek is fırsatı|
        evden ek is|gunluk odeme|banko mac|banko maclar|hazır kupon|yatırım sartsız|faizsiz kredi|kefilsiz kredi|
        icralıya kredi|ask buyusu|baglama buyusu|garantili kazanc",
    ),
    (
        (Topic::Contact, 0.8),
        "profilden ulas|profilden ulasın|whatsapptan yaz|whatsapptan yazın|whatsapp yazın|link biyografide|link bioda|
        biyografideki link|telegram kanalım|telegram grubum|kanalıma gelin|kanalıma katıl",
    ),
    (
        (Topic::Bait, 1.4),
        "सटट कग|सटट मटक|पस कमए|पस कमन क|घर स कम करक|तरत लन|बन दसतवज|फलअरस खरद|गररट मनफ|متابعين بارخص|
        متابعين باقل|متابعين رخيص|ربحت من التداول|ارباح يومية|ربح يومي|قروض بدون|قرض بدون|تمويل بدون كفيل|
        توقعات مضمونة|فك السحر|بونص بدون",
    ),
    (
        (Topic::Contact, 0.8),
        "टलगरम चनल|चनल जइन|लक परफइल म|वहटसएप पर|الرابط في حسابي|رابط القناة|قناتي في حسابي|راسلني خاص|
        ارسل رسالة الان|انضم الى قناتي|انضم للقناة|على الخاص",
    ),
];
