//! pgbouncer in transaction mode in front: each transaction may meet another connection of the server.

use std::fs;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use report_pipeline::store::{Outcome, WatchRequest};
use report_pipeline::{JobStore, PostgresStore, Version};
use report_pipeline_test_support::program::{is_root, required};
use report_pipeline_test_support::redis::Port;
use tempfile::TempDir;

use super::fixture::{Schema, claim_one, claim_request, submit};

const MINUTE: Duration = Duration::from_secs(60);

/// A pooler that lends two connections of the server to everybody.
struct Pooler {
    child: Child,
    port: Port,
    _folder: TempDir,
}

impl Pooler {
    fn start() -> Self {
        Self::start_with(&[], "")
    }

    /// With files, which are named and filled, and with settings that name them as `{folder}/name`.
    fn start_with(files: &[(&str, Vec<u8>)], settings: &str) -> Self {
        let program = required("pgbouncer", "PGBOUNCER", &["pgbouncer"]);
        let folder = tempfile::tempdir().unwrap();
        let port = Port::choose();
        let server = Schema::server().address();
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n\
             max_client_conn = 500\n",
            server.port(),
            port.address.port()
        );
        let configuration =
            configuration.replace("* = host=127.0.0.1", "* = user=postgres host=127.0.0.1");
        let place = folder.path().display().to_string();
        let configuration = configuration + &settings.replace("{folder}", &place);
        for (name, contents) in files {
            fs::write(folder.path().join(name), contents).unwrap();
        }
        let file = folder.path().join("pgbouncer.ini");
        fs::File::create(&file)
            .unwrap()
            .write_all(configuration.as_bytes())
            .unwrap();
        let mut command = if is_root() {
            // It refuses to run as root.
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"])
                .arg(&program);
            fs::set_permissions(
                folder.path(),
                std::os::unix::fs::PermissionsExt::from_mode(0o755),
            )
            .unwrap();
            command
        } else {
            Command::new(&program)
        };
        let child = command
            .arg("--quiet")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Self {
            child,
            port,
            _folder: folder,
        };
        let began = Instant::now();
        while TcpStream::connect(pooler.address()).is_err() {
            assert!(began.elapsed() < MINUTE, "pgbouncer does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        pooler
    }

    fn address(&self) -> SocketAddr {
        self.port.address
    }

    async fn store(&self, schema: &Schema) -> PostgresStore {
        schema
            .store_at(self.address(), Duration::from_secs(20))
            .await
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_everything_works_and_nothing_is_prepared() {
    const JOBS: usize = 20;
    let pooler = Pooler::start();
    let schema = Schema::new();
    let stores = [
        Arc::new(pooler.store(&schema).await),
        Arc::new(pooler.store(&schema).await),
    ];
    let work = |n: usize| {
        let store = Arc::clone(&stores[n % 2]);
        tokio::spawn(async move {
            for job in 0..JOBS {
                let id = submit(&store, &format!("w{n}.{job}")).await;
                let claimed = claim_one(&store).await;
                let report = Outcome::Completed(Bytes::from_static(b"{}"));
                store.finish(&claimed.lease, report).await.unwrap();
                assert!(store.get(id).await.unwrap().is_some());
            }
        })
    };
    let workers: Vec<_> = (0..8).map(work).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let done = schema.run("SELECT count(*) FROM jobs WHERE status = 'completed'");
    assert_eq!(done, (8 * JOBS).to_string());
    schema.assert_agrees();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_pooler_a_process_looks_for_what_it_cannot_hear() {
    let pooler = Pooler::start();
    let schema = Schema::new();
    let (one, other) = (Arc::new(pooler.store(&schema).await), schema.store().await);
    let waiting = {
        let one = Arc::clone(&one);
        let request = claim_request(1).with_wait(MINUTE);
        tokio::spawn(async move { one.claim(request).await })
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    let id = submit(&other, "nasa").await;
    let claimed = waiting.await.unwrap().unwrap();
    assert_eq!(claimed[0].job.id, id);
    // It would look by itself after 15 seconds.
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    let version = claimed[0].job.version;
    let watching = {
        let one = Arc::clone(&one);
        let watch = WatchRequest::new(id, version).with_wait(MINUTE);
        tokio::spawn(async move { one.changed(watch).await })
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let began = Instant::now();
    other.cancel(id).await.unwrap();
    let job = watching.await.unwrap().unwrap().unwrap();
    assert!(job.cancel_requested && job.version > Version::FIRST);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[cfg(feature = "postgres-tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_is_noticed_also_over_tls() {
    use report_pipeline::{PostgresOptions, StoreTls};
    use report_pipeline_test_support::certificates::Certificates;

    let certificates = Certificates::make();
    let files = ["server.pem", "server.key"].map(|name| (name, certificates.text(name)));
    let settings = "client_tls_sslmode = require\nclient_tls_cert_file = {folder}/server.pem\n\
                    client_tls_key_file = {folder}/server.key\n";
    let pooler = Pooler::start_with(&files, settings);
    let schema = Schema::new();
    let url = schema.url_at(pooler.address());
    let store = PostgresOptions::new(&format!("{url}&sslmode=require"))
        .unwrap()
        .with_tls(StoreTls::new().with_ca(certificates.text("ca.pem")))
        .connect()
        .await
        .unwrap();
    for n in 0..20 {
        submit(&store, &format!("account{n}")).await;
        claim_one(&store).await;
    }
    // Nobody listens on what is lent.
    let listens = schema.connections("pid", "query LIKE 'LISTEN %'");
    assert_eq!(listens, [] as [String; 0]);
    schema.assert_agrees();
}
