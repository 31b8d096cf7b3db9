//! Passwords that change while a store is connected.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use report_pipeline::{JobStore, RedisCredentials, RedisOptions};
use report_pipeline_test_support::redis::RedisServer;

use super::fixture::{again, new_job, told};

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_asked_for_with_each_connection() {
    let server = RedisServer::start();
    let rotate = |password| server.change_password("app", password);
    rotate("first");
    let (now, asked) = (Arc::new(Mutex::new("first")), Arc::new(AtomicUsize::new(0)));
    let provide = {
        let (now, asked) = (Arc::clone(&now), Arc::clone(&asked));
        move || {
            let (password, count) = (*now.lock().unwrap(), asked.fetch_add(1, SeqCst));
            async move {
                match (password, count) {
                    ("none", _) => Err("the vault is closed".into()),
                    ("panic", _) => panic!("on purpose"),
                    (password, _) => Ok(RedisCredentials::new(password).with_user("app")),
                }
            }
        }
    };
    let options = RedisOptions::new(&format!("redis://nobody:wrong@{}", server.address()));
    let options = options.unwrap().with_credentials(provide);
    let store = options.clone().connect().await.unwrap();
    store.submit(new_job("first")).await.unwrap();
    assert!(server.run(&["CLIENT", "LIST"]).contains("user=app"));

    *now.lock().unwrap() = "second";
    rotate("second");
    let before = asked.load(SeqCst);
    again(async || store.submit(new_job("second")).await).await;
    assert!(asked.load(SeqCst) > before);

    for (given, words) in [("none", "the vault is closed"), ("panic", "panicked")] {
        *now.lock().unwrap() = given;
        let refused = options.clone().connect().await.unwrap_err();
        let told = told(&refused);
        assert!(told.contains("provider") && told.contains(words), "{told}");
    }
    rotate("third");
    // Whatever the provider did, it is asked again.
    *now.lock().unwrap() = "third";
    again(async || store.submit(new_job("third")).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_users_sockets_and_ipv6_are_in_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("redis.sock");
    let socket = socket.to_str().unwrap();
    let server = RedisServer::with_options(&["--unixsocket", socket, "--bind", "127.0.0.1 -::1"]);
    server.run(&[
        "ACL", "SETUSER", "app", "on", ">s@c/ret", "~*", "&*", "+@all",
    ]);
    let (address, port) = (server.address(), server.address().port());
    let mut forms = vec![
        (0, format!("redis://{address}")),
        (1, format!("redis://{address}/1")),
        (2, format!("valkey://app:s%40c%2Fret@{address}/2?prefix=r:")),
        (3, format!("unix://{socket}?db=3&user=app&pass=s%40c%2Fret")),
        (4, format!("redis+unix://{socket}?db=4")),
    ];
    if std::net::TcpStream::connect(("::1", port)).is_ok() {
        forms.push((5, format!("redis://app:s%40c%2Fret@[::1]:{port}/5")));
    }
    for (database, form) in forms {
        let store = RedisOptions::new(&form).unwrap().connect().await;
        let store = store.unwrap_or_else(|error| panic!("{form}: {}", told(&error)));
        store.submit(new_job("nasa")).await.unwrap();
        let keys = server.run(&["INFO", "keyspace"]);
        assert!(keys.contains(&format!("db{database}:")), "{form}: {keys}");
    }
}
