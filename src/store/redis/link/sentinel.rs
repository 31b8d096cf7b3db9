//! Asks sentinels which server is the primary.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use redis::{ErrorKind, RedisError, ServerErrorKind};

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

impl Sentinels {
    /// Asks all sentinels at once, so that none which is gone holds anybody up, and takes the first server named that
    /// says that it is the primary. While a failover is under way there may be none.
    pub(super) async fn primary(
        &self,
        dialer: &Dialer,
        response_timeout: Duration,
    ) -> Result<(Endpoint, Connection), RedisError> {
        let mut answers: FuturesUnordered<_> = self
            .endpoints
            .iter()
            .map(|sentinel| self.ask(sentinel))
            .collect();
        let mut tried = Vec::new();
        let (mut unreachable, mut unusable) = (None, None);
        while let Some(answer) = answers.next().await {
            let endpoint = match answer {
                Ok(endpoint) if tried.contains(&endpoint) => continue,
                Ok(endpoint) => endpoint,
                Err(error) => {
                    unreachable = Some(error);
                    continue;
                }
            };
            match primary_at(&endpoint, dialer, response_timeout).await {
                Ok(connection) => return Ok((endpoint, connection)),
                Err(error) => unusable = Some(error),
            }
            tried.push(endpoint);
        }
        Err(unusable
            .or(unreachable)
            .unwrap_or_else(|| RedisError::from((ErrorKind::EmptySentinelList, "no sentinel"))))
    }

    async fn ask(&self, sentinel: &Endpoint) -> Result<Endpoint, RedisError> {
        let mut connection = self.dialer.connect(sentinel, CONNECT_TIMEOUT).await?;
        let mut ask = redis::cmd("SENTINEL");
        ask.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.service);
        let named: Option<(String, u16)> = ask.query_async(&mut connection.redis).await?;
        match named {
            Some((host, port)) => Ok(Endpoint::Tcp(host, port)),
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
