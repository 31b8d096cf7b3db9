//! A primary and its replica, watched by three sentinels.

use std::thread;
use std::time::{Duration, Instant};

use super::RedisServer;

/// The name under which the sentinels know the primary.
const SERVICE: &str = "main";
/// How long sentinels may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two servers, one of which is the primary, and the sentinels that say which.
#[derive(Debug)]
pub struct Watched {
    /// The first one begins as the primary.
    pub servers: [RedisServer; 2],
    /// Any two of them decide.
    pub sentinels: [RedisServer; 3],
    password: String,
}

impl Watched {
    /// Starts all of them, and waits until the sentinels could replace the primary. An empty password is none; the
    /// sentinels' own is `sentinel-` and that of the servers.
    ///
    /// # Panics
    /// If Redis does not start, or the sentinels do not find each other.
    #[must_use]
    pub fn start(password: &str) -> Self {
        let of_both = ["--requirepass", password, "--masterauth", password];
        let primary = RedisServer::new(&of_both).launched_as(password);
        let port = primary.address().port();
        let replicaof = format!("127.0.0.1 {port}");
        let of_replica = [&of_both[..], &["--replicaof", &replicaof]].concat();
        let replica = RedisServer::new(&of_replica).launched_as(password);
        // A sentinel looks for replicas when it starts, and then every 10 s.
        wait("a replica that keeps up", || {
            let told = primary.try_as(password, &["INFO", "replication"]);
            matches!(told, Ok(Ok(told)) if told.contains("state=online"))
        });
        let mut configuration = vec![
            format!("sentinel monitor {SERVICE} 127.0.0.1 {port} 2"),
            format!("sentinel down-after-milliseconds {SERVICE} 500"),
            format!("sentinel failover-timeout {SERVICE} 3000"),
        ];
        if !password.is_empty() {
            configuration.extend([
                format!("sentinel auth-pass {SERVICE} {password}"),
                format!("requirepass sentinel-{password}"),
                format!("sentinel sentinel-pass sentinel-{password}"),
            ]);
        }
        let sentinels = [(); 3].map(|()| RedisServer::sentinel(&configuration));
        let watched = Self {
            servers: [primary, replica],
            sentinels,
            password: password.to_owned(),
        };
        watched.until_safe();
        watched
    }

    /// Returns the address of the service, with a sentinel that is not there before the others.
    #[must_use]
    pub fn url(&self) -> String {
        let sentinels = self
            .sentinels
            .each_ref()
            .map(|one| one.address().to_string());
        let login = match &*self.password {
            "" => String::new(),
            password => format!(":{password}@"),
        };
        format!(
            "redis-sentinel://{login}127.0.0.1:1,{}/{SERVICE}/0",
            sentinels.join(",")
        )
    }

    /// Returns the index of the server that the sentinels call the primary.
    ///
    /// # Panics
    /// If they name none, or one of somebody else.
    #[must_use]
    pub fn primary(&self) -> usize {
        let mut told = self.ask(0, &["SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE]);
        told = told.replace('\n', ":");
        let is_it = |server: &RedisServer| server.address().to_string() == told;
        self.servers
            .iter()
            .position(is_it)
            .expect("it is one of ours")
    }

    /// Makes the sentinels change the roles while both servers run, and waits until each has its new one. What is
    /// written meanwhile may be lost.
    ///
    /// # Panics
    /// If they do not.
    pub fn fail_over(&self) {
        self.until_safe();
        let before = self.primary();
        self.ask(0, &["SENTINEL", "FAILOVER", SERVICE]);
        wait("a failover", || self.primary() != before);
        self.until_safe();
    }

    /// Waits until the primary has its replica, and all sentinels know all there is to know.
    ///
    /// # Panics
    /// If that does not come.
    pub fn until_safe(&self) {
        wait("sentinels that know each other and the replica", || {
            (0..self.sentinels.len()).all(|one| {
                let told = self.ask(one, &["SENTINEL", "MASTER", SERVICE]);
                let fields: Vec<&str> = told.lines().collect();
                let is =
                    |name: &str, value: &str| fields.chunks(2).any(|pair| pair == [name, value]);
                is("num-slaves", "1") && is("num-other-sentinels", "2") && is("flags", "master")
            })
        });
        let primary = &self.servers[self.primary()];
        wait("a replica that keeps up", || {
            let told = primary.try_as(&self.password, &["INFO", "replication"]);
            matches!(told, Ok(Ok(told)) if told.contains("state=online"))
        });
    }

    fn ask(&self, sentinel: usize, command: &[&str]) -> String {
        let password = match &*self.password {
            "" => String::new(),
            password => format!("sentinel-{password}"),
        };
        let told = self.sentinels[sentinel].try_as(&password, command);
        told.expect("the sentinel runs").unwrap_or_default()
    }
}

fn wait(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
