//! PostgreSQL over TLS, with an authority that the test makes itself.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::Outcome;
use report_pipeline::testing::TcpProxy;
use report_pipeline::{JobStore, PostgresConnectError, PostgresOptions, PostgresStore, StoreTls};
use report_pipeline_test_support::certificates::{Certificates, trusted_address};
use report_pipeline_test_support::postgres::PostgresServer;

use super::contents::assert_all_agree;
use super::fixture::{again, claim_one, new_job, submit};

const SCHEMA: &str = "jobs";

/// A server that lets nobody in without TLS, but for its superuser on this machine.
struct Secured {
    server: PostgresServer,
    certificates: Certificates,
}

impl Secured {
    fn start() -> Self {
        Self::start_with(Certificates::make(), "")
    }

    /// With an option of its rules for who may connect, such as `clientcert=verify-ca`.
    fn start_with(certificates: Certificates, option: &str) -> Self {
        let mut server = PostgresServer::start();
        server.run("CREATE ROLE worker LOGIN SUPERUSER PASSWORD 'opensesame'");
        let secured = format!("hostssl all worker 127.0.0.1/32 scram-sha-256 {option}");
        server.offer_tls(&certificates, &["local all all trust", &secured]);
        Self {
            server,
            certificates,
        }
    }

    fn url(&self, host: &str, parameters: &str) -> String {
        url_at(host, self.server.address(), parameters)
    }

    fn trusting(&self) -> StoreTls {
        StoreTls::new().with_ca(self.certificates.text("ca.pem"))
    }

    fn showing(&self, certificates: &Certificates) -> StoreTls {
        let (certificate, key) = (
            certificates.text("client.pem"),
            certificates.text("client.key"),
        );
        self.trusting().with_client_certificate(certificate, key)
    }

    async fn connect(
        &self,
        host: &str,
        tls: impl Into<Option<StoreTls>>,
    ) -> Result<PostgresStore, PostgresConnectError> {
        connect(&self.url(host, "sslmode=require"), tls).await
    }
}

fn url_at(host: &str, address: SocketAddr, parameters: &str) -> String {
    let port = address.port();
    format!("postgres://worker:opensesame@{host}:{port}/postgres?schema={SCHEMA}&{parameters}")
}

async fn connect(
    url: &str,
    tls: impl Into<Option<StoreTls>>,
) -> Result<PostgresStore, PostgresConnectError> {
    let mut options = PostgresOptions::new(url)?.with_timeout(Duration::from_secs(5));
    if let Some(tls) = tls.into() {
        options = options.with_tls(tls);
    }
    options.connect().await
}

/// Takes a job from its submit to its report.
async fn work(store: &PostgresStore, name: &str) {
    let id = submit(store, name).await;
    let claimed = claim_one(store).await;
    let report = Outcome::Completed(Bytes::from_static(b"{}"));
    store.finish(&claimed.lease, report).await.unwrap();
    assert!(store.report(id).await.unwrap().is_some());
}

/// The error of an attempt that is refused, with its sources.
fn told(refused: Result<PostgresStore, PostgresConnectError>) -> String {
    let error = refused.expect_err("it is refused");
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        words = format!("{words}; {error}");
        source = error.source();
    }
    assert!(!words.contains("opensesame"), "{words}");
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connection_is_secured_and_its_login_bound_to_the_certificate() {
    let secured = Secured::start();
    let mut stores = Vec::new();
    for (name, host, parameters) in [
        ("one", "localhost", "sslmode=require"),
        ("two", "127.0.0.1", "sslmode=verify-full"),
        // Refused by the driver unless the login is bound, and by the server unless it is bound to its certificate.
        (
            "three",
            "localhost",
            "sslmode=verify-ca&channel_binding=require",
        ),
    ] {
        let url = secured.url(host, parameters);
        let store = connect(&url, secured.trusting()).await.unwrap();
        work(&store, name).await;
        assert!(store.stats().await.unwrap().jobs.completed > 0);
        stores.push(store);
    }
    let connections = secured.server.run(
        "SELECT count(*) > 2, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'worker'",
    );
    assert_eq!(connections, "t|t");
    // Nobody took the server for a pooler, to which nobody listens.
    let listens = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
    assert_eq!(secured.server.run(listens), "t");
    assert_all_agree(&secured.server, &[SCHEMA.to_owned()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_is_refused_and_the_error_says_why() {
    let secured = Secured::start();
    let other = StoreTls::new().with_ca(Certificates::make().text("ca.pem"));
    let error = told(secured.connect("localhost", other).await);
    assert!(error.contains("certificate is not trusted"), "{error}");
    assert!(error.contains("invalid peer certificate"), "{error}");

    let elsewhere = Secured::start_with(Certificates::make_for("DNS:elsewhere"), "");
    let error = told(elsewhere.connect("localhost", elsewhere.trusting()).await);
    assert!(error.contains("not valid for name"), "{error}");

    let blind = StoreTls::new().without_verification();
    work(
        &elsewhere.connect("127.0.0.1", blind).await.unwrap(),
        "blind",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_may_ask_for_a_certificate_of_the_client() {
    let secured = Secured::start_with(Certificates::make(), "clientcert=verify-ca");
    let shown = secured.showing(&secured.certificates);
    work(&secured.connect("localhost", shown).await.unwrap(), "shown").await;
    let error = told(secured.connect("localhost", secured.trusting()).await);
    assert!(error.contains("a certificate of the client"), "{error}");
    assert!(error.contains("valid client certificate"), "{error}");
    let other = secured.showing(&Certificates::make());
    let error = told(secured.connect("localhost", other).await);
    assert!(error.contains("show it one that it trusts"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_speak_tls_where_it_should_is_an_error_in_words() {
    let secured = Secured::start();
    let plain = PostgresServer::shared().address();
    let url = url_at("127.0.0.1", plain, "sslmode=require");
    let error = told(connect(&url, secured.trusting()).await);
    assert!(error.contains("speaks no TLS: set ssl to on"), "{error}");

    let error = told(connect(&secured.url("localhost", "sslmode=prefer"), None).await);
    assert!(error.contains("sslmode=require"), "{error}");

    let url = secured.url("localhost", "");
    let error = told(connect(&url, secured.trusting()).await);
    assert!(error.contains("add sslmode=require"), "{error}");
}

/// Servers understand that from version 17 on.
#[tokio::test(flavor = "multi_thread")]
async fn tls_can_begin_at_once_where_the_server_knows_that() {
    let secured = Secured::start();
    let version = secured.server.run("SHOW server_version_num");
    let url = secured.url("localhost", "sslmode=require&sslnegotiation=direct");
    let connected = connect(&url, secured.trusting()).await;
    if version.parse::<u32>().unwrap() >= 170_000 {
        work(&connected.unwrap(), "direct").await;
    } else {
        let error = told(connected);
        assert!(error.contains("TLS with PostgreSQL failed"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unix_socket_stays_plain_whatever_the_address_asks_for() {
    let secured = Secured::start();
    let folder = secured.server.socket_folder().display().to_string();
    let url = secured.url(&folder.replace('/', "%2F"), "sslmode=require");
    let store = connect(&url, secured.trusting()).await.unwrap();
    work(&store, "near").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_over_tls_that_are_lost_are_made_again() {
    let mut secured = Secured::start();
    let proxy = TcpProxy::start(secured.server.address()).await.unwrap();
    let url = url_at("localhost", proxy.address(), "sslmode=require");
    let store = connect(&url, secured.trusting()).await.unwrap();
    work(&store, "first").await;
    secured
        .server
        .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'worker'");
    work(&store, "second").await;
    // In the middle of calls, and of the handshakes after them.
    for round in 0..8 {
        let new = new_job(&format!("cut{round}"));
        let cutting = async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(fastrand::u64(..10))).await;
                proxy.reset().await;
            }
        };
        let calling = async {
            let id = again(|| store.submit(new.clone())).await.job().id;
            assert!(again(|| store.get(id)).await.is_some());
        };
        tokio::join!(cutting, calling);
    }
    secured.server.restart();
    let new = new_job("last");
    again(|| store.submit(new.clone())).await;
    assert_all_agree(&secured.server, &[SCHEMA.to_owned()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorities_of_the_system_are_trusted() {
    let secured = Secured::start();
    let address = secured.url("localhost", "sslmode=require");
    secured
        .certificates
        .run_where_it_is_trusted("tls::trusts_its_system", &address);
    // Here the system does not know the authority.
    let error = told(secured.connect("localhost", None).await);
    assert!(error.contains("certificate is not trusted"), "{error}");
}

/// Run by the test before it, in an environment of its own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a system that trusts the server"]
async fn trusts_its_system() {
    let Some(address) = trusted_address() else {
        return;
    };
    work(&PostgresStore::connect(&address).await.unwrap(), "trusted").await;
}
