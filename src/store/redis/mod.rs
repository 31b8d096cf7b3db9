//! The store in Redis, for workers and callers on many machines.

mod address;
mod call;
mod check;
mod claim;
mod credentials;
mod durability;
mod endpoint;
mod error;
mod group;
mod items;
mod keys;
mod link;
mod notifier;
mod options;
mod own;
mod record;
mod reply;
mod scripts;
mod verbs;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use redis::{Cmd, Script};
use tracing::warn;

use self::call::Call;
pub use self::credentials::RedisCredentials;
use self::error::LinkError;
use self::group::Group;
use self::link::{Link, Request, Servers};
use self::notifier::{Listener, Notifier};
pub use self::options::{RedisConnectError, RedisOptions};
use self::reply::{Quarantined, Reply};
use self::scripts::{CHECKPOINT, COMPLETE, FINISH, HEARTBEAT, QUARANTINE, SAVE, SUBMIT};
use super::{ClaimToken, Limit, Note, Payload, Stats, StoreError, StoreLimits};
use crate::job::JobId;

/// The maximum number of jobs that one claim takes, and that one step of a sweep handles: a script
/// keeps Redis from everybody else for as long as it runs.
const AT_ONCE: usize = 100;
/// How many times as long a call may take that carries reports or outputs.
const BULK_PATIENCE: u32 = 3;

/// Stores jobs in Redis. It keeps everything the [contract](crate::JobStore) promises, for any number
/// of processes on any number of machines.
///
/// Each transition is one script, so it happens in one piece or not at all, and Redis's clock is
/// the only one that counts. What survives a crash of Redis itself depends on its configuration;
/// [`connect`](Self::connect) checks it and warns.
///
/// | key, after the prefix | what |
/// |---|---|
/// | `jobs:{job_id}` | hash: `job_id`, `handle`, `platform`, `status`, `phase`, `percent`, `created_at`, `updated_at`, `completed_at`, `error_message`, and fields of the store's own, most of them packed into `own` |
/// | `jobs:{job_id}:report` | the report's JSON, once the job is completed |
/// | `jobs:handle:{handle}:{platform}` | the id of the job that owns the target; with `:{scope}` behind it for a job with a scope |
/// | `jobs:q:...` | queues, leases, outputs and saved state of phases; not for others to touch |
///
/// Times are RFC 3339 in UTC. What a job does not have (`completed_at` of a running one) is left
/// out. Every key of an ended job expires with its retention. In the name of a key, every ASCII character of
/// a handle or a scope but letters, digits, `.`, `_` and `-` is written as `%XX`.
///
/// Works with Redis 7.0 and later and with Valkey. In a cluster all keys of a pipeline must be in
/// one slot, by a prefix with a hash tag. Scripts build the names of keys from the prefix; servers
/// that insist on seeing every key beforehand refuse them.
pub struct RedisStore {
    /// For small calls that somebody waits for.
    control: Arc<Link>,
    /// For what may be large, so that no poll waits behind a report.
    bulk: Arc<Link>,
    groups: Groups,
    notifier: Notifier,
    /// What every key begins with: the prefix and `jobs:`.
    base: String,
    retention: Duration,
    failed_checkpoints: Duration,
    limits: StoreLimits,
    warnings: Vec<String>,
}

/// The calls of one verb that are under way at once go together.
struct Groups {
    /// Of jobs that have nothing but a target and a deadline.
    submit: Arc<Group>,
    submit_more: Arc<Group>,
    /// With an input, which may be large.
    submit_large: Arc<Group>,
    heartbeat: Arc<Group>,
    save: Arc<Group>,
    checkpoint: Arc<Group>,
    /// With a report.
    complete: Arc<Group>,
    /// In any other way.
    finish: Arc<Group>,
}

impl Groups {
    fn new(control: &Arc<Link>, bulk: &Arc<Link>, base: &str, options: &RedisOptions) -> Self {
        let limits = &options.limits;
        let (value, stored) = (limits.value_bytes(), limits.stored_bytes());
        let (retention, kept) = (
            micros(options.retention),
            micros(options.failed_checkpoints),
        );
        let submit = |width| {
            shared(&[
                &limits.pending_jobs(),
                &limits.jobs(),
                &stored,
                &limits
                    .pending_jobs_per_scope()
                    .map_or_else(String::new, |limit| limit.to_string()),
                &retention,
                &width,
            ])
        };
        let values = shared(&[&value, &stored]);
        let ends = shared(&[&retention, &kept]);
        Self {
            submit: Group::new(control, &SUBMIT, base, submit(items::PLAIN_SUBMIT)),
            submit_more: Group::new(control, &SUBMIT, base, submit(items::SUBMIT)),
            submit_large: Group::new(bulk, &SUBMIT, base, submit(items::SUBMIT)),
            heartbeat: Group::new(control, &HEARTBEAT, base, Cmd::new()),
            save: Group::new(bulk, &SAVE, base, values.clone()),
            checkpoint: Group::new(bulk, &CHECKPOINT, base, values),
            complete: Group::new(
                bulk,
                &COMPLETE,
                base,
                shared(&[&retention, &kept, &value, &stored]),
            ),
            finish: Group::new(control, &FINISH, base, ends),
        }
    }
}

/// The arguments that are the same for all items of a call.
fn shared(arguments: &[&dyn fmt::Display]) -> Cmd {
    let mut shared = Cmd::new();
    for argument in arguments {
        shared.arg(argument.to_string());
    }
    shared
}

impl RedisStore {
    /// Connects with the default options; see [`RedisOptions`].
    ///
    /// # Errors
    /// As [`RedisOptions::connect`].
    pub async fn connect(address: &str) -> Result<Self, RedisConnectError> {
        RedisOptions::new(address)?.connect().await
    }

    /// The ways in which this Redis could lose an accepted job, as it was set up when we
    /// connected: a sentence each, with what to do about it.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    async fn open(
        options: RedisOptions,
        servers: Arc<Servers>,
        is_cluster: bool,
        warnings: Vec<String>,
    ) -> Result<Self, RedisConnectError> {
        let base = format!("{}jobs:", options.prefix);
        let link = |timeout| Link::new(Arc::clone(&servers), base.clone(), timeout, is_cluster);
        let control = Arc::new(link(options.timeout));
        match control.connection().await.as_ref().map_err(AsRef::as_ref) {
            Ok(_) => {}
            Err(LinkError::Schema(kept)) => return Err(RedisConnectError::schema(kept.clone())),
            Err(LinkError::Redis(error)) => {
                return Err(RedisConnectError::unreachable(error));
            }
        }
        for warning in &warnings {
            warn!("{warning}");
        }
        let bulk = Arc::new(link(options.timeout.saturating_mul(BULK_PATIENCE)));
        Ok(Self {
            notifier: Notifier::start(Arc::clone(&control)),
            groups: Groups::new(&control, &bulk, &base, &options),
            control,
            bulk,
            base,
            retention: options.retention,
            failed_checkpoints: options.failed_checkpoints,
            limits: options.limits,
            warnings,
        })
    }

    fn call<'a>(&self, script: &'a Script) -> Call<'a> {
        Call::new(script, &self.base)
    }

    async fn run(&self, call: &Call<'_>) -> Result<Reply, StoreError> {
        let value = self.control.send(Request::Script(call)).await?;
        Reply::read(value)
    }

    async fn quarantine_all(&self, unreadable: &[Quarantined]) -> Result<(), StoreError> {
        report_damaged(unreadable);
        for Quarantined { id, .. } in unreadable {
            self.quarantine(id).await?;
        }
        Ok(())
    }

    async fn quarantine(&self, id: &str) -> Result<(), StoreError> {
        let mut call = self.call(&QUARANTINE);
        call.arg(id).arg(micros(self.retention));
        self.run(&call).await.map(drop)
    }

    async fn listen(&self, channel: &str) -> Listener {
        self.notifier
            .listen(&format!("{}{channel}", self.base))
            .await
    }

    /// The part of a value that is sent: nothing if it is refused anyway.
    fn body<'a>(&self, value: &'a Bytes) -> &'a [u8] {
        if value.len() as u64 > self.limits.value_bytes() {
            &[]
        } else {
            value
        }
    }

    /// The limit that refuses new jobs. What failed jobs have left makes room, and is asked for only where it matters.
    async fn full(&self, stats: &Stats) -> Result<Option<Limit>, StoreError> {
        let bytes = stats.stored_bytes;
        let mut reached = self.limits.reached(&stats.jobs, bytes);
        if let Some((Limit::StoredBytes, _)) = reached {
            let mut ask = redis::cmd("GET");
            ask.arg(format!("{}q:kept_bytes", self.base));
            let reply = self.control.send(Request::Command(&ask)).await?;
            let kept: Option<u64> = redis::from_redis_value(reply).unwrap_or_default();
            let bytes = bytes.saturating_sub(kept.unwrap_or_default());
            reached = self.limits.reached(&stats.jobs, bytes);
        }
        Ok(reached.map(|(limit, _)| limit))
    }

    fn refused(&self, id: JobId, reply: Reply, payload: Option<(Payload, usize)>) -> StoreError {
        match (reply.what.as_str(), payload) {
            ("lost", _) => StoreError::LeaseLost(id),
            ("unknown", _) => StoreError::NotFound(id),
            ("taken", _) => StoreError::IdTaken(id),
            ("last_phase", _) => StoreError::Misuse(
                "the last phase has no checkpoint; finish the job with its report",
            ),
            ("not_reached", _) => {
                StoreError::Misuse("a checkpoint of a phase that the job has not reached")
            }
            ("damaged", _) => StoreError::damaged(id, reply.text()),
            // It names the job that is in the way, which may be another one.
            ("newer", _) => StoreError::Newer(reply.text().parse().unwrap_or(id)),
            ("too_large", Some((payload, size))) => {
                StoreError::too_large(payload, size as u64, self.limits.value_bytes())
            }
            ("full", _) => {
                let (limit, max) = match reply.text().as_str() {
                    "notes" => (Limit::Notes, Note::MAX_PER_JOB as u64),
                    "jobs" => (Limit::Jobs, self.limits.jobs() as u64),
                    "pending_jobs" => (Limit::PendingJobs, self.limits.pending_jobs() as u64),
                    "pending_jobs_per_scope" => (
                        Limit::PendingJobsPerScope,
                        self.limits.pending_jobs_per_scope().unwrap_or_default() as u64,
                    ),
                    _ => (Limit::StoredBytes, self.limits.stored_bytes()),
                };
                StoreError::full(limit, max)
            }
            _ => reply::not_understood(),
        }
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("control", &self.control)
            .field("base", &self.base)
            .field("retention", &self.retention)
            .field("limits", &self.limits)
            .field("notifier", &self.notifier)
            .finish_non_exhaustive()
    }
}

fn token(token: ClaimToken) -> String {
    token.as_uuid().simple().to_string()
}

/// Microseconds, as scripts count. Longer than any clock runs is as good as for ever.
fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros())
        .unwrap_or(i64::MAX)
        .min(1 << 51)
}

fn report_damaged(damaged: &[Quarantined]) {
    for Quarantined { id, reason } in damaged {
        warn!(
            job_id = id,
            reason, "a damaged record is quarantined: it expires with the retention"
        );
    }
}
