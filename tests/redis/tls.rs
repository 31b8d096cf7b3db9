//! Redis over TLS, with an authority that the test makes itself.

use report_pipeline::{Client, RedisConnectError, RedisOptions, RedisStore, Status, StoreTls};
use report_pipeline_test_support::certificates::{Certificates, trusted_address};
use report_pipeline_test_support::redis::{Port, RedisServer};

use super::fixture::{Phases, ended, report, submit, told};

/// A server that speaks plainly on one port and over TLS on another.
struct Secured {
    server: RedisServer,
    tls: Port,
    certificates: Certificates,
}

impl Secured {
    /// `clients` says whether clients must show a certificate: `yes` or `no`.
    fn start(clients: &str) -> Self {
        Self::start_with(clients, Certificates::make())
    }

    fn start_with(clients: &str, certificates: Certificates) -> Self {
        let tls = Port::choose();
        let options = certificates.redis_options(tls.address.port(), clients);
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let server = RedisServer::with_options(&options);
        Self {
            server,
            tls,
            certificates,
        }
    }

    fn address(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{host}:{}", self.tls.address.port())
    }

    fn trusting(&self) -> StoreTls {
        StoreTls::new().with_ca(self.certificates.text("ca.pem"))
    }

    async fn connect(
        &self,
        host: &str,
        tls: impl Into<Option<StoreTls>>,
    ) -> Result<RedisStore, RedisConnectError> {
        let mut options = RedisOptions::new(&self.address("rediss", host))?;
        if let Some(tls) = tls.into() {
            options = options.with_tls(tls);
        }
        options.connect().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_works_over_tls_without_further_set_up() {
    let secured = Secured::start("no");
    for (scheme, host) in [("rediss", "localhost"), ("valkeys", "127.0.0.1")] {
        let options = RedisOptions::new(&secured.address(scheme, host)).unwrap();
        let store = options.with_tls(secured.trusting()).connect().await;
        work(&Client::new(store.unwrap()), host).await;
    }
    // Nothing of it went over the plain port but this question.
    let clients = secured.server.run(&["CLIENT", "LIST", "TYPE", "normal"]);
    let plain = format!("laddr={}", secured.server.address());
    assert_eq!(clients.matches(&plain).count(), 1, "{clients}");
}

/// Takes a job through a pipeline, notifications included.
async fn work(client: &Client, name: &str) {
    let name = name.replace('.', "_");
    let workers = Phases::by("report").builder(client).build().start();
    let id = submit(client, &name).await;
    assert_eq!(ended(client, id).await.status, Status::Completed);
    assert_eq!(report(client, id).await.as_deref(), Some("report"));
    workers.drain(std::time::Duration::from_secs(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_nobody_vouches_for_is_refused_and_the_error_says_why() {
    let secured = Secured::start("no");
    let other = StoreTls::new().with_ca(Certificates::make().text("ca.pem"));
    let refused = secured.connect("localhost", other).await;
    let error = told(&refused.expect_err("another authority has signed"));
    assert!(error.contains("certificate is not trusted"), "{error}");
    assert!(error.contains("invalid peer certificate"), "{error}");

    let elsewhere = Secured::start_with("no", Certificates::make_for("DNS:elsewhere"));
    let refused = elsewhere.connect("localhost", elsewhere.trusting()).await;
    let error = told(&refused.expect_err("it is for another name"));
    assert!(error.contains("not valid for name"), "{error}");

    let blind = StoreTls::new().without_verification();
    work(
        &Client::new(elsewhere.connect("127.0.0.1", blind).await.unwrap()),
        "blind",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_may_ask_for_a_certificate_of_the_client() {
    let secured = Secured::start("yes");
    let (certificate, key) = (
        secured.certificates.text("client.pem"),
        secured.certificates.text("client.key"),
    );
    let shown = secured.trusting().with_client_certificate(certificate, key);
    work(
        &Client::new(secured.connect("localhost", shown).await.unwrap()),
        "shown",
    )
    .await;
    let refused = secured.connect("localhost", secured.trusting()).await;
    let error = told(&refused.expect_err("it shows none"));
    assert!(error.contains("CertificateRequired"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_speak_tls_where_it_should_is_an_error_in_words() {
    let secured = Secured::start("no");
    let plain = secured.server.address();
    let options = RedisOptions::new(&format!("rediss://{plain}")).unwrap();
    let refused = options.with_tls(secured.trusting()).connect().await;
    assert!(matches!(
        refused,
        Err(RedisConnectError::Unreachable { .. })
    ));
    let refused = RedisStore::connect(&secured.address("redis", "localhost")).await;
    assert!(matches!(
        refused,
        Err(RedisConnectError::Unreachable { .. })
    ));

    let options = RedisOptions::new(&format!("redis://{plain}")).unwrap();
    let refused = options.with_tls(secured.trusting()).connect().await;
    let error = told(&refused.expect_err("what is wanted is not what is asked for"));
    assert!(error.contains("rediss://"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorities_of_the_system_are_trusted() {
    let secured = Secured::start("no");
    let address = secured.address("rediss", "localhost");
    secured
        .certificates
        .run_where_it_is_trusted("tls::trusts_its_system", &address);
    // Here the system does not know the authority.
    let refused = secured.connect("localhost", None).await;
    refused.expect_err("the authority was made a moment ago");
}

/// Run by the test before it, in an environment of its own.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a system that trusts the server"]
async fn trusts_its_system() {
    let Some(address) = trusted_address() else {
        return;
    };
    let store = RedisStore::connect(&address).await.unwrap();
    work(&Client::new(store), "trusted").await;
}
