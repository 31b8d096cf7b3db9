//! The house's rule: a module uses what stands below it, never what stands above.
//!
//! Reads `src/` as text. Comments, strings and tests do not count: documentation may point
//! anywhere, and a test may use what it tests with.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use source::{contains_word, reexports, used_modules, without_tests_and_text};

/// Each module at the top of the crate, from foundation to face, and the others it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("account", &[]),
    ("job", &["account"]),
    ("backoff", &[]),
    ("panic", &[]),
    ("retry", &["backoff"]),
    ("timeout", &[]),
    // Documentation only.
    ("guide", &[]),
    ("store", &["job", "account", "backoff", "timeout"]),
    ("phase", &["job", "account"]),
    ("measure", &["job", "account", "store"]),
    (
        "client",
        &["job", "account", "backoff", "timeout", "store", "measure"],
    ),
    (
        "pipeline",
        &[
            "job", "account", "backoff", "panic", "retry", "timeout", "store", "phase", "measure",
            "client",
        ],
    ),
    // A process that only takes requests needs no worker.
    (
        "http",
        &[
            "job", "account", "backoff", "timeout", "store", "measure", "client",
        ],
    ),
    // Nobody may use the test kit.
    (
        "testing",
        &[
            "job", "account", "panic", "retry", "store", "phase", "client", "pipeline",
        ],
    ),
];

/// Words that files must not have in their code.
const BANNED: &[Ban] = &[
    Ban {
        reason: "values do no I/O and know no runtime",
        within: &["account/", "job/", "backoff.rs", "retry.rs"],
        except: &[],
        words: &["tokio", "hyper", "redis", "std::fs", "std::net"],
    },
    Ban {
        reason: "the store contract is the same for every kind of store",
        within: &["store/"],
        except: &["store/memory", "store/redis"],
        words: &["tokio", "tokio_util", "serde_json"],
    },
    Ban {
        reason: "only the store in Redis knows Redis",
        within: &[""],
        // Where that store is declared and handed on.
        except: &["store/redis", "store/mod.rs", "lib.rs"],
        words: &["redis"],
    },
    Ban {
        reason: "the job's rules are pure: no clock, no lock, no new ids",
        within: &["store/rules"],
        except: &[],
        words: &[
            "Instant::now",
            "SystemTime",
            "Utc::now",
            "Mutex",
            "RwLock",
            "random",
            "new_v4",
        ],
    },
    Ban {
        reason: "which store it is, the caller says",
        within: &["client/", "pipeline/", "http/"],
        except: &[],
        words: &["MemoryStore", "RedisStore"],
    },
    Ban {
        reason: "the program decides on ports, logs, environment and signals, not the library",
        within: &[""],
        except: &["testing/"],
        words: &[
            "TcpListener::bind",
            "tracing_subscriber",
            "set_global_default",
            "env::var",
            "env::vars",
            "env::args",
            "tokio::signal",
            "process::exit",
        ],
    },
];

struct Ban {
    reason: &'static str,
    within: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
}

#[test]
fn no_import_points_up_and_no_file_names_what_it_must_not_know() {
    let sources = sources();
    assert!(
        sources.len() > 20,
        "src/ was not read: {:?}",
        sources.keys()
    );
    let problems = problems(&sources);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_module_has_its_floor() {
    let listed: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).collect();
    let found = sources();
    let homeless: BTreeSet<&str> = found
        .keys()
        .map(|path| top_module(path))
        .filter(|module| *module != "lib" && !listed.contains(module))
        .collect();
    assert!(homeless.is_empty(), "add to MAY_USE: {homeless:?}");
}

#[test]
fn the_floors_have_no_cycle() {
    for (floor, (module, used)) in MAY_USE.iter().enumerate() {
        let below: Vec<&str> = MAY_USE[..floor].iter().map(|(module, _)| *module).collect();
        assert!(
            used.iter().all(|used| below.contains(used)),
            "{module} uses what is not below it"
        );
    }
}

#[test]
fn the_checker_finds_every_kind_of_breach() {
    for (path, source) in [
        ("store/mod.rs", "use crate::phase::Scraper;"),
        ("store/mod.rs", "use super::client::Client;"),
        (
            "store/memory/wake.rs",
            "use super::super::super::pipeline::Pipeline;",
        ),
        ("job/mod.rs", "fn f() { crate::store::open() }"),
        (
            "http/mod.rs",
            "use crate::{\n    client::Client,\n    pipeline::Pipeline,\n};",
        ),
        ("http/routes.rs", "use crate::Scraper;"),
        ("client/mod.rs", "use crate::*;"),
        ("client/mod.rs", "use crate::testing::Script;"),
        ("store/lease.rs", "use tokio::time::Instant;"),
        ("store/rules.rs", "let now = Utc::now();"),
        ("pipeline/mod.rs", "let store = MemoryStore::new();"),
        ("http/serve.rs", "TcpListener::bind(address).await"),
        ("retry.rs", "mod tests {}\nuse super::store::JobStore;"),
    ] {
        assert_eq!(breaches(path, source), 1, "{path}: {source}");
    }
}

#[test]
fn the_checker_lets_the_rest_pass() {
    for (path, source) in [
        (
            "pipeline/mod.rs",
            "use crate::{phase::Scraper, store::{JobStore, Lease}};",
        ),
        (
            "store/mod.rs",
            "use crate::job::Job;\nuse self::phase::X;\npub(crate) use super::Y;",
        ),
        (
            "store/mod.rs",
            "/// See [`Pipeline`](crate::pipeline::Pipeline).\n//! tokio\n/* tokio */",
        ),
        (
            "store/error.rs",
            "const HINT: &str = \"use \\\" crate::phase\"; const C: char = '\"';",
        ),
        (
            "store/error.rs",
            "const RAW: &str = r#\"tokio \" redis\"#; fn f<'a>(x: &'a str) {}",
        ),
        ("store/memory.rs", "use tokio::sync::Notify;"),
        ("store/mod.rs", "let tokio_like = rediscover;"),
        (
            "client/mod.rs",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::testing::Script;\n}",
        ),
        ("pipeline/tests.rs", "use crate::testing::Script;"),
        ("testing/proxy.rs", "TcpListener::bind(address)"),
    ] {
        assert_eq!(breaches(path, source), 0, "{path}: {source}");
    }
}

fn breaches(path: &str, source: &str) -> usize {
    let lib = "pub use self::phase::{PhaseError, Scraper};\npub use self::client::Client;";
    let sources = [("lib.rs", lib), (path, source)]
        .map(|(path, source)| (path.to_owned(), source.to_owned()));
    problems(&sources.into()).len()
}

fn problems(sources: &BTreeMap<String, String>) -> Vec<String> {
    let reexports = reexports(&without_tests_and_text(&sources["lib.rs"]));
    let mut problems = Vec::new();
    for (path, source) in sources {
        if path == "lib.rs" || path.ends_with("tests.rs") || path.contains("/tests/") {
            continue;
        }
        let code = without_tests_and_text(source);
        let module = top_module(path);
        let allowed = MAY_USE
            .iter()
            .find_map(|(listed, used)| (*listed == module).then_some(*used))
            .unwrap_or_default();
        for name in used_modules(&code, depth(path)) {
            let used = reexports.get(&name).unwrap_or(&name);
            let is_module = MAY_USE.iter().any(|(listed, _)| listed == used);
            if used == "*" || is_module && used != module && !allowed.contains(&used.as_str()) {
                problems.push(format!(
                    "src/{path} uses crate::{name}, which {module} may not"
                ));
            }
        }
        for ban in BANNED.iter().filter(|ban| ban.covers(path)) {
            for word in ban.words.iter().filter(|word| contains_word(&code, word)) {
                problems.push(format!("src/{path} names {word}, but {}", ban.reason));
            }
        }
    }
    problems
}

impl Ban {
    fn covers(&self, path: &str) -> bool {
        let starts = |prefix: &&str| path.starts_with(*prefix);
        self.within.iter().any(starts) && !self.except.iter().any(starts)
    }
}

/// The text of every file of `src/`, by its path there.
fn sources() -> BTreeMap<String, String> {
    let root = checks::root().join("src");
    let mut sources = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).expect("it was found below");
                let name = inside
                    .to_str()
                    .expect("file names are UTF-8")
                    .replace('\\', "/");
                sources.insert(name, fs::read_to_string(path).expect("src is readable"));
            }
        }
    }
    sources
}

fn top_module(path: &str) -> &str {
    let end = path.find(['/', '.']).unwrap_or(path.len());
    &path[..end]
}

/// How many `super` lead from a file to the crate's root.
fn depth(path: &str) -> usize {
    let folders = path.matches('/').count();
    if path.ends_with("/mod.rs") {
        folders
    } else {
        folders + 1
    }
}
