//! The thread that writes: it commits for many callers at once.

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tracing::warn;

use super::clock::now;
use super::driver::{Sqlite, at_once};
use super::error;
use crate::store::StoreError;
use crate::store::sql::{Events, Failure, Known, Session, Settings, Tally, Verb, Waiters};

/// How many verbs one commit is for at most.
const GROUP: usize = 256;
/// How often somebody looks whether another process has changed something, while a call waits.
const LOOK: Duration = Duration::from_millis(50);
/// The file keeps so many free pages for new jobs, and a part of all its pages.
const FREE_PAGES: i64 = 1_024;
const FREE_PART: i64 = 8;
/// How many pages one step gives back to the disk.
const GIVEN_BACK: i64 = 2_048;

/// The way to the thread, which ends when this is dropped and everything that was sent is done.
#[derive(Debug)]
pub(super) struct Writer(Sender<Message>);

enum Message {
    /// A verb to carry out.
    Call(Box<dyn Call>),
    /// Somebody waits from now on.
    Wait,
    /// There may be free pages to give back.
    Tidy,
}

/// A verb, and the caller who waits for its result.
trait Call: Send {
    /// Whether the caller still waits. A call that was dropped before its turn is not carried out.
    fn is_wanted(&self) -> bool;
    fn carry_out(&mut self, session: &mut Session<'_, Sqlite>) -> rusqlite::Result<()>;
    /// Hands over the result, or why nothing of it was kept.
    fn answer(self: Box<Self>, failed: Option<StoreError>);
}

struct Asked<V: Verb> {
    verb: V,
    result: Option<Result<V::Reply, StoreError>>,
    caller: oneshot::Sender<Result<V::Reply, StoreError>>,
}

impl<V: Verb> Call for Asked<V> {
    fn is_wanted(&self) -> bool {
        !self.caller.is_closed()
    }

    fn carry_out(&mut self, session: &mut Session<'_, Sqlite>) -> rusqlite::Result<()> {
        self.result = Some(match at_once(pin!(self.verb.run(session))) {
            Ok(result) => Ok(result),
            Err(Failure::Refused(error)) => Err(error),
            Err(Failure::Database(error)) => return Err(error),
        });
        Ok(())
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
    /// Starts the thread.
    pub(super) fn start(
        database: Sqlite,
        settings: Settings,
        waiters: Arc<Waiters>,
    ) -> std::io::Result<Self> {
        let (sender, receiver) = channel();
        let thread = Thread {
            database,
            settings,
            waiters,
            remembered: None,
            seen: 0,
            looked: Instant::now(),
        };
        std::thread::Builder::new()
            .name("report-sqlite".to_owned())
            .spawn(move || thread.run(&receiver))?;
        Ok(Self(sender))
    }

    /// Carries a verb out, and returns once it is on the disk.
    pub(super) async fn call<V: Verb>(&self, verb: V) -> Result<V::Reply, StoreError> {
        let (caller, result) = oneshot::channel();
        let call = Asked {
            verb,
            result: None,
            caller,
        };
        let sent = self.0.send(Message::Call(Box::new(call)));
        sent.map_err(|_| error::ended())?;
        result.await.map_err(|_| error::ended())?
    }

    /// Says that a call waits: from now on changes by others are looked for.
    pub(super) fn look_for_changes(&self) {
        // The thread is gone only if the store can do nothing any more.
        _ = self.0.send(Message::Wait);
    }

    /// Gives free pages back to the disk, if there are many.
    pub(super) fn tidy(&self) {
        _ = self.0.send(Message::Tidy);
    }
}

/// What a transaction knows of the file: the next one goes on with it, unless somebody else has written meanwhile.
struct Remembered {
    version: i64,
    tally: Tally,
    known: Known,
}

struct Thread {
    database: Sqlite,
    settings: Settings,
    waiters: Arc<Waiters>,
    /// What the last transaction has left. `None` if it failed.
    remembered: Option<Remembered>,
    /// The version of what others have written, as it was at the last look.
    seen: i64,
    looked: Instant,
}

impl Thread {
    fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let message = if self.waiters.any() {
                messages.recv_timeout(LOOK.saturating_sub(self.looked.elapsed()))
            } else {
                messages.recv().map_err(RecvTimeoutError::from)
            };
            let mut calls = Vec::new();
            match message {
                Ok(Message::Call(call)) => calls.push(call),
                Ok(Message::Tidy) => self.tidy(),
                Ok(Message::Wait) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !calls.is_empty() {
                while calls.len() < GROUP
                    && let Ok(message) = messages.try_recv()
                {
                    match message {
                        Message::Call(call) => calls.push(call),
                        Message::Tidy => self.tidy(),
                        Message::Wait => {}
                    }
                }
                self.carry_out(calls);
            }
            if self.waiters.any() && self.looked.elapsed() >= LOOK {
                self.look();
            }
        }
    }

    /// Carries out some calls in one transaction. If that fails, each gets one of its own, so that none fails for
    /// another.
    fn carry_out(&mut self, mut calls: Vec<Box<dyn Call>>) {
        let remembered = match self.begin() {
            Ok(remembered) => remembered,
            // It concerns them all, such as a lock that another process does not give back.
            Err(failure) => {
                let error = error::shared(failure);
                for call in calls {
                    call.answer(Some(error()));
                }
                return;
            }
        };
        match self.commit(&mut calls, remembered) {
            Ok(events) => {
                for call in calls {
                    call.answer(None);
                }
                self.tell(&events);
            }
            Err(failure) if calls.len() == 1 => {
                let error = error::shared(failure);
                for call in calls {
                    call.answer(Some(error()));
                }
            }
            Err(_) => {
                for call in calls {
                    self.carry_out(vec![call]);
                }
            }
        }
    }

    fn begin(&mut self) -> Result<Remembered, Failure<rusqlite::Error>> {
        self.database
            .say("BEGIN IMMEDIATE")
            .map_err(Failure::Database)?;
        self.recall().inspect_err(|_| self.roll_back())
    }

    /// What is known of the file at the beginning of a transaction. Nobody else can write from here on.
    fn recall(&mut self) -> Result<Remembered, Failure<rusqlite::Error>> {
        let version = self.database.version_of_others();
        let version = version.map_err(Failure::Database)?;
        match self.remembered.take() {
            Some(remembered) if remembered.version == version => Ok(remembered),
            _ => Ok(Remembered {
                version,
                tally: at_once(Tally::load(&mut self.database))?,
                known: Known::default(),
            }),
        }
    }

    fn commit(
        &mut self,
        calls: &mut [Box<dyn Call>],
        mut remembered: Remembered,
    ) -> Result<Events, Failure<rusqlite::Error>> {
        let events = self.carry_out_all(calls, &mut remembered);
        let committed = events.and_then(|events| {
            self.database.say("COMMIT").map_err(Failure::Database)?;
            Ok(events)
        });
        let events = committed.inspect_err(|_| self.roll_back())?;
        remembered.known.next_transaction();
        self.remembered = Some(remembered);
        Ok(events)
    }

    fn carry_out_all(
        &mut self,
        calls: &mut [Box<dyn Call>],
        remembered: &mut Remembered,
    ) -> Result<Events, Failure<rusqlite::Error>> {
        let mut events = Events::default();
        let Remembered { tally, known, .. } = remembered;
        for call in calls.iter_mut().filter(|call| call.is_wanted()) {
            let mut session = Session::new(&mut self.database, &self.settings, tally, known, now());
            call.carry_out(&mut session).map_err(Failure::Database)?;
            events.add(session.events);
        }
        at_once(tally.save(&mut self.database))?;
        Ok(events)
    }

    /// Ends a transaction that failed. SQLite may have done so by itself, such as when the disk is full.
    fn roll_back(&self) {
        if !self.database.connection.is_autocommit() {
            _ = self.database.say("ROLLBACK");
        }
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

    /// Looks whether another process has changed something.
    fn look(&mut self) {
        self.looked = Instant::now();
        let version = self.database.version_of_others();
        // If it cannot be told, let everybody look: they hear what is wrong.
        if version.as_ref() != Ok(&self.seen) {
            self.seen = version.unwrap_or_default();
            self.waiters.tell_all();
        }
    }

    /// Gives free pages back to the disk, if there are more than new jobs will need soon.
    fn tidy(&self) {
        // What cannot be given back now is with the next sweep.
        _ = self.give_pages_back();
    }

    fn give_pages_back(&self) -> rusqlite::Result<()> {
        let connection = &self.database.connection;
        let count = |name| {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            connection.pragma_query_value(None, name, read)
        };
        let (free, all) = (count("freelist_count")?, count("page_count")?);
        let surplus = free - FREE_PAGES.max(all / FREE_PART);
        if surplus > 0 {
            let sql = format!("PRAGMA incremental_vacuum({})", surplus.min(GIVEN_BACK));
            let mut statement = connection.prepare(&sql)?;
            let mut pages = statement.raw_query();
            // One page with each row, which has nothing in it.
            while pages.next()?.is_some() {}
        }
        Ok(())
    }
}
