//! Where the database is, and the schema in it.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, SslNegotiation};

use super::PostgresConnectError;

/// The longest name of a schema: the name of the channel has something before it, and 63 bytes at most.
const LONGEST_SCHEMA: usize = 40;
/// The schema of an address that names none.
const DEFAULT_SCHEMA: &str = "report_pipeline";

/// An address, read.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) schema: String,
    /// Whether and how connections are secured.
    pub(super) tls: Option<Negotiation>,
}

/// How TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Negotiation {
    /// The server is asked for it first.
    Asked,
    /// At once, which servers understand from version 17 on.
    Direct,
}

impl Address {
    /// Reads `postgres://...`, with `schema` among its parameters, and every `sslmode` of libpq.
    pub(super) fn parse(address: &str) -> Result<Self, PostgresConnectError> {
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            return Err(PostgresConnectError::invalid_address(
                "it does not begin with postgres://",
            ));
        }
        let (rest, parameters) = address.split_once('?').unwrap_or((address, ""));
        let mut schema = DEFAULT_SCHEMA;
        let mut is_secured = false;
        let mut others = Vec::new();
        for parameter in parameters
            .split('&')
            .filter(|parameter| !parameter.is_empty())
        {
            match parameter.split_once('=') {
                Some(("schema", name)) => schema = name,
                Some(("sslmode", mode)) => is_secured = asks_for_tls(mode)?,
                Some((file @ ("sslrootcert" | "sslcert" | "sslkey" | "sslcrl"), _)) => {
                    return Err(PostgresConnectError::invalid_address(format!(
                        "{file} is not read from an address: PostgresOptions::with_tls takes certificates \
                         (report-server: --store-tls-ca and its like)"
                    )));
                }
                _ => others.push(parameter),
            }
        }
        check_schema(schema)?;
        let address = format!("{rest}?{}", others.join("&"));
        // The errors of the driver name the parameter, and no value.
        let mut config: Config = address.parse().map_err(|error: tokio_postgres::Error| {
            PostgresConnectError::invalid_address(reason(&error))
        })?;
        if config.get_hosts().is_empty() {
            config.host("localhost");
        }
        if config.get_application_name().is_none() {
            config.application_name("report-pipeline");
        }
        let tls = match (is_secured, config.get_ssl_negotiation()) {
            (false, SslNegotiation::Direct) => {
                return Err(PostgresConnectError::invalid_address(
                    "sslnegotiation=direct needs sslmode=require",
                ));
            }
            (false, _) => None,
            (true, SslNegotiation::Direct) => Some(Negotiation::Direct),
            (true, _) => Some(Negotiation::Asked),
        };
        // What there is to negotiate we do ourselves, before the driver has the connection.
        config.ssl_mode(if is_secured {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        config.ssl_negotiation(SslNegotiation::Direct);
        Ok(Self {
            config,
            schema: schema.to_owned(),
            tls,
        })
    }

    /// Every server of the address, in order, with its port.
    pub(super) fn servers(&self) -> impl Iterator<Item = (&Host, u16)> {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate();
        hosts.map(move |(n, host)| {
            let port = ports.get(n).or_else(|| ports.first());
            (host, port.copied().unwrap_or(5432))
        })
    }
}

/// Reads an `sslmode`. What libpq would secure if the server likes it is plain: whoever is in between could see to it
/// that the server does not.
fn asks_for_tls(mode: &str) -> Result<bool, PostgresConnectError> {
    match mode {
        "disable" | "allow" | "prefer" => Ok(false),
        "require" | "verify-ca" | "verify-full" => Ok(true),
        _ => Err(PostgresConnectError::invalid_address(
            "sslmode is one of disable, allow, prefer, require, verify-ca and verify-full",
        )),
    }
}

fn reason(error: &tokio_postgres::Error) -> String {
    use std::error::Error;
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// Refuses a name that would need quotes anywhere.
pub(super) fn check_schema(name: &str) -> Result<(), PostgresConnectError> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if begins
        && name.len() <= LONGEST_SCHEMA
        && name.chars().all(is_plain)
        && !name.starts_with("pg_")
    {
        Ok(())
    } else {
        Err(PostgresConnectError::invalid_address(format!(
            "the name of a schema has up to {LONGEST_SCHEMA} of a-z, 0-9 and _, and begins with a letter, not \
             with pg_"
        )))
    }
}

/// Names a server for people.
pub(super) fn name(host: &Host, port: u16) -> String {
    match host {
        Host::Tcp(name) => format!("{name}:{port}"),
        #[cfg(unix)]
        Host::Unix(folder) => format!("{}/.s.PGSQL.{port}", folder.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_read_and_everything_else_is_handed_on() {
        let address = Address::parse(
            "postgres://me:secret@one,two:6432/reports?schema=jobs&application_name=shop",
        )
        .unwrap();
        assert_eq!(address.schema, "jobs");
        assert_eq!(address.config.get_application_name(), Some("shop"));
        assert_eq!(address.config.get_dbname(), Some("reports"));
        let servers: Vec<String> = address
            .servers()
            .map(|(host, port)| name(host, port))
            .collect();
        assert_eq!(servers.len(), 2);
        let address = Address::parse("postgresql:///reports").unwrap();
        assert_eq!((&*address.schema, address.tls), (DEFAULT_SCHEMA, None));
        assert_eq!(address.servers().count(), 1);
    }

    #[test]
    fn tls_is_asked_for_by_every_mode_that_insists_on_it() {
        for (parameters, expected) in [
            ("", None),
            ("?sslmode=disable", None),
            ("?sslmode=prefer", None),
            ("?sslmode=require", Some(Negotiation::Asked)),
            ("?schema=jobs&sslmode=verify-ca", Some(Negotiation::Asked)),
            ("?sslmode=verify-full&schema=jobs", Some(Negotiation::Asked)),
            (
                "?sslmode=require&channel_binding=require",
                Some(Negotiation::Asked),
            ),
            (
                "?sslmode=require&sslnegotiation=direct",
                Some(Negotiation::Direct),
            ),
        ] {
            let address = Address::parse(&format!("postgres://host/db{parameters}")).unwrap();
            assert_eq!(address.tls, expected, "{parameters}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_repeating_it() {
        for address in [
            "",
            "mysql://me:secret@host/db",
            "postgres://me:secret@host/db?schema=Jobs",
            "postgres://me:secret@host/db?schema=pg_temp",
            "postgres://me:secret@host/db?schema=a;drop",
            "postgres://me:secret@host:port/db",
            "postgres://me:secret@host/db?colour=secret",
            "postgres://me:secret@host/db?sslmode=secret",
            "postgres://me:secret@host/db?sslmode=require&sslkey=secret",
            "postgres://me:secret@host/db?sslnegotiation=direct",
        ] {
            let error = Address::parse(address).err().expect("it is refused");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
