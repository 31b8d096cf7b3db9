//! Asks sentinels which server is the primary.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use redis::{ErrorKind, RedisError, ServerErrorKind};
use tokio::time::{Instant, timeout_at};
use tracing::warn;

use super::super::endpoint::Endpoint;
use super::dial::{CONNECT_TIMEOUT, Connection, Dialer};

/// The sentinels of a service.
#[derive(Clone)]
pub(in super::super) struct Sentinels {
    pub(in super::super) endpoints: Vec<Endpoint>,
    /// The name under which they watch the primary.
    pub(in super::super) service: String,
    /// Sentinels have users and passwords of their own.
    pub(in super::super) dialer: Dialer,
}

/// What one sentinel says.
struct Answer {
    /// Counts the failovers that this sentinel knows of.
    epoch: u64,
    primary: Endpoint,
}

impl Sentinels {
    /// Connects to the server that the sentinels name, if it says that it is the primary. While a failover is under way
    /// there may be none.
    ///
    /// Of sentinels that name different servers, those are right that know of the most failovers. The others name the
    /// old primary until they hear of the last one, some seconds later; a server that comes back in that time says that
    /// it is the primary, too, and what is written there is lost.
    pub(super) async fn primary(
        &self,
        dialer: &Dialer,
        response_timeout: Duration,
    ) -> Result<(Endpoint, Connection), RedisError> {
        let answers = self.answers().await?;
        let newest = answers.iter().map(|answer| answer.epoch).max();
        let mut tried: Vec<Endpoint> = Vec::new();
        let mut unusable = None;
        for Answer { epoch, primary } in answers {
            if Some(epoch) != newest || tried.contains(&primary) {
                continue;
            }
            match primary_at(&primary, dialer, response_timeout).await {
                Ok(connection) => return Ok((primary, connection)),
                Err(error) => unusable = Some(error),
            }
            tried.push(primary);
        }
        Err(unusable.expect("one answer is the newest"))
    }

    /// Asks all sentinels at once, and waits for no more than [`CONNECT_TIMEOUT`] after the first answer. Returns one
    /// or more.
    ///
    /// Not only for most of them: only one may know of the last failover yet.
    async fn answers(&self) -> Result<Vec<Answer>, RedisError> {
        let mut asked: FuturesUnordered<_> = self
            .endpoints
            .iter()
            .map(|sentinel| self.ask(sentinel))
            .collect();
        let mut answers = Vec::new();
        let mut unreachable = None;
        let mut until = Instant::now() + CONNECT_TIMEOUT * 2;
        while let Ok(Some(answer)) = timeout_at(until, asked.next()).await {
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    unreachable = Some(error);
                    continue;
                }
            };
            until = until.min(Instant::now() + CONNECT_TIMEOUT);
            answers.push(answer);
        }
        if answers.is_empty() {
            return Err(unreachable.unwrap_or_else(|| {
                RedisError::from((ErrorKind::EmptySentinelList, "no sentinel"))
            }));
        }
        Ok(answers)
    }

    async fn ask(&self, sentinel: &Endpoint) -> Result<Answer, RedisError> {
        let mut connection = self.dialer.connect(sentinel, CONNECT_TIMEOUT).await?;
        // The epoch first: an address that is newer than its epoch loses against others, one that is older would win.
        let epoch = {
            let mut ask = redis::cmd("SENTINEL");
            ask.arg("MASTER").arg(&self.service);
            let told: Result<HashMap<String, String>, RedisError> =
                ask.query_async(&mut connection.redis).await;
            if let Err(error) = &told
                && error.code() == Some("NOPERM")
            {
                warn!(
                    %error,
                    "a sentinel does not say how many failovers it knows of; let its user run SENTINEL MASTER"
                );
            }
            let told = told.ok().and_then(|mut told| told.remove("config-epoch"));
            told.and_then(|epoch| epoch.parse().ok()).unwrap_or(0)
        };
        let mut ask = redis::cmd("SENTINEL");
        ask.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.service);
        let named: Option<(String, u16)> = ask.query_async(&mut connection.redis).await?;
        match named {
            Some((host, port)) => Ok(Answer {
                epoch,
                primary: Endpoint::Tcp(host, port),
            }),
            None => Err(RedisError::from((
                ErrorKind::MasterNameNotFoundBySentinel,
                "the sentinels know no service of this name",
                self.service.clone(),
            ))),
        }
    }
}

/// Connects to a server and checks that it is the primary: a sentinel names the old one until the failover is done,
/// and that one may have come back as a replica.
async fn primary_at(
    endpoint: &Endpoint,
    dialer: &Dialer,
    response_timeout: Duration,
) -> Result<Connection, RedisError> {
    let mut connection = dialer.connect(endpoint, response_timeout).await?;
    let mut ask = redis::cmd("INFO");
    ask.arg("replication");
    let told: String = ask.query_async(&mut connection.redis).await?;
    if told.lines().any(|line| line.trim_end() == "role:master") {
        Ok(connection)
    } else {
        let kind = ErrorKind::Server(ServerErrorKind::ReadOnly);
        Err(RedisError::from((
            kind,
            "the server that the sentinels name is not the primary",
        )))
    }
}
