//! Phrases that brands mind, by category and level, and what takes them back.
//!
//! The lists are short, English and deliberately plain: a reader sees at once what can be found and
//! what cannot. Hate against groups is not here: it takes a target and a predicate (see `hate.rs`).

use std::sync::LazyLock;

use super::super::phrases::Phrases;
use super::category::Category;
use crate::level::Level;

/// Words within three before a hit below the floor that turn it into its opposite.
#[rustfmt::skip]
pub(super) const NEGATIONS: [&str; 23] = [
    "no", "not", "never", "without", "against", "anti", "stop", "end", "dont", "doesnt", "didnt",
    "wont", "cant", "isnt", "arent", "nobody", "avoid", "ban", "quit", "prevent", "fight", "hates",
    "stopped",
];

/// Words within three after the start of a phrase on suicide or self-harm that name a help.
#[rustfmt::skip]
pub(super) const HELP: [&str; 12] = [
    "prevention", "hotline", "helpline", "lifeline", "awareness", "survivor", "survivors",
    "counselling", "counseling", "recovery", "support", "charity",
];

/// What is said to somebody who thinks of it.
pub(super) static HELP_OFFERS: LazyLock<Phrases<()>> = LazyLock::new(|| {
    Phrases::new(&[(
        (),
        "call us|call me|call somebody|call someone|call a friend|call 988|text 988|talk to us|talk to me|
        talk to somebody|talk to someone|talk about it|reach out|ask for help|get help|find help|you are not alone|
        youre not alone|not alone|we are here for you|hotline|helpline|lifeline|samaritans|support group|
        peer support|crisis line|therapist",
    )])
});

/// What sounds like a negation and takes nothing back.
#[rustfmt::skip]
pub(super) const NO_NEGATIONS: [&str; 34] = [
    "not gonna lie", "not going to lie", "not even lying", "not kidding", "not joking", "not only",
    "not just", "not even", "not to mention", "no lie", "no cap", "no joke", "no kidding",
    "no doubt", "no matter", "no wonder", "no way", "no problem", "no shame", "no better",
    "cant wait", "cant get enough", "cant live without", "cant stop", "cant quit", "cant say no",
    "dont stop", "dont say no", "dont get me wrong", "didnt know", "never without", "never stop",
    "never say no", "end up",
];

/// What a phrase stands for; `None` where it is harmless and only hides another one.
pub(super) type Meaning = Option<(Category, Level)>;

pub(super) static PHRASES: LazyLock<Phrases<Meaning>> = LazyLock::new(|| Phrases::new(LISTS));

/// Phrases that are found in hashtags, too, where they are written as one word.
pub(super) fn in_hashtags() -> impl Iterator<Item = (String, (Category, Level))> {
    LISTS
        .iter()
        .filter_map(|(meaning, list)| Some(((*meaning)?, list)))
        .filter(|((_, level), _)| *level >= Level::High)
        .flat_map(|(meaning, list)| {
            let phrases = list
                .split('|')
                .filter(|phrase| !phrase.contains(['*', '$', '@']));
            phrases.map(move |phrase| (phrase.split_whitespace().collect(), meaning))
        })
}

const LISTS: &[(Meaning, &str)] = &[
    (
        Some((Category::Adult, Level::High)),
        "porn|porno|pornography|xxx video|sex tape|onlyfans|escort service|nude photos|send nudes|
        hardcore sex|buy my nudes|adult content on my",
    ),
    (
        Some((Category::Adult, Level::Medium)),
        "nudes|nude|naked|stripper|strip club|fetish|erotic|horny|adult video",
    ),
    (
        Some((Category::Adult, Level::Low)),
        "lingerie|sexy|seductive|sexual",
    ),
    (
        Some((Category::Arms, Level::Floor)),
        "how to make a bomb|build a bomb|3d printed gun|ghost gun kit",
    ),
    (
        Some((Category::Arms, Level::High)),
        "buy guns|guns for sale|illegal weapons|assault rifle|assault rifles|silencer for sale|
        glock for sale|glocks for sale|glock switch|glock switches|auto sear|
        auto sears|turns it full auto|turn it full auto|
        serials gone|serial removed|serials removed|serial numbers removed|polymer 80|80 lowers|
        80 percent lowers|unregistered guns|untraceable gun|untraceable guns|
        ghost guns in stock|ghost guns for sale|numbers filed off|serials filed off|serial filed off",
    ),
    (
        Some((Category::Arms, Level::Medium)),
        "handgun|handguns|rifle|rifles|shotgun|ammunition|ammo|grenade|firearm|firearms|machine gun|
        glock|glocks|ar 15|ar15|ak 47|ak47|no background check|no background checks|
        ghost gun|ghost guns|untraceable pistol|untraceable pistols|
        3d printed pistol|3d printed pistols|3d printed glock|3d printed glocks",
    ),
    (Some((Category::Arms, Level::Low)), "gun|guns|hunting knife"),
    (
        Some((Category::Crime, Level::Floor)),
        "child abuse material|human trafficking ring",
    ),
    (
        Some((Category::Crime, Level::High)),
        "stolen goods|credit card dump|credit card dumps|fake ids|counterfeit money|
        money laundering|insider trading tips|cloned cards",
    ),
    (
        Some((Category::Crime, Level::Medium)),
        "robbery|burglary|murderer|kidnapping|kidnapped|gang violence|fraudster|shoplifting|rape|
        rapist",
    ),
    (Some((Category::Crime, Level::Low)), "arrested|prison|criminal"),
    (
        Some((Category::DeathAndInjury, Level::Floor)),
        "how to kill yourself|suicide method|suicide methods|beheading video|snuff film|
        go kill yourself|you should kill yourself",
    ),
    (
        Some((Category::DeathAndInjury, Level::High)),
        "kill yourself|kys|self harm|suicide|beheading|i will kill you|gore video|proana|pro ana|
        promia|thinspo|thinspiration|
        bonespo|meanspo|starve yourself|starving yourself|
        k y s|kill urself|kill ur self|kill your self|unalive yourself|unalive urself|end your life|
        end yourself|end urself|neck yourself|neck urself|rope yourself|hang yourself|hang urself|
        drink bleach|go jump off a bridge|go jump off a building|slit your wrists|slit ur wrists|
        nobody would miss you|no one would miss you|nobody will miss you|no one will miss you|
        world would be better without you|world is better without you|
        it gets better is a lie|hit styro|reached styro|better without you in it|favour and end it|
        favor and end it|favour and die|
        favor and die|suicide pact|
        better if you werent in it|better off if you werent",
    ),
    (
        Some((Category::DeathAndInjury, Level::Medium)),
        "mass shooting|school shooting|massacre|corpse|bloodbath|stabbed to death|shot dead|murder|
        murdered|torture",
    ),
    (
        Some((Category::DeathAndInjury, Level::Low)),
        "fatal accident|car crash|died",
    ),
    (
        Some((Category::Piracy, Level::High)),
        "cracked software|free keygen|torrent download|pirated movies|pirated copy|
        leaked album download",
    ),
    (
        Some((Category::Piracy, Level::Medium)),
        "pirate bay|keygen|warez|free streams of|watch movies free|iptv subscription",
    ),
    (
        Some((Category::Hate, Level::Floor)),
        "heil hitler|white power|gas the jews|ethnic cleansing now|race war now|sieg heil|
        hitler was right|hitler did nothing wrong|hitler had a point|hitler had the right idea|
        hitler should have finished|1488|14 88|rahowa|blood and honour|join the kkk|
        white pride worldwide|jews will not replace us|
        you will not replace us|six million wasnt enough|6 million wasnt enough",
    ),
    (
        Some((Category::Hate, Level::High)),
        "white supremacy rules|master race|subhuman|subhumans|vermin people|inferior race|
        superior race|white pride|great replacement|white genocide|bring back slavery|
        bring back lynching|race traitor|race traitors|
        go back to your country|go back where you came from|back to where they came from|
        back where they came from|breed like rats|breed like rabbits|breed like animals|
        breed like cockroaches|
        goyim know|the goyim are|holohoax|holocough|six gorillion|6 gorillion|
        expelled from 109|expelled from 110|expelled 109|expelled 110|jews own the|jews own our|
        jews run the|jews run our|jews rule the|
        zionists own the|zionists run the|zionists control the|sink the boats|sink their boats|
        sink every boat|
        burn the camps|burn down the camp|burn the mosque|burn down the mosque|burn the synagogue|
        burn down the synagogue|torch the mosque|torch the camp|gas the lot|gas them all|back to the mud huts|no gays in our|
        no gays in my|no muslims in our|no muslims in my|no jews in our|no jews in my|no blacks in our|
        no blacks in my|no migrants in our|no immigrants in our|no refugees in our|stupid whore|
        dumb whore|filthy whore|dirty whore|stupid slut|dumb slut|
        filthy slut|dirty slut|wives need discipline|wife needs discipline|
        no race mixing|blood must stay pure|the jews did it again|slap your wife|
        gay is a mental illness|queer is a mental illness|trans is a mental illness|
        homosexuality is a disease|homosexuality is a mental illness|fags like you|
        should rape|gonna rape|i will rape|ill rape|i would rape|deserve to be raped|
        deserves to be raped|need to be raped|needs to be raped|hope you get raped|
        hope she gets raped|dykes just need|lesbians just need",
    ),
    (
        Some((Category::Obscenity, Level::Medium)),
        "fuck|fucks|fucked|fucking|fucker|motherfucker|motherfucking|cunt|cunts|asshole|assholes|
        bitch|bitches|whore|slut|dickhead|wanker|retard|retarded|nigga|niggas",
    ),
    (
        Some((Category::Obscenity, Level::Low)),
        "shit|shitty|bullshit|damn|crap|ass|bastard|piss|pissed|wtf|stfu|dick",
    ),
    (
        Some((Category::Drugs, Level::High)),
        "buy cocaine|buy heroin|drug dealer|drug dealing|meth lab|crystal meth|fentanyl|heroin|
        cocaine|lsd|ecstasy pills|weed for sale|without prescription|without a prescription|
        no prescription needed|no script needed|no doctor needed|steroids for sale|pills for sale|percs in stock|
        buy xanax|buy adderall|buy oxy|xanax for sale|oxycodone for sale|
        coke for sale|mdma for sale|ketamine for sale|shrooms for sale|
        restock on pills|mandy and pills|stealth shipping|
        selling oxy|selling pills|selling xans|xans in stock|
        valium in stock|tramadol in stock|codeine in stock",
    ),
    (
        Some((Category::Drugs, Level::Medium)),
        "get high|getting high|stoned|magic mushrooms|marijuana|cannabis|overdose|steroids|
        smoking weed|vape juice|xanax|adderall|percocet|percs|oxycodone|slot gacor|judi online|situs slot|online casino|
        mdma|ketamine|mephedrone",
    ),
    (
        Some((Category::Drugs, Level::Low)),
        "drunk|wasted tonight|vodka|whiskey|tequila|beer|cigarette|cigarettes|vaping|hangover|
        casino|betting odds",
    ),
    (
        Some((Category::SpamAndMalware, Level::High)),
        "hack any account|free followers|buy followers|free robux|account hacker|
        guaranteed profit|guaranteed returns|double your bitcoin|fixed matches|fixed match|
        sure odds|triple your money|flip your money|money flip|money flips|cash flip|cash flips|
        send me $ and i|send me $ today and|i send you back $|send you back double|
        pay the activation fee|pay an activation fee|blessing loom|top up to withdraw|
        guaranteed profits|guaranteed payout|guaranteed payouts|
        risk free profit|risk free profits|lucro garantido|ganancia garantizada|
        ganancias garantizadas|garantierter gewinn|garantierte gewinne|gains garantis|
        send me $ and get|get $ back before|cash app flips|cashapp flips|flips are live|
        unlock your profit|unlock your profits|unlock your payout|unlock your funds|bank logs|
        clone cards",
    ),
    (
        Some((Category::SpamAndMalware, Level::Medium)),
        "password hack|get rich quick|click this link to win|100 working hack|forex signals|binary options|
        pyramid scheme|betting tips|casino bonus|free spins|free bets|copy my bets|deposit bonus|
        odds for tonight|vip tips|betting group|betting slip|
        double your money",
    ),
    (
        Some((Category::Terrorism, Level::Floor)),
        "join isis|join the jihad|martyrdom operation|death to america|death to israel|
        car bomb tutorial",
    ),
    (
        Some((Category::Terrorism, Level::High)),
        "suicide bomber|suicide bombing|terrorist attack|terror attack|isis fighters|al qaeda",
    ),
    (
        Some((Category::Terrorism, Level::Medium)),
        "terrorist|terrorists|terrorism|hostage|extremist|extremists",
    ),
    (
        Some((Category::SocialIssues, Level::Medium)),
        "abortion is murder|stolen election|deep state|civil war now|illegal aliens|
        defund the police",
    ),
    (
        Some((Category::SocialIssues, Level::Low)),
        "abortion|gun control|death penalty|immigration policy|border wall|election fraud|
        culture war",
    ),
    (
        Some((Category::Misinformation, Level::High)),
        "vaccines cause autism|covid hoax|plandemic|miracle cure|cures cancer|
        cure for cancer they hide|holocaust hoax|holocaust never happened|microchip in the vaccine|
        mms cures|drops of mms|mms drops|mms protocol|miracle mineral|chlorine dioxide cures|
        chlorine dioxide heals|dioxido de cloro cura|bleach cures|bleach enema|bleach enemas|
        throw the insulin|throw away your insulin|throw out your insulin|stop your insulin|
        ditch your insulin|baking soda heals|baking soda cures|baking soda kills cancer|
        cures autism|heals autism|reverses autism|heals cancer|cures diabetes|cures hiv|
        measles is a gift|vaccines are poison|vaccine is poison|vaccine causes autism|
        turbo cancer|throw away the chemo|throw out the chemo|stop taking your insulin|mms healed|mms cured|mms heals|
        healed my tumour|healed my tumor",
    ),
    (
        Some((Category::Misinformation, Level::Medium)),
        "flat earth|chemtrails|crisis actors|fake moon landing|big pharma hides|5g causes|
        detox cures|new world order|
        doctors dont want you to know|doctors do not want you to know",
    ),
    // Harmless turns that contain a phrase of the lists.
    (
        None,
        "in 1488|year 1488|since 1488|until 1488|from 1488|before 1488|after 1488|around 1488|
        by 1488|bus 1488|room 1488|route 1488|line 1488|flight 1488|page 1488|number 1488|
        1488 likes|1488 followers|1488 views|1488 steps|1488 people|1488 words|1488 pages|1488 km|
        1488 metres|1488 m|1488 euros|1488 dollars|1488 days|murder mystery|murder she wrote|
        killer heels|bath bomb|bath bombs|photo bomb|
        die hard|shot dead center|nude lipstick|nude lip|nude nails|nude heels|nude tones|
        nude palette|nude shades|nude shade|nude makeup|nude look|naked palette|naked eye|
        naked cake|high ground|get high ground|get high up|getting high up|get high scores|
        get high marks|get high quality|get high protein|root beer|ginger beer|beer garden|
        glue gun|water gun|nerf gun|heat gun|nail gun|top gun|massage gun|spray gun|staple gun|tattoo gun|caulking gun|
        price gun|starting gun|gun metal|son of a gun|under the gun|machine gun kelly|guns n roses|guns and roses|
        
        jump the gun|shotgun seat|calls shotgun|call shotgun|riding shotgun|shotgun wedding|
        rape seed|grape|prison break|criminal minds|smooth criminal|smoking hot|damn good|
        bad ass|kick ass|badass|ass well|dick van dyke|moby dick|crystal clear|
        sexual orientation|sexual orientations|sexual identity|sexual minority|sexual minorities|
        sexual education|sexual health|sexual reproduction|hangover cure|stoned fruit|suicide squad|
        terrorists win|counter terrorists win|murder hornet|murder of crows|torture test|
        heroin chic|drunk in love|naked mole rat|naked mole rats|drunk elephant|punch drunk|body shot|shot of espresso|
        to suicide|by suicide|suicide loss|forgive a suicide|suicide widow|heroin took|heroin killed|
        cocaine took|cocaine killed|fentanyl took|fentanyl killed|off cocaine|off heroin|off the heroin|
        off fentanyl|quit heroin|quit cocaine|heroin addiction|
        cocaine addiction|fentanyl crisis|lost * to heroin|lost * * to heroin|lost * to fentanyl|
        lost * * to fentanyl|years clean from|off crack|double your money back",
    ),
];
