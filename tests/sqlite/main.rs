//! The SQLite store on a real disk: crashes, several processes, and what happens to files.
#![cfg(all(unix, feature = "sqlite"))]

mod contents;
mod copies;
mod crashes;
mod files;
mod fixture;
mod locks;
mod pipelines;
mod records;
mod worker;
