//! What the tests and benches of several packages share: other programs, started as processes.
//!
//! - [`Server`](server::Server): the root package's example server, and a client for it.
//! - [`RedisServer`](redis::RedisServer): a Redis server with a port and a folder of its own.
//! - [`PostgresServer`](postgres::PostgresServer): a PostgreSQL server with a port and a folder of its own.
//! - [`Certificates`](certificates::Certificates): an authority of a test's own.
//! - [`program`]: finds a program that a test needs, or fails with one line that says what to do.
//!
//! Nothing here installs anything. A test that needs a missing program fails and names
//! `tests/all.sh`, which installs what the whole test suite needs.

pub mod certificates;
pub mod postgres;
pub mod program;
pub mod redis;
pub mod server;
