//! What can go wrong between this process and Redis, and what to do about it.

use redis::{ConnectionAddr, ErrorKind, RedisError, ServerErrorKind};

use super::scripts::{OLDEST, SCHEMA};
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
}

pub(super) fn remedy(error: &RedisError) -> Remedy {
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::Moved) => Remedy::Follow,
        // The address may lead to the new primary by now.
        ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown) => {
            Remedy::Reconnect
        }
        _ if error.is_timeout() => Remedy::GiveUp,
        _ if error.is_connection_dropped() || error.is_unrecoverable_error() => Remedy::Reconnect,
        _ => Remedy::None,
    }
}

/// The address that `node`, `host:port`, names; an empty host is the one that was asked.
pub(super) fn redirected(asked: &ConnectionAddr, node: &str) -> Option<ConnectionAddr> {
    let (new_host, new_port) = node.rsplit_once(':')?;
    let new_port = new_port.parse().ok()?;
    let host_of = |old: &str| match new_host {
        "" => old.to_owned(),
        host => host.trim_matches(['[', ']']).to_owned(),
    };
    match asked.clone() {
        ConnectionAddr::Tcp(host, _) => Some(ConnectionAddr::Tcp(host_of(&host), new_port)),
        ConnectionAddr::TcpTls {
            host,
            insecure,
            tls_params,
            ..
        } => Some(ConnectionAddr::TcpTls {
            host: host_of(&host),
            port: new_port,
            insecure,
            tls_params,
        }),
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_keeps_what_it_does_not_name() {
        let asked = ConnectionAddr::Tcp("first".to_owned(), 7000);
        for (node, expected) in [
            ("second:7001", Some(("second", 7001))),
            (":7002", Some(("first", 7002))),
            ("[::1]:7003", Some(("::1", 7003))),
            ("nowhere", None),
        ] {
            let expected = expected.map(|(host, port)| ConnectionAddr::Tcp(host.to_owned(), port));
            assert_eq!(redirected(&asked, node), expected, "{node}");
        }
    }
}
