//! The `OpenAPI` document against the service: schemathesis finds no fault, keys included.

use std::path::Path;
use std::process::Command;

use report_pipeline_test_support::program::python;
use report_pipeline_test_support::server::Server;

#[test]
fn schemathesis_finds_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let tenants = folder.path().join("tenants.toml");
    std::fs::write(&tenants, "[acme]\nkeys = [\"a-key-of-acme-0001\"]\n").expect("room");
    let flags = ["--tenants", tenants.to_str().expect("a plain path")];
    let server = Server::start_program(Path::new(env!("CARGO_BIN_EXE_report-server")), &flags);
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis.toml");
    let output = Command::new(python(Path::new(env!("CARGO_TARGET_TMPDIR"))).join("schemathesis"))
        .current_dir(folder.path())
        .arg(format!("--config-file={}", config.display()))
        .args([
            "run",
            "--checks=all",
            "--max-examples=20",
            "--seed=1",
            "--no-color",
        ])
        .args(["--generation-database=none", "--request-timeout=35"])
        .arg(format!("http://{}/openapi.json", server.address))
        .output()
        .expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
    let health = server.response("GET /health HTTP/1.1\r\n", "");
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
}
