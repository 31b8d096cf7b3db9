//! A store over TLS.

use report_pipeline_test_support::certificates::Certificates;
use report_pipeline_test_support::redis::{Port, RedisServer};

use crate::support::open;

#[test]
fn a_store_over_tls_needs_two_settings() {
    let (port, certificates) = (Port::choose(), Certificates::make());
    let options = certificates.redis_options(port.address.port(), "yes");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let _redis = RedisServer::with_options(&options);
    let store = format!("rediss://localhost:{}/", port.address.port());
    let files = ["ca.pem", "client.pem", "client.key"].map(|name| certificates.file(name));
    let [ca, certificate, key] = files.each_ref().map(|file| file.to_str().expect("plain"));
    let service = open(&[
        "--store",
        &store,
        "--store-tls-ca",
        ca,
        "--store-tls-certificate",
        certificate,
        "--store-tls-key",
        key,
    ]);
    assert_eq!(service.ask("GET /ready", &[], "").status, 200);
}
