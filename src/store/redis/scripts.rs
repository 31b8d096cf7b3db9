//! The scripts: one for each transition, so that each is one critical section in Redis.
//!
//! A script is named by the hash of its text, so processes of different builds never run each
//! other's. A server that has forgotten one (restart, failover, `SCRIPT FLUSH`) gets it again.

use std::sync::LazyLock;

use redis::Script;

/// What this build keeps under a prefix, and how. It rises with every change of that, and a build reads
/// what every older one has written.
pub(super) const SCHEMA: u32 = 1;
/// The oldest schema whose builds can work on what this build writes. A fleet is upgraded without stopping
/// only while it stays below [`SCHEMA`]: it rises one release later.
pub(super) const MIN_READER: u32 = 1;

/// Returns the schema of what is kept and the oldest one whose builds can read that, after raising both to
/// this build's.
pub(super) static HANDSHAKE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/handshake.lua")));

/// The first line of a script that Redis also runs when its memory is full. Without it a running
/// job would lose its lease, and count a crash, for as long as there is no room.
const EVEN_IF_FULL: &str = "#!lua flags=allow-oom\n";
const PLAIN: &str = "";

macro_rules! verbs {
    ($($name:ident = $first:ident, $file:literal;)*) => {
        $(pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| verb($first, include_str!($file)));)*
    };
}

verbs! {
    SUBMIT = PLAIN, "lua/submit.lua";
    CLAIM = PLAIN, "lua/claim.lua";
    HEARTBEAT = EVEN_IF_FULL, "lua/heartbeat.lua";
    SAVE = PLAIN, "lua/save.lua";
    CHECKPOINT = PLAIN, "lua/checkpoint.lua";
    FINISH = PLAIN, "lua/finish.lua";
    CANCEL = EVEN_IF_FULL, "lua/cancel.lua";
    PAUSE = EVEN_IF_FULL, "lua/pause.lua";
    UNPAUSE = EVEN_IF_FULL, "lua/unpause.lua";
    // What only reads needs no flag to run when the memory is full, and with one a replica refuses it.
    FIND = PLAIN, "lua/find.lua";
    GET_MANY = PLAIN, "lua/get_many.lua";
    LIST = PLAIN, "lua/list.lua";
    CLAIM_ENDED = EVEN_IF_FULL, "lua/claim_ended.lua";
    ACKNOWLEDGE = EVEN_IF_FULL, "lua/acknowledge.lua";
    DELETE = EVEN_IF_FULL, "lua/delete.lua";
    SWEEP = EVEN_IF_FULL, "lua/sweep.lua";
    STATS = PLAIN, "lua/stats.lua";
    QUARANTINE = EVEN_IF_FULL, "lua/quarantine.lua";
}

fn verb(first: &str, text: &str) -> Script {
    let (record, rules) = (
        include_str!("lua/record.lua"),
        include_str!("lua/rules.lua"),
    );
    let schema = format!("local SCHEMA = {SCHEMA}\n");
    Script::new(&[first, &schema, record, rules, text].concat())
}
