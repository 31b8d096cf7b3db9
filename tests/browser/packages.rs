//! Finds a browser and its driver on this machine, or installs them.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::packages_kit::install;

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
