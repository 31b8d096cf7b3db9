//! What the address of a store says.

use redis::{ConnectionAddr, IntoConnectionInfo, RedisConnectionInfo, RedisError, parse_redis_url};

use super::endpoint::Endpoint;

/// The port of a sentinel that names none.
const SENTINEL_PORT: u16 = 26379;

/// An address, read.
#[derive(Clone)]
pub(super) struct Address {
    /// The servers, or the sentinels if there is a service.
    pub(super) endpoints: Vec<Endpoint>,
    /// The name under which sentinels know the primary.
    pub(super) service: Option<String>,
    pub(super) is_tls: bool,
    /// User, password and database.
    pub(super) login: RedisConnectionInfo,
    pub(super) prefix: String,
}

/// Why an address cannot be read. It does not repeat the address, which may hold a password.
#[derive(Debug)]
pub(super) enum InvalidAddress {
    Form(&'static str),
    Client(RedisError),
}

/// What a scheme leads to.
#[derive(Clone, Copy)]
enum Kind {
    Servers,
    Sentinels,
    Socket,
}

impl Address {
    pub(super) fn parse(address: &str) -> Result<Self, InvalidAddress> {
        let (scheme, rest) = address
            .split_once("://")
            .ok_or(InvalidAddress::Form("it has no scheme"))?;
        let (kind, is_tls) = match scheme {
            "redis" | "valkey" => (Kind::Servers, false),
            "rediss" | "valkeys" => (Kind::Servers, true),
            "redis-sentinel" | "valkey-sentinel" => (Kind::Sentinels, false),
            "rediss-sentinel" | "valkeys-sentinel" => (Kind::Sentinels, true),
            "unix" | "redis+unix" | "valkey+unix" => (Kind::Socket, false),
            _ => return Err(InvalidAddress::Form("its scheme is unknown")),
        };
        if rest.contains('#') {
            return Err(InvalidAddress::Form("it has a fragment"));
        }
        let mut read = match kind {
            Kind::Servers => Self::of_servers(rest, None)?,
            Kind::Sentinels => {
                let (rest, service) = take_service(rest)?;
                Self::of_servers(&rest, Some(service))?
            }
            Kind::Socket => Self::of_socket(rest)?,
        };
        read.is_tls = is_tls;
        Ok(read)
    }

    /// `[user:password@]host[:port][,host[:port]...][/database][?prefix=...]`
    fn of_servers(rest: &str, service: Option<String>) -> Result<Self, InvalidAddress> {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, hosts) = match authority.rfind('@') {
            Some(at) => authority.split_at(at + 1),
            None => ("", authority),
        };
        let mut read: Option<Self> = None;
        for host in hosts.split(',') {
            let mut one = Self::of_one(&format!("redis://{user}{host}{tail}"), &["prefix"])?;
            if service.is_some() && !names_a_port(host) {
                for endpoint in &mut one.endpoints {
                    match endpoint {
                        Endpoint::Tcp(_, port) => *port = SENTINEL_PORT,
                        #[cfg(unix)]
                        Endpoint::Unix(_) => {}
                    }
                }
            }
            match &mut read {
                Some(read) => read.endpoints.append(&mut one.endpoints),
                None => read = Some(one),
            }
        }
        let mut read = read.ok_or(InvalidAddress::Form("it names no server"))?;
        read.service = service;
        Ok(read)
    }

    /// `/path[?db=...][&user=...][&pass=...][&prefix=...]`
    fn of_socket(rest: &str) -> Result<Self, InvalidAddress> {
        Self::of_one(&format!("unix://{rest}"), &["prefix", "db", "user", "pass"])
    }

    fn of_one(url: &str, allowed: &[&str]) -> Result<Self, InvalidAddress> {
        let mut url = parse_redis_url(url).ok_or(InvalidAddress::Form("it is no URL"))?;
        // A misspelt setting would split a fleet without a word.
        let settings: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        for (at, (name, _)) in settings.iter().enumerate() {
            if !allowed.contains(&&**name) {
                return Err(InvalidAddress::Form("it has an unknown setting"));
            }
            if settings[..at].iter().any(|(other, _)| other == name) {
                return Err(InvalidAddress::Form("it has a setting twice"));
            }
        }
        url.query_pairs_mut()
            .clear()
            .extend_pairs(settings.iter().filter(|(name, _)| name != "prefix"));
        let prefix = settings.into_iter().find(|(name, _)| name == "prefix");
        let info = url.into_connection_info().map_err(InvalidAddress::Client)?;
        let endpoint = match info.addr() {
            ConnectionAddr::Tcp(host, port) => Endpoint::Tcp(host.clone(), *port),
            #[cfg(unix)]
            ConnectionAddr::Unix(path) => Endpoint::Unix(path.clone()),
            _ => return Err(InvalidAddress::Form("it is of an unknown kind")),
        };
        Ok(Self {
            endpoints: vec![endpoint],
            service: None,
            is_tls: false,
            login: info.redis_settings().clone(),
            prefix: prefix.map_or_else(String::new, |(_, prefix)| prefix),
        })
    }
}

/// Takes the service out of `hosts/service[/database][?...]`.
fn take_service(rest: &str) -> Result<(String, String), InvalidAddress> {
    const NO_SERVICE: InvalidAddress =
        InvalidAddress::Form("it names no service: redis-sentinel://host,host/service/database");
    let (hosts, path) = rest.split_once('/').ok_or(NO_SERVICE)?;
    let end = path.find(['/', '?']).unwrap_or(path.len());
    let (service, tail) = path.split_at(end);
    let service = percent_encoding::percent_decode_str(service)
        .decode_utf8()
        .map_err(|_| NO_SERVICE)?;
    if service.is_empty() || hosts.contains('?') {
        return Err(NO_SERVICE);
    }
    Ok((format!("{hosts}{tail}"), service.into_owned()))
}

/// Whether there is a port behind a host, which may be an IPv6 address in brackets.
fn names_a_port(host: &str) -> bool {
    host.rsplit_once(':')
        .is_some_and(|(_, port)| !port.contains(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> (String, Option<String>, i64, String) {
        let read = Address::parse(address).unwrap_or_else(|error| panic!("{address}: {error:?}"));
        let endpoints: Vec<String> = read.endpoints.iter().map(ToString::to_string).collect();
        (
            endpoints.join(" "),
            read.service,
            read.login.db(),
            read.prefix,
        )
    }

    #[test]
    fn every_documented_form_is_read() {
        for (address, endpoints, service, db, prefix) in [
            ("redis://host", "host:6379", None, 0, ""),
            (
                "redis://host:7000/3?prefix=%7Br%7D:",
                "host:7000",
                None,
                3,
                "{r}:",
            ),
            ("valkey://[::1]:7000/2", "[::1]:7000", None, 2, ""),
            ("rediss://[2001:db8::7]", "[2001:db8::7]:6379", None, 0, ""),
            (
                "redis://a:7000,b,[::1]:7001?prefix=r:",
                "a:7000 b:6379 [::1]:7001",
                None,
                0,
                "r:",
            ),
            (
                "redis-sentinel://a,b:7001,[::1]/main/4?prefix=r:",
                "a:26379 b:7001 [::1]:26379",
                Some("main"),
                4,
                "r:",
            ),
            (
                "rediss-sentinel://a/my%20service",
                "a:26379",
                Some("my service"),
                0,
                "",
            ),
        ] {
            let expected = (
                endpoints.to_owned(),
                service.map(str::to_owned),
                db,
                prefix.to_owned(),
            );
            assert_eq!(read(address), expected, "{address}");
        }
        assert!(Address::parse("valkeys://host").unwrap().is_tls);
        assert!(!Address::parse("valkey://host").unwrap().is_tls);
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_has_its_settings_in_the_query() {
        let address = "unix:///run/redis.sock?db=2&user=reports&pass=s%40cret&prefix=r:";
        let expected = ("/run/redis.sock".to_owned(), None, 2, "r:".to_owned());
        assert_eq!(read(address), expected);
        let login = Address::parse(address).unwrap().login;
        assert_eq!(login.username(), Some("reports"));
        assert_eq!(login.password(), Some("s@cret"));
    }

    #[test]
    fn user_and_password_stand_before_all_hosts() {
        for address in [
            "redis://reports:s%40c,ret@a,b/1",
            "redis-sentinel://reports:s%40c,ret@a,b/main/1",
        ] {
            let read = Address::parse(address).unwrap();
            assert_eq!(read.endpoints.len(), 2, "{address}");
            assert_eq!(read.login.username(), Some("reports"));
            assert_eq!(read.login.password(), Some("s@c,ret"));
            assert_eq!(read.login.db(), 1);
        }
        let read = Address::parse("redis://:secret@a").unwrap();
        assert_eq!(
            (read.login.username(), read.login.password()),
            (None, Some("secret"))
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "host:6379",
            "http://host",
            "redis://",
            "redis://a,,b",
            "redis://a:port",
            "redis://a/notanumber",
            "redis://a?prefx=r:",
            "redis://a?prefix=r:&prefix=s:",
            "redis://a?db=1",
            "rediss://a#insecure",
            "redis-sentinel://a",
            "redis-sentinel://a/?prefix=r:",
            "redis-sentinel://a?prefix=r:/main",
            "unix://?db=1",
        ] {
            assert!(Address::parse(address).is_err(), "{address}");
        }
    }
}
