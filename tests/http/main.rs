//! The HTTP contract, sentence by sentence: the service asked directly, and over real sockets.

mod browsers;
mod connections;
mod contract;
mod events;
mod extending;
mod faults;
#[path = "../kit/log.rs"]
mod log;
mod many_events;
mod mounting;
mod openapi;
mod options;
mod serving;
mod shutdown;
mod support;
mod tracing;
