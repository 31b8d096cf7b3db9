//! The store in Redis when things break: workers, connections, and Redis itself.
//!
//! Everything is real: a `redis-server` for each test, worker processes, signals, sockets. What
//! the store promises while nothing breaks is checked by the conformance suite.
#![cfg(unix)]

mod cluster;
mod connections;
mod credentials;
mod fixture;
mod groups;
mod losses;
mod orders;
mod outages;
mod plain;
mod records;
mod refusals;
mod rights;
mod sentinel;
mod service;
mod story;
#[cfg(feature = "redis-tls")]
mod tls;
mod upgrades;
mod worker;
mod workers;
