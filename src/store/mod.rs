//! Where jobs are kept: the contract, its types, and the stores in memory, SQLite, PostgreSQL and Redis.
//!
//! A program that uses a pipeline finds what it needs at the root of the crate. This module is for
//! those who write a store, or call one themselves: [`JobStore`] is the contract,
//! [`JobStoreExt`] adds to every store what needs no implementing. The rest are the values that
//! pass between a store and its callers.
//!
//! | verb | takes | returns |
//! |---|---|---|
//! | [`submit`](JobStore::submit) | [`NewJob`] | [`Submitted`] |
//! | [`claim`](JobStore::claim) | [`ClaimRequest`] with a [`WorkerId`], a [`ClaimToken`] and [`InFlightLimits`] | [`ClaimedJob`] with a [`Lease`], [`Checkpoints`] and [`Saved`] |
//! | [`heartbeat`](JobStore::heartbeat) | [`Lease`], [`Heartbeat`] | [`HeartbeatReply`] |
//! | [`save`](JobStore::save) | [`Lease`], [`SaveRequest`] | [`HeartbeatReply`] |
//! | [`checkpoint`](JobStore::checkpoint) | [`Lease`], [`Phase`], the output | [`HeartbeatReply`] |
//! | [`finish`](JobStore::finish) | [`Lease`], [`Outcome`], for a platform that limits requests with a [`RateLimit`] | [`Status`] |
//! | [`cancel`](JobStore::cancel) | [`JobId`] | [`Status`] |
//! | [`pause`](JobStore::pause) | [`PauseRequest`] | nothing |
//! | [`unpause`](JobStore::unpause) | [`Platform`] | nothing |
//! | [`get`](JobStore::get) | [`JobId`] | [`Job`] |
//! | [`get_many`](JobStore::get_many) | ids | [`Job`]s |
//! | [`find`](JobStore::find) | [`FindRequest`] | [`Job`] |
//! | [`report`](JobStore::report) | [`JobId`] | the report |
//! | [`changed`](JobStore::changed) | [`WatchRequest`] | [`Job`] |
//! | [`list`](JobStore::list) | [`ListRequest`] | [`JobPage`] with a [`Cursor`] |
//! | [`delete`](JobStore::delete) | [`JobId`] | nothing |
//! | [`claim_ended`](JobStore::claim_ended) | [`ClaimEndedRequest`] | [`EndedJob`] with [`Note`]s and a [`Receipt`] |
//! | [`acknowledge`](JobStore::acknowledge) | [`Receipt`], [`Delivery`] | nothing |
//! | [`sweep`](JobStore::sweep) | [`SweepRequest`] | [`SweepStats`] |
//! | [`stats`](JobStore::stats) | nothing | [`Stats`] with [`JobCounts`] and [`PlatformStats`] |
//! | [`check`](JobStore::check) | nothing | nothing |
//!
//! Every one of them fails with [`StoreError`], which names a [`Limit`] or a [`Payload`] where it is
//! about one.

mod error;
mod ext;
mod lease;
mod limits;
mod list;
mod memory;
mod notes;
mod opaque;
mod pause;
mod pointers;
#[cfg(feature = "postgres")]
mod postgres;
mod program_version;
mod rate_limit;
#[cfg(feature = "redis")]
mod redis;
mod request;
mod rules;
mod saved;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stats;
mod submit;
mod timestamp;
#[cfg(any(feature = "postgres-tls", feature = "redis-tls"))]
mod tls;
mod trace;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod unreadable;

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;

pub use self::error::{Limit, NotContinuable, Payload, StoreError};
pub use self::ext::{JobStoreExt, ReportState};
pub use self::lease::{
    Checkpoints, ClaimRequest, ClaimToken, ClaimedJob, Fence, Heartbeat, HeartbeatReply,
    InFlightLimits, Lease, Outcome, WorkerId,
};
pub use self::limits::StoreLimits;
pub use self::list::{Cursor, InvalidCursor, JobPage, ListRequest};
pub use self::memory::{MemoryOptions, MemoryStore};
pub use self::notes::{ClaimEndedRequest, Delivery, EndedJob, Note, Receipt};
#[cfg(feature = "postgres")]
pub use self::postgres::{PostgresConnectError, PostgresOptions, PostgresStore};
pub use self::program_version::{InvalidProgramVersion, ProgramVersion};
pub use self::rate_limit::RateLimit;
#[cfg(feature = "redis")]
pub use self::redis::{RedisConnectError, RedisCredentials, RedisOptions, RedisStore};
pub use self::request::{FindRequest, PauseRequest, SweepRequest, WatchRequest};
pub use self::saved::{SaveRequest, Saved};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteConnectError, SqliteOptions, SqliteStore};
pub use self::stats::{JobCounts, PlatformStats, Stats, SweepStats};
pub use self::submit::{NewJob, Submitted};
#[cfg(any(feature = "postgres-tls", feature = "redis-tls"))]
pub use self::tls::StoreTls;
pub use self::trace::{InvalidTraceContext, TraceContext};
use crate::account::Platform;
use crate::job::{Job, JobId, Phase, Status};

#[doc = include_str!("contract.md")]
#[async_trait]
pub trait JobStore: Debug + Send + Sync + 'static {
    /// Submits a job, or returns the one that owns the same target in the same scope.
    ///
    /// Repeating the call with the same id is the same job (promise 5). How a target's jobs
    /// exclude each other is promise 8.
    ///
    /// # Errors
    /// [`Full`](StoreError::Full) if a limit refuses the job, [`IdTaken`](StoreError::IdTaken) if
    /// the id belongs to another target or scope, [`TooLarge`](StoreError::TooLarge) if its input is over its own
    /// limit, whatever else would become of it, [`NotContinuable`](StoreError::NotContinuable) if a new job
    /// should continue one that it cannot. Joining or being served is never refused for another
    /// limit, but for those of a [note](NewJob::with_note).
    async fn submit(&self, job: NewJob) -> Result<Submitted, StoreError>;

    /// Claims up to [`max`](ClaimRequest::max) jobs that are ready or whose lease has expired, and
    /// waits for a first one for up to [`wait`](ClaimRequest::wait).
    ///
    /// Returns an empty list if none came. Only jobs of the request's
    /// [platforms](ClaimRequest::platforms) are taken. Platforms that are paused or at their in-flight limit are
    /// passed over. Some jobs fail instead of being claimed: a ready one that is past its deadline,
    /// and one with an expired lease that was cancelled or has lost too many leases. Expired leases are
    /// those of every platform, whichever are asked for.
    ///
    /// # Errors
    /// Those of every call.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Extends the lease and carries progress. Progress below the job's is ignored.
    ///
    /// # Errors
    /// [`LeaseLost`](StoreError::LeaseLost) once the job was finished or reclaimed, or has expired.
    async fn heartbeat(&self, lease: &Lease, beat: Heartbeat)
    -> Result<HeartbeatReply, StoreError>;

    /// Keeps partial state of the phase that the job has reached, for the attempts after this one
    /// (promise 18).
    ///
    /// A save of a phase that the job has left comes too late and changes nothing.
    ///
    /// # Errors
    /// [`LeaseLost`](StoreError::LeaseLost) as for a heartbeat;
    /// [`TooLarge`](StoreError::TooLarge) and [`Full`](StoreError::Full) if a limit refuses what would be
    /// saved then, all of it together; [`Misuse`](StoreError::Misuse) for a phase that the job has not
    /// reached.
    async fn save(&self, lease: &Lease, request: SaveRequest)
    -> Result<HeartbeatReply, StoreError>;

    /// Keeps a phase's output and moves the job to the next phase. What was saved is dropped.
    ///
    /// Its progress rises to the start of that phase and the count of failures begins at 0 again.
    /// The output of an earlier phase may be replaced; the job then stays where it is.
    ///
    /// # Errors
    /// [`LeaseLost`](StoreError::LeaseLost) as for a heartbeat;
    /// [`TooLarge`](StoreError::TooLarge) and [`Full`](StoreError::Full) if a limit refuses the
    /// output; [`Misuse`](StoreError::Misuse) for [`Phase::Finalizing`], whose output is the
    /// report, and for a phase that the job has not reached.
    async fn checkpoint(
        &self,
        lease: &Lease,
        phase: Phase,
        output: Bytes,
    ) -> Result<HeartbeatReply, StoreError>;

    /// Ends the lease with an outcome and returns the job's new status.
    ///
    /// Repeating the call returns the first result, until another worker claims the job. If the
    /// job was cancelled meanwhile it fails, whatever the outcome says. What
    /// [`RateLimited`](Outcome::RateLimited) does to the platform happens in the same step.
    ///
    /// # Errors
    /// [`LeaseLost`](StoreError::LeaseLost) once the job was reclaimed or has expired;
    /// [`TooLarge`](StoreError::TooLarge) and [`Full`](StoreError::Full) if a limit refuses the
    /// report: the lease is still valid, and the job can be finished with another outcome.
    async fn finish(&self, lease: &Lease, outcome: Outcome) -> Result<Status, StoreError>;

    /// Ends a waiting job at once, marks a processing one, and returns the status after that. A job
    /// that has ended is not changed.
    ///
    /// # Errors
    /// [`NotFound`](StoreError::NotFound).
    async fn cancel(&self, id: JobId) -> Result<Status, StoreError>;

    /// Pauses a platform: none of its jobs is claimed for that long, and then one that probes it
    /// (promise 14). Running jobs go on. A pause never shortens one that lasts longer, and one of no
    /// time does nothing.
    ///
    /// # Errors
    /// Those of every call.
    async fn pause(&self, request: PauseRequest) -> Result<(), StoreError>;

    /// Ends a platform's pause, forgets its rate limits and waits for no probe. Does nothing to a
    /// platform that is not paused.
    ///
    /// # Errors
    /// Those of every call.
    async fn unpause(&self, platform: &Platform) -> Result<(), StoreError>;

    /// Reads a job. `None` if it is unknown or has expired.
    ///
    /// # Errors
    /// Those of every call.
    async fn get(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Reads some jobs, in the order of their ids: `None` for one that is unknown, has expired or cannot
    /// be read by this version of the library. Each reading is consistent in itself; they need not be of the same moment.
    ///
    /// # Errors
    /// [`Unavailable`](StoreError::Unavailable).
    async fn get_many(&self, ids: &[JobId]) -> Result<Vec<Option<Job>>, StoreError>;

    /// Finds the job that owns a target (promise 8): its live one, or else its completed one. `None` if it
    /// has neither; a record that cannot be read owns nothing.
    ///
    /// A completed job is found until it expires, also when it is no longer served.
    ///
    /// # Errors
    /// [`Unavailable`](StoreError::Unavailable), and [`Newer`](StoreError::Newer) if the owner is in a state
    /// that this version does not know.
    async fn find(&self, request: FindRequest) -> Result<Option<Job>, StoreError>;

    /// Reads a page of the jobs that are asked for, the newest submit first.
    ///
    /// A job that exists while all pages are read is in exactly one of them; each is as it was when its
    /// page was read. One call examines at most [`MAX_EXAMINED`](ListRequest::MAX_EXAMINED) records, so a
    /// page may be short or empty and still be followed by others. A record that cannot be read is left
    /// out.
    ///
    /// # Errors
    /// [`Misuse`](StoreError::Misuse) for a cursor that is not of this store;
    /// [`Unavailable`](StoreError::Unavailable).
    async fn list(&self, request: ListRequest) -> Result<JobPage, StoreError>;

    /// Reads a completed job's report; `None` of any other job.
    ///
    /// # Errors
    /// Those of every call.
    async fn report(&self, id: JobId) -> Result<Option<Bytes>, StoreError>;

    /// Waits until the job's version is above [`after`](WatchRequest::after), for up to
    /// [`wait`](WatchRequest::wait), and reads the job.
    ///
    /// When the time is up it returns the job as it is: compare the versions. `None` means that
    /// there is no such job.
    ///
    /// # Errors
    /// Those of every call.
    async fn changed(&self, request: WatchRequest) -> Result<Option<Job>, StoreError>;

    /// Deletes an ended job with its report and everything else of it, as if its retention were over and
    /// it had been swept. The target is free, if the job owned it. Does nothing if there is no such job.
    ///
    /// # Errors
    /// [`NotEnded`](StoreError::NotEnded) for a live job.
    async fn delete(&self, id: JobId) -> Result<(), StoreError>;

    /// Takes ended jobs whose [notes](NewJob::with_note) are to be delivered (promise 20), and waits for a first
    /// one for up to [`wait`](ClaimEndedRequest::wait).
    ///
    /// For the time of the lease nobody else gets them. Then they are handed out again, unless they were
    /// [acknowledged](Self::acknowledge). This is the one verb whose repetition is another call: what a lost
    /// reply took comes again when its lease is over.
    ///
    /// # Errors
    /// Those of every call.
    async fn claim_ended(&self, request: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError>;

    /// Says how the delivery of a job's notes ended. Delivered ones are dropped, and others that have come
    /// since they were taken are due at once.
    ///
    /// Does nothing if the notes or the job are gone. A receipt that is no longer the latest still drops what
    /// was delivered; it puts nothing off.
    ///
    /// # Errors
    /// Those of every call.
    async fn acknowledge(&self, receipt: &Receipt, delivery: Delivery) -> Result<(), StoreError>;

    /// Does housekeeping on up to [`limit`](SweepRequest::limit) jobs: removes expired ones, reclaims those
    /// whose lease has expired and fails overdue ones. Nothing depends on it but memory and the
    /// promptness of failures that no claim would come across.
    ///
    /// # Errors
    /// Those of every call.
    async fn sweep(&self, request: SweepRequest) -> Result<SweepStats, StoreError>;

    /// Counts what the store holds, in one real round trip. The cost does not grow with the number
    /// of jobs.
    ///
    /// # Errors
    /// Those of every call.
    async fn stats(&self) -> Result<Stats, StoreError>;

    /// Checks in one real round trip that a write could succeed now. It changes nothing.
    ///
    /// A [limit](StoreLimits) that is reached is no failure: jobs end and are joined, and [`Stats::full`] names it.
    ///
    /// # Errors
    /// [`Unavailable`](StoreError::Unavailable) with the reason for which every write would be refused, for example that
    /// the disk is full.
    async fn check(&self) -> Result<(), StoreError>;
}
