//! The test kit: for stores of your own, and for what you build on phases and stores.
//!
//! | to test | use |
//! |---|---|
//! | a store of your own | [`conformance::suite`] |
//! | a store of your own, with everything at once | [`histories`] |
//! | how a phase of your own takes a request to stop | [`detached`] |
//! | whether an output is the same for a retry | [`assert_survives_json`] |
//! | what a pipeline does around phases | [`mock`] |
//! | what happens when the store fails | [`FaultyStore`] |
//! | a store that lives behind a socket | [`TcpProxy`] |
//! | what happens when phases take long | [`Delayed`](crate::Delayed) |
//!
//! No other module uses anything in here.

pub mod conformance;
mod context;
mod faulty;
pub mod histories;
mod json;
pub mod mock;
mod proxy;

pub use self::context::{StopHandle, detached};
pub use self::faulty::{Fault, Faults, FaultyStore, Verb};
pub use self::json::assert_survives_json;
pub use self::proxy::TcpProxy;
