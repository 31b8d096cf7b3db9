//! The phrases of spam and scams, in groups, in English. Written by hand from what is known of
//! the field, with the two sets of `docs/methodology.md` in view; none is a sentence of theirs, and
//! no name or address is in them.

use super::topic::Topic;

/// Per list its topic and what each of its phrases is worth, in spam points.
pub(super) const LISTS: &[((Topic, f64), &str)] = &[
    (
        (Topic::Promotion, 1.0),
        "check out my|check out our|check out this video|check out this playlist|
        check out this song|check out the new|check out his channel|check out her channel|
        check out their channel|checkout my|check us out|check me out|check em out|go check out|
        come check out|please check out|pls check out|plz check out|should check out|
        also check out|just check out|need to check out|gotta check out|
        take a look at this video|watch my|listen to my|my channel|our channel|my chanel|
        my chanell|my chanal|my youtube|my new video|my new song|my new track|my covers|
        my music video|my mixtape|my remix|our website|our page|my soundcloud|my spotify|
        my new single|my latest video|my latest song|my first video|my first song|
        look at my channel|my twitch|my onlyfans|
        my etsy|my discord|join our discord|join my discord|watch v *|youtu be|w w w|link on my|
        link is in my|link in profile|link in my profile|songs on my|videos on my|see my new|
        my new album|stream my|support my channel",
    ),
    (
        (Topic::Promotion, 1.0),
        "check my channel|check my page|check my profile|check my bio|check my video|
        check my videos|check my music|check my new|check my latest|check my song|
        check my songs|check my cover|check my soundcloud|check my account|check my insta|
        check my instagram|check my story|checking my channel|checking my page|
        checking my music|visit my channel|visit my page|visit my profile|visit my site|
        visit my website|visit my blog|visit my store|visit my shop|visit our page|
        visit our site|visit our website|visit our store|visit our shop|visit our channel|
        my cover of|shares my|open my profile|link bio|come to my channel|go to my channel|
        give us a listen|give me a listen|give my",
    ),
    (
        (Topic::Promotion, 0.6),
        "check out|check it out|take a look|view my|look at my|share my|dot com|take a listen|
        have a listen|look up|upcoming rapper|upcoming artist|young artist|young rapper|
        unsigned artist|independent artist|i make beats|i make videos|i make gaming videos|
        i do covers|we do covers|did a cover|made a cover|we make music|we make videos|
        new artist|free downloads|my videos|see my|my own music|just started youtube|
        started a youtube|started my youtube|small youtuber|small channel|new youtuber|
        made a new channel|made a channel|search for my|give it a listen|my app|our app|
        use my code|use code|discount code|promo code",
    ),
    (
        (Topic::Promotion, 0.4),
        "check my|checking my|visit my|visit our|my cover|new music|im a rapper|i am a rapper|
        im a singer|i am a singer|i make music|i make covers|indie band|my page|my video|
        my playlist|my blog|my website|my profile|share this|please share|check out his|
        check out her|check out their|a shout out|shout out my|shout me out",
    ),
    (
        (Topic::Promotion, 0.2),
        "check out the|check out that|check out those|check out these|shout out",
    ),
    (
        (Topic::Begging, 1.0),
        "subscribe|subscriber|subscribe to|subscribing|subscrib|subscrible|subscribed to me|
        subscribed to my|suscribe|subscibe|subcribe|subscride|sub to me|sub to my|sub me|
        sub back|sub4sub|sub 4 sub|sub for sub|sub 2|follow me|follow back|follow us|follow my|
        follow for follow|followback|like my video|like my videos|like my page|like my pictures|
        like my photos|like my pics|likes my|like this comment|like this page|like and share|
        share and like|f4f|l4l|like for like|likes for likes|comment for comment|
        give me a chance|give us a chance|please like|plz like|pls like|vote for me|vote for us|
        before you ignore|like our page|sorry for the spam|sorry for spam|sorry to spam|
        not spam|help me reach|help me get|help us reach|help us get|mean a lot if|
        mean the world if|mean the world to me if|subscribers by|please donate|donate to my|
        paypal me|i will sub back|return the favor|my paypal",
    ),
    (
        (Topic::Begging, 0.6),
        "subscribers|subs|likes needed|need likes|thumbs up if|spare a|spare me|donate|join me|
        add me|cashapp|cash app|gofundme|gofund me|zelle|binance id|binance pay id|sponsor me|
        i beg you|i humbly|humbly ask|need your help|please help me|any amount|little help|
        help my family",
    ),
    ((Topic::Begging, 0.4), "like this if|like if you"),
    (
        (Topic::Appeal, 0.4),
        "hey guys|hi guys|hello guys|guys|everyone|everybody|hey everyone|
        hi everyone|hello everyone|dear friends|people|dude|hey you|yo guys|hey yall|hi yall|
        peeps",
    ),
    (
        (Topic::Earnings, 0.8),
        "made $ with|make $ with|making $ with|made * with @|make * with @|earned * with @|
        earn * with @|earned $ with|earn $ with|earning $|receiving $|withdrew $|
        withdrawal of $|withdrawals of $|profit of $|profits of $|return of $|returns of $|
        cashed $|cash out of $|payment of $|payout of $|credited with $|secured $|got paid $|
        paid me $|making over $|earn over $|earned over $|made over $|made up to $|
        earned up to $|cash out $|cashing out|made me $|turned $ into $|turn $ into $|$ into $|
        $ to $|$ turned|get paid|getting paid|earn money|money online|work from home|
        working from home|passive income|financial freedom|received my payment|
        received my profit|got my payout|cashed out|earn from home|earn daily|
        daily profit|daily profits|weekly profit|weekly profits|extra income|side income|
        quick cash|easy money|double your|triple your|6 figures|six figures|per week from home|
        guaranteed profit|guaranteed profits|guaranteed no experience needed|minimum investment|
        investment plan|investment platform|trading platform",
    ),
    (
        (Topic::Earnings, 0.6),
        "earns $|received $|receive $|withdraw $|gained $|gain $|make over $|invested $|
        investing $|deposited $|deposit $|started with $|start with $|invest $|investment of $|
        capital of $|with $|$ profit|$ profits|$ weekly|$ a week|$ a day|$ per day|$ every|
        $ monthly|within 7 days|in 3days|in 5days|in 7days|in 5 days|in 3 days|in 7 days|
        after 7days|after 7 days|start up capital|startup capital|1000x|100x|next gem|presale|
        pre sale|hidden gem coin",
    ),
    (
        (Topic::Earnings, 0.6),
        "make money|making money|online job|online jobs|work online|part time job|$ daily|
        dolares al dia|al dia desde|por dia desde|am tag von",
    ),
    (
        (Topic::Earnings, 0.4),
        "made $|make $|making $|earned $|earn $|got $|get $|my payout",
    ),
    (
        (Topic::Earnings, 0.4),
        "returns|earn|earning|earned|earnings|profits|withdrawal|withdrawals|payout|payouts|
        of income|sources of income|every week|in a week|within a week",
    ),
    (
        (Topic::Testimonial, 0.7),
        "with the help of|all thanks to|thanks to @|thanks be to|help of @|met @|i can testify|
        testify|testifying|testimony|testimonies|trading with @|trade with @|trades with @|
        invest with @|investing with @|invested with @|investment with @|started with @|
        account manager|good works|good work @|the best @|your platform|this platform|
        great trader|good trader|best trader|greatest trader|legit trader|expert trader|
        professional trader|your company|man of his words|man of your words|woman of her words|
        woman of your words|keeping your words|keep to your words|work well done|never believed|
        i never believe|thought it was a scam|thought it was scam|turned out to be legit|
        not a scam|i bless the day|spread your|spread the good|forever grateful|
        forever indebted|indebted to you|i must confess|dont normally comment|people saying|
        seeing post|seeing posts|gave it a trial|giving it a trial|give it a trial|
        gave her a try|gave him a try|test the water|test the waters|no greater joy|greater joy|
        satisfied client|cant be compromised|undeniable|smile on my face|put a smile|good woman|
        great woman|god fearing|god sent|introduced to @|introduce you to|introducing me to|
        in contact with @|deserve an appreciation|deserves an appreciation|good deeds|
        life has changed|changed my financial|my financial life|winning team|never expected|
        out of debt|licensed|wonderful trading|trading skills|trading strategy|positive outcome|
        for referring|was referred to this|i was referred by|convinced by|under the guidance|
        under her guidance|under his guidance|helped me recover|recovered my|got back my lost|
        look her up|look him up|search her name|search his name|reputable|her platform|
        his platform|expert services|signal provider|accurate signal|accurate signals|
        all because a lady|all because of a lady|all because a woman|a lady named|a trader named|
        a mentor named|google * * and thank me|taught me how the market|teaches you to copy|
        copy his positions|
        copy her positions|copy his trades|copy her trades|copies his trades|copies her trades|
        my balance grows|quit my job because|quit my 9 to 5|
        not financial advice but|
        my first withdrawal|look up mr|look up mrs|look up ms|look up miss|search for mr|search for mrs|
        contact mr|contact mrs|thanks to mr|thanks to mrs|withdrawal from mr|withdrawal from mrs",
    ),
    (
        (Topic::Gratitude, 0.5),
        "thank to @|thanks * @|thank you @|thank you * @|thank you * * @|big thanks to|
        come across|came across|i recommend|highly recommend|will recommend|changed my life|
        changing my life|saved my life|working with @|made with @|by @|from @|job well done|
        real deal|reach out to|reached out to|keep saying|saw a post|give it a try|
        gave it a try|giving it a try|life changing|never regret|never disappoint|
        never disappointed|my encounter|never lost|god bless|bless you|bless her|bless him|
        grateful|honesty|honest|transparency|transparent|trustworthy|legit|reliable|
        her strategy|his strategy|her service|his service|mentor|mentorship|expertise|genuine|
        credibility|accountability|diligence|integrity|thanks so much|thank you so much|
        thanks for making|thanks for your|thank you for|thanks for the|i really appreciate|
        generous|generosity|blessing|inspiration|opportunity|
        opportunities|fortunate|debt free|success|financial advisor|fiduciary|my advisor",
    ),
    (
        (Topic::Finance, 0.3),
        "forex|fx|binary|bitcoin|btc|eth|usdt|crypto|cryptocurrency|trading|trade|trades|trader|
        traders|invest|invested|investing|investment|investments|investor|investors|mining|
        wallet|profit|profitable|broker|portfolio|signals|stocks|capital|debt|debts|nft|nfts|
        token|tokens|coin|staking|binance|metamask|defi",
    ),
    (
        (Topic::Contact, 0.8),
        "ping me|t me|wa me|dm now|dm for|dm to|dm us|message us|send a dm|send us a dm|
        send me a message|send a message|send message|direct message|
        links in bio|ask me how|contact me|contact us|contact @|contact him|contact her|dm @|
        inbox @|text @|message @|msg @|write @|dm her|dm him|inbox her|inbox him|message her|
        message him|text her|text him|click here|click the link|click my|click link|tap my|
        tap the link|write him|write her|write to her|write to him|mail me|call me on|follow @|
        follow him|follow her|follow this page|ask @|join my|join our|join this group|
        join the group|vip club|vip group|vip signals|in touch with|connect with @|
        connect with mr|connect with mrs|for help @|reach me|reach her|reach him|reach @|
        reach out @|hit @|check dm|check your dm|check your dms|check ur dm|check your inbox|
        add me on|send your pic|send your pics|send this to|send it to @|send it on|send it @|
        promote it on|promote on|promote it @|promo on|promote this|promote your|get featured|
        to be featured|wants to collab|want to collab|lets collab|let s collab|collab with us|
        brand ambassador|ambassador program|become an ambassador|lets chat|private chat|
        mentor @|guide you|send this pic to|send this photo to|send this picture to|
        send this video to|send this reel to|dm to collab|dm us to collab|love to collab|
        collaborate with you|like to feature you|feature you on|link in our bio|
        tap my profile|my profile picture|look at my profile|text me there|write me there|
        message me there|
        write us privately|write to us privately|message us privately|the code you receive|
        code you receive|code you get by sms|card number to|your card number|our care page|care page @|
        care team @|support page @|help desk @|helpdesk @|refund form|refund desk|
        what you are looking for is on|my profile has what|its pinned|it s pinned|pinned on my|
        pinned in my|
        code we just texted|code we texted|code we sent you|scheduled for deletion|submit an appeal|
        card and cvv|your cvv",
    ),
    (
        (Topic::Contact, 0.8),
        "message me on|message me for|message me with|message me now|text me on|text me with|
        text me for|text me now|dm me on|dm me for|dm me now|dm me if|inbox me now|msg me with|
        hit me up on|via telegram|via whatsapp|my telegram|my whatsapp|whatsapp me|
        join telegram|join whatsapp|telegram channel|telegram group|whatsapp group|
        through telegram|through whatsapp|click on my|click on the link|click on this|
        click on link|get in touch with @|get in touch with him|get in touch with her|
        get in touch with me|get in touch with us|sign up here|sign up now|sign up with|
        sign up using|signup now|go register|register now|register here|register with|
        my snap is|my insta is|my ig is|my instagram is|my facebook page|my instagram page|
        my number is|email me at|write me at|send pic to|send pics to|send pic @|
        send your pictures|send them to @|dm our|ambassadors|link in the bio|in my bio for|
        see my bio|read my bio|my bio for|look at my bio|tap my bio|open my bio",
    ),
    (
        (Topic::Contact, 0.6),
        "message me|msg me|text me|dm me|inbox me|pm me|hmu|hit me up|telegram|whatsapp|
        whats app|watsapp|whatsap|my bio|in my bio|on my bio|our company|our brand|send pic|
        send pics|free channel|my snap|on telegram|on whatsapp|on whats app",
    ),
    (
        (Topic::Contact, 0.4),
        "click on|get in touch|sign up|signup|register|my instagram|my insta|my facebook|
        my number|phone number|on snapchat|write me|email me",
    ),
    (
        (Topic::Giveaway, 0.8),
        "paying off|giveaway live|giveaway is live|send * btc|giving out|giving away $|giving $|
        free money|free gift|gift card|gift cards|first * people|first * persons|first $ people|
        free iphone|win a free|win free|100 working|starter bonus|sign up bonus|welcome bonus|
        deposit bonus|ill help first|bless * people|download now|download here|for free at|
        cash prize|airdrop|airdrops|free crypto|free bitcoin|free btc|free eth|free nft|
        claim your|claim now|claim it now|to claim|you have won|you won a|
        you have been selected|have been chosen|one of our winners|one of the winners|
        our lucky winner|giveaway winner|free followers|free likes|free subscribers|free robux|
        free v bucks|free vbucks|free diamonds|free trial|free spins",
    ),
    (
        (Topic::Giveaway, 0.5),
        "paying $|free download|buy now|new member|order now|shop now|limited offer|limited time|
        today only|special offer",
    ),
    (
        (Topic::Bait, 1.0),
        "crack download|sexy video|sexy videos|sexy girls|adult video|sex tape|sex video|
        sex videos|hot girls|hot pics|hot video|naked pics|my nudes|send nudes|see me naked|
        talk to me uncensored video|cam show|webcam show|sugar daddy|sugar baby|sugar mummy|
        sugar mommy|hookup|herpes|hpv|spell caster|love spell|herbal doctor|herbal medicine|
        herbal cure|get cured|cured from|cured me|cured of|roots and herbs|lose belly|
        enlargement|viagra|recovery expert|recovery agent|recovery specialist|
        recover your account|recover your lost|recover my lost|recovered my lost|recover lost|
        recover stolen|stolen funds|lost funds|ethical hacker|professional hacker|hire a hacker|
        hack any|hack into|spy on your|cheating spouse|cheating partner|cloned phone|
        buy followers|buy real|instagram followers|tiktok followers|youtube subscribers|
        singles waiting|single waiting|hot single|hot singles|real followers|active followers|
        cheap followers|gain followers|get followers|get more followers|followers and likes|
        followers likes|likes and followers|get more views|buy views|buy likes|
        grow your account|grow your page|grow your instagram|grow your channel|grow up your|
        boost your account|boost your page|boost your followers|increase your followers|
        promotion service|promotion services|get verified|get your verified|verification badge|
        instagram growth|slot gacor|situs slot|judi online|agen slot|maxwin|togel|
        do not look at my|dont look at my|do not click|dont click my|hot private|
        private videos|private pics|private photos|private content|videos in my bio|
        pics in my bio|photos in my bio|pics for free|naughty videos|naughty pics|spicy pics|
        spicy content|spicy videos|alone tonight|tap my pic|tap my picture|tap my avatar|click my avatar|come see me naked|
        wants my pics|want my pics|me without clothes|rate my body|full vid on my profile|
        full video on my profile|full vid in my bio|tap my face",
    ),
    (
        (Topic::Bait, 0.6),
        "hacked|hacker|hackers|hacking|hack account|password|weight loss|lose weight|burn fat|
        casino|casinos|betting tips|fixed matches|sure odds|jackpot|bitcoins|nudes|xxx|horny|
        im lonely|im single|i am single|contract address|followers in|seo service|seo services|
        replica watches|cheap watches|instant loan|loan offer|offer loans|offer loan|
        need a loan|18 content|forex signals|crypto signals|1xbet|promocode|
        the uncut version|uncut version|uncensored version|took everything off|took it all off|
        show you everything|no panties|who wants to see me",
    ),
    // Harmless turns that contain a phrase of the lists: worth nothing, they only hide it.
    (
        (Topic::Promotion, 0.0),
        "take a look at the|take a look in|take a look at that|take a look at his|
        take a look at her|shout out to|look up the|look up to|look up at|will check it out|
        ill check it out|gonna check it out|have to check it out|went to check it out|
        see my comment|watch my kids|see my doctor|see my family",
    ),
    (
        (Topic::Begging, 0.0),
        "more subscribers|million subscribers|millions of subscribers|k subscribers|
        m subscribers|million subs|k subs|so many subscribers|deserve more subs|all my subs|
        all subscribers",
    ),
    (
        (Topic::Earnings, 0.0),
        "make $ an hour|makes $ an hour|made $ an hour|earn $ an hour|$ an hour|$ per hour|
        working from home is|work from home is|working from home was|invested in the|with $ off|
        get $ off|got $ off|save $",
    ),
    (
        (Topic::Testimonial, 0.0),
        "sharing your story|changed my life for the better when|referred to as",
    ),
    (
        (Topic::Contact, 0.0),
        "tried to sign up|trying to sign up|follow him around|follow her around|dont click on",
    ),
    // Readers who warn of spam name it.
    (
        (Topic::Warning, -0.6),
        "beware of|scammer|scammers|spammer|spammers|scam bots|spam bots|bots in the|
        fake account|fake accounts|fake profile|fake profiles|impersonating|impersonator|
        pretending to be|stop falling|fall for|dont fall|dont trust|dont believe these|
        is a scam|are scams|scams|got scammed|was scammed|report this|report these|reported",
    ),
    // Fans who wish an account more of what it has.
    (
        (Topic::Warning, -0.4),
        "deserve way more subscribers|deserve more subscribers|deserve more subs|
        deserve way more subs|deserve more followers|deserve way more followers|
        just subscribed|already subscribed",
    ),
    // Those who got an account back, in the voice of fans.
    (
        (Topic::Bait, 0.8),
        "recovered mine|recovered my account|unlocked my account|got back my account|got my account back|
        unlocked my disabled|recovered my disabled|hacked account back",
    ),
    // Fake support, leaks and promises, in English.
    (
        (Topic::Contact, 0.8),
        "link in bio|link is in bio|link on my page|is on telegram|on snap for|login code|
        unlock your wallet|verify it here|verify your account|verify your page|
        account will be deleted|account will be disabled|page will be deleted|
        page will be disabled",
    ),
    (
        (Topic::Bait, 1.0),
        "violates our terms|copyright notice|official support|your parcel is|leaked everything|
        my ex leaked|live cam|lonely girl|i show more|will make you rich|make you rich by|
        official giveaway|get * back official|minimum deposit",
    ),
    // Traders in the voice of fans, and strangers who look for love.
    (
        (Topic::Bait, 1.2),
        "handles my account|handle my account|manages my trades|turned my savings into|your savings into|
        trades for me|trade for me|trading for me|invests for me|trades on my behalf|invests on my behalf|
        who trades options|who trades forex|who trades crypto|woman who trades|man who trades|
        find her by her name|find him by his name|find her by name|find him by name|took out $|withdrew $ after|
        now i earn more than",
    ),
    (
        (Topic::Bait, 1.0),
        "on hangouts|send me a friend request|god fearing man|god fearing woman|god fearing lady|
        looking for an honest woman|look for an honest woman|looking for an honest man|look for an honest man|
        looking for a serious relationship|need a serious relationship|on my private page|on my private account|
        hello dear you look|hi dear you look|could not add you|cant add you",
    ),
    (
        (Topic::Bait, 0.6),
        "widowed|widower|can we be friends|lets be friends|you look nice|hello dear|hi dear|hello pretty|
        us army|us soldier|soldier in syria|soldier in yemen|oil rig",
    ),
];
