//! A store over TLS.

use report_pipeline_test_support::certificates::Certificates;
#[cfg(unix)]
use report_pipeline_test_support::postgres::PostgresServer;
use report_pipeline_test_support::redis::{Port, RedisServer};

use crate::support::{file, open};

#[test]
fn redis_over_tls_needs_two_settings() {
    let (port, certificates) = (Port::choose(), Certificates::make());
    let options = certificates.redis_options(port.address.port(), "yes");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let _redis = RedisServer::with_options(&options);
    let store = format!("rediss://localhost:{}/", port.address.port());
    assert_ready(&store, &certificates);
}

// The server asks for a key that nobody else may read, which the tests can say on Unix only.
#[cfg(unix)]
#[test]
fn postgres_over_tls_needs_two_settings() {
    let (mut server, certificates) = (PostgresServer::start(), Certificates::make());
    let secured = "hostssl all postgres 127.0.0.1/32 trust clientcert=verify-ca";
    server.offer_tls(&certificates, &["local all all trust", secured]);
    let port = server.address().port();
    let store = format!("postgres://postgres@localhost:{port}/postgres?sslmode=require");
    assert_ready(&store, &certificates);
}

/// Starts the service on a store that demands a certificate.
fn assert_ready(store: &str, certificates: &Certificates) {
    let files = ["ca.pem", "client.pem", "client.key"].map(|name| certificates.file(name));
    let [ca, certificate, key] = files.each_ref().map(|file| file.to_str().expect("plain"));
    let service = open(&[
        "--store",
        store,
        "--store-tls-ca",
        ca,
        "--store-tls-certificate",
        certificate,
        "--store-tls-key",
        key,
    ]);
    assert_eq!(service.ask("GET /ready", &[], "").status, 200);
}

#[test]
fn a_password_that_changes_is_read_with_each_connection() {
    let redis = RedisServer::start();
    let rotate = |password| redis.change_password("app", password);
    rotate("first");
    let password = file("first\n");
    let store = format!("redis://app@{}", redis.address());
    let path = password.path().to_str().expect("a plain path");
    let service = open(&["--store", &store, "--store-password-file", path]);
    assert_eq!(service.ask("GET /ready", &[], "").status, 200);
    std::fs::write(password.path(), "second").expect("room");
    rotate("second");
    let mut tries = (0..200).map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        service.ask("GET /ready", &[], "").status
    });
    assert!(tries.any(|status| status == 200), "it does not come back");
}
