//! Panics as values: one article's panic is that article's reject and nobody else's. Its message may hold the article's text,
//! so only its place is told.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Inside [`caught`]: where the last panic of this thread happened.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
    static CATCHING: RefCell<bool> = const { RefCell::new(false) };
}

/// Panics inside [`caught`] print nothing from now on; all others are told as before.
pub fn stay_silent() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if CATCHING.with_borrow(|catching| *catching) {
                let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
                PLACE.with_borrow_mut(|last| *last = place);
            } else {
                before(info);
            }
        }));
    });
}

/// The result of `work`, or where it panicked.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // Nothing that `work` borrows is changed by it: models are read, everything else is its own.
    let was = CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(was);
    result.map_err(|_| PLACE.take().unwrap_or_else(|| "an unknown place".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_its_place_and_not_its_message() {
        stay_silent();
        let place = caught(|| panic!("the article's text")).unwrap_err();
        assert!(place.contains("panic.rs") && !place.contains("article"), "{place}");
        assert_eq!(caught(|| 7), Ok(7));
    }
}
