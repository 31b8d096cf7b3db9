//! The example server's page in a real browser.
//!
//! Each test has a server and a browser of its own. What a server does not do on command, such as
//! refusing a job, is played by a scripted one.

mod access;
mod browser;
mod driver;
mod making;
mod packages;
#[path = "../packages_kit/mod.rs"]
mod packages_kit;
mod picture;
mod policy;
mod reading;
mod scripted;
#[path = "../server_kit/mod.rs"]
mod server_kit;
mod troubles;
