//! What can go wrong between this process and Redis, and what to do about it.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::scripts::SCHEMA;
use crate::store::StoreError;

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
        LinkError::Redis(error) => {
            let reason = match error.kind() {
                ErrorKind::Server(ServerErrorKind::ReadOnly) => {
                    "Redis is a read-only replica; point the store at the primary"
                }
                _ if error.code() == Some("OOM") => {
                    "Redis has no memory left; raise its maxmemory or lower the retention"
                }
                _ if lacks_a_right(error) => {
                    "the user of this connection lacks a right that the store needs; give it those in \
                     the module guide::operations of the documentation of report-pipeline"
                }
                _ if error.is_timeout() => "there was no reply from Redis in time; try again",
                _ => {
                    "Redis cannot be reached or refused the call; the cause is in the source of this error"
                }
            };
            StoreError::unavailable_because(reason, error.clone())
        }
    }
}

/// Whether Redis's access rules refuse a command, or one in a script.
fn lacks_a_right(error: &RedisError) -> bool {
    let in_a_script = |text: &str| text.contains("The user executing the script can't");
    error.code() == Some("NOPERM") || error.detail().is_some_and(in_a_script)
}

/// What an operator is told who starts a build on what it cannot read.
pub(super) fn schema_message(found: &str, needed: &str) -> String {
    format!(
        "what Redis keeps under this prefix has schema {found} and needs a build of schema {needed} or \
         later, and this build has {SCHEMA}: upgrade this process to the version of the others, or give \
         it another prefix"
    )
}
