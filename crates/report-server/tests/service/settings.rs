//! Settings: from flags, from a file, and what is said of wrong ones.

use std::process::{Command, Output};

use crate::support::{file, open, program};

fn run(flags: &[&str]) -> Output {
    let mut command = Command::new(program());
    let command = command.args(["--listen", "127.0.0.1:0"]).args(flags);
    command
        .env_remove("WEBHOOK_SECRET")
        .output()
        .expect("it runs")
}

#[test]
fn a_start_that_cannot_succeed_says_why_and_shows_no_secret() {
    let tenants = file("[acme]\nkeys = [\"s3cr3t\"]");
    let path = tenants.path().to_str().expect("a plain path");
    for (flags, named) in [
        (&["--tenants", path][..], "16 characters"),
        (&["--tenants", "no/such/file"], "no/such/file"),
        (&["--callback-host", "a.example"], "WEBHOOK_SECRET"),
        (
            &["--callback-host", "a.example", "--tenants", path],
            "without tenants",
        ),
        (&["--store", "redis://:s3cr3t@127.0.0.1:1/"], "error: "),
        (&["--store", "nonsense://s3cr3t"], "error: "),
        (
            &["--store", "rediss://h/", "--store-tls-ca", "no/such/ca"],
            "no/such/ca",
        ),
        (&["--store-tls-key", "key.pem"], "--store-tls-certificate"),
        (
            &[
                "--store",
                "postgres://me:s3cr3t@h/db",
                "--store-password-file",
                path,
            ],
            "variable STORE",
        ),
        (&["--print-schema"], "postgres://"),
        (&["--archive", "no/such/folder"], "no/such/folder"),
        (
            &["--cors-origin", "https://a.example/path"],
            "--cors-origin",
        ),
        (&["--queue-limits", "7"], "--queue-limits"),
    ] {
        let output = run(flags);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(!output.status.success(), "{flags:?}: {text}");
        assert!(text.contains(named), "{flags:?}: {text}");
        assert!(!text.contains("s3cr3t"), "{flags:?}: {text}");
    }
}

#[test]
fn the_tables_of_postgresql_are_printed_for_somebody_who_may_make_them() {
    let output = run(&[
        "--print-schema",
        "--store",
        "postgres://me:s3cr3t@h/db?schema=jobs_of_mine",
    ]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("jobs_of_mine") && text.contains("CREATE TABLE"),
        "{text}"
    );
    assert!(!text.contains("s3cr3t"), "{text}");
}

#[test]
fn help_names_every_setting_and_none_of_the_secrets_values() {
    let mut command = Command::new(program());
    let secrets = [
        ("STORE", "redis://:s3cr3t@host/"),
        ("WEBHOOK_SECRET", "s3cr3t"),
    ];
    let output = command
        .arg("--help")
        .envs(secrets)
        .output()
        .expect("it runs");
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && !help.contains("s3cr3t"),
        "{help}"
    );
    // The base flags of examples/server.rs.
    for flag in [
        "--listen",
        "--store",
        "--archive",
        "--concurrency",
        "--retention",
        "--queue-limit",
        "--phase-delay",
        "--lease",
        "--max-attempts",
        "--tenants",
        "--config",
        "--role",
    ] {
        assert!(help.contains(flag), "{flag} is missing: {help}");
    }
}

#[test]
fn a_file_sets_what_flags_set() {
    let config = file("base-path = \"/from-file\"\nlog-format = \"text\"\n");
    let service = open(&["--config", config.path().to_str().expect("a plain path")]);
    assert_eq!(service.ask("GET /from-file/health", &[], "").status, 200);
    assert_eq!(service.ask("GET /health", &[], "").status, 404);
}
