//! The scripts: one for each transition, so that each is one critical section in Redis.
//!
//! A script is named by the hash of its text, so processes of different builds never run each
//! other's. A server that has forgotten one (restart, failover, `SCRIPT FLUSH`) gets it again.

use std::sync::LazyLock;

use redis::Script;

use crate::store::{EndedJob, Note};

/// What this build keeps under a prefix, and how. It rises with every change of that, and a build reads
/// what every older one has written, back to [`OLDEST`].
pub(super) const SCHEMA: u32 = 5;
/// The oldest schema whose builds can work on what this build writes. A fleet is upgraded without stopping
/// only while it stays below [`SCHEMA`]: it rises one release later.
pub(super) const MIN_READER: u32 = 4;
/// The oldest schema that this build can read. None before [`SCHEMA`] was ever released, so `MIN_READER` rose to 4 at once.
pub(super) const OLDEST: u32 = 3;

/// Returns the schema of what is kept and the oldest one whose builds can read that, after raising both to
/// this build's.
pub(super) static HANDSHAKE: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("lua/handshake.lua")));

/// The first line of a script that Redis also runs when its memory is full. Without it a running
/// job would lose its lease, and count a crash, for as long as there is no room.
const EVEN_IF_FULL: &str = "#!lua flags=allow-oom\n";
const IF_ROOM: &str = "";

const CLOCK: &str = include_str!("lua/clock.lua");
const FIRST: &str = include_str!("lua/first.lua");
const BASE: &str = include_str!("lua/base.lua");
const RECORD: &str = include_str!("lua/record.lua");
const BYTES: &str = include_str!("lua/bytes.lua");
const TARGETS: &str = include_str!("lua/targets.lua");
const PLATFORMS: &str = include_str!("lua/platforms.lua");
const NOTES: &str = include_str!("lua/notes.lua");
const ENDS: &str = include_str!("lua/ends.lua");
const DAMAGED: &str = include_str!("lua/damaged.lua");
const EXPIRY: &str = include_str!("lua/expiry.lua");
const FINALLY: &str = include_str!("lua/finally.lua");
const PLAIN_FIRST: &str = include_str!("lua/plain_first.lua");
/// How a script ends that has a plain part: for each item apart, or for the call.
const ITEMS: &str = include_str!("lua/plain_items.lua");
const CALL: &str = include_str!("lua/plain_call.lua");

/// What a script has behind [`FIRST`]. The functions of a script are made anew with each call, so each has only
/// those that it uses.
const READ: &[&str] = &[BASE, RECORD];
const HELD: &[&str] = &[BASE, RECORD, BYTES, PLATFORMS];
const ENDING: &[&str] = &[BASE, RECORD, BYTES, TARGETS, PLATFORMS, NOTES, ENDS];
const CLAIMING: &[&str] = &[
    BASE, RECORD, BYTES, TARGETS, PLATFORMS, NOTES, ENDS, DAMAGED,
];
const ALL: &[&str] = &[
    BASE, RECORD, BYTES, TARGETS, PLATFORMS, NOTES, ENDS, DAMAGED, EXPIRY,
];

macro_rules! verbs {
    ($($name:ident = $first:ident, $parts:ident, $file:literal $(, plain $plain:literal $end:ident)?;)*) => {
        $(pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            let plain: &[[&str; 2]] = &[$([include_str!($plain), $end])?];
            verb($first, $parts, include_str!($file), plain.first())
        });)*
    };
}

verbs! {
    SUBMIT = IF_ROOM, ALL, "lua/submit.lua", plain "lua/plain_submit.lua" ITEMS;
    CLAIM = EVEN_IF_FULL, CLAIMING, "lua/claim.lua", plain "lua/plain_claim.lua" CALL;
    HEARTBEAT = EVEN_IF_FULL, READ, "lua/heartbeat.lua";
    SAVE = IF_ROOM, HELD, "lua/save.lua";
    CHECKPOINT = IF_ROOM, HELD, "lua/checkpoint.lua", plain "lua/plain_checkpoint.lua" ITEMS;
    COMPLETE = IF_ROOM, ENDING, "lua/complete.lua", plain "lua/plain_complete.lua" ITEMS;
    FINISH = EVEN_IF_FULL, ENDING, "lua/finish.lua";
    CANCEL = EVEN_IF_FULL, ENDING, "lua/cancel.lua";
    PAUSE = EVEN_IF_FULL, HELD, "lua/pause.lua";
    UNPAUSE = EVEN_IF_FULL, HELD, "lua/unpause.lua";
    WATCH = EVEN_IF_FULL, READ, "lua/watch.lua";
    // What only reads needs no flag to run when the memory is full, and with one a replica refuses it.
    FIND = IF_ROOM, ENDING, "lua/find.lua";
    GET_MANY = IF_ROOM, READ, "lua/get_many.lua";
    LIST = IF_ROOM, ALL, "lua/list.lua";
    CLAIM_ENDED = EVEN_IF_FULL, CLAIMING, "lua/claim_ended.lua";
    ACKNOWLEDGE = EVEN_IF_FULL, ENDING, "lua/acknowledge.lua";
    DELETE = EVEN_IF_FULL, ENDING, "lua/delete.lua";
    SWEEP = EVEN_IF_FULL, ALL, "lua/sweep.lua";
    STATS = IF_ROOM, ENDING, "lua/stats.lua";
    QUARANTINE = EVEN_IF_FULL, CLAIMING, "lua/quarantine.lua";
}

/// The text of a script. With a plain part, which does what most items are, the rest of it is a function that only
/// the other items need.
fn verb(first: &str, parts: &[&str], text: &str, plain: Option<&[&str; 2]>) -> Script {
    let constants = format!(
        "local SCHEMA, MAX_NOTES, MAX_DELIVERIES = {SCHEMA}, {}, {}\n",
        Note::MAX_PER_JOB,
        EndedJob::MAX_DELIVERIES,
    );
    let general = [&constants, FIRST, &parts.concat(), text, FINALLY].concat();
    Script::new(&match plain {
        None => [first, CLOCK, &general].concat(),
        Some([plain, end]) => [
            first,
            CLOCK,
            "local function general(ARGV, items)\n",
            &general,
            "end\n",
            PLAIN_FIRST,
            plain,
            end,
        ]
        .concat(),
    })
}
