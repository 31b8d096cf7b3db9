//! The test kit: for stores of your own, and for what you build on phases and stores.
//!
//! | to test | use |
//! |---|---|
//! | a store of your own | [`conformance::suite`] |
//! | what a pipeline does around phases | [`mock`] |
//! | what happens when the store fails | [`FaultyStore`] |
//! | what happens when phases take long | [`Delayed`] |
//!
//! No other module uses anything in here.

pub mod conformance;
mod delayed;
mod faulty;
pub mod mock;

pub use self::delayed::Delayed;
pub use self::faulty::{Fault, Faults, FaultyStore, Verb};

/// The guide's example, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../../docs/writing-a-store.md")]
pub struct WritingAStore;
