//! The recipes in `deploy/`, as far as they can be checked without containers: what they name exists, their files are
//! accepted, and their topology works as processes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use report_pipeline_test_support::program::python;
use report_pipeline_test_support::server::Server;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_report-server"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names in `text` that begin with `prefix`.
fn names(text: &str, prefix: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_name(c));
    words
        .filter(|word| word.starts_with(prefix))
        .map(str::to_owned)
        .collect()
}

#[test]
fn alerts_and_dashboard_name_metrics_that_there_are() {
    let described = names(&read("docs/operations.md"), "report_pipeline_");
    let own = names(
        &read("crates/report-server/src/metrics.rs"),
        "report_server_",
    );
    assert!(
        described.len() > 15 && own.len() == 2,
        "{described:?} {own:?}"
    );
    for recipe in ["deploy/alerts.yaml", "deploy/dashboard.json"] {
        let text = read(recipe);
        let used = &names(&text, "report_pipeline_") | &names(&text, "report_server_");
        assert!(used.len() > 5, "{recipe}: {used:?}");
        for name in used {
            let name = name.strip_suffix("_bucket").unwrap_or(&name);
            assert!(
                described.contains(name) || own.contains(name),
                "{recipe}: {name}"
            );
        }
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("deploy/dashboard.json")).expect("JSON");
    for panel in dashboard["panels"].as_array().expect("a list") {
        assert!(panel["targets"][0]["expr"].is_string(), "{panel}");
    }
}

#[test]
fn variables_in_the_recipes_are_settings() {
    let help = Command::new(program())
        .arg("--help")
        .output()
        .expect("it runs");
    let help = String::from_utf8(help.stdout).expect("text");
    let is_setting = |name: &str| help.contains(&format!("[env: {name}"));
    let mut found = 0;
    for recipe in [
        "deploy/compose.yaml",
        "deploy/Dockerfile",
        "deploy/report-server.service",
    ] {
        let text = read(recipe);
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        for word in lines.flat_map(|line| line.split([' ', '{', ','])) {
            let name = word.split([':', '=']).next().unwrap_or_default();
            let is_variable = name.len() > 3 && word.len() > name.len() && {
                let mut letters = name.bytes();
                letters.all(|b| b.is_ascii_uppercase() || b == b'_')
            };
            if is_variable {
                assert!(is_setting(name), "{recipe}: {name}");
                found += 1;
            }
        }
    }
    assert!(found >= 8, "{found}");
}

#[test]
fn the_examples_of_files_are_accepted() {
    let folder = root().join("deploy");
    let path = |name: &str| folder.join(name).to_str().expect("a plain path").to_owned();
    let (config, tenants) = (path("config.example.toml"), path("tenants.example.toml"));
    let flags = [
        "--config",
        &config,
        "--tenants",
        &tenants,
        "--store",
        "memory",
    ];
    let more = ["--log-format", "text", "--metrics-listen", "127.0.0.1:0"];
    let server = Server::start_program(program(), &[&flags[..], &more[..]].concat());
    let ready = server.response("GET /ready HTTP/1.1\r\n", "");
    assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn systemd_takes_the_unit() {
    let systemd = Command::new("systemd-analyze").arg("--version").output();
    if !systemd.is_ok_and(|version| version.status.success()) {
        eprintln!("systemd-analyze is not installed: the unit is not checked");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("report-server.service");
    let text = read("deploy/report-server.service");
    let installed = "/usr/local/bin/report-server";
    assert!(text.contains(installed));
    fs::write(
        &unit,
        text.replace(installed, program().to_str().expect("a plain path")),
    )
    .expect("room");
    let output = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&unit)
        .output()
        .expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        output.status.success() && !said.contains("report-server.service"),
        "{said}"
    );
}

#[test]
fn the_recipes_in_yaml_can_be_read() {
    let python = python(Path::new(env!("CARGO_TARGET_TMPDIR"))).join("python");
    let read = "import sys, yaml\nfor name in sys.argv[1:]: yaml.safe_load(open(name))";
    let recipes = ["compose.yaml", "alerts.yaml"].map(|name| root().join("deploy").join(name));
    let output = Command::new(python)
        .args(["-c", read])
        .args(&recipes)
        .output()
        .expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
