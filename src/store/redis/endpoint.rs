//! Where one server listens.

use std::fmt;
#[cfg(unix)]
use std::path::PathBuf;

/// The address of one server, without what is needed to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// A host, which is a name or an IP address without brackets, and a port.
    Tcp(String, u16),
    /// The path of a socket.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl Endpoint {
    /// The endpoint that a server names as `host:port`; an empty host is the one that was asked.
    pub(super) fn redirected(&self, node: &str) -> Option<Self> {
        let (host, port) = node.rsplit_once(':')?;
        let port = port.parse().ok()?;
        match (host, self) {
            ("", Self::Tcp(asked, _)) => Some(Self::Tcp(asked.clone(), port)),
            #[cfg(unix)]
            ("", Self::Unix(_)) => None,
            (host, _) => {
                let host = host.trim_matches(['[', ']']);
                Some(Self::Tcp(host.to_owned(), port))
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirection_keeps_what_it_does_not_name() {
        let asked = Endpoint::Tcp("first".to_owned(), 7000);
        for (node, expected) in [
            ("second:7001", Some("second:7001")),
            (":7002", Some("first:7002")),
            ("[::1]:7003", Some("[::1]:7003")),
            ("::1:7003", Some("[::1]:7003")),
            ("nowhere", None),
        ] {
            let found = asked.redirected(node).map(|found| found.to_string());
            assert_eq!(found.as_deref(), expected, "{node}");
        }
    }
}
