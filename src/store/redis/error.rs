//! What can go wrong between this process and Redis, and what to do about it.

use std::error::Error;
use std::fmt;

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::scripts::{OLDEST, SCHEMA};
use crate::store::StoreError;
#[cfg(feature = "redis-tls")]
use crate::store::tls::UNTRUSTED;

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum LinkError {
    Redis(RedisError),
    Schema(Kept),
}

/// What is kept under a prefix, and this build cannot read.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The schema of the newest build that has written there.
    pub(super) schema: String,
    /// The oldest schema whose builds can read it.
    pub(super) min_reader: String,
}

/// What to do about an error.
pub(super) enum Remedy {
    /// The connection is good.
    None,
    /// The connection is lost: repeat on a new one.
    Reconnect,
    /// The connection is lost, and so is the caller's time.
    GiveUp,
    /// The keys are on another node.
    Follow,
    /// The server takes no calls of ours now, and another one may: repeat there.
    Elsewhere,
}

pub(super) fn remedy(error: &RedisError) -> Remedy {
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::Moved) => Remedy::Follow,
        // The address, or the next one, may lead to the new primary by now.
        ErrorKind::Server(
            ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown | ServerErrorKind::ClusterDown,
        ) => Remedy::Elsewhere,
        _ if error.is_timeout() => Remedy::GiveUp,
        _ if error.is_connection_dropped() || error.is_unrecoverable_error() => Remedy::Reconnect,
        _ => Remedy::None,
    }
}

pub(super) fn unavailable(error: &LinkError) -> StoreError {
    match error {
        LinkError::Schema(kept) => {
            StoreError::unavailable(schema_message(&kept.schema, &kept.min_reader))
        }
        LinkError::Redis(error) => StoreError::unavailable_because(meaning(error), Said::of(error)),
    }
}

/// What an error means, and what to do about it. Its own words are in [`Said`].
pub(super) fn meaning(error: &RedisError) -> &'static str {
    use ServerErrorKind as Server;
    let says = |words: &str| error.detail().is_some_and(|detail| detail.contains(words));
    match error.kind() {
        ErrorKind::Server(Server::ReadOnly | Server::MasterDown) => {
            "Redis is a read-only replica; point the store at the primary, or let sentinels name it"
        }
        ErrorKind::Server(Server::Ask | Server::TryAgain) => {
            "the cluster is moving these keys to another node; nothing is lost, and calls succeed again when it \
             is done"
        }
        ErrorKind::Server(Server::Moved) => {
            "the cluster redirects in circles; see that its nodes agree on who has which slots"
        }
        ErrorKind::Server(Server::ClusterDown) => {
            "the cluster is down; see that each slot has a node that runs"
        }
        ErrorKind::Server(Server::BusyLoading) => "Redis is loading its data; try again",
        ErrorKind::MasterNameNotFoundBySentinel => {
            "the sentinels know no service of this name; correct it in the address, or let them monitor it"
        }
        ErrorKind::AuthenticationFailed => {
            "Redis refused the user or the password; correct them, or the user's rights"
        }
        ErrorKind::Client => {
            "user and password for Redis could not be had; see why their provider fails"
        }
        _ if lacks_a_right(error) => {
            "the user of this connection lacks a right that the store needs; give it those in \
             the module guide::operations of the documentation of report-pipeline"
        }
        _ if says("max number of clients") => {
            "Redis has as many clients as it may have; raise its maxclients, or end others"
        }
        _ if says("DB index is out of range") || says("SELECT is not allowed") => {
            "Redis has no database of this number; correct it in the address, or raise `databases` of Redis. \
             A cluster has only 0"
        }
        #[cfg(feature = "redis-tls")]
        _ if is_certificate(error) => UNTRUSTED,
        _ if error.is_timeout() => "there was no reply from Redis in time; try again",
        ErrorKind::Io => "Redis cannot be reached; see that it runs, and that the address is right",
        _ => match error.code() {
            Some("OOM") => "Redis has no memory left; raise its maxmemory or lower the retention",
            Some("MISCONF") => {
                "Redis cannot write to its disk and refuses changes until it can; make room there, or see its \
                 log for what fails"
            }
            Some("NOREPLICAS") => {
                "Redis refuses changes while too few replicas follow it; bring them back, or lower \
                 its min-replicas-to-write"
            }
            Some("NOAUTH") => "Redis asks for a password; put user and password into the address",
            _ => "Redis refused the call; its words are the source of this error",
        },
    }
}

/// Whether Redis's access rules refuse a command, or one in a script.
fn lacks_a_right(error: &RedisError) -> bool {
    // Redis 7.0, and what came after it.
    let in_a_script = |text: &str| {
        text.contains("The user executing the script can't")
            || text.contains("ACL failure in script")
    };
    error.code() == Some("NOPERM") || error.detail().is_some_and(in_a_script)
}

#[cfg(feature = "redis-tls")]
fn is_certificate(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Io && error.to_string().contains("invalid peer certificate")
}

/// What Redis, or the network, has said. It stands for the client's error, which says it twice: itself and as its
/// own source.
#[derive(Debug)]
pub(super) struct Said {
    code: Option<String>,
    words: String,
}

impl Said {
    pub(super) fn of(error: &RedisError) -> Self {
        let code = error.code().map(str::to_owned);
        let words = match (&code, error.detail()) {
            (Some(code), Some(detail)) => format!("{code} {detail}"),
            // The client's name for the kind is no word of anybody's.
            _ => error
                .to_string()
                .replace(&format!(" - {:?}", error.kind()), ""),
        };
        // Where in the script: nobody who reads it has the script.
        let words = match words.rsplit_once(" script: ") {
            Some((words, place)) if place.contains("@user_script") => words.to_owned(),
            _ => words,
        };
        Self { code, words }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Error for Said {}

/// Whether Redis has refused a call because a key holds something of another type.
pub(super) fn is_wrong_type(error: &StoreError) -> bool {
    error
        .source()
        .and_then(|source| source.downcast_ref::<Said>())
        .is_some_and(|said| said.code.as_deref() == Some("WRONGTYPE"))
}

/// What an operator is told who starts a build on what it cannot read.
pub(super) fn schema_message(found: &str, needed: &str) -> String {
    if found.parse().is_ok_and(|found: u32| found < OLDEST) {
        return format!(
            "what Redis keeps under this prefix has schema {found}, of a version before the first release, and \
             this build reads schemas from {OLDEST} to {SCHEMA}: give it another prefix"
        );
    }
    format!(
        "what Redis keeps under this prefix has schema {found} and needs a build of schema {needed} or \
         later, and this build has {SCHEMA}: upgrade this process to the version of the others, or give \
         it another prefix"
    )
}
