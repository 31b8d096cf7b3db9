//! Programs that tests need and that a fresh machine lacks: asked for where it can be done.

use std::process::{Command, Stdio};

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
