//! How long a report takes: a snapshot of 30 posts and 1,500 comments, analysed and assembled.
//!
//! `cargo bench --bench report`. One thread, no I/O. The snapshot is made up, the same in every
//! run; its comments are as long and as mixed as real ones: half below 50 bytes, a few of 1,000,
//! mostly English, many with emoji, some in other scripts, some spam. The floor is what every
//! analysis of comments must do at least: go through all the texts once, in lower case, and look
//! at each word. Reading the snapshot from its JSON, which a worker does when it takes up another
//! worker's checkpoint, is printed beside it. All are timed in
//! turn; ratios are of the least, which a machine with other work to do disturbs least.

use std::collections::HashSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use report_pipeline::{Assembler, Handle, Phase, PhaseContext, Platform, Target};
use report_pipeline_social::{Comment, HeuristicAnalyzer, Origin, Post, ReportAssembler, Snapshot};

const COMMENTS: usize = 1_500;
const ROUNDS: usize = 1_000;

fn main() {
    let snapshot = snapshot();
    let json = serde_json::to_vec(&snapshot).unwrap();
    let analyzer = HeuristicAnalyzer::new();
    let analysis = analyzer.examine(&snapshot);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let ctx = PhaseContext::detached(snapshot.target.clone(), Phase::Finalizing);
    let assemble = || {
        let assembler = ReportAssembler::new();
        let report = runtime.block_on(assembler.assemble(&snapshot, &analysis, &ctx));
        serde_json::to_vec(&report.unwrap()).unwrap()
    };

    let [mut floor, mut parsed, mut analysed, mut assembled] = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        floor.push(timed(|| read_once(&snapshot)));
        parsed.push(timed(|| serde_json::from_slice::<Snapshot>(&json).unwrap()));
        analysed.push(timed(|| analyzer.examine(&snapshot)));
        assembled.push(timed(assemble));
    }
    let whole: Vec<Duration> = analysed
        .iter()
        .zip(&assembled)
        .map(|(a, b)| *a + *b)
        .collect();

    let bytes: usize = texts(&snapshot).map(str::len).sum();
    println!("30 posts, {COMMENTS} comments, {bytes} bytes of text, {ROUNDS} rounds");
    let lowest = percentile(&mut floor, 0);
    for (name, times) in [
        ("each word once (floor)", &mut floor),
        ("snapshot from JSON", &mut parsed),
        ("analyse", &mut analysed),
        ("assemble, as JSON", &mut assembled),
        ("analyse and assemble", &mut whole.clone()),
    ] {
        let least = percentile(times, 0);
        println!(
            "{name:<24} least {least:>9.2?}  median {:>9.2?}  p99 {:>9.2?}  {:>4.1} x the floor",
            percentile(times, 50),
            percentile(times, 99),
            least.as_secs_f64() / lowest.as_secs_f64()
        );
    }
}

fn read_once(snapshot: &Snapshot) -> usize {
    let mut seen: HashSet<String> = HashSet::new();
    for word in texts(snapshot).flat_map(str::split_whitespace) {
        let folded = word.to_lowercase();
        if !seen.contains(&folded) {
            seen.insert(folded);
        }
    }
    seen.len()
}

fn texts(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let captions = snapshot.posts.iter().flatten();
    let comments = snapshot.comments.iter().flatten();
    captions
        .filter_map(|post| post.caption.as_deref())
        .chain(comments.map(|comment| comment.text.as_str()))
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    black_box(work());
    began.elapsed()
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

fn snapshot() -> Snapshot {
    let mut random = fastrand::Rng::with_seed(1);
    let captured = DateTime::from_timestamp(1_760_000_000, 0).unwrap();
    let posts: Vec<Post> = (0..30)
        .map(|i| {
            let mut post = Post::new(format!("18{:015}", i * 7_919));
            post.url = Some(format!("https://example.com/p/{i}"));
            post.caption = Some(caption(&mut random));
            post.timestamp = Some(captured - TimeDelta::hours(70 * (i + 1) + random.i64(0..60)));
            post.like_count = Some(random.u64(800..1_900));
            post.comment_count = Some(random.u64(40..90));
            post.view_count = Some(random.u64(20_000..60_000));
            post.comments_disabled = Some(false);
            post
        })
        .collect();
    let comments = (0..COMMENTS)
        .map(|i| {
            let post = &posts[i % posts.len()];
            // Many soon after the post, few later.
            let longest = 40 << random.u32(5..14);
            let delay = TimeDelta::seconds(random.i64(20..longest));
            let author = format!("user_{}", random.u32(0..1_100));
            let text = comment(&mut random);
            let mut comment = Comment::new(format!("17{:015}", i * 104_729), text);
            comment.post_id = Some(post.id.clone());
            comment.author_id = Some(author);
            comment.timestamp = post.timestamp.map(|at| at + delay);
            comment.like_count = Some(random.u64(0..9));
            comment
        })
        .collect();
    let handle = Handle::canonical("wren.outdoors").unwrap();
    let mut snapshot = Snapshot::new(Target::new(Platform::INSTAGRAM, handle), Origin::Live);
    snapshot.captured_at = Some(captured);
    let profile = &mut snapshot.profile;
    profile.bio = Some("Walks, birds and too much tea. Letters welcome.".to_owned());
    profile.follower_count = Some(48_200);
    profile.following_count = Some(710);
    profile.post_count = Some(934);
    profile.has_profile_picture = Some(true);
    snapshot.posts = Some(posts);
    snapshot.comments = Some(comments);
    snapshot
}

fn caption(random: &mut fastrand::Rng) -> String {
    let length = random.usize(10..120);
    let text = words(random, ENGLISH, length);
    format!("{text}\n.\n.\n#hiking #birds #slowtravel @some.friend \u{1f33f}\u{2728}")
}

fn comment(random: &mut fastrand::Rng) -> String {
    // Half of the comments have up to nine words; the longest have some hundred.
    let longest = 7 << random.u32(0..6);
    let length = random.usize(2..longest) / 2;
    match random.u32(0..100) {
        0..10 => EMOJI[random.usize(..EMOJI.len())].repeat(random.usize(1..6)),
        10..30 => {
            let text = words(random, ENGLISH, length);
            format!("{text} {}", EMOJI[random.usize(..EMOJI.len())])
        }
        30..38 => format!(
            "@user_{} {}",
            random.u32(0..1_100),
            words(random, ENGLISH, length)
        ),
        38..44 => words(random, SPANISH, length),
        44..47 => words(random, RUSSIAN, length),
        47..49 => words(random, JAPANESE, length / 4 + 1),
        49..52 => format!(
            "I made ${},000 in a week with the help of @trader_{}, {}",
            random.u32(2..30),
            random.u32(0..9),
            words(random, ENGLISH, length)
        ),
        52..54 => {
            "Such amazing content, check out my channel too! https://example.com/x".to_owned()
        }
        54 => "\u{1d4c2}\u{1d4b6}\u{1d4b9}\u{1d452} \u{1d4c2}\u{1d4ce} \u{1d4b9}\u{1d4b6}\u{1d4ce}"
            .to_owned(),
        _ => words(random, ENGLISH, length),
    }
}

fn words(random: &mut fastrand::Rng, from: &str, length: usize) -> String {
    let all: Vec<&str> = from.split_whitespace().collect();
    // Some words are far more frequent than others.
    let chosen: Vec<&str> = (0..length)
        .map(|_| all[random.usize(..all.len()).min(random.usize(..all.len()))])
        .collect();
    let mut text = chosen.join(" ");
    if random.bool() {
        text.push_str(["!", "...", "?", "!!!"][random.usize(..4)]);
    }
    text
}

const EMOJI: [&str; 6] = [
    "\u{1f525}",
    "\u{2764}\u{fe0f}",
    "\u{1f602}",
    "\u{1f44f}\u{1f3fd}",
    "\u{1f60d}",
    "\u{1f469}\u{200d}\u{1f33e}",
];

const ENGLISH: &str = "the and to a of is I you it this in for that was on my with so but your are \
    have not be love just like all what one can up me out when know good they it's great at don't \
    see really video time how she he from get would people beautiful think go now more make been \
    where always amazing then other Morning river birds walk hill light tea garden path wind rain \
    cloud friend photo colour quiet gentle early bright windy heron robin kettle boots forest \
    meadow bridge winter summer autumn spring evening weekend story camera lens trail summit \
    valley lake shore remember yesterday somewhere mountains favourite wonderful couldn't \
    breakfast neighbours photographs underneath watching listening tomorrow inspired favorite, \
    happy. place! thing, years, dog cat house music tired money work school mother brother 2019 \
    100% 3 x2 @someone #outdoors";

const SPANISH: &str = "el la de que y a en un ser se no haber por con su para como estar tener le \
    lo todo pero más hacer o poder decir este ir otro ese si me ya ver porque dar cuando él muy \
    sin vez mucho saber qué sobre mi alguno mismo también hasta año corazón mañana";

const RUSSIAN: &str = "и в не на я быть он с что а по это она этот к но они мы весь который из у \
    который очень красиво спасибо сегодня утро птицы река лес";

const JAPANESE: &str =
    "とても綺麗ですね 今日はいい天気 ありがとうございます 鳥 川 素敵な写真 大好き";
