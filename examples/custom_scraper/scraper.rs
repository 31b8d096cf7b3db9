//! The scraper: reads an account over HTTP.

use std::net::SocketAddr;
use std::time::SystemTime;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::RETRY_AFTER;
use hyper::{StatusCode, Uri};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use report_pipeline::{PhaseContext, PhaseError, Scraper, Target, async_trait, retry_after};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The most bytes that one answer may have.
const MAX_ANSWER: usize = 1 << 20;

/// What is read of an account. The pipeline keeps it, so that a retry need not read it again.
#[derive(Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) followers: u32,
    pub(crate) notes: Vec<Note>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    /// `None` if they are hidden: unknown is never zero.
    pub(crate) likes: Option<u32>,
}

/// Reads accounts of "bluebird".
pub(crate) struct Bluebird {
    http: legacy::Client<HttpConnector, Empty<Bytes>>,
    address: SocketAddr,
}

#[async_trait]
impl Scraper for Bluebird {
    type Output = Account;

    async fn scrape(&self, target: &Target, ctx: &PhaseContext) -> Result<Account, PhaseError> {
        let followers = self.get(&format!("/{}/followers", target.handle)).await?;
        ctx.progress(0.5);
        let notes = self.get(&format!("/{}/notes", target.handle)).await?;
        Ok(Account { followers, notes })
    }
}

impl Bluebird {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            http: legacy::Client::builder(TokioExecutor::new()).build_http(),
            address,
        }
    }

    /// Reads one JSON document, and says of every failure whether trying again can help.
    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, PhaseError> {
        let uri: Uri = format!("http://{}{path}", self.address)
            .parse()
            .map_err(|error| {
                PhaseError::permanent("the name fits no address").with_source(error)
            })?;
        let response = self.http.get(uri).await.map_err(|error| {
            PhaseError::transient("bluebird cannot be reached").with_source(error)
        })?;
        let wait = response.headers().get(RETRY_AFTER);
        let wait = wait.and_then(|value| retry_after(value, SystemTime::now()));
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => {
                return Err(PhaseError::account_unavailable("no such account"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                return Err(PhaseError::rate_limited("bluebird asks us to wait", wait));
            }
            status if status.is_server_error() => {
                return Err(PhaseError::transient(format!("bluebird answered {status}"))
                    .with_retry_after(wait));
            }
            status => return Err(PhaseError::permanent(format!("bluebird answered {status}"))),
        }
        let body = Limited::new(response.into_body(), MAX_ANSWER)
            .collect()
            .await
            .map_err(|error| {
                PhaseError::transient("bluebird's answer broke off or is too long")
                    .with_source(error)
            })?;
        serde_json::from_slice(&body.to_bytes()).map_err(|error| {
            PhaseError::permanent("bluebird's answer is not what we expect").with_source(error)
        })
    }
}
