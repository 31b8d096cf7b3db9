//! Finds a browser and its driver on this machine, or installs them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const HELP: &str = "\
These tests need Chromium and its driver. Install them:
    Debian            sudo apt-get install chromium chromium-driver
    Fedora            sudo dnf install chromium chromedriver
    Alpine            sudo apk add chromium chromium-chromedriver
or name the programs to use: CHROMIUM=/path/to/chrome CHROMEDRIVER=/path/to/chromedriver cargo test";

/// The programs to start.
#[derive(Debug)]
pub(crate) struct Programs {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
}

pub(crate) fn programs() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let mut found = installed();
        if found.is_none() && install(&["chromium", "chromium-driver"]) {
            found = installed();
        }
        found.expect(HELP)
    })
}

fn installed() -> Option<Programs> {
    Some(Programs {
        browser: find(
            "CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?,
        driver: find("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable) {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let mut candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.find(|path| Path::is_file(path))
}

/// Asks Debian's package manager, if there is one and we may. Another test may be at it: apt waits
/// for its turn.
pub(crate) fn install(packages: &[&str]) -> bool {
    const APT: &[&str] = &[
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
    ];
    let leave: &[&str] = if is_root() { &[] } else { &["sudo", "-n"] };
    let apt = |order: &[&str]| succeeds(&[leave, APT, order].concat());
    let order = [&["install", "-y", "--no-install-recommends"], packages].concat();
    succeeds(&["apt-get", "--version"])
        // A fresh machine has no list of packages, and an old one's leads nowhere.
        && (apt(&order) || apt(&["update"]) && apt(&order))
}

/// Chromium's sandbox does not work for root.
pub(crate) fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout == b"0\n")
}

fn succeeds(words: &[&str]) -> bool {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    // The errors of a program are for people, what it does is not.
    let status = command.stdout(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
