//! The page in a real browser, served by the example server.
//!
//! Each test has a server and a browser of its own. What a server does not do on command, such as
//! refusing a job, is played by a scripted one.

mod access;
mod browser;
mod deciding;
mod driver;
mod lists;
mod making;
mod operating;
mod picture;
mod policy;
mod reading;
mod scripted;
mod taking;
mod troubles;
