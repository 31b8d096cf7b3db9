//! Odd values: each value of each format, replaced by values that no tool should write.

use std::collections::BTreeMap;
use std::fs;

use report_pipeline::{Phase, PhaseContext, Platforms, Scraper};
use report_pipeline_social::{ArchiveScraper, Snapshot};
use serde_json::Value;

use super::Archive;
use super::fixtures::{self, Set};

/// How many of the odd values are tried for every value.
const ALWAYS: usize = 3;

/// What a value is replaced by. Some is no JSON that a value could be written as, so it is text.
fn odd_values() -> Vec<String> {
    vec![
        "null".to_owned(),
        "-1".to_owned(),
        "\"odd text\"".to_owned(),
        "0".to_owned(),
        "1e300".to_owned(),
        "NaN".to_owned(),
        "123456789012345678901234567890".to_owned(),
        "true".to_owned(),
        "\"\"".to_owned(),
        r#""half \ud83d an emoji""#.to_owned(),
        "\"\u{0}\u{1} control\tcharacters\"".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "[[1,\"x\",null]]".to_owned(),
        format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)),
        format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500)),
    ]
}

/// Fields by which things are found and joined: without them more than the field is lost.
const IDENTITY: [&str; 35] = [
    "id",
    "pk",
    "code",
    "shortcode",
    "shortCode",
    "username",
    "handle",
    "platform",
    "kind",
    "node",
    "owner",
    "user",
    "node_type",
    "cid",
    "videoId",
    "video_id",
    "channelId",
    "channel_id",
    "uploader",
    "uploader_id",
    "channel",
    "data",
    "items",
    "videos",
    "name",
    "authorMeta",
    "webVideoUrl",
    "videoWebUrl",
    "business_discovery",
    "postUrl",
    "snippet",
    "entries",
    "paging",
    "open_id",
    "share_url",
];

#[tokio::test]
async fn no_odd_value_costs_more_than_its_field() {
    let (mut variants, mut turn) = (0, 0);
    let mut failures = Vec::new();
    for set in fixtures::all() {
        let archive = Archive::of(&[]);
        write_all(&archive, &set);
        let baseline = scrape(&archive, &set).await.expect(set.name);
        let known = facts(&baseline);
        for (file, content) in &set.files {
            for path in paths(content) {
                let all = odd_values();
                turn += 1;
                // A few for every value, and of the others two, in turns.
                let others = (0..2).map(|at| &all[ALWAYS + (2 * turn + at) % (all.len() - ALWAYS)]);
                for odd in all[..ALWAYS].iter().chain(others) {
                    variants += 1;
                    let place =
                        format!("{}/{file} {path}: {}", set.name, &odd[..odd.len().min(20)]);
                    let text = replaced(content, &path, odd);
                    fs::write(archive.path().join(file), text).unwrap();
                    let failure = check(&archive, &set, content, &path, &known).await;
                    failures.extend(failure.map(|what| format!("{place} {what}")));
                }
                write_one(&archive, file, content);
            }
        }
    }
    assert!(variants >= 2_000, "{variants}");
    let first = &failures[..failures.len().min(40)];
    assert!(
        failures.is_empty(),
        "{} of {variants}: {first:#?}",
        failures.len()
    );
    println!("{variants} variants");
}

async fn check(
    archive: &Archive,
    set: &Set,
    content: &Value,
    path: &str,
    known: &BTreeMap<String, usize>,
) -> Option<String> {
    let mut steps = path.rsplit('/');
    let field = steps.find(|step| step.parse::<usize>().is_err());
    let is_identity = field.is_some_and(|field| IDENTITY.contains(&field));
    let snapshot = scrape(archive, set).await;
    let snapshot = match snapshot {
        Some(snapshot) => snapshot,
        // Only what names the account can lose it.
        None if is_identity => return None,
        None => return Some("loses the account".to_owned()),
    };
    let now = facts(&snapshot);
    let lost: Vec<&str> = known
        .iter()
        .filter(|(fact, count)| now.get(*fact).copied().unwrap_or_default() < **count)
        .map(|(fact, _)| fact.as_str())
        .collect();
    let concerned = leaves(content.pointer(path).expect("the value is there"));
    // One value feeds up to a few fields of the model: a count says whether it is hidden, too.
    let allowed = if is_identity {
        usize::MAX
    } else {
        4 * concerned + 2
    };
    (lost.len() > allowed).then(|| format!("costs {lost:?}"))
}

async fn scrape(archive: &Archive, set: &Set) -> Option<Snapshot> {
    let scraper = ArchiveScraper::open(archive.path()).ok()?;
    let target = Platforms::default()
        .target(Some(set.platform), "mira_bakes")
        .unwrap();
    let ctx = PhaseContext::detached(target.clone(), Phase::Scraping);
    scraper.scrape(&target, &ctx).await.ok()
}

fn write_all(archive: &Archive, set: &Set) {
    for (file, content) in &set.files {
        write_one(archive, file, content);
    }
}

fn write_one(archive: &Archive, file: &str, content: &Value) {
    let path = archive.path().join(file);
    fs::create_dir_all(path.parent().expect("it is in a folder")).unwrap();
    fs::write(path, content.to_string()).unwrap();
}

/// Pointers to every value inside.
fn paths(value: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in inner {
        paths.push(format!("/{key}"));
        paths.extend(
            self::paths(value)
                .into_iter()
                .map(|path| format!("/{key}{path}")),
        );
    }
    paths
}

/// The document as text, with one value replaced by something that may be no JSON.
fn replaced(content: &Value, path: &str, odd: &str) -> String {
    const MARK: &str = "the-value-to-be-replaced";
    let mut content = content.clone();
    *content.pointer_mut(path).expect("the value is there") = MARK.into();
    content.to_string().replace(&format!("\"{MARK}\""), odd)
}

fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.values().map(leaves).sum::<usize>().max(1),
        Value::Array(items) => items.iter().map(leaves).sum::<usize>().max(1),
        _ => 1,
    }
}

/// How often each field of the model has each value.
fn facts(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let mut facts = BTreeMap::new();
    let value = serde_json::to_value(snapshot).unwrap();
    for section in ["profile", "posts", "comments", "aggregates"] {
        collect(section, &value[section], &mut facts);
    }
    facts
}

fn collect(place: &str, value: &Value, facts: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(&format!("{place}.{key}"), value, facts);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(place, item, facts);
            }
        }
        Value::Null => {}
        _ => *facts.entry(format!("{place}={value}")).or_default() += 1,
    }
}
