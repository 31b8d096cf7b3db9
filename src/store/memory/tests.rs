//! Threads that use one store at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use futures::FutureExt;

use super::{MemoryOptions, MemoryStore};
use crate::account::{Handle, Platform, Target};
use crate::job::{JobId, Scope};
use crate::store::{
    ClaimRequest, JobStore, ListRequest, NewJob, Outcome, Submitted, SweepRequest, WorkerId,
};

const THREADS: usize = 4;
const TARGETS: usize = 3;

fn target(n: usize) -> Target {
    let handle = Handle::canonical(&format!("user{n}")).unwrap();
    Target::new(Platform::INSTAGRAM, handle)
}

/// What a call returns that does not wait.
fn now<T>(call: impl Future<Output = T>) -> T {
    call.now_or_never().expect("it does not wait")
}

/// Claims a job and completes it, if there is one.
fn complete_one(store: &MemoryStore) {
    let request = ClaimRequest::new(WorkerId::unique());
    for claimed in now(store.claim(request)).unwrap() {
        let report = Outcome::Completed("{}".into());
        // Lost if another thread has deleted or cancelled it.
        _ = now(store.finish(&claimed.lease, report));
    }
}

#[test]
fn submits_of_one_target_make_one_job_and_everybody_finds_it() {
    for _ in 0..100 {
        let (store, made) = (MemoryStore::new(), AtomicUsize::new(0));
        thread::scope(|threads| {
            for _ in 0..THREADS {
                threads.spawn(|| {
                    for n in 0..TARGETS {
                        let new = NewJob::new(JobId::random(), target(n));
                        let submitted = now(store.submit(new)).unwrap();
                        if let Submitted::Created(_) = submitted {
                            made.fetch_add(1, Ordering::Relaxed);
                        }
                        let id = submitted.job().id;
                        assert!(now(store.get(id)).unwrap().is_some());
                        let found = now(store.find(target(n).into())).unwrap();
                        assert_eq!(found.map(|job| job.id), Some(id));
                        complete_one(&store);
                    }
                });
            }
        });
        assert_eq!(made.into_inner(), TARGETS);
    }
}

#[test]
fn nothing_is_left_of_jobs_that_were_removed_meanwhile() {
    let retention = Duration::from_micros(200);
    let store = MemoryOptions::new().with_retention(retention).build();
    thread::scope(|threads| {
        for thread in 0..THREADS {
            let store = &store;
            threads.spawn(move || {
                for n in 0..2_000 {
                    let new = NewJob::new(JobId::random(), target(n % TARGETS));
                    let scope = ["", "tenant"][n % 2];
                    let new = new.with_scope(Scope::new(scope).unwrap());
                    let id = now(store.submit(new)).unwrap().job().id;
                    match (n + thread) % 4 {
                        0 => complete_one(store),
                        1 => _ = now(store.cancel(id)),
                        2 => _ = now(store.delete(id)),
                        _ => _ = now(store.sweep(SweepRequest::new(16))).unwrap(),
                    }
                }
            });
        }
    });
    let all = ListRequest::new().with_limit(TARGETS * 4);
    for job in now(store.list(all)).unwrap().jobs {
        _ = now(store.cancel(job.id));
    }
    thread::sleep(retention);
    assert!(!now(store.sweep(SweepRequest::new(128))).unwrap().more);
    assert_eq!(now(store.stats()).unwrap().jobs.total(), 0);
    assert!(store.ids.is_empty());
    assert!(store.owners.is_empty());
}
