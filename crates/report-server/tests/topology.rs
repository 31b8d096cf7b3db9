//! The topology of `deploy/compose.yaml` as processes: Redis that keeps what it has acknowledged, two processes that
//! take requests, two that work, and nginx with TLS in front, by the recipe's own file.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use report_pipeline_test_support::program::required;
use report_pipeline_test_support::redis::{DURABLE, Port, RedisServer};
use report_pipeline_test_support::server::Server;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use standardwebhooks::Webhook;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const KEY: &str = "a-key-of-acme-0001";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// What must come comes within this time, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// nginx by the recipe, with other addresses and paths. Killed when dropped.
struct Nginx {
    process: Child,
    port: u16,
    certificate: rustls::pki_types::CertificateDer<'static>,
    _folder: TempDir,
}

impl Nginx {
    fn start(fronts: [&Server; 2]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| {
            folder
                .path()
                .join(name)
                .to_str()
                .expect("a plain path")
                .to_owned()
        };
        let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let signed = signed.expect("a certificate");
        fs::write(at("server.crt"), signed.cert.pem()).expect("room");
        fs::write(at("server.key"), signed.signing_key.serialize_pem()).expect("room");

        let port = Port::choose();
        let number = port.address.port();
        let mut recipe = fs::read_to_string(root().join("deploy/nginx.conf")).expect("the recipe");
        for (written, here) in [
            ("api-1:8080", fronts[0].address.to_string()),
            ("api-2:8080", fronts[1].address.to_string()),
            ("listen 8443", format!("listen 127.0.0.1:{number}")),
            ("/etc/nginx/tls", folder.path().display().to_string()),
            ("/tmp/nginx.pid", at("nginx.pid")),
            (
                "access_log off;",
                ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|kind| format!("{kind}_temp_path {};", at(kind)))
                    .concat()
                    + "access_log off;",
            ),
        ] {
            assert!(recipe.contains(written), "{written}");
            recipe = recipe.replace(written, &here);
        }
        let path = at("nginx.conf");
        fs::write(&path, recipe).expect("room");

        let names = ["nginx"];
        let program = required("nginx", "NGINX", &names);
        let command = || {
            let mut command = Command::new(&program);
            command.args(["-c", &path, "-p", &at(""), "-e", "stderr"]);
            command
        };
        let checked = command().arg("-t").output().expect("nginx runs");
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(
            checked.status.success() && !said.contains("[warn]"),
            "{said}"
        );
        drop(port);
        let process = command()
            .args(["-g", "daemon off;"])
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx runs");
        Self {
            process,
            port: number,
            certificate: signed.cert.der().clone(),
            _folder: folder,
        }
    }

    /// Sends a request over TLS, again until there is a response that is no failure of the moment.
    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let began = Instant::now();
        loop {
            let response = self.ask_once(method, path, body).await;
            if let Ok((status, body)) = &response
                && ![502, 503, 504].contains(status)
            {
                return (*status, serde_json::from_slice(body).unwrap_or_default());
            }
            assert!(began.elapsed() < PATIENCE, "{response:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn ask_once(&self, method: &str, path: &str, body: &str) -> Result<(u16, Bytes), String> {
        let mut trusted = RootCertStore::empty();
        trusted
            .add(self.certificate.clone())
            .expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("there are some")
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let builder = HttpsConnectorBuilder::new().with_tls_config(config);
        let connector = builder.https_only().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let request = http::Request::builder()
            .method(method)
            .uri(format!("https://localhost:{}{path}", self.port))
            .header("authorization", format!("Bearer {KEY}"))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body.to_owned())))
            .expect("a request");
        let response = client
            .request(request)
            .await
            .map_err(|error| format!("{error:?}"))?;
        let status = response.status().as_u16();
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it only if it is told to stop.
        report_pipeline_test_support::program::send_signal(self.process.id(), "-TERM");
        _ = self.process.wait();
    }
}

/// Receives callbacks, and responds with 503 to the first one.
fn receiver() -> (
    u16,
    tokio::sync::mpsc::UnboundedReceiver<(http::HeaderMap, Vec<u8>)>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it can be");
    let port = listener.local_addr().expect("an address").port();
    let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime");
    let (sender, messages) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut status = "503 Service Unavailable";
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut received = Vec::new();
            let (headers, body) = loop {
                let mut chunk = [0; 4096];
                let read = stream.read(&mut chunk).await.expect("a request");
                received.extend_from_slice(&chunk[..read]);
                let text = String::from_utf8_lossy(&received);
                let Some((head, body)) = text.split_once("\r\n\r\n") else {
                    continue;
                };
                let fields = head.lines().filter_map(|line| line.split_once(": "));
                let headers: http::HeaderMap = fields
                    .map(|(name, value)| {
                        (
                            name.parse::<http::HeaderName>().expect("a name"),
                            value.parse().expect("a value"),
                        )
                    })
                    .collect();
                let length = headers["content-length"].to_str().expect("text");
                if body.len() == length.parse::<usize>().expect("a number") {
                    break (headers, body.as_bytes().to_vec());
                }
            };
            let response =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            _ = stream.write_all(response.as_bytes()).await;
            if status.starts_with("200") {
                _ = sender.send((headers, body));
            }
            status = "200 OK";
        }
    });
    (port, messages)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_killed_the_report_is_made_and_told() {
    live_through(false).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes a minute: the lease of a delivery whose worker is killed has to run out"]
async fn a_worker_that_is_killed_while_it_tells_is_replaced() {
    live_through(true).await;
}

async fn live_through(kill_the_teller: bool) {
    let mut redis = RedisServer::with_options(DURABLE);
    let store = format!("{}?prefix=reports:", redis.url());
    let (receiver_port, mut messages) = receiver();
    let mut tenants = tempfile::NamedTempFile::new().expect("a file");
    let text = format!(
        "[acme]\nkeys = [\"{KEY}\"]\ncallback_hosts = [\"127.0.0.1:{receiver_port}\"]\nwebhook_secret = \"{SECRET}\"\n"
    );
    tenants.write_all(text.as_bytes()).expect("room");
    let path = tenants.path().to_str().expect("a plain path");
    let start = |role: &str| {
        let flags = [
            "--role",
            role,
            "--store",
            &store,
            "--tenants",
            path,
            "--callback-insecure",
            "--store-wait",
            "60s",
        ];
        let more = [
            "--lease",
            "2s",
            "--phase-delay",
            "1s",
            "--trusted-proxies",
            "1",
        ];
        let program = Path::new(env!("CARGO_BIN_EXE_report-server"));
        Server::start_program(program, &[&flags[..], &more[..]].concat())
    };
    let (front, other_front) = (start("api"), start("api"));
    let worker = start("worker");
    let nginx = Nginx::start([&front, &other_front]);

    let submit =
        format!(r#"{{"handle":"nasa","callback_url":"http://127.0.0.1:{receiver_port}/done"}}"#);
    let (status, accepted) = nginx.ask("POST", "/api/analyze", &submit).await;
    assert_eq!(status, 202, "{accepted}");
    let id = accepted["job_id"].as_str().expect("an id").to_owned();
    let path = format!("/api/status/{id}");
    while nginx.ask("GET", &path, "").await.1["status"] != "processing" {}

    // Each of them in turn, while the job is under way.
    front.kill();
    redis.kill();
    redis.restart();
    worker.kill();
    let mut worker = Some(start("worker"));
    while nginx.ask("GET", &path, "").await.1["status"] != "completed" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if kill_the_teller {
        worker.take().expect("it runs").kill();
    }
    let _worker = start("worker");

    let message = tokio::time::timeout(PATIENCE, messages.recv()).await;
    let (headers, body) = message.expect("it comes in time").expect("a message");
    let webhook = Webhook::new(SECRET).expect("a secret");
    webhook.verify(&body, &headers).expect("it is signed");
    let told: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(
        (&told["type"], &told["data"]["job_id"]),
        (&"job.completed".into(), &Value::from(id.clone()))
    );
    let (status, report) = nginx.ask("GET", &format!("/api/report/{id}"), "").await;
    assert_eq!((status, &report["handle"]), (200, &"nasa".into()));
    assert_eq!(nginx.ask("GET", "/metrics", "").await.0, 404);
    assert_eq!(nginx.ask("GET", "/ready", "").await.0, 200);
}
