//! Names the suites that plain `cargo test` leaves out, because the features that they need take long to build and
//! `cargo run --example server` would wait for them too. `tests/all.sh` runs them all.

#[cfg(not(feature = "sqlite"))]
#[test]
#[ignore = "to run the suites of SQLite, add --features sqlite"]
fn sqlite() {}

#[cfg(not(feature = "redis-tls"))]
#[test]
#[ignore = "to run the tests of Redis over TLS, add --features redis-tls"]
fn redis_tls() {}

#[cfg(not(feature = "postgres-tls"))]
#[test]
#[ignore = "to run the tests of PostgreSQL over TLS, add --features postgres-tls"]
fn postgres_tls() {}

#[cfg(not(feature = "postgres"))]
#[test]
#[ignore = "to run the suites of PostgreSQL, add --features postgres"]
fn postgres() {}
