//! A story in which every call of a store has its part, told while something breaks at each call.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, Delivery, FindRequest, Heartbeat, HeartbeatReply, ListRequest,
    Outcome, PauseRequest, SaveRequest, SweepRequest, WatchRequest, WorkerId,
};
use report_pipeline::testing::{TcpProxy, Verb};
use report_pipeline::{
    FailureKind, Job, JobId, JobStore, Phase, Platform, Progress, RedisStore, Status, StoreError,
    Submitted, Version,
};

use super::fixture::{
    TIMEOUT, again, connect_impatiently, connect_with_prefix, new_job, patiently,
};
use report_pipeline_test_support::redis::{DURABLE, RedisServer};

const MINUTE: Duration = Duration::from_secs(60);
/// What is in every call of a script.
const SCRIPT: &str = "EVALSHA";
const REPORT: &str = r#"{"about":"nasa"}"#;

/// What breaks just before a call, and is whole again after the call was made once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing.
    None,
    /// Every connection is reset.
    Reset,
    /// The connection is reset when the request is on its way.
    CutRequest,
    /// The connection is reset when the reply is on its way.
    CutReply,
    /// New connections are refused, and old ones reset.
    Refused,
    /// Nothing arrives any more, in neither direction.
    BlackHole,
    /// Requests and replies take their time, but not too long.
    Delay,
    /// The reply comes when nobody waits for it any more.
    LateReply,
    /// Redis has forgotten its scripts.
    ScriptFlush,
    /// Redis closes the connections that calls are made on.
    KillNormal,
    /// Redis closes the connections that hints come on.
    KillPubSub,
    /// Redis holds every command back, for longer than a call waits.
    ClientPause,
    /// Redis stands still, and does later what it was asked meanwhile.
    Stopped,
    /// Redis is killed and started again.
    Restart,
    /// Redis is killed.
    Killed,
    /// Redis has become a replica.
    ReadOnly,
    /// Redis has no memory left.
    OutOfMemory,
}

impl Trouble {
    /// Whether the call that meets it cannot be answered.
    const fn must_fail(self) -> bool {
        matches!(
            self,
            Self::Refused | Self::BlackHole | Self::LateReply | Self::Stopped | Self::Killed
        )
    }
}

/// Tells the story. Every call is made again until it is answered, and what it answers and does
/// must be the same as if nothing had happened.
pub(crate) async fn tell(trouble: Trouble) {
    let server = Mutex::new(RedisServer::with_options(DURABLE));
    // So that scripts are known already when it matters: what is lost is the call itself.
    for (prefix, trouble) in [("before:", Trouble::None), ("", trouble)] {
        let scene = Scene::new(&server, prefix, trouble).await;
        scene.a_job_is_finished().await;
        scene.a_job_is_cancelled().await;
        scene.a_job_is_abandoned().await;
        scene.a_job_is_deleted().await;
        scene.notes_are_delivered().await;
        scene.a_platform_is_paused().await;
    }
}

struct Scene<'a> {
    trouble: Trouble,
    server: &'a Mutex<RedisServer>,
    proxy: TcpProxy,
    /// Where the trouble is.
    store: RedisStore,
    /// Where the truth is: a store with connections of its own.
    direct: RedisStore,
}

impl<'a> Scene<'a> {
    async fn new(server: &'a Mutex<RedisServer>, prefix: &str, trouble: Trouble) -> Self {
        let address = server.lock().unwrap().address();
        let proxy = TcpProxy::start(address).await.unwrap();
        let store = connect_impatiently(proxy.address(), prefix).await;
        // A store makes connections when it needs them; now it has all.
        again(async || store.report(JobId::random()).await).await;
        Self {
            trouble,
            server,
            proxy,
            store,
            direct: connect_with_prefix(address, prefix).await,
        }
    }

    /// Makes a call while the trouble lasts, and then again until it is answered. Of all that is
    /// sent meanwhile, `word` is in that call alone.
    async fn call<T>(
        &self,
        verb: Verb,
        word: &str,
        mut call: impl AsyncFnMut() -> Result<T, StoreError>,
    ) -> T {
        let cuts = self.proxy.cuts();
        self.begin(word).await;
        let first = patiently("the first answer", call()).await;
        self.end();
        match self.trouble {
            Trouble::CutRequest | Trouble::CutReply => assert_eq!(self.proxy.cuts(), cuts + 1),
            trouble if trouble.must_fail() => assert!(first.is_err(), "{verb:?} was answered"),
            _ => {}
        }
        match first {
            Ok(answer) => answer,
            Err(error) if error.is_retryable() => again(call).await,
            Err(error) => panic!("{verb:?}: {error}"),
        }
    }

    async fn begin(&self, word: &str) {
        let run = |command: &str| {
            let words: Vec<&str> = command.split(' ').collect();
            self.server.lock().unwrap().run(&words);
        };
        match self.trouble {
            Trouble::None => {}
            Trouble::Reset => self.proxy.reset().await,
            Trouble::CutRequest => self.proxy.cut_request(word),
            Trouble::CutReply => self.proxy.cut_reply(word),
            Trouble::Refused => {
                self.proxy.refuse();
                self.proxy.reset().await;
            }
            Trouble::BlackHole => self.proxy.black_hole(),
            Trouble::Delay => {
                self.proxy.delay_requests(TIMEOUT / 8);
                self.proxy.delay_replies(TIMEOUT / 8);
            }
            Trouble::LateReply => self.proxy.delay_replies(5 * TIMEOUT),
            Trouble::ScriptFlush => run("SCRIPT FLUSH"),
            Trouble::KillNormal => run("CLIENT KILL TYPE normal"),
            Trouble::KillPubSub => run("CLIENT KILL TYPE pubsub"),
            Trouble::ClientPause => run(&format!("CLIENT PAUSE {} ALL", 2 * TIMEOUT.as_millis())),
            Trouble::Stopped => self.server.lock().unwrap().pause(),
            Trouble::Restart => self.server.lock().unwrap().restart(),
            Trouble::Killed => self.server.lock().unwrap().kill(),
            Trouble::ReadOnly => run("REPLICAOF 127.0.0.1 1"),
            Trouble::OutOfMemory => run("CONFIG SET maxmemory 1"),
        }
    }

    fn end(&self) {
        self.proxy.heal();
        let mut server = self.server.lock().unwrap();
        match self.trouble {
            Trouble::Stopped => server.resume(),
            Trouble::Killed => server.restart(),
            Trouble::ReadOnly => drop(server.run(&["REPLICAOF", "NO", "ONE"])),
            Trouble::OutOfMemory => drop(server.run(&["CONFIG", "SET", "maxmemory", "0"])),
            _ => {}
        }
    }

    /// The job as it is.
    async fn truth(&self, id: JobId) -> Job {
        let job = again(async || self.direct.get(id).await).await;
        job.expect("an accepted job is there")
    }

    /// How many jobs wait, are in work, are completed and have failed, and the bytes they hold.
    async fn counts(&self) -> [u64; 5] {
        let stats = again(async || self.direct.stats().await).await;
        let jobs = stats.jobs;
        [
            jobs.pending,
            jobs.processing,
            jobs.completed,
            jobs.failed,
            stats.stored_bytes,
        ]
    }

    async fn a_job_is_finished(&self) {
        let store = &self.store;
        let new = new_job("nasa");
        let (id, name) = (new.id, new.id.to_string());
        let submitted = self.call(Verb::Submit, &name, async || {
            store.submit(new.clone()).await
        });
        assert_eq!(submitted.await.job().id, id);
        assert_eq!(self.counts().await, [1, 0, 0, 0, 0]);

        let request = claim(MINUTE);
        let worker = request.worker.as_str();
        let claim = self.call(Verb::Claim, worker, async || {
            store.claim(request.clone()).await
        });
        let claimed = claim.await;
        assert_eq!(claimed.len(), 1);
        let lease = claimed[0].lease.clone();
        assert_eq!((lease.job(), lease.fence().number()), (id, 1));
        let job = self.truth(id).await;
        assert_eq!(
            (job.status, job.attempt, job.crashes),
            (Status::Processing, 1, 0)
        );

        let beat = Heartbeat::new(MINUTE).with_progress(Progress::from_percent(12));
        let heartbeat = self.call(Verb::Heartbeat, &name, async || {
            store.heartbeat(&lease, beat).await
        });
        assert_eq!(heartbeat.await, HeartbeatReply::Continue);
        let job = self.truth(id).await;
        assert_eq!((job.progress.percent(), job.version.number()), (12, 3));

        for number in 0..2 {
            let page = SaveRequest::append(Phase::Scraping, number, "page".into());
            let save = self.call(Verb::Save, &name, async || {
                store.save(&lease, page.clone()).await
            });
            assert_eq!(save.await, HeartbeatReply::Continue);
        }
        assert_eq!(self.counts().await, [0, 1, 0, 0, 8], "each page once");

        for (phase, next) in [
            (Phase::Scraping, Phase::Analysis),
            (Phase::Analysis, Phase::Finalizing),
        ] {
            let checkpoint = self.call(Verb::Checkpoint, &name, async || {
                store.checkpoint(&lease, phase, "output".into()).await
            });
            assert_eq!(checkpoint.await, HeartbeatReply::Continue);
            assert_eq!(self.truth(id).await.phase, next);
        }
        assert_eq!(self.counts().await, [0, 1, 0, 0, 12]);

        let finish = self.call(Verb::Finish, &name, async || {
            store
                .finish(&lease, Outcome::Completed(REPORT.into()))
                .await
        });
        assert_eq!(finish.await, Status::Completed);
        assert_eq!(self.counts().await, [0, 0, 1, 0, REPORT.len() as u64]);
        let job = self.truth(id).await;
        assert_eq!(
            (job.status, job.attempt, job.crashes),
            (Status::Completed, 1, 0)
        );

        let report = self.call(Verb::Report, &name, async || store.report(id).await);
        assert_eq!(report.await.as_deref(), Some(REPORT.as_bytes()));
        let read = self.call(Verb::Get, &name, async || store.get(id).await);
        assert_eq!(read.await.as_ref(), Some(&job));
        let many = self.call(Verb::GetMany, &name, async || store.get_many(&[id]).await);
        assert_eq!(many.await, [Some(job.clone())]);
        let request = FindRequest::new(new.target.clone());
        let find = self.call(Verb::Find, SCRIPT, async || {
            store.find(request.clone()).await
        });
        assert_eq!(find.await.as_ref(), Some(&job));
        let changed = self.call(Verb::Changed, &name, async || {
            store
                .changed(WatchRequest::new(id, Version::ZERO).with_wait(MINUTE))
                .await
        });
        assert_eq!(changed.await, Some(job));
        let stats = self.call(Verb::Stats, SCRIPT, async || store.stats().await);
        assert_eq!(stats.await.jobs.completed, 1);
    }

    async fn a_job_is_cancelled(&self) {
        let new = new_job("esa");
        let (id, name) = (new.id, new.id.to_string());
        again(async || self.direct.submit(new.clone()).await).await;
        let cancel = self.call(Verb::Cancel, &name, async || self.store.cancel(id).await);
        assert_eq!(cancel.await, Status::Failed);
        let failure = self.truth(id).await.failure.unwrap();
        assert_eq!(failure.kind(), FailureKind::Cancelled);
        assert_eq!(self.counts().await[..4], [0, 0, 1, 1]);
        // The target is free.
        let next = new_job("esa");
        let next = again(async || self.direct.submit(next.clone()).await).await;
        assert!(matches!(next, Submitted::Created(_)));
        again(async || self.direct.cancel(next.job().id).await).await;
    }

    async fn a_job_is_abandoned(&self) {
        let new = new_job("jaxa");
        let id = new.id;
        again(async || self.direct.submit(new.clone()).await).await;
        let request = claim(Duration::from_millis(1));
        let claimed = again(async || self.direct.claim(request.clone()).await).await;
        assert_eq!(claimed.len(), 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        let sweep = self.call(Verb::Sweep, SCRIPT, async || {
            self.store.sweep(SweepRequest::new(100)).await
        });
        sweep.await;
        let job = self.truth(id).await;
        assert_eq!(
            (job.status, job.attempt, job.crashes),
            (Status::Pending, 1, 1)
        );
        assert_eq!(self.counts().await[..4], [1, 0, 1, 2]);
    }

    async fn notes_are_delivered(&self) {
        let note = |text: &'static str| Bytes::from_static(text.as_bytes());
        let new = new_job("csa").with_note(note("first"));
        again(async || self.direct.submit(new.clone()).await).await;
        let second = new_job("csa").with_note(note("second"));
        let name = second.id.to_string();
        let joins = async || self.store.submit(second.clone()).await;
        let joined = self.call(Verb::Submit, &name, joins).await;
        assert_eq!(joined.job().id, new.id);
        let list = ListRequest::new().with_target(new.target.clone());
        let reads = async || self.store.list(list.clone()).await;
        let page = self.call(Verb::List, "csa", reads).await;
        assert!(page.jobs.iter().any(|job| job.id == new.id), "{page:?}");
        again(async || self.direct.cancel(new.id).await).await;

        // What a lost reply took comes again when its lease is over.
        let claim = ClaimEndedRequest::new().with_lease(TIMEOUT);
        let name = claim.token.as_uuid().simple().to_string();
        let claims = async || self.store.claim_ended(claim.clone()).await;
        let mut ended = self.call(Verb::ClaimEnded, &name, claims).await;
        while ended.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            ended = again(async || self.direct.claim_ended(claim.clone()).await).await;
        }
        let notes = [new.note().unwrap(), second.note().unwrap()];
        assert_eq!((ended[0].job.id, &ended[0].notes[..]), (new.id, &notes[..]));
        let receipt = ended[0].receipt.clone();
        let delivered = async || {
            let done = self.store.acknowledge(&receipt, Delivery::Delivered);
            done.await
        };
        self.call(Verb::Acknowledge, &new.id.to_string(), delivered)
            .await;
        let stats = again(async || self.direct.stats().await).await;
        assert_eq!(stats.undelivered, 0);
    }

    async fn a_job_is_deleted(&self) {
        let new = new_job("isro");
        let (id, name) = (new.id, new.id.to_string());
        again(async || self.direct.submit(new.clone()).await).await;
        again(async || self.direct.cancel(id).await).await;
        let [_, _, completed, failed, bytes] = self.counts().await;
        let delete = self.call(Verb::Delete, &name, async || self.store.delete(id).await);
        delete.await;
        assert_eq!(again(async || self.direct.get(id).await).await, None);
        let [_, _, completed_now, failed_now, bytes_now] = self.counts().await;
        assert_eq!(
            (completed_now, failed_now + 1, bytes_now),
            (completed, failed, bytes)
        );
    }

    async fn a_platform_is_paused(&self) {
        let platform = Platform::INSTAGRAM;
        let pause = self.call(Verb::Pause, platform.as_str(), async || {
            self.store
                .pause(PauseRequest::new(platform.clone(), MINUTE))
                .await
        });
        pause.await;
        let request = claim(MINUTE);
        let claimed = again(async || self.direct.claim(request.clone()).await).await;
        assert!(claimed.is_empty(), "{claimed:?}");
        let stats = again(async || self.direct.stats().await).await;
        let left = stats.platforms[&platform].paused_for.unwrap();
        assert!(left <= MINUTE, "{left:?}");
    }
}

fn claim(lease: Duration) -> ClaimRequest {
    let mut request = ClaimRequest::new(WorkerId::unique());
    request.lease = lease;
    request
}
