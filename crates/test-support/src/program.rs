//! Programs that tests start.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the message of a test that fails because `what` is not installed.
///
/// It is one line, so that it stands in the summary of a test run as it is. `variable` is the
/// environment variable that names another program to use.
#[must_use]
pub fn missing(what: &str, variable: &str) -> String {
    format!(
        "{what} is missing: run tests/all.sh, which installs what the tests need, or set {variable} to a program"
    )
}

/// Returns the program that the environment variable `variable` names, or else the first of
/// `names` in the folders of `PATH`.
///
/// # Panics
/// If there is none, with [`missing`].
#[must_use]
pub fn required(what: &str, variable: &str, names: &[&str]) -> PathBuf {
    if let Some(named) = env::var_os(variable) {
        return named.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = candidates.find(|path| Path::is_file(path));
    found.unwrap_or_else(|| panic!("{}", missing(what, variable)))
}

/// Returns the folder of the programs of the Python environment that `tests/all.sh` makes, among them
/// schemathesis. `target` is the `CARGO_TARGET_TMPDIR` of the test.
///
/// # Panics
/// If it is not there, or was made for other versions.
#[must_use]
pub fn python(target: &Path) -> PathBuf {
    let folder = target.join("openapi-python");
    let made_for = fs::read(folder.join("made-for")).ok();
    let wanted =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/http/openapi/requirements.txt");
    assert!(
        made_for == Some(fs::read(wanted).expect("it is there")),
        "the Python environment with schemathesis is missing or old: run tests/all.sh, which makes it"
    );
    folder.join("bin")
}

/// Returns whether this process runs as root, where some programs refuse their sandbox.
#[must_use]
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout == b"0\n")
}

/// Sends a signal, such as `-TERM`, to a process that the caller has started.
///
/// # Panics
/// If there is no such process.
pub fn send_signal(process: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &process.to_string()])
        .status();
    assert!(
        sent.expect("`kill` runs").success(),
        "kill {signal} {process} failed"
    );
}
