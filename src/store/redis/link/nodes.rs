//! The servers that one may connect to, and which of them is next.

use redis::Value;

use super::super::endpoint::Endpoint;

/// The servers of an address, and the nodes of their cluster as far as they are known.
#[derive(Debug)]
pub(super) struct Nodes {
    /// As the address names them.
    named: Vec<Endpoint>,
    /// What a node of the cluster has told of the others. Kept until another one tells anew: it is needed when the
    /// named ones are gone.
    told: Vec<Endpoint>,
    next: Endpoint,
}

impl Nodes {
    /// # Panics
    /// Without a server.
    pub(super) fn new(named: Vec<Endpoint>) -> Self {
        let next = named.first().expect("an address names a server").clone();
        Self {
            named,
            told: Vec::new(),
            next,
        }
    }

    pub(super) fn next(&self) -> &Endpoint {
        &self.next
    }

    /// How many different servers there are.
    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// Turns to the server after the present one, in a circle. What was only redirected to is followed by the first.
    pub(super) fn advance(&mut self) {
        let all = self.all();
        let at = all.iter().position(|endpoint| **endpoint == self.next);
        let next = at.map_or(0, |at| (at + 1) % all.len());
        self.next = all[next].clone();
    }

    /// Turns to the node that a redirection names, `host:port`, if it can be read.
    pub(super) fn follow(&mut self, node: &str) {
        if let Some(endpoint) = self.next.redirected(node) {
            self.next = endpoint;
        }
    }

    /// Keeps what a node has told of its cluster.
    pub(super) fn learn(&mut self, told: &[Endpoint]) {
        if !told.is_empty() {
            self.told = told.to_vec();
        }
    }

    fn all(&self) -> Vec<&Endpoint> {
        let mut all: Vec<&Endpoint> = Vec::new();
        for endpoint in self.named.iter().chain(&self.told) {
            if !all.contains(&endpoint) {
                all.push(endpoint);
            }
        }
        all
    }
}

/// Reads a reply to `CLUSTER SLOTS`: for each range of slots its ends, and the host, port and more of each node.
pub(super) fn told(asked: &Endpoint, slots: &Value) -> Vec<Endpoint> {
    let mut nodes = Vec::new();
    for range in elements(slots) {
        for node in elements(range).iter().skip(2) {
            let endpoint = match elements(node) {
                [Value::BulkString(host), Value::Int(port), ..] => {
                    let host = String::from_utf8_lossy(host);
                    asked.redirected(&format!("{host}:{port}"))
                }
                // A node that does not know its own address.
                [Value::Nil, Value::Int(port), ..] => asked.redirected(&format!(":{port}")),
                _ => None,
            };
            nodes.extend(endpoint.filter(|endpoint| !nodes.contains(endpoint)));
        }
    }
    nodes
}

fn elements(value: &Value) -> &[Value] {
    match value {
        Value::Array(elements) => elements,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(ports: &[u16]) -> Vec<Endpoint> {
        let endpoint = |port: &u16| Endpoint::Tcp("host".to_owned(), *port);
        ports.iter().map(endpoint).collect()
    }

    fn visited(nodes: &mut Nodes, count: usize) -> Vec<String> {
        let mut visit = || {
            let visited = nodes.next().to_string();
            nodes.advance();
            visited
        };
        (0..count).map(|_| visit()).collect()
    }

    #[test]
    fn servers_are_tried_in_a_circle() {
        let mut nodes = Nodes::new(endpoints(&[1, 2]));
        assert_eq!(visited(&mut nodes, 3), ["host:1", "host:2", "host:1"]);
    }

    #[test]
    fn what_was_told_comes_after_what_was_named_and_is_kept() {
        let mut nodes = Nodes::new(endpoints(&[1]));
        nodes.learn(&endpoints(&[2, 1, 3]));
        nodes.learn(&[]);
        assert_eq!(nodes.count(), 3);
        assert_eq!(
            visited(&mut nodes, 4),
            ["host:1", "host:2", "host:3", "host:1"]
        );
    }

    #[test]
    fn a_redirection_to_an_unknown_node_is_followed_by_the_first() {
        let mut nodes = Nodes::new(endpoints(&[1, 2]));
        nodes.advance();
        nodes.follow("host:9");
        nodes.follow("nowhere");
        assert_eq!(visited(&mut nodes, 2), ["host:9", "host:1"]);
    }

    #[test]
    fn a_cluster_tells_each_of_its_nodes() {
        let node = |host: Option<&str>, port| {
            let host = host.map_or(Value::Nil, |host| Value::BulkString(host.into()));
            Value::Array(vec![
                host,
                Value::Int(port),
                Value::BulkString(b"id".into()),
            ])
        };
        let range = |nodes: Vec<Value>| {
            let mut range = vec![Value::Int(0), Value::Int(8191)];
            range.extend(nodes);
            Value::Array(range)
        };
        let slots = Value::Array(vec![
            range(vec![node(Some("10.0.0.1"), 1), node(Some("10.0.0.2"), 2)]),
            range(vec![
                node(None, 3),
                node(Some(""), 4),
                node(Some("10.0.0.1"), 1),
            ]),
        ]);
        let found = told(&endpoints(&[9])[0], &slots);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["10.0.0.1:1", "10.0.0.2:2", "host:3", "host:4"]);
        assert_eq!(told(&endpoints(&[9])[0], &Value::Nil), []);
    }
}
