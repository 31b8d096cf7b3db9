//! The hosts that callbacks may go to.

/// A list of hosts, each `NAME`, `NAME:PORT` or `*.NAME` for everything below a name.
#[derive(Debug)]
pub(super) struct Hosts(Vec<Host>);

#[derive(Debug)]
struct Host {
    /// In lower case; of a wildcard what stands behind the asterisk, with its dot.
    name: String,
    is_wildcard: bool,
    /// `None` for the usual one of the scheme.
    port: Option<u16>,
}

impl Hosts {
    pub(super) fn parse(hosts: &[String]) -> Result<Self, String> {
        hosts
            .iter()
            .map(|host| Host::parse(host))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a callback may go to this host and port.
    pub(super) fn allow(&self, name: &str, port: u16, is_secure: bool) -> bool {
        let usual = if is_secure { 443 } else { 80 };
        // A name that ends with a dot is the same name.
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        self.0.iter().any(|host| {
            let is_name = if host.is_wildcard {
                name.len() > host.name.len() && name.ends_with(&host.name)
            } else {
                name == host.name
            };
            is_name && port == host.port.unwrap_or(usual)
        })
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self, String> {
        let fail = || {
            format!(
                "`{text}` is no host: write hooks.example.com, hooks.example.com:8443 or *.example.com"
            )
        };
        let (name, port) = match text.rsplit_once(':') {
            // Of an address of IPv6 in brackets the last colon may be within.
            Some((name, port)) if !port.ends_with(']') => {
                (name, Some(port.parse().map_err(|_| fail())?))
            }
            _ => (text, None),
        };
        let (name, is_wildcard) = match name.strip_prefix('*') {
            Some(below) if below.starts_with('.') && below.len() > 1 => (below, true),
            Some(_) => return Err(fail()),
            None => (name, false),
        };
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        if name.is_empty() || !name.bytes().all(is_plain) {
            return Err(fail());
        }
        Ok(Self {
            name: name.to_ascii_lowercase(),
            is_wildcard,
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_ports_and_wildcards() {
        let hosts = [
            "A.example",
            "*.b.example",
            "c.example:8080",
            "[::1]",
            "[::1]:81",
        ];
        let hosts = Hosts::parse(&hosts.map(str::to_owned)).unwrap();
        assert!(hosts.allow("a.example", 443, true));
        assert!(hosts.allow("a.example.", 80, false));
        assert!(hosts.allow("x.y.b.example", 443, true));
        assert!(hosts.allow("c.example", 8080, true));
        assert!(hosts.allow("[::1]", 443, true) && hosts.allow("[::1]", 81, true));
        for (name, port) in [
            ("b.example", 443),
            ("xb.example", 443),
            ("c.example", 443),
            ("[::1]", 82),
        ] {
            assert!(!hosts.allow(name, port, true), "{name}:{port}");
        }
        for wrong in [
            "",
            "*",
            "*example",
            "a b",
            "https://a.example",
            "a.example:port",
            "a/b",
        ] {
            assert!(Hosts::parse(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
