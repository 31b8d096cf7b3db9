//! The PostgreSQL store on a real server: kills, lost connections, several processes, and what the server sees of it.
#![cfg(all(unix, feature = "postgres"))]

#[path = "../kit/callers.rs"]
mod callers;
#[path = "../kit/calls.rs"]
mod calls;
mod connections;
mod contents;
mod crashes;
mod failover;
mod fixture;
mod full_disk;
#[path = "../kit/kept.rs"]
mod kept;
#[path = "../kit/newer.rs"]
mod newer;
mod pooler;
#[path = "../kit/process.rs"]
#[allow(dead_code, reason = "each suite uses its part")]
mod process;
mod records;
mod refusals;
mod server_side;
mod submits_in;
#[cfg(feature = "postgres-tls")]
mod tls;
mod worker;
