//! The routes that read or change jobs.

mod account;
mod batch;
mod events;
mod job;
mod listed;
pub(crate) mod operator;
mod submit;

pub(crate) use self::account::erase;
pub(crate) use self::batch::batch;
pub(crate) use self::events::events;
pub(crate) use self::job::{delete, job, report};
pub(crate) use self::listed::list;
pub(crate) use self::submit::submit;
