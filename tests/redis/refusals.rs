//! What Redis refuses, and what callers are told of it: what it means, what to do, and Redis's own words, once.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use report_pipeline::store::{ClaimRequest, WorkerId};
use report_pipeline::{JobStore, RedisConnectError, RedisOptions, RedisStore, StoreError};
use report_pipeline_test_support::redis::RedisServer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::fixture::{connect, new_job, patiently, told};

/// Why no write can succeed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    Replica,
    NoMemory,
    TooFewReplicas,
    DiskFull,
}

impl Trouble {
    pub(crate) const ALL: [Self; 4] = [
        Self::Replica,
        Self::NoMemory,
        Self::TooFewReplicas,
        Self::DiskFull,
    ];

    pub(crate) fn begin(self, server: &RedisServer) {
        match self {
            Self::Replica => drop(server.run(&["REPLICAOF", "127.0.0.1", "1"])),
            Self::NoMemory => set(server, "maxmemory", "1"),
            Self::TooFewReplicas => set(server, "min-replicas-to-write", "1"),
            Self::DiskFull => {
                // A snapshot cannot take the place of a folder: not even for root.
                fs::create_dir(snapshot(server)).expect("room");
                set(server, "save", "3600 1");
                server.run(&["BGSAVE"]);
            }
        }
    }

    pub(crate) fn end(self, server: &RedisServer) {
        match self {
            Self::Replica => drop(server.run(&["REPLICAOF", "NO", "ONE"])),
            Self::NoMemory => set(server, "maxmemory", "0"),
            Self::TooFewReplicas => set(server, "min-replicas-to-write", "0"),
            Self::DiskFull => {
                fs::remove_dir(snapshot(server)).expect("it is empty");
                server.run(&["BGSAVE"]);
            }
        }
    }

    /// What Redis says, and a word of what is to be done.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Replica => ["READONLY You can't write", "primary"],
            Self::NoMemory => ["OOM command not allowed", "maxmemory"],
            Self::TooFewReplicas => ["NOREPLICAS Not enough", "min-replicas-to-write"],
            Self::DiskFull => ["is configured to save RDB snapshots", "disk"],
        }
    }
}

fn set(server: &RedisServer, name: &str, value: &str) {
    server.run(&["CONFIG", "SET", name, value]);
}

fn snapshot(server: &RedisServer) -> PathBuf {
    let told = server.run(&["CONFIG", "GET", "dir"]);
    let (_, folder) = told.split_once('\n').expect("a name and a value");
    PathBuf::from(folder).join("dump.rdb")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_redis_refuses_is_told_once_with_what_to_do() {
    let server = RedisServer::start();
    let store = connect(server.address()).await;
    let kept = new_job("kept");
    store.submit(kept.clone()).await.unwrap();
    for (n, trouble) in Trouble::ALL.into_iter().enumerate() {
        trouble.begin(&server);
        let submit = async || store.submit(new_job(&format!("user{n}"))).await;
        let error = until_refused(submit).await;
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        check(&told(&error), trouble.words());
        let unready = store.check().await.expect_err("no write can succeed");
        check(&told(&unready), trouble.words());
        assert!(store.get(kept.id).await.unwrap().is_some(), "{trouble:?}");
        trouble.end(&server);
        let accepted = async { while submit().await.is_err() {} };
        patiently("room", accepted).await;
        store.check().await.unwrap();
    }
}

/// A background save takes a moment to fail.
async fn until_refused<T>(mut call: impl AsyncFnMut() -> Result<T, StoreError>) -> StoreError {
    let refused = async {
        loop {
            match call().await {
                Ok(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(error) => return error,
            }
        }
    };
    patiently("a refusal", refused).await
}

/// Waits for a refusal in a server's own words, and returns all of it.
async fn until_said(words: &str, told: impl AsyncFn() -> String) -> String {
    patiently(words, async {
        loop {
            let told = told().await;
            if told.contains(words) {
                return told;
            }
        }
    })
    .await
}

fn check(told: &str, [said, to_do]: [&str; 2]) {
    assert_eq!(told.matches(said).count(), 1, "{said}: {told}");
    assert!(told.contains(to_do), "{to_do}: {told}");
    // Neither the client's names for things nor places in scripts.
    for noise in ["ResponseError", "ServerErrorKind", " - ", "user_script"] {
        assert!(!told.contains(noise), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_refuses_a_start_is_told_once_with_what_to_do() {
    let server = RedisServer::start();
    let at = |rest: &str| format!("redis://{rest}");
    let address = server.address();
    server.run(&["ACL", "SETUSER", "app", "on", ">pass", "~*", "&*", "+@all"]);
    server.run(&[
        "ACL", "SETUSER", "weak", "on", ">pass", "~*", "&*", "+@all", "-info",
    ]);
    for (rest, words) in [
        (
            format!("{address}/99"),
            ["DB index is out of range", "database"],
        ),
        (
            format!("app:wrong@{address}"),
            ["authentication failed", "password"],
        ),
        (format!("weak:pass@{address}"), ["NOPERM", "lacks a right"]),
        (
            "127.0.0.1:1".to_owned(),
            ["onnection refused", "see that it runs"],
        ),
    ] {
        let refused = RedisStore::connect(&at(&rest)).await.unwrap_err();
        check(&told(&refused), words);
        assert!(matches!(refused, RedisConnectError::Unreachable { .. }));
    }
    server.run(&["ACL", "SETUSER", "default", "resetpass", ">secret"]);
    let refused = RedisStore::connect(&at(&address.to_string())).await;
    check(
        &told(&refused.unwrap_err()),
        ["NOAUTH Authentication required", "user and password"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_with_too_many_clients_is_named_at_a_start_and_later() {
    let server = RedisServer::start();
    let words = ["max number of clients reached", "maxclients"];
    // Its first connection; the second one is made when it is needed.
    let store = connect(server.address()).await;
    // That, the one for notifications, and the one that asks.
    patiently("the connections of the store", async {
        while server.run(&["CLIENT", "LIST"]).lines().count() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    set(&server, "maxclients", "2");
    let options = RedisOptions::new(&format!("redis://{}", server.address())).unwrap();
    // It closes the connection at once. On a busy machine its words may come too late for one try.
    let refused = async || told(&options.clone().connect().await.unwrap_err());
    check(&until_said(words[0], refused).await, words);
    let request = ClaimRequest::new(WorkerId::unique());
    let refused = async || told(&store.claim(request.clone()).await.unwrap_err());
    check(&until_said(words[0], refused).await, words);
    store.submit(new_job("nasa")).await.unwrap();
}

#[tokio::test]
async fn a_refusal_is_heard_also_from_a_slow_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let refusing = tokio::spawn(async move {
        loop {
            // Who writes first may find the connection closed, and asks once more what was said.
            drop(listener.accept().await.unwrap());
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::time::sleep(Duration::from_millis(350)).await;
            let refusal = b"-ERR max number of clients reached\r\n";
            stream.write_all(refusal).await.unwrap();
        }
    });
    let options = RedisOptions::new(&format!("redis://{address}")).unwrap();
    let refused = options.connect().await.unwrap_err();
    let words = ["max number of clients reached", "maxclients"];
    check(&told(&refused), words);
    refusing.abort();
}
