//! The scripts: one for each transition, so that each is one critical section in Redis.
//!
//! A script is named by the hash of its text, so processes of different builds never run each
//! other's. A server that has forgotten one (restart, failover, `SCRIPT FLUSH`) is told again.

use std::sync::LazyLock;

use redis::Script;

/// What is kept under a prefix, and how. Rises with every change that an older build cannot read.
pub(super) const SCHEMA: &str = "1";

/// Answers the schema of what is kept, after writing it if there is nothing.
pub(super) static GREET: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/greet.lua")));

macro_rules! verbs {
    ($($name:ident = $file:literal;)*) => {
        $(pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| verb(include_str!($file)));)*
    };
}

verbs! {
    SUBMIT = "lua/submit.lua";
    CLAIM = "lua/claim.lua";
    HEARTBEAT = "lua/heartbeat.lua";
    CHECKPOINT = "lua/checkpoint.lua";
    FINISH = "lua/finish.lua";
    CANCEL = "lua/cancel.lua";
    PAUSE = "lua/pause.lua";
    SWEEP = "lua/sweep.lua";
    STATS = "lua/stats.lua";
    SET_ASIDE = "lua/set_aside.lua";
}

fn verb(text: &str) -> Script {
    let (record, rules) = (
        include_str!("lua/record.lua"),
        include_str!("lua/rules.lua"),
    );
    Script::new(&[record, rules, text].concat())
}
