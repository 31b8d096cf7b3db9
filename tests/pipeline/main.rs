//! What a pipeline does, seen from outside, with scripted phases and a store that fails on command.
//!
//! Time is paused: it jumps ahead when every task waits, so nothing here sleeps for real.

mod cancel;
mod checkpoints;
mod claims;
mod crash;
mod drain;
mod failure;
mod fixture;
mod input;
mod limits;
#[path = "../kit/log.rs"]
mod log;
mod logs;
mod notes;
mod odd;
mod progress;
mod saves;
mod store_faults;
mod submit;
mod versions;
