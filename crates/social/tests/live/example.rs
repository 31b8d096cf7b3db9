//! The example `live`, as a process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use super::youtube_api::{FakeYouTube, KEY, Video};

/// Killed when dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The example, with no access to anything.
fn example() -> Command {
    // Cargo builds the examples for `cargo test`, next to the folder this test runs from.
    let test = std::env::current_exe().unwrap();
    let profile: PathBuf = test.ancestors().nth(2).unwrap().to_owned();
    let mut command = Command::new(profile.join("examples").join("live"));
    command
        .args(["--listen", "127.0.0.1:0"])
        .env("NO_COLOR", "1")
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in [
        "YOUTUBE_API_KEY",
        "INSTAGRAM_TOKEN",
        "INSTAGRAM_USER_ID",
        "TIKTOK_TOKENS",
    ] {
        command.env_remove(name);
    }
    command
}

#[tokio::test]
async fn without_any_access_it_says_what_to_set() {
    let output = tokio::task::spawn_blocking(|| example().output().unwrap());
    let output = output.await.unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    for name in [
        "YOUTUBE_API_KEY",
        "INSTAGRAM_TOKEN",
        "INSTAGRAM_USER_ID",
        "TIKTOK_TOKENS",
    ] {
        assert!(told.contains(name), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_serves_a_report_on_a_real_account_and_shows_no_key() {
    let fake = FakeYouTube::start((0..3).map(Video::new).collect()).await;
    let mut command = example();
    command
        .env("YOUTUBE_API_KEY", KEY)
        .args(["--youtube-base", &fake.base()]);
    let mut process = Process(command.spawn().unwrap());
    let log = process.0.stdout.take().unwrap();
    let (address, log) = tokio::task::spawn_blocking(move || {
        let mut lines = BufReader::new(log).lines().map(Result::unwrap);
        let mut told = Vec::new();
        let address = loop {
            let line = lines.next().expect("it listens before it ends");
            told.push(line.clone());
            if let Some((_, address)) = line.split_once("listening address=") {
                break address.trim().to_owned();
            }
        };
        (address, told.join("\n"))
    })
    .await
    .unwrap();
    for missing in ["INSTAGRAM_TOKEN and INSTAGRAM_USER_ID", "TIKTOK_TOKENS"] {
        assert!(log.contains(missing), "{log}");
    }
    assert!(!log.contains(KEY), "{log}");

    let submitted = ask(
        &format!("http://{address}/api/analyze"),
        Some(json!({"handle": "@zz_sample_baker", "platform": "youtube"})),
    )
    .await;
    let id = submitted["job_id"].as_str().unwrap().to_owned();
    let report = loop {
        let status = ask(&format!("http://{address}/api/status/{id}"), None).await;
        match status["status"].as_str().unwrap() {
            "completed" => break ask(&format!("http://{address}/api/report/{id}"), None).await,
            "failed" => panic!("{status}"),
            _ => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!(report["data_origin"]["kind"], "live", "{report}");
    assert_eq!(report["coverage"]["comments"]["read"], 9);
}

async fn ask(address: &str, body: Option<Value>) -> Value {
    let request = Request::builder().uri(address);
    let request = match body {
        Some(body) => request
            .method("POST")
            .header("content-type", "application/json")
            .body(Full::from(body.to_string())),
        None => request.body(Full::<Bytes>::default()),
    };
    let client = legacy::Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.unwrap()).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}
