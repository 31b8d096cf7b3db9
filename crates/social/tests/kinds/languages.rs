//! Fans who write in many languages and dialects: nothing is held against any of them.

use crate::kit::kinds::{ENGLISH, Kind, all_show_what_they_must, is_spared, written};
use crate::texts::{
    ARABIC_FANS, FRENCH, GERMAN, HINDI, INDONESIAN, ITALIAN, JAPANESE, PORTUGUESE, PORTUGUESE_FANS,
    RUSSIAN, SPANISH, TAGLISH,
};
use crate::{fans, is_honest};

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

const KINDS: &[Kind] = &[
    (
        "Portuguese fans",
        "audience spared",
        |s| written(s, &PORTUGUESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Brazilian fans",
        "audience spared",
        |s| written(s, &PORTUGUESE_FANS, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    fans!(
        "half English, half Spanish",
        is_honest,
        [
            "I could look at this all day",
            "qué bonito camino, yo iría mañana mismo",
            "which lens did you use for this",
            "mi abuela tenía una tetera igualita",
            "it rained all week here so thank you",
            "cuánto tardaste en subir hasta arriba",
            "the colours remind me of home",
            "gracias por contar la historia completa",
        ]
    ),
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
    fans!(
        "Polish fans",
        is_honest,
        [
            "piękne światło na drugim zdjęciu",
            "moja babcia miała taki sam czajnik",
            "ile czasu zajęło wam wejście na górę",
            "byliśmy tam z dziećmi w zeszłym roku",
            "u nas pada od tygodnia, dzięki za trochę słońca",
            "jakim obiektywem to zrobiłeś",
            "ten ptak po lewej to chyba rudzik",
            "koniecznie wróćcie tam jesienią",
            "kawa na schodach smakuje najlepiej",
            "czy szlak jest dobry dla dzieci",
            "mój dziadek chodził tędy do szkoły",
            "mgła nad rzeką jak z bajki",
        ]
    ),
    (
        "Turkish fans",
        "audience spared",
        |s| written(s, &TURKISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Russian fans",
        "audience spared",
        |s| written(s, &RUSSIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Arabic fans",
        "audience spared",
        |s| written(s, &ARABIC, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Arabic fans of another village",
        "audience spared",
        |s| written(s, &ARABIC_FANS, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Hindi fans",
        "audience spared",
        |s| written(s, &HINDI, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Hindi in Latin letters fans",
        "audience spared",
        |s| written(s, &HINGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Indonesian fans",
        "audience spared",
        |s| written(s, &INDONESIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Vietnamese fans",
        "audience spared",
        |s| written(s, &VIETNAMESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    fans!(
        "Thai fans",
        is_honest,
        [
            "แสงในรูปที่สองสวยมากเลย",
            "คุณยายของฉันมีกาน้ำแบบนี้เลย",
            "เดินขึ้นไปถึงข้างบนนานเท่าไหร่",
            "ปีที่แล้วพาลูกไปที่นั่นมาสนุกมาก",
            "ที่บ้านฝนตกทั้งสัปดาห์ ขอบคุณสำหรับรูป",
            "นกตัวซ้ายชื่ออะไรคะ",
        ]
    ),
    (
        "Japanese fans",
        "audience spared",
        |s| written(s, &JAPANESE, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Korean fans",
        "audience spared",
        |s| written(s, &KOREAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Taglish fans",
        "audience spared",
        |s| written(s, &TAGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "English fans",
        "audience at least 80",
        |s| written(s, &ENGLISH, 0, &[]),
        |r| r.audience_authenticity.score >= Some(80.0),
    ),
    (
        "Indian English fans",
        "audience spared",
        |s| written(s, &INDIAN_ENGLISH, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Nigerian English fans",
        "audience spared",
        |s| written(s, &NIGERIAN, 0, &[]),
        |r| is_spared(&r.audience_authenticity),
    ),
    (
        "Italian fans",
        "is_honest",
        |s| fans(s, &ITALIAN),
        is_honest,
    ),
    (
        "Spanish fans",
        "is_honest",
        |s| fans(s, &SPANISH),
        is_honest,
    ),
    fans!(
        "Polish fans",
        is_honest,
        [
            "jakie piękne miejsce, pojedziemy tam latem",
            "babcia miała taki sam czajnik w kuchni",
            "czym robisz zdjęcia nad rzeką",
            "byliśmy tam w zeszłym roku z dziećmi",
            "jak nazywa się ten ptak po lewej",
            "ścieżka jest śliska po deszczu",
            "światło o poranku jest niesamowite",
            "ugotowałam zupę z twojego przepisu",
            "napisz kiedyś o tym książkę",
            "u nas pada od trzech dni",
            "ile czasu zajmuje wejście na górę",
            "dziękuję za kolejny spacer"
        ]
    ),
];

#[test]
fn each_account_shows_what_it_must() {
    all_show_what_they_must(KINDS);
}
