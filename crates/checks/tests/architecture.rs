//! The rule of the house: a module uses what stands below it, never what stands above, and no two
//! files beside each other use each other, directly or in a circle.
//!
//! Reads the sources of each published package. Comments, strings and tests do not count:
//! documentation may point anywhere, and a test may use what it tests with.

use std::collections::{BTreeMap, BTreeSet};

use checks::imports::{circles, uses};
use checks::modules::{Library, Module};
use checks::tokens::{contains, words};
use checks::{files, published, root};
use quote::ToTokens;

/// The modules at the top of a package, from foundation to face, each with the others that it may use.
struct House {
    package: &'static str,
    sources: &'static str,
    rooms: &'static [(&'static str, &'static [&'static str])],
    bans: &'static [Ban],
}

/// Words that files must not have in their code.
struct Ban {
    reason: &'static str,
    within: &'static [&'static str],
    except: &'static [&'static str],
    words: &'static [&'static str],
}

const HOUSES: &[House] = &[LIBRARY, CONFORMANCE, SOCIAL];

const LIBRARY: House = House {
    package: "report-pipeline",
    sources: "src",
    rooms: &[
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
                "job", "account", "backoff", "panic", "retry", "timeout", "store", "phase",
                "measure", "client",
            ],
        ),
        // A process that only takes requests needs no worker.
        (
            "http",
            &[
                "job", "account", "backoff", "panic", "timeout", "store", "measure", "client",
            ],
        ),
        // Nobody may use the test kit.
        ("testing", &["job", "account", "store", "phase"]),
    ],
    bans: BANS,
};

const CONFORMANCE: House = House {
    package: "report-pipeline-conformance",
    sources: "crates/conformance/src",
    rooms: &[
        ("panic", &[]),
        ("broken", &[]),
        ("setup", &[]),
        // Stores of any kind in one type, so that a case is compiled once.
        ("erased", &["setup"]),
        ("harness", &["setup", "erased"]),
        ("cases", &["panic", "broken", "erased", "harness"]),
        ("histories", &["panic", "setup"]),
    ],
    bans: &[Ban {
        reason: "the suite knows the contract, not a store",
        within: &[""],
        except: &[],
        words: &["MemoryStore", "PostgresStore", "RedisStore", "SqliteStore"],
    }],
};

const SOCIAL: House = House {
    package: "report-pipeline-social",
    sources: "crates/social/src",
    rooms: &[
        ("hash", &[]),
        ("level", &[]),
        ("snapshot", &[]),
        ("evidence", &[]),
        ("pillar", &[]),
        // Three ways to get a snapshot; none knows what is made of it. An archive reads values,
        // makes facts of them by the source that wrote them, and joins facts to snapshots; so do
        // live scrapers, with the same readers, and join what an archive has.
        ("values", &["snapshot"]),
        ("facts", &["values", "snapshot"]),
        ("sources", &["values", "facts", "snapshot"]),
        ("join", &["values", "facts", "snapshot"]),
        (
            "archive",
            &["values", "facts", "sources", "join", "snapshot"],
        ),
        (
            "live",
            &["values", "facts", "sources", "join", "snapshot", "archive"],
        ),
        ("simulated", &["hash", "snapshot"]),
        ("completeness", &["snapshot"]),
        ("timeline", &["snapshot"]),
        ("insights", &["pillar", "snapshot"]),
        ("decision", &["evidence", "pillar"]),
        // Every sentence of a report, made of plain values.
        (
            "sentences",
            &["level", "snapshot", "pillar", "insights", "decision"],
        ),
        (
            "analysis",
            &[
                "hash",
                "level",
                "snapshot",
                "evidence",
                "pillar",
                "insights",
                "sentences",
            ],
        ),
        (
            "report",
            &[
                "snapshot",
                "evidence",
                "pillar",
                "completeness",
                "timeline",
                "insights",
                "decision",
            ],
        ),
        (
            "comparison",
            &["pillar", "report", "insights", "decision", "sentences"],
        ),
        (
            "assembler",
            &[
                "snapshot",
                "evidence",
                "pillar",
                "completeness",
                "timeline",
                "insights",
                "decision",
                "sentences",
                "analysis",
                "report",
            ],
        ),
    ],
    bans: &[Ban {
        reason: "the reference domain knows phases and values, never where jobs are kept",
        within: &[""],
        // Its client is one for HTTP.
        except: &["live/http"],
        words: &[
            "JobStore",
            "MemoryStore",
            "RedisStore",
            "Pipeline",
            "Client",
            "report_pipeline::http",
        ],
    }],
};

const BANS: &[Ban] = &[
    Ban {
        reason: "values do no I/O and know no runtime",
        within: &["account/", "job/", "backoff.rs", "retry.rs"],
        except: &[],
        words: &["tokio", "hyper", "redis", "std::fs", "std::net"],
    },
    Ban {
        reason: "the store contract is the same for every kind of store",
        within: &["store/"],
        except: &[
            "store/memory",
            "store/postgres",
            "store/redis",
            "store/sql/waiting",
            "store/sqlite",
        ],
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
        reason: "only the store in SQLite knows SQLite; what stores in SQL share knows no driver",
        within: &[""],
        except: &["store/sqlite"],
        words: &["rusqlite"],
    },
    Ban {
        reason: "only the store in PostgreSQL knows PostgreSQL",
        within: &[""],
        except: &["store/postgres"],
        words: &["tokio_postgres"],
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
        words: &["MemoryStore", "PostgresStore", "RedisStore", "SqliteStore"],
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

#[test]
fn no_import_points_up_and_no_file_names_what_it_must_not_know() {
    for house in HOUSES {
        let library = house.library();
        let count = library.modules().len();
        assert!(
            count > 20,
            "only {count} modules of {} were read",
            house.package
        );
        let problems = house.problems(&library);
        assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    }
}

#[test]
fn no_files_of_one_folder_use_each_other_in_a_circle() {
    let mut found = Vec::new();
    for package in published() {
        let circles = package.library().map(|library| circles(&library));
        let named = circles.into_iter().flatten();
        found.extend(named.map(|circle| format!("{}src: {circle}", package.folder)));
    }
    assert!(
        found.is_empty(),
        "move what both need into a file of its own, or hand it in:\n{}\n",
        found.join("\n")
    );
}

#[test]
fn every_module_has_its_floor() {
    for house in HOUSES {
        let library = house.library();
        let listed: BTreeSet<&str> = house.rooms.iter().map(|(room, _)| *room).collect();
        let children = library.root.children.iter();
        let found: BTreeSet<&str> = children.map(|child| child.name.as_str()).collect();
        assert_eq!(found, listed, "the rooms of {}", house.package);
    }
}

#[test]
fn the_floors_have_no_cycle() {
    for house in HOUSES {
        for (floor, (room, used)) in house.rooms.iter().enumerate() {
            let below: Vec<&str> = house.rooms[..floor].iter().map(|(room, _)| *room).collect();
            assert!(
                used.iter().all(|used| below.contains(used)),
                "{room} uses what is not below it"
            );
        }
    }
}

#[test]
fn every_published_library_of_some_size_has_floors() {
    for package in published() {
        let count = package
            .library()
            .map_or(0, |library| library.modules().len());
        let is_listed = HOUSES.iter().any(|house| house.package == package.name);
        assert!(is_listed || count <= 6, "add {} to HOUSES", package.name);
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
        ("store/mod.rs", "fn f() { crate::client::open() }"),
        ("store/mod.rs", "fn f() { log!(crate::client::NAME) }"),
        (
            "store/mod.rs",
            "use crate::{\n    client::Client,\n    store::lease::Lease,\n};",
        ),
        ("store/lease.rs", "use crate::Scraper;"),
        ("client/mod.rs", "use crate::*;"),
        ("client/mod.rs", "pub use crate::testing::Script;"),
        ("client/mod.rs", "use crate::VERSION;"),
        ("store/lease.rs", "use tokio::time::Instant;"),
        ("store/rules.rs", "fn f() { let now = Utc::now(); }"),
        (
            "pipeline/mod.rs",
            "fn f() { let store = MemoryStore::new(); }",
        ),
        (
            "pipeline/mod.rs",
            "async fn f() { TcpListener::bind(address).await }",
        ),
        ("store/rules.rs", "mod tests {}\nuse super::super::Client;"),
    ] {
        assert_eq!(breaches(path, source).len(), 1, "{path}: {source}");
    }
}

#[test]
fn the_checker_lets_the_rest_pass() {
    for (path, source) in [
        (
            "pipeline/mod.rs",
            "use crate::{phase::Scraper, store::{JobStore, lease::Lease}};",
        ),
        (
            "store/mod.rs",
            "mod phase;\nuse self::phase::X;\nuse other::client::Y;",
        ),
        (
            "store/mod.rs",
            "//! tokio\n/// See [`Pipeline`](crate::pipeline::Pipeline).\nfn f() {}\n/* tokio */",
        ),
        (
            "store/lease.rs",
            "const HINT: &str = \"use \\\" crate::phase\"; const C: char = '\"';",
        ),
        (
            "store/lease.rs",
            "const RAW: &str = r#\"tokio \" redis\"#; fn f<'a>(x: &'a str) {}",
        ),
        ("store/memory/wake.rs", "use tokio::sync::Notify;"),
        ("store/mod.rs", "fn f() { let tokio_like = rediscover; }"),
        (
            "client/mod.rs",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::testing::Script;\n}",
        ),
        ("testing/mod.rs", "fn f() { TcpListener::bind(address) }"),
    ] {
        let found = breaches(path, source);
        assert!(found.is_empty(), "{path}: {source}: {found:?}");
    }
}

/// The problems of a small library in which one file is replaced.
fn breaches(path: &str, source: &str) -> Vec<String> {
    let mut files: BTreeMap<String, String> = [
        (
            "lib.rs",
            "mod client; mod phase; mod pipeline; mod store; mod testing; \
             pub use self::{client::Client, phase::Scraper}; pub const VERSION: u8 = 1;",
        ),
        ("client/mod.rs", "pub struct Client;"),
        ("phase.rs", "pub struct Scraper;"),
        ("pipeline/mod.rs", ""),
        ("store/mod.rs", "mod lease; mod memory; mod rules;"),
        ("store/phase.rs", "pub struct X;"),
        ("store/lease.rs", "pub struct Lease;"),
        ("store/memory/mod.rs", "mod wake;"),
        ("store/memory/wake.rs", ""),
        ("store/rules.rs", ""),
        ("testing/mod.rs", ""),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let replaced = files.insert(path.to_owned(), source.to_owned());
    assert!(replaced.is_some(), "{path} is no file of the sample");
    LIBRARY.problems(&Library::parse("sample", &files))
}

impl House {
    fn library(&self) -> Library {
        Library::parse(self.package, &files(&root().join(self.sources), "rs"))
    }

    fn problems(&self, library: &Library) -> Vec<String> {
        let mut problems = BTreeSet::new();
        for used in uses(library) {
            let Some(room) = used.from.first() else {
                continue;
            };
            let allowed = self
                .rooms
                .iter()
                .find_map(|(listed, used)| (listed == room).then_some(*used))
                .unwrap_or_default();
            let is_allowed = match used.to.module.first() {
                Some(other) => other == room || allowed.contains(&other.as_str()),
                // What `lib.rs` itself declares, or all that it hands on.
                None => false,
            };
            if !is_allowed {
                problems.insert(format!(
                    "{}/{} uses {}, which {room} may not",
                    self.sources, used.file, used.written
                ));
            }
        }
        for module in library.modules() {
            problems.extend(self.forbidden_words(module));
        }
        problems.into_iter().collect()
    }

    fn forbidden_words(&self, module: &Module) -> Vec<String> {
        let code: String = module
            .items
            .iter()
            .map(|item| words(item.to_token_stream()))
            .collect();
        let mut found = Vec::new();
        for ban in self.bans.iter().filter(|ban| ban.covers(&module.file)) {
            for word in ban.words.iter().filter(|word| contains(&code, word)) {
                found.push(format!(
                    "{}/{} names {word}, but {}",
                    self.sources, module.file, ban.reason
                ));
            }
        }
        found
    }
}

impl Ban {
    fn covers(&self, path: &str) -> bool {
        let starts = |prefix: &&str| path.starts_with(*prefix);
        self.within.iter().any(starts) && !self.except.iter().any(starts)
    }
}
