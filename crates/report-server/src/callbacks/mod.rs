//! Callbacks: a signed message to an address of the caller's when a job has ended.
//!
//! A submit leaves its address as a note with the job, and the store remembers it until somebody has delivered it:
//! over restarts, and from any node.

mod deliver;
mod hosts;
mod message;
mod networks;
mod sender;

use std::fmt;

use serde::{Deserialize, Serialize};
use standardwebhooks::Webhook;
use url::Url;

pub(crate) use self::deliver::Deliverer;
use self::hosts::Hosts;
pub(crate) use self::sender::Sender;

/// The least number of bytes of a secret (Standard Webhooks, "Signature scheme").
const MIN_SECRET: usize = 24;

/// Where the callbacks of a tenant may go, and what signs them.
pub(crate) struct Callbacks {
    hosts: Hosts,
    secret: Webhook,
    /// Plain HTTP and private addresses are allowed.
    insecure: bool,
}

impl fmt::Debug for Callbacks {
    // Not the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// What a submit leaves with its job: whom to tell, and where.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Wish {
    tenant: String,
    url: Url,
}

impl Callbacks {
    /// Callbacks to these hosts, signed with `secret`: `whsec_` and base64.
    ///
    /// # Errors
    /// What is wrong, without the secret.
    pub(crate) fn new(secret: &str, hosts: &[String], sender: &Sender) -> Result<Self, String> {
        const FORM: &str = "the webhook_secret must be `whsec_` and 24 bytes at least in base64, such as \
                            `echo whsec_$(openssl rand -base64 32)` prints";
        let encoded = secret.strip_prefix("whsec_").ok_or(FORM)?;
        let is_long_enough = encoded.trim_end_matches('=').len() * 3 / 4 >= MIN_SECRET;
        let secret = Webhook::new(secret).map_err(|_| FORM)?;
        if !is_long_enough {
            return Err(FORM.to_owned());
        }
        Ok(Self {
            hosts: Hosts::parse(hosts)?,
            secret,
            insecure: sender.is_insecure(),
        })
    }

    /// Reads the `callback_url` of a submit, and returns the note that its job keeps.
    ///
    /// # Errors
    /// Why no callback goes there.
    pub(crate) fn note(&self, tenant: &str, url: &str) -> Result<Vec<u8>, String> {
        let url = Url::parse(url).map_err(|error| format!("it is no address: {error}"))?;
        self.check(&url)?;
        let tenant = tenant.to_owned();
        let note = serde_json::to_vec(&Wish { tenant, url });
        let note = note.map_err(|error| format!("it cannot be kept: {error}"))?;
        if note.len() > report_pipeline::store::Note::MAX_BYTES {
            return Err("it is too long".to_owned());
        }
        Ok(note)
    }

    /// Whether a callback may go to `url`, now: when it is asked for and when it is sent.
    fn check(&self, url: &Url) -> Result<(), String> {
        let is_secure = url.scheme() == "https";
        if !(is_secure || (self.insecure && url.scheme() == "http")) {
            return Err("it must begin with https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not have a user or a password".to_owned());
        }
        let host = url.host().ok_or("it names no host")?;
        let address = match host {
            url::Host::Domain(_) => None,
            url::Host::Ipv4(address) => Some(address.into()),
            url::Host::Ipv6(address) => Some(address.into()),
        };
        let port = url.port_or_known_default().unwrap_or(443);
        let is_public = address.is_none_or(networks::is_public);
        if !self.hosts.allow(&host.to_string(), port, is_secure) || !(is_public || self.insecure) {
            return Err("callbacks to that host are not allowed".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn callbacks(insecure: bool) -> Callbacks {
        let hosts = [
            "hooks.example",
            "*.acme.example",
            "other.example:8443",
            "127.0.0.1",
        ];
        let sender = Sender::new(insecure).unwrap();
        Callbacks::new(SECRET, &hosts.map(str::to_owned), &sender).unwrap()
    }

    #[test]
    fn only_allowed_hosts_over_tls() {
        let callbacks = callbacks(false);
        let may = |url: &str| callbacks.note("acme", url).is_ok();
        for url in [
            "https://hooks.example/a?b=c",
            "HTTPS://HOOKS.example:443/",
            "https://a.acme.example/",
            "https://other.example:8443/",
        ] {
            assert!(may(url), "{url}");
        }
        for url in [
            "http://hooks.example/",
            "https://hooks.example:8443/",
            "https://hooks.example.evil/",
            "https://acme.example/",
            "https://evilacme.example/",
            "https://other.example/",
            "https://user:pass@hooks.example/",
            "https://hooks.example@evil.example/",
            "https://evil.example#hooks.example",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "ftp://hooks.example/",
            "hooks.example",
            "",
            &format!("https://hooks.example/{}", "x".repeat(1000)),
        ] {
            assert!(!may(url), "{url}");
        }
    }

    #[test]
    fn private_addresses_take_a_flag_and_a_name_in_the_list() {
        let callbacks = callbacks(true);
        assert!(callbacks.note("", "http://127.0.0.1/").is_ok());
        assert!(callbacks.note("", "http://127.0.0.2/").is_err());
    }

    #[test]
    fn a_secret_that_is_none_is_refused() {
        for secret in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_???",
        ] {
            let refused = Callbacks::new(secret, &[], &Sender::new(false).unwrap());
            let refused = refused.unwrap_err();
            assert!(refused.contains("openssl"), "{refused}");
        }
    }
}
