//! The store in Redis when things break: workers, connections, and Redis itself.
//!
//! Everything is real: a `redis-server` for each test, worker processes, signals, sockets. What
//! the store promises while nothing breaks is checked by the conformance suite.
#![cfg(unix)]

mod connections;
mod fixture;
mod groups;
mod losses;
mod orders;
mod outages;
mod records;
mod rights;
mod service;
mod story;
mod upgrades;
mod worker;
mod workers;
