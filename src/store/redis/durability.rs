//! How a Redis is configured, and in which ways it could lose an accepted job.

use std::collections::HashMap;

use redis::aio::MultiplexedConnection;
use redis::{RedisError, Value};

/// What a server says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DurabilityCheck {
    pub(super) is_cluster: bool,
    role: Role,
    append_only: bool,
    /// `None` where the server does not let us ask.
    fsync: Option<String>,
    eviction: String,
}

/// A server's part in replication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    #[default]
    Alone,
    Primary,
    Replica,
}

impl DurabilityCheck {
    /// Asks the server at the other end of a connection.
    pub(super) async fn take(connection: &mut MultiplexedConnection) -> Result<Self, RedisError> {
        let told: String = redis::cmd("INFO").query_async(connection).await?;
        let mut durability = Self::read(&told);
        // Managed servers often forbid CONFIG: then we do not know.
        let mut ask = redis::cmd("CONFIG");
        ask.arg("GET").arg("appendfsync");
        let reply: Result<Value, RedisError> = ask.query_async(connection).await;
        durability.fsync = reply
            .ok()
            .and_then(|reply| redis::from_redis_value::<HashMap<String, String>>(reply).ok())
            .and_then(|mut settings| settings.remove("appendfsync"));
        Ok(durability)
    }

    fn read(told: &str) -> Self {
        let fields: HashMap<&str, &str> = told
            .lines()
            .filter_map(|line| line.trim_end().split_once(':'))
            .collect();
        let is = |name: &str, value: &str| fields.get(name).is_some_and(|found| *found == value);
        let role = if is("role", "slave") {
            Role::Replica
        } else if fields.contains_key("connected_slaves") && !is("connected_slaves", "0") {
            Role::Primary
        } else {
            Role::Alone
        };
        Self {
            is_cluster: is("cluster_enabled", "1"),
            role,
            append_only: is("aof_enabled", "1"),
            fsync: None,
            eviction: fields.get("maxmemory_policy").unwrap_or(&"").to_string(),
        }
    }

    /// A sentence for each way in which an accepted job could be lost.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let mut warn = |text: &str| warnings.push(text.to_owned());
        if !self.append_only {
            warn(
                "Redis keeps no append-only file: when it restarts, every job since its last \
                 snapshot is lost; set `appendonly yes`",
            );
        } else if self.fsync.as_deref().is_some_and(|fsync| fsync != "always") {
            warn(
                "Redis writes its append-only file to the disk with a delay: a power failure \
                 loses about the last second of jobs; set `appendfsync always` if it must not",
            );
        }
        if !matches!(self.eviction.as_str(), "noeviction" | "") {
            warn(
                "Redis may evict jobs and reports when its memory is full; set \
                 `maxmemory-policy noeviction`, so that it refuses instead",
            );
        }
        match self.role {
            Role::Alone => {}
            Role::Primary => warn(
                "replication is asynchronous: a failover can lose the last jobs and repeat \
                 finished work; see \
                 the module guide::operations of the documentation of report-pipeline",
            ),
            Role::Replica => {
                warn("this Redis is a replica and refuses every write; connect to the primary");
            }
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFE: &str = "# Memory\r\nmaxmemory_policy:noeviction\r\n# Persistence\r\n\
        aof_enabled:1\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\
        # Cluster\r\ncluster_enabled:0\r\n";

    fn durability(told: &str, fsync: Option<&str>) -> DurabilityCheck {
        DurabilityCheck {
            fsync: fsync.map(str::to_owned),
            ..DurabilityCheck::read(told)
        }
    }

    #[test]
    fn a_safe_server_gives_no_warning() {
        assert_eq!(durability(SAFE, Some("always")).warnings(), [""; 0]);
        assert!(!DurabilityCheck::read(SAFE).is_cluster);
    }

    #[test]
    fn every_risk_gives_a_warning_of_its_own() {
        for (from, to, word) in [
            ("aof_enabled:1", "aof_enabled:0", "append-only file"),
            ("policy:noeviction", "policy:volatile-lru", "evict"),
            ("role:master", "role:slave", "replica"),
            ("slaves:0", "slaves:2", "failover"),
        ] {
            let told = SAFE.replace(from, to);
            let warnings = durability(&told, Some("always")).warnings();
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert!(warnings[0].contains(word), "{warnings:?}");
        }
        let warnings = durability(SAFE, Some("everysec")).warnings();
        assert!(warnings.len() == 1 && warnings[0].contains("power failure"));
        assert!(DurabilityCheck::read(&SAFE.replace("enabled:0", "enabled:1")).is_cluster);
    }
}
