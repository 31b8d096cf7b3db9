//! The PostgreSQL store on a real server: kills, lost connections, several processes, and what the server sees of it.
#![cfg(all(unix, feature = "postgres"))]

mod connections;
mod contents;
mod crashes;
mod failover;
mod fixture;
mod pooler;
mod records;
mod refusals;
mod server_side;
mod submits_in;
mod worker;
