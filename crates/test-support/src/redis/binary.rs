//! Finds a Redis server on this machine.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::program::missing;

/// Names another program to use, such as `valkey-server`.
const VARIABLE: &str = "REDIS_SERVER";

/// The server as it comes with Debian's `redis-tools`. The package `redis-server` adds a name for
/// it and a service that listens on the usual port, which nobody asked for.
const IN_REDIS_TOOLS: &str = "/usr/bin/redis-check-rdb";

/// Returns the program to start.
pub(super) fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        if let Some(named) = env::var_os(VARIABLE) {
            assert!(
                is_server(&named),
                "{VARIABLE}={} is not a Redis server",
                named.display()
            );
            return named.into();
        }
        let found = installed();
        found.unwrap_or_else(|| panic!("{}", missing("Redis 7.0 or newer, or Valkey,", VARIABLE)))
    })
}

fn installed() -> Option<PathBuf> {
    ["redis-server", "valkey-server", IN_REDIS_TOOLS]
        .into_iter()
        .find(|program| is_server(program))
        .map(PathBuf::from)
}

/// Returns the command that starts `program` as a server.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    #[allow(unused_mut, reason = "only Unix changes it")]
    let mut command = Command::new(program);
    // Debian's server is one program under several names, and asks which one it was.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::arg0(&mut command, "redis-server");
    command
}

fn is_server(program: impl AsRef<OsStr>) -> bool {
    let version = command(program)
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    version.is_ok_and(|version| String::from_utf8_lossy(&version.stdout).contains(" server v="))
}
