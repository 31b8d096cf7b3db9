//! The test kit: for what you build on phases and stores. A store of your own is tested with the crate
//! `report-pipeline-conformance`.
//!
//! | to test | use |
//! |---|---|
//! | how a phase of your own takes a request to stop | [`detached`] |
//! | whether an output is the same for a retry | [`assert_survives_json`] |
//! | what a pipeline does around phases | [`mock`] |
//! | what happens when the store fails | [`FaultyStore`] |
//! | a store that lives behind a socket | [`TcpProxy`] |
//! | what happens when phases take long | [`Delayed`](crate::Delayed) |
//!
//! No other module uses anything in here.

mod context;
mod faulty;
mod json;
pub mod mock;
mod proxy;

pub use self::context::{StopHandle, detached};
pub use self::faulty::{Fault, Faults, FaultyStore, Verb};
pub use self::json::assert_survives_json;
pub use self::proxy::TcpProxy;
