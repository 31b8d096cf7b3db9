//! The task that writes: one transaction for many callers at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tracing::warn;

use super::aside::{Aside, Takes};
use super::clock::{Clock, at, moment};
use super::driver::Postgres;
use super::error::{self, LinkError};
use super::inbox;
use super::link::Dialer;
use super::news;
use crate::store::StoreError;
use crate::store::sql::{
    Driver, Events, Failure, Known, Row, Session, Settings, Statement, Tally, Value, Verb, Waiters,
    Wants,
};
use crate::store::timestamp::{Now, Timestamp};

/// How many verbs one transaction is for at most.
const GROUP: usize = 256;
/// How often all others that can run do so before a transaction begins.
const LETS_OTHERS: u32 = 8;
/// How many times a transaction is begun anew after something that passes.
const ATTEMPTS: u32 = 3;
/// The longest pause before that.
const PAUSE: Duration = Duration::from_millis(50);

/// The lock of all writers. It is held from here to the commit, so each of them sees what the one before has done, and
/// limits, order and the owner of a target are exact over all processes.
const LOCK: &str = "SELECT one FROM meta FOR UPDATE";

/// A statement is planned once, by its indexes, and for any parameters: the plan may be made while the tables are empty, and
/// stays while they grow. None is worth being compiled.
pub(super) const PLANS: &str = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; \
     SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; \
     SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";

/// What is counted, with the time, and whether anything waits in the inbox.
static TALLY: LazyLock<String> = LazyLock::new(|| {
    Tally::statement_with(&format!(
        "{}, (EXISTS (SELECT FROM inbox))::int",
        super::driver::CLOCK
    ))
});

/// What the rows of that say of the time and of the inbox.
fn now_and_inbox(rows: &[Row]) -> Option<(Timestamp, bool)> {
    match rows.first()?.0.get(Tally::MORE..)? {
        [Value::Integer(micros), Value::Integer(is_waiting)] => {
            Some((at(*micros), *is_waiting != 0))
        }
        _ => None,
    }
}

/// The way to the task, which ends when this is dropped and everything that was sent is done.
#[derive(Debug)]
pub(super) struct Writer(mpsc::UnboundedSender<Box<dyn Call>>);

/// A verb, and the caller who waits for its result.
trait Call: Send {
    fn name(&self, wants: &mut Wants);

    /// Whether the caller still waits. A call that was dropped before its turn is not carried out.
    fn is_wanted(&self) -> bool;

    fn carry_out<'s>(
        &'s mut self,
        session: &'s mut Session<'_, Postgres>,
    ) -> BoxFuture<'s, Result<(), LinkError>>;

    /// Hands over the result, or why nothing of it was kept.
    fn answer(self: Box<Self>, failed: Option<StoreError>);
}

struct Asked<V: Verb> {
    verb: V,
    result: Option<Result<V::Reply, StoreError>>,
    caller: oneshot::Sender<Result<V::Reply, StoreError>>,
}

impl<V: Verb> Call for Asked<V> {
    fn name(&self, wants: &mut Wants) {
        self.verb.name(wants);
    }

    fn is_wanted(&self) -> bool {
        !self.caller.is_closed()
    }

    fn carry_out<'s>(
        &'s mut self,
        session: &'s mut Session<'_, Postgres>,
    ) -> BoxFuture<'s, Result<(), LinkError>> {
        async move {
            self.result = Some(match self.verb.run(session).await {
                Ok(result) => Ok(result),
                Err(Failure::Refused(error)) => Err(error),
                Err(Failure::Database(error)) => return Err(error),
            });
            Ok(())
        }
        .boxed()
    }

    fn answer(self: Box<Self>, failed: Option<StoreError>) {
        let result = match (failed, self.result) {
            (Some(error), _) => Err(error),
            (None, Some(result)) => result,
            // It was not wanted.
            (None, None) => return,
        };
        // The caller may have gone meanwhile.
        _ = self.caller.send(result);
    }
}

impl Writer {
    /// Starts the task.
    pub(super) fn start(setup: Setup, database: Postgres) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        let task = Task {
            setup,
            database: Some(database),
            aside: Aside::default(),
            taken: Vec::new(),
        };
        tokio::spawn(task.run(receiver));
        Self(sender)
    }

    /// Carries a verb out, and returns once it is committed.
    pub(super) async fn call<V: Verb>(&self, verb: V) -> Result<V::Reply, StoreError> {
        let (caller, result) = oneshot::channel();
        let call = Asked {
            verb,
            result: None,
            caller,
        };
        let sent = self.0.send(Box::new(call));
        sent.map_err(|_| error::ended())?;
        result.await.map_err(|_| error::ended())?
    }
}

/// How far a transaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// What fails concerns all calls.
    Beginning,
    /// What fails may concern one of them.
    Working,
    /// Without a reply nobody knows whether it was committed.
    Committing,
}

/// What every transaction needs.
pub(super) struct Setup {
    pub(super) dialer: Arc<Dialer>,
    pub(super) settings: Settings,
    pub(super) waiters: Arc<Waiters>,
    pub(super) clock: Arc<Clock>,
    /// The process of the server that carries the transactions out: what it notifies of is known here.
    pub(super) own_process: Arc<AtomicI32>,
    /// How many times replies were waited for.
    pub(super) round_trips: Arc<AtomicU64>,
}

struct Task {
    setup: Setup,
    /// The connection. `None` if the last one is gone.
    database: Option<Postgres>,
    aside: Aside,
    /// The rows of the inbox that the last transaction took over, or tried to.
    taken: Vec<i64>,
}

impl Task {
    async fn run(mut self, mut receiver: mpsc::UnboundedReceiver<Box<dyn Call>>) {
        let mut calls = Vec::with_capacity(GROUP);
        while receiver.recv_many(&mut calls, GROUP).await > 0 {
            // Whoever has just heard the end of the last transaction makes the next call now. One that is with these is one
            // transaction less.
            for _ in 0..LETS_OTHERS {
                tokio::task::yield_now().await;
            }
            if calls.len() < GROUP && !receiver.is_empty() {
                let room = GROUP - calls.len();
                receiver.recv_many(&mut calls, room).await;
            }
            let taken = std::mem::take(&mut calls);
            if let Err(alone) = self.carry_out(taken).await {
                // So that none fails for another.
                for call in alone {
                    _ = self.carry_out(vec![call]).await;
                }
            }
        }
    }

    /// Carries out some calls in one transaction. Returns them if one of them may have failed it for all.
    async fn carry_out(&mut self, mut calls: Vec<Box<dyn Call>>) -> Result<(), Vec<Box<dyn Call>>> {
        let mut attempt = 1;
        let mut takes = Takes::Waiting;
        loop {
            let mut stage = Stage::Beginning;
            let timeout = self.setup.dialer.timeout();
            let transaction = self.transaction(&mut calls, &mut stage, &takes);
            let done = tokio::time::timeout(timeout, transaction).await;
            let failure = match done {
                Ok(Ok(events)) => {
                    for call in calls {
                        call.answer(None);
                    }
                    self.setup.tell(&events);
                    return Ok(());
                }
                Ok(Err(failure)) => failure,
                Err(_) if stage == Stage::Committing => {
                    Failure::Database(LinkError::Unconfirmed(timeout))
                }
                Err(_) => Failure::Database(LinkError::Silent(timeout)),
            };
            let is_known = self.abandon(&failure, stage).await;
            if let Failure::Database(error) = &failure
                && is_known
                && attempt < ATTEMPTS
                && self.may_repeat(error)
            {
                attempt += 1;
                tokio::time::sleep(PAUSE.mul_f64(fastrand::f64())).await;
                continue;
            }
            if is_known && !self.taken.is_empty() && is_refusal(&failure) {
                self.take_over_alone().await;
                // What has come meanwhile can wait. These calls have waited already.
                takes = Takes::Nothing;
                continue;
            }
            // Also after the commit was sent: what a statement without rows was refused for may be heard only then.
            if stage != Stage::Beginning && is_known && calls.len() > 1 {
                return Err(calls);
            }
            let error = error::shared(failure);
            for call in calls {
                call.answer(Some(error()));
            }
            return Ok(());
        }
    }

    /// Takes over, each in a transaction of its own, what has failed one together with others, or because of others.
    /// What the database refuses again is set aside.
    async fn take_over_alone(&mut self) {
        for number in std::mem::take(&mut self.taken) {
            let Err(failure) = self.take_over(&Takes::Only(number)).await else {
                continue;
            };
            let Failure::Database(error) = &failure else {
                return;
            };
            if !error.is_refusal() {
                // Nobody knows whether it is to blame.
                return;
            }
            let pause = self.aside.put(number);
            warn!(
                number,
                %error,
                ?pause,
                "a submit in a transaction of a caller cannot be taken over: it stays in the table inbox, and is tried \
                 again after the pause"
            );
            if error.is_about_values() {
                let reason = format!("it cannot be taken over from the inbox: {error}");
                _ = self.take_over(&Takes::Damaged(number, reason)).await;
            }
        }
    }

    /// A transaction for one row of the inbox.
    async fn take_over(&mut self, takes: &Takes) -> Result<(), Failure<LinkError>> {
        let mut stage = Stage::Beginning;
        let timeout = self.setup.dialer.timeout();
        let transaction = self.transaction(&mut [], &mut stage, takes);
        let done = tokio::time::timeout(timeout, transaction).await;
        let done = done.unwrap_or(Err(Failure::Database(LinkError::Silent(timeout))));
        self.taken.clear();
        match done {
            Ok(events) => {
                self.setup.tell(&events);
                Ok(())
            }
            Err(failure) => {
                self.abandon(&failure, stage).await;
                Err(failure)
            }
        }
    }

    /// Ends a transaction that failed. Returns whether it is known that nothing of it stays.
    async fn abandon(&mut self, failure: &Failure<LinkError>, stage: Stage) -> bool {
        let is_refused = matches!(failure, Failure::Refused(_)) || is_refusal(failure);
        let mut is_over = false;
        if is_refused && let Some(database) = &mut self.database {
            let roll_back = async {
                database.say("ROLLBACK").await?;
                database.settle().await
            };
            let ended = tokio::time::timeout(self.setup.dialer.timeout(), roll_back).await;
            is_over = matches!(ended, Ok(Ok(())));
        }
        if !is_over {
            self.database = None;
        }
        // A statement that was refused is one that came before the commit.
        stage != Stage::Committing || is_refused
    }

    fn may_repeat(&self, error: &LinkError) -> bool {
        if error.is_of_a_pooler() && !self.setup.dialer.is_pooled() {
            self.setup.dialer.found_a_pooler();
            warn!(
                "a pooler shares connections to PostgreSQL in a way that was not found out at first: statements \
                 are not prepared from now on"
            );
            return true;
        }
        error.is_passing()
    }

    async fn transaction(
        &mut self,
        calls: &mut [Box<dyn Call>],
        stage: &mut Stage,
        takes: &Takes,
    ) -> Result<Events, Failure<LinkError>> {
        self.taken.clear();
        let mut database = match self.database.take() {
            Some(database) if !database.is_closed() => database,
            _ => self.setup.connect().await.map_err(Failure::Database)?,
        };
        let before = database.waits;
        let inbox = Inbox {
            statement: self.aside.statement(takes),
            takes,
            numbers: &mut self.taken,
        };
        let result = self.setup.transact(&mut database, calls, stage, inbox);
        let result = result.await;
        let waits = database.waits - before;
        self.setup.round_trips.fetch_add(waits, Ordering::Relaxed);
        self.database = Some(database);
        result
    }
}

/// What a transaction does with the inbox.
struct Inbox<'a> {
    statement: Statement<'static>,
    takes: &'a Takes,
    /// The rows that were there for it.
    numbers: &'a mut Vec<i64>,
}

/// Whether the database has refused something, and goes on.
fn is_refusal(failure: &Failure<LinkError>) -> bool {
    matches!(failure, Failure::Database(error) if error.is_refusal())
}

impl Setup {
    async fn connect(&self) -> Result<Postgres, LinkError> {
        let link = self.dialer.connect(None).await?;
        let database = Postgres::new(link, !self.dialer.is_pooled());
        self.own_process
            .store(database.process(), Ordering::Release);
        Ok(database)
    }

    async fn transact(
        &self,
        database: &mut Postgres,
        calls: &mut [Box<dyn Call>],
        stage: &mut Stage,
        inbox: Inbox<'_>,
    ) -> Result<Events, Failure<LinkError>> {
        let failed = Failure::Database;
        database.begin(&self.beginning()).await.map_err(failed)?;
        database.write(LOCK, &[]).await?;
        // Everything that the calls are about is asked for at once, with the lock.
        let mut wants = Wants::default();
        for call in calls.iter().filter(|call| call.is_wanted()) {
            call.name(&mut wants);
        }
        let mut statements: Vec<Statement<'static>> = vec![((&**TALLY).into(), Vec::new())];
        statements.extend(inbox::aliases(&wants.submits));
        let before = statements.len();
        statements.extend(wants.statements());
        let mut rows = database.all_rows(statements).await?;
        let mut known = wants.known(rows.split_off(before));
        let tallied = rows.remove(0);
        let mut tally = Tally::read(&tallied)?;
        let (time, has_inbox) = now_and_inbox(&tallied).ok_or_else(|| {
            failed(LinkError::Other(
                "PostgreSQL does not say what time it is".to_owned(),
            ))
        })?;
        let submitted = if has_inbox {
            database.all_rows(vec![inbox.statement]).await?.remove(0)
        } else {
            Vec::new()
        };
        if submitted.is_empty() {
            database.know_aliases(inbox::read_aliases(&wants.submits, &rows));
        }
        self.clock.heard(time);
        *stage = Stage::Working;
        let now = moment(time);
        let mut events = Events::default();
        inbox
            .numbers
            .extend(submitted.iter().filter_map(inbox::number));
        if let Takes::Damaged(_, reason) = inbox.takes {
            let mut session = Session::new(database, &self.settings, &mut tally, &mut known, now);
            inbox::name_damaged(&mut session, &submitted, reason).await?;
        } else if !submitted.is_empty() {
            let (tally, known) = (&mut tally, &mut known);
            events.add(
                self.take_over(database, tally, known, now, submitted)
                    .await?,
            );
        }
        for call in calls.iter_mut().filter(|call| call.is_wanted()) {
            let mut session = Session::new(database, &self.settings, &mut tally, &mut known, now);
            call.carry_out(&mut session).await.map_err(failed)?;
            events.add(session.events);
        }
        self.save(database, &mut tally, &events).await?;
        database.flush().await.map_err(failed)?;
        *stage = Stage::Committing;
        database.say("COMMIT").await.map_err(failed)?;
        database.settle().await.map_err(failed)?;
        Ok(events)
    }

    /// Takes over what callers have submitted in transactions of their own. What it needs is asked for at once, too.
    async fn take_over(
        &self,
        database: &mut Postgres,
        tally: &mut Tally,
        known: &mut Known,
        now: Now,
        submitted: Vec<Row>,
    ) -> Result<Events, Failure<LinkError>> {
        let wants = inbox::wants(&submitted, now.timestamp);
        let mut statements: Vec<_> = inbox::aliases(&wants.submits).into_iter().collect();
        let before = statements.len();
        statements.extend(wants.statements());
        let mut rows = database.all_rows(statements).await?;
        known.add(wants.known(rows.split_off(before)));
        database.know_aliases(inbox::read_aliases(&wants.submits, &rows));
        let taken = inbox::take_over(database, &self.settings, tally, known, now, submitted).await;
        // There may be new ones.
        database.know_aliases(HashMap::new());
        taken
    }

    /// What begins a transaction. Whoever stops in the middle of one holds the others up for a while only.
    fn beginning(&self) -> String {
        let limit = self.dialer.timeout().as_millis().clamp(1, 1 << 30);
        format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path TO {}; SET LOCAL lock_timeout = {}; \
             SET LOCAL statement_timeout = {limit}; SET LOCAL idle_in_transaction_session_timeout = {}; {PLANS}",
            self.dialer.schema(),
            (limit / 2).max(1),
            (limit / 2).max(1),
        )
    }

    /// Writes what is counted, and what other processes have to hear of.
    async fn save(
        &self,
        database: &mut Postgres,
        tally: &mut Tally,
        events: &Events,
    ) -> Result<(), Failure<LinkError>> {
        let texts = news::written(events);
        if !texts.is_empty() && !tally.has_counted() {
            // Those who cannot listen look whether this row is another one.
            database
                .write("UPDATE meta SET schema = schema", &[])
                .await?;
        }
        tally.save(database).await?;
        let channel = news::channel(self.dialer.schema());
        for text in texts {
            let values = [
                Value::Text(channel.as_str().into()),
                Value::Text(text.into()),
            ];
            database.write("SELECT pg_notify($1, $2)", &values).await?;
        }
        Ok(())
    }

    fn tell(&self, events: &Events) {
        for (job_id, reason) in &events.damaged {
            warn!(
                job_id,
                reason, "a damaged record is quarantined: it expires with the retention"
            );
        }
        self.waiters.tell(events);
    }
}
