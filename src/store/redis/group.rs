//! Calls of one kind that wait for each other and go together.
//!
//! While a call of a script is under way, those of the same kind that come in are collected; when its reply is
//! there, they go as the items of one call. So nothing waits that could be sent, and the more there is to
//! do, the less each of them costs: one round trip, one start of the script, one look at the clock.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use redis::{Arg, Cmd, ErrorKind, RedisError, Script, ToRedisArgs, Value};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::call::Call;
use super::error::{LinkError, unavailable};
use super::link::{Link, Request};
use crate::store::StoreError;

/// How many items one call has at most, and of how many bytes, unless one item alone has more: Redis serves
/// nobody else while a script runs.
const MAX_ITEMS: usize = 64;
const MAX_BYTES: usize = 256 * 1024;
/// Those who wait for a call that takes longer than this go without it: its connection may be dead, or the
/// runtime that made it may be busy with something else.
const PATIENCE: Duration = Duration::from_millis(250);
/// After so many times the time limit of a reply nobody will bring one: the task that would have has stopped.
const LOST: u32 = 4;

/// A script whose calls are grouped.
pub(super) struct Group {
    link: Arc<Link>,
    script: &'static LazyLock<Script>,
    base: String,
    /// The arguments before those of the items.
    shared: Cmd,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Waiting>,
    /// The number of the call that the others wait for, if one is under way.
    under_way: Option<u64>,
    calls: u64,
}

struct Waiting {
    item: Arc<Item>,
    reply: oneshot::Sender<Result<Value, Failed>>,
}

/// Why a call has failed: each caller gets it.
type Failed = Arc<LinkError>;

/// The arguments of one item: always as many.
pub(super) struct Item {
    arguments: Cmd,
    bytes: usize,
}

impl Item {
    pub(super) fn new() -> Self {
        Self {
            arguments: Cmd::new(),
            bytes: 0,
        }
    }

    /// Adds an argument.
    pub(super) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        self.arguments.arg(argument);
        self
    }

    /// Adds an argument that may be large.
    pub(super) fn bulk(&mut self, argument: &[u8]) -> &mut Self {
        self.bytes += argument.len();
        self.arg(argument)
    }
}

impl Group {
    pub(super) fn new(
        link: &Arc<Link>,
        script: &'static LazyLock<Script>,
        base: &str,
        shared: Cmd,
    ) -> Arc<Self> {
        Arc::new(Self {
            link: Arc::clone(link),
            script,
            base: base.to_owned(),
            shared,
            line: Mutex::default(),
        })
    }

    /// Sends an item, at once or with those that come in while another call is under way, and returns what
    /// the script replies to it.
    ///
    /// # Cancel safety
    /// A call that is dropped before its item is sent is not done; after that it may be done. No other is touched.
    pub(super) async fn call(self: &Arc<Self>, item: Item) -> Result<Value, StoreError> {
        let item = Arc::new(item);
        let watch = self.link.watch_silence();
        let mut reply = self.enqueue(Arc::clone(&item));
        let limit = Instant::now() + self.link.response_timeout().saturating_mul(LOST);
        let reply = loop {
            match tokio::time::timeout(PATIENCE, &mut reply).await {
                Ok(Ok(reply)) => break reply,
                // The runtime was shut down whose task made the call. This one goes on, and may repeat what was
                // sent.
                Ok(Err(_)) => reply = self.enqueue(Arc::clone(&item)),
                Err(_) if Instant::now() >= limit => {
                    return Err(StoreError::unavailable(
                        "there was no reply in time; try again",
                    ));
                }
                Err(_) => self.overtake(),
            }
        };
        watch.end();
        match reply {
            Ok(Value::ServerError(error)) => {
                let error = LinkError::Redis(RedisError::from(error));
                Err(unavailable(&error))
            }
            Ok(reply) => Ok(reply),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn enqueue(self: &Arc<Self>, item: Arc<Item>) -> oneshot::Receiver<Result<Value, Failed>> {
        let (sender, receiver) = oneshot::channel();
        let waiting = Waiting {
            item,
            reply: sender,
        };
        self.go_on(|line| line.waiting.push_back(waiting));
        receiver
    }

    /// Sends those who wait whatever is under way.
    fn overtake(self: &Arc<Self>) {
        self.go_on(|line| line.under_way = None);
    }

    /// Changes the line, and sends those who wait then if nothing is under way.
    fn go_on(self: &Arc<Self>, change: impl FnOnce(&mut Line)) {
        let (turn, together) = {
            let mut line = self.lock();
            change(&mut line);
            if line.under_way.is_some() || line.waiting.is_empty() {
                return;
            }
            line.calls += 1;
            line.under_way = Some(line.calls);
            let turn = Turn {
                group: Arc::clone(self),
                number: line.calls,
            };
            (turn, line.next())
        };
        // Not under the lock: a runtime that is being shut down drops the turn at once.
        tokio::spawn(turn.take(together));
    }

    async fn send(&self, together: &[Waiting]) -> Result<Vec<Value>, Failed> {
        if together.is_empty() {
            return Ok(Vec::new());
        }
        let mut call = Call::new(self.script, &self.base);
        for command in std::iter::once(&self.shared)
            .chain(together.iter().map(|waiting| &waiting.item.arguments))
        {
            for argument in command.args_iter() {
                if let Arg::Simple(argument) = argument {
                    call.arg(argument);
                }
            }
        }
        match self.link.exchange(Request::Script(&call)).await? {
            Value::Array(replies) if replies.len() == together.len() => Ok(replies),
            _ => Err(Arc::new(LinkError::Redis(RedisError::from((
                ErrorKind::Client,
                "a call of several items has another number of replies",
            ))))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line
            .lock()
            .expect("no code panics while it holds the lock")
    }
}

impl Line {
    /// Takes those who go together, without those who have left.
    fn next(&mut self) -> Vec<Waiting> {
        let (mut together, mut bytes) = (Vec::new(), 0);
        while let Some(first) = self.waiting.front() {
            bytes += first.item.bytes;
            if together.len() == MAX_ITEMS || (bytes > MAX_BYTES && !together.is_empty()) {
                break;
            }
            let first = self.waiting.pop_front().expect("there is a first one");
            if first.reply.is_closed() {
                bytes -= first.item.bytes;
            } else {
                together.push(first);
            }
        }
        together
    }
}

/// The right to make a call while others wait.
struct Turn {
    group: Arc<Group>,
    number: u64,
}

impl Turn {
    async fn take(self, together: Vec<Waiting>) {
        let replies = self.group.send(&together).await;
        self.end();
        match replies {
            Ok(replies) => {
                for (waiting, reply) in together.into_iter().zip(replies) {
                    _ = waiting.reply.send(Ok(reply));
                }
            }
            Err(error) => {
                for waiting in together {
                    _ = waiting.reply.send(Err(Arc::clone(&error)));
                }
            }
        }
    }

    /// Lets the next ones go.
    fn end(&self) {
        self.group.go_on(|line| {
            if line.under_way == Some(self.number) {
                line.under_way = None;
            }
        });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut line = self.group.lock();
        if line.under_way == Some(self.number) {
            // The runtime is being shut down. Who waits from another one joins the line again.
            line.under_way = None;
            let left = std::mem::take(&mut line.waiting);
            drop(line);
            drop(left);
        }
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").finish_non_exhaustive()
    }
}
