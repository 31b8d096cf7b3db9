//! The HTTP contract, sentence by sentence: the service asked directly, and over real sockets.

mod connections;
mod contract;
mod faults;
mod mounting;
mod shutdown;
mod support;
