//! What a panic said.

use std::any::Any;

/// Returns the message of a caught panic, if it has one.
///
/// It may quote anything, secrets included: it belongs in the log, and clients must not see it.
pub(crate) fn message(panic: &(dyn Any + Send)) -> Option<&str> {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use std::panic::{catch_unwind, panic_any};

    use super::*;

    #[test]
    fn both_kinds_of_message_are_found() {
        let caught = |f: fn()| catch_unwind(f).unwrap_err();
        assert_eq!(message(&*caught(|| panic!("plain"))), Some("plain"));
        let formatted = caught(|| panic!("number {}", std::hint::black_box(7)));
        assert_eq!(message(&*formatted), Some("number 7"));
        assert_eq!(message(&*caught(|| panic_any(7))), None);
    }
}
