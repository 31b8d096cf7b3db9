//! A cluster of three primaries, each with a replica.

use std::thread;
use std::time::{Duration, Instant};

use super::{Port, RedisServer};

/// How long nodes may take to agree on anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Six nodes. The first three begin as primaries; the fourth follows the first, and so on.
#[derive(Debug)]
pub struct Cluster {
    /// All of them; one may be down.
    pub nodes: Vec<RedisServer>,
    /// The ports on which they talk among themselves.
    _buses: Vec<Port>,
}

impl Cluster {
    /// Starts the nodes and joins them.
    ///
    /// # Panics
    /// If Redis does not start, or the nodes do not find each other.
    #[must_use]
    pub fn start() -> Self {
        let (mut nodes, mut buses) = (Vec::new(), Vec::new());
        for _ in 0..6 {
            // The default, 10,000 above the server's own, may not exist.
            let bus = Port::choose();
            let port = bus.address.port().to_string();
            nodes.push(RedisServer::with_options(&[
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                &port,
                "--cluster-node-timeout",
                "1000",
                "--cluster-replica-validity-factor",
                "0",
            ]));
            buses.push(bus);
        }
        for (node, slots) in
            nodes
                .iter()
                .zip([["0", "5461"], ["5462", "10922"], ["10923", "16383"]])
        {
            node.run(&["CLUSTER", "ADDSLOTSRANGE", slots[0], slots[1]]);
        }
        for (node, bus) in nodes.iter().zip(&buses).skip(1) {
            let (port, bus) = (node.address().port(), bus.address.port());
            let (port, bus) = (port.to_string(), bus.to_string());
            nodes[0].run(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
        }
        let cluster = Self {
            nodes,
            _buses: buses,
        };
        cluster.until("nodes that know each other", |_, told| {
            told.contains("cluster_known_nodes:6")
        });
        for (replica, primary) in cluster.nodes[3..].iter().zip(&cluster.nodes) {
            let id = primary.run(&["CLUSTER", "MYID"]);
            wait("a node that its replica knows", || {
                let followed = replica.try_as("", &["CLUSTER", "REPLICATE", &id]);
                matches!(followed, Ok(Ok(_)))
            });
        }
        cluster.until("a cluster that works", |node, told| {
            let nodes = node.run(&["CLUSTER", "NODES"]);
            let replicas = nodes.lines().filter(|line| line.contains("slave")).count();
            told.contains("cluster_state:ok") && replicas == 3
        });
        for primary in &cluster.nodes[..3] {
            wait("replicas that keep up", || {
                primary
                    .run(&["INFO", "replication"])
                    .contains("state=online")
            });
        }
        cluster
    }

    /// Returns the index of the node that has the slot of a key.
    ///
    /// # Panics
    /// If no node that runs has it.
    #[must_use]
    pub fn owner(&self, key: &str) -> usize {
        let has_it = |node: &RedisServer| {
            // A replica, and every other node, redirects.
            matches!(node.try_as("", &["EXISTS", key]), Ok(Ok(_)))
        };
        self.nodes
            .iter()
            .position(has_it)
            .expect("a node has the slot")
    }

    fn until(&self, what: &str, is_so: impl Fn(&RedisServer, &str) -> bool) {
        wait(what, || {
            let mut nodes = self.nodes.iter();
            nodes.all(|node| is_so(node, &node.run(&["CLUSTER", "INFO"])))
        });
    }
}

fn wait(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
