//! The processes of a browser: its driver, and itself with its children.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::Capabilities;
use report_pipeline_test_support::program::{is_root, required};
use serde_json::json;
use tempfile::TempDir;

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    // A click must not meet a page that still scrolls.
    "--force-prefers-reduced-motion",
];

/// A running driver and a fresh folder for the browser that it will start. When this has been
/// dropped the driver, the browser and the folder are gone.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    address: String,
    folder: TempDir,
}

impl Driver {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("browser-").tempdir();
        let folder = folder.expect("there is room for a folder");
        let process = Command::new(required(
            "Chromium's driver",
            "CHROMEDRIVER",
            &["chromedriver"],
        ))
        .arg("--port=0")
        // Both keep files beside the profile, too.
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the driver starts");
        let mut driver = Self {
            process,
            address: String::new(),
            folder,
        };
        driver.address = driver.told_address();
        driver
    }

    /// Where the driver listens, as it says itself.
    fn told_address(&mut self) -> String {
        let log = self.process.stdout.take().expect("it is piped");
        for line in BufReader::new(log).lines() {
            let line = line.expect("text");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                return format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            }
        }
        panic!("the driver ended too soon");
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What the browser has to be like.
    pub(crate) fn capabilities(&self) -> Capabilities {
        let mut flags = FLAGS.map(String::from).to_vec();
        flags.push(format!("--user-data-dir={}/profile", self.folder()));
        if is_root() {
            // Chromium's sandbox does not work for root.
            flags.push("--no-sandbox".to_owned());
        }
        let names = ["chromium", "chromium-browser", "google-chrome"];
        let browser = required("Chromium", "CHROMIUM", &names);
        let capabilities = json!({
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "binary": browser, "args": flags },
        });
        serde_json::from_value(capabilities).expect("an object")
    }

    fn folder(&self) -> &str {
        self.folder.path().to_str().expect("a plain path")
    }

    /// The browser's processes: those that name its folder.
    fn browser(&self) -> Vec<String> {
        let folder = self.folder().as_bytes();
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter(|entry| {
            let words = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            words.windows(folder.len()).any(|part| part == folder)
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
        // The driver would have ended the browser, had it been asked; this is quicker, and works
        // in a test that has failed, too.
        loop {
            let processes = self.browser();
            if processes.is_empty() {
                break;
            }
            _ = Command::new("kill")
                .arg("-KILL")
                .args(processes)
                .stderr(Stdio::null())
                .status();
        }
    }
}
