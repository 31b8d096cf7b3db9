//! Finds a Redis server on this machine, or installs one.

use std::env;
use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

#[path = "../packages_kit/mod.rs"]
mod packages_kit;

use packages_kit::install;

/// Names another program to use, such as `valkey-server`.
const VARIABLE: &str = "REDIS_SERVER";

/// The server as it comes with Debian's `redis-tools`. The package `redis-server` adds a name for
/// it and a service that listens on the usual port, which nobody asked for.
const IN_REDIS_TOOLS: &str = "/usr/bin/redis-check-rdb";

const HELP: &str = "\
These tests need Redis, 7.0 or newer, or Valkey. Install one of them:
    Debian, Ubuntu    sudo apt-get install redis-server
    Fedora            sudo dnf install valkey
    Alpine            sudo apk add redis
    macOS             brew install redis
or name the program to use: REDIS_SERVER=/path/to/valkey-server cargo test";

/// The program to start.
pub(super) fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Some(named) = env::var_os(VARIABLE) {
            assert!(
                is_server(&named),
                "{VARIABLE}={} is no Redis server",
                named.display()
            );
            return named.into();
        }
        let mut found = installed();
        if found.is_none() && install(&["redis-tools"]) {
            found = installed();
        }
        found.expect(HELP)
    })
}

fn installed() -> Option<PathBuf> {
    ["redis-server", "valkey-server", IN_REDIS_TOOLS]
        .into_iter()
        .find(|program| is_server(program))
        .map(PathBuf::from)
}

fn is_server(program: impl AsRef<OsStr>) -> bool {
    let version = Command::new(program)
        .arg0("redis-server")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains(" server v="))
}
