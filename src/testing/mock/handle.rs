//! The test's side of a mock.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Step;
use crate::account::Target;
use crate::job::{JobId, Phase};
use crate::phase::{PhaseContext, PhaseError};

/// Scripts a mock and watches it. Cheap to clone.
pub struct MockHandle<T>(Arc<Shared<T>>);

/// One call of a mock.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Call<T> {
    /// The job it worked for.
    pub job: JobId,
    /// The job's target.
    pub target: Target,
    /// The job's attempt, from 1.
    pub attempt: u32,
    /// The phase that the mock stood in for.
    pub phase: Phase,
    /// What it was given: nothing for a scraper, what was scraped for an analyzer, and both
    /// outputs for an assembler.
    pub inputs: Vec<T>,
    /// How it ended; `None` while it runs.
    pub end: Option<End>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It returned a value.
    Succeeded,
    /// It returned an error.
    Failed,
    /// It panicked.
    Panicked,
    /// Its future was dropped before it was done.
    Dropped,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    // Rings at each start and end of a call.
    changes: watch::Sender<()>,
}

struct State<T> {
    planned: HashMap<usize, Step<T>>,
    next: VecDeque<Step<T>>,
    otherwise: Step<T>,
    calls: Vec<Call<T>>,
    running: usize,
    most_running: usize,
}

impl<T> MockHandle<T> {
    /// What the first of the calls that have no step yet does. Steps are used up one by one.
    pub fn next(&self, step: Step<T>) {
        self.state().next.push_back(step);
    }

    /// What the n-th call does, counted from 1; goes before [`next`](Self::next).
    pub fn on_call(&self, n: usize, step: Step<T>) {
        self.state().planned.insert(n, step);
    }

    /// What every call does that has no step of its own.
    pub fn always(&self, step: Step<T>) {
        self.state().otherwise = step;
    }

    /// How many calls have started.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.state().calls.len()
    }

    /// How many calls run now.
    #[must_use]
    pub fn running(&self) -> usize {
        self.state().running
    }

    /// How many calls have run at the same time at most.
    #[must_use]
    pub fn most_running(&self) -> usize {
        self.state().most_running
    }

    /// Waits until the n-th call has started, counted from 1.
    ///
    /// # Cancel safety
    /// Dropping the wait loses nothing.
    pub async fn started(&self, n: usize) {
        self.until(|state| (state.calls.len() >= n).then_some(()))
            .await;
    }

    /// Waits until the n-th call has ended, counted from 1, and returns how.
    ///
    /// # Cancel safety
    /// Dropping the wait loses nothing.
    pub async fn ended(&self, n: usize) -> End {
        self.until(|state| state.calls.get(n.checked_sub(1)?)?.end)
            .await
    }

    pub(super) fn new(otherwise: Step<T>) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                planned: HashMap::new(),
                next: VecDeque::new(),
                otherwise,
                calls: Vec::new(),
                running: 0,
                most_running: 0,
            }),
            changes: watch::Sender::new(()),
        }))
    }

    async fn until<R>(&self, ready: impl Fn(&State<T>) -> Option<R>) -> R {
        let mut changes = self.0.changes.subscribe();
        loop {
            // What has been looked at counts as seen before the look, so no change is lost.
            changes.mark_unchanged();
            if let Some(result) = ready(&self.state()) {
                return result;
            }
            let change = changes.changed().await;
            change.expect("the sender lives as long as this remote");
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> MockHandle<T> {
    /// The n-th call, counted from 1, if it has started.
    #[must_use]
    pub fn call(&self, n: usize) -> Option<Call<T>> {
        self.state().calls.get(n.checked_sub(1)?).cloned()
    }

    pub(super) async fn run(&self, ctx: &PhaseContext, inputs: Vec<T>) -> Result<T, PhaseError> {
        let (mut running, step) = self.start(ctx, inputs);
        let result = step.run(ctx).await;
        running.end = if result.is_ok() {
            End::Succeeded
        } else {
            End::Failed
        };
        result
    }

    fn start(&self, ctx: &PhaseContext, inputs: Vec<T>) -> (Running<'_, T>, Step<T>) {
        let mut state = self.state();
        let index = state.calls.len();
        state.calls.push(Call {
            job: ctx.job_id(),
            target: ctx.target().clone(),
            attempt: ctx.attempt(),
            phase: ctx.phase(),
            inputs,
            end: None,
        });
        state.running += 1;
        state.most_running = state.most_running.max(state.running);
        let planned = state.planned.remove(&(index + 1));
        let step = planned
            .or_else(|| state.next.pop_front())
            .unwrap_or_else(|| state.otherwise.clone());
        drop(state);
        self.0.changes.send_replace(());
        let running = Running {
            remote: self,
            index,
            end: End::Dropped,
        };
        (running, step)
    }
}

/// A call that runs; its drop, however it comes about, is the call's end.
struct Running<'a, T> {
    remote: &'a MockHandle<T>,
    index: usize,
    end: End,
}

impl<T> Drop for Running<'_, T> {
    fn drop(&mut self) {
        let end = if std::thread::panicking() {
            End::Panicked
        } else {
            self.end
        };
        let mut state = self.remote.state();
        state.calls[self.index].end = Some(end);
        state.running -= 1;
        drop(state);
        self.remote.0.changes.send_replace(());
    }
}

impl<T> Clone for MockHandle<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for MockHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("MockHandle")
            .field("calls", &state.calls.len())
            .field("running", &state.running)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::account::{Handle, Platform};
    use crate::phase::{Assembler, PhaseErrorKind, Scraper};
    use crate::testing::detached;
    use crate::testing::mock::{self, Gate, Mock};

    fn context() -> PhaseContext {
        let handle = Handle::canonical("nasa").unwrap();
        PhaseContext::detached(Target::new(Platform::default(), handle), Phase::Scraping)
    }

    async fn call(mock: &Mock<u8>) -> Result<u8, PhaseError> {
        let ctx = context();
        mock.scrape(ctx.target(), &ctx).await
    }

    #[tokio::test(start_paused = true)]
    async fn steps_are_used_up_one_by_one_and_planned_ones_go_first() {
        let (mock, remote) = mock::phase(0);
        remote.next(Step::succeed(1));
        remote.next(Step::succeed(2));
        remote.on_call(2, Step::succeed(9));
        let mut results = Vec::new();
        for _ in 0..5 {
            results.push(call(&mock).await.unwrap());
        }
        assert_eq!(results, [1, 9, 2, 0, 0]);
        remote.always(Step::succeed(7));
        assert_eq!(call(&mock).await.unwrap(), 7);
        assert_eq!(
            (remote.calls(), remote.running(), remote.most_running()),
            (6, 0, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn every_kind_of_failure_is_made_and_told() {
        let (mock, remote) = mock::phase(0);
        let wait = Some(Duration::from_secs(7));
        remote.next(Step::transient("for now"));
        remote.next(Step::rate_limited("too many", wait));
        remote.next(Step::permanent("for good"));
        let kinds = [
            PhaseErrorKind::Transient,
            PhaseErrorKind::RateLimited,
            PhaseErrorKind::Permanent,
        ];
        for (n, kind) in kinds.into_iter().enumerate() {
            assert_eq!(call(&mock).await.unwrap_err().kind(), kind);
            assert_eq!(remote.ended(n + 1).await, End::Failed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn panics_and_drops_are_ends_too() {
        let (mock, remote) = mock::phase(0);
        remote.next(Step::panic("out of order"));
        remote.next(Step::hang());
        let mock = Arc::new(mock);
        let panics = Arc::clone(&mock);
        assert!(
            tokio::spawn(async move { call(&panics).await })
                .await
                .is_err()
        );
        assert_eq!(remote.ended(1).await, End::Panicked);

        let hangs = tokio::spawn(async move { call(&mock).await });
        remote.started(2).await;
        assert_eq!((remote.running(), remote.call(2).unwrap().end), (1, None));
        hangs.abort();
        assert_eq!(remote.ended(2).await, End::Dropped);
        assert_eq!(remote.running(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_holds_calls_up_until_they_may_pass() {
        let (mock, remote) = mock::phase(0);
        let gate = Gate::new();
        remote.always(Step::succeed(1).behind(&gate));
        let mock = Arc::new(mock);
        let calls: Vec<_> = (0..3)
            .map(|_| {
                let mock = Arc::clone(&mock);
                tokio::spawn(async move { call(&mock).await })
            })
            .collect();
        remote.started(3).await;
        assert_eq!(remote.most_running(), 3);
        gate.let_pass(1);
        tokio::select! {
            _ = remote.ended(1) => {}
            _ = remote.ended(2) => {}
            _ = remote.ended(3) => {}
        }
        assert_eq!(remote.running(), 2);
        gate.open();
        for call in calls {
            assert_eq!(call.await.unwrap().unwrap(), 1);
        }
        assert_eq!(call(&mock).await.unwrap(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn progress_is_reported_over_the_time_the_step_takes() {
        let (mock, remote) = mock::phase(0);
        let second = Duration::from_secs(1);
        remote.next(Step::succeed(0).taking(second * 2).reporting([0.5, 1.0]));
        let ctx = context();
        let start = Instant::now();
        let run = mock.scrape(ctx.target(), &ctx);
        let look = async {
            tokio::time::sleep(second * 3 / 2).await;
            ctx.overall_progress().percent()
        };
        let (_, halfway) = tokio::join!(run, look);
        assert_eq!((halfway, ctx.overall_progress().percent()), (15, 30));
        assert_eq!(start.elapsed(), second * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_can_go_on_for_a_while_after_it_was_asked_to_stop() {
        let (mock, remote) = mock::phase(0);
        let linger = Duration::from_secs(3);
        remote.next(Step::until_cancelled(linger));
        let (ctx, stop) = detached(context().target().clone(), Phase::Scraping);
        let run = mock.scrape(ctx.target(), &ctx);
        let asks = async {
            remote.started(1).await;
            tokio::time::sleep(linger).await;
            assert_eq!(remote.running(), 1);
            stop.stop();
            let asked = Instant::now();
            assert_eq!(remote.ended(1).await, End::Failed);
            asked.elapsed()
        };
        let (result, lingered) = tokio::join!(run, asks);
        assert_eq!((result.is_err(), lingered), (true, linger));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_knows_what_it_was_given() {
        let (mock, remote) = mock::phase(0);
        let ctx = context();
        mock.assemble(&3, &4, &ctx).await.unwrap();
        let call = remote.call(1).unwrap();
        assert_eq!((call.inputs, call.job), (vec![3, 4], ctx.job_id()));
        assert_eq!((remote.call(0), remote.call(2)), (None, None));
    }
}
