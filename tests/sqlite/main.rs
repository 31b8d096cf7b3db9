//! The SQLite store on a real disk: crashes, several processes, and what happens to files.
#![cfg(all(unix, feature = "sqlite"))]

#[path = "../kit/callers.rs"]
mod callers;
#[path = "../kit/calls.rs"]
mod calls;
mod contents;
mod copies;
mod crashes;
mod files;
mod fixture;
#[path = "../kit/kept.rs"]
mod kept;
mod locks;
#[path = "../kit/newer.rs"]
mod newer;
mod pipelines;
#[path = "../kit/process.rs"]
#[allow(dead_code, reason = "each suite uses its part")]
mod process;
mod records;
mod worker;
