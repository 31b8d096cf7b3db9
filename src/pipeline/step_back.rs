//! Lets other tasks of a thread go first.

use std::future::poll_fn;
use std::task::Poll;

/// Goes to the end of this thread's queue, from which other threads take, too.
///
/// For a task that has just woken others and will then keep the thread: the last one that it woke waits in a place of
/// this thread from which no other thread takes it, and goes first now.
///
/// [`tokio::task::yield_now`] is something else: other threads cannot take who calls it, for as long as the next task
/// keeps this thread.
pub(super) async fn step_back() {
    let mut is_back = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
