//! A service as a process, with a file of tenants.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use report_pipeline_test_support::server::Server;
use serde_json::Value;
use tempfile::NamedTempFile;

pub(crate) const ACME: &str = "a-key-of-acme-0001";
pub(crate) const BETA: &str = "the-key-of-beta-01";
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_report-server"))
}

/// Starts the service without tenants.
pub(crate) fn open(flags: &[&str]) -> Service {
    Service {
        server: Server::start_program(program(), flags),
        _tenants: None,
    }
}

/// Starts the service with the tenants `acme` and `beta`; `more` are further lines of acme's.
pub(crate) fn with_tenants(more: &str, flags: &[&str]) -> Service {
    started(more, &[], flags)
}

/// Starts the service with both tenants and the operator's view behind `key`.
pub(crate) fn operated(key: &str, flags: &[&str]) -> Service {
    started("", &[("OPERATOR_KEY", key)], flags)
}

fn started(more: &str, variables: &[(&str, &str)], flags: &[&str]) -> Service {
    let file = file(&format!(
        "[acme]\nkeys = [\"{ACME}\"]\n{more}\n[beta]\nkeys = [\"{BETA}\"]\n"
    ));
    let path = file.path().to_str().expect("a plain path");
    let flags: Vec<&str> = ["--tenants", path].iter().chain(flags).copied().collect();
    Service {
        server: Server::start_with(program(), variables, &flags),
        _tenants: Some(file),
    }
}

pub(crate) fn file(content: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(content.as_bytes()).expect("room");
    file
}

pub(crate) struct Service {
    pub(crate) server: Server,
    _tenants: Option<NamedTempFile>,
}

/// A response, read.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The kind of a problem, without what all kinds begin with.
    pub(crate) fn problem(&self) -> String {
        let json = self.json();
        let kind = json["type"].as_str().expect("a problem");
        kind.rsplit(':').next().expect("a kind").to_owned()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut fields = lines.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        fields.next().map(|(_, value)| value.trim())
    }

    pub(crate) fn job_id(&self) -> String {
        let json = self.json();
        json["job_id"].as_str().expect("an id").to_owned()
    }
}

impl Service {
    /// Sends a request with `fields`, each a line without its end, and a body that is JSON if it is not empty.
    pub(crate) fn ask(&self, line: &str, fields: &[&str], body: &str) -> Reply {
        let mut head = format!("{line} HTTP/1.1\r\n");
        for field in fields {
            head.push_str(field);
            head.push_str("\r\n");
        }
        if !body.is_empty() {
            head.push_str("content-type: application/json\r\n");
            _ = write!(head, "content-length: {}\r\n", body.len());
        }
        let response = self.server.response(&head, body);
        let (head, body) = response.split_once("\r\n\r\n").expect("a head and a body");
        Reply {
            status: head[9..12].parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// As [`ask`](Self::ask), with a key.
    pub(crate) fn ask_as(&self, key: &str, line: &str, body: &str) -> Reply {
        self.ask(line, &[&format!("authorization: Bearer {key}")], body)
    }

    /// Submits, and waits for the end of the job. Returns its id.
    pub(crate) fn run_as(&self, key: &str, body: &str) -> String {
        let id = self.ask_as(key, "POST /api/analyze", body).job_id();
        let line = format!("GET /api/status/{id}");
        loop {
            let status = self.ask_as(key, &line, "").json()["status"].clone();
            if status == "completed" || status == "failed" {
                return id;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}
