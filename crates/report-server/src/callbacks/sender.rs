//! The HTTP client of callbacks.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::IntoIter;

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tower_service::Service;

use super::networks::is_public;

/// How long a receiver may take to respond.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Sends requests to public addresses. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sender {
    client: Client<HttpsConnector<HttpConnector<PublicOnly>>, Full<Bytes>>,
    insecure: bool,
}

impl Sender {
    /// A client with the system's certificates. If it is `insecure` it also takes plain HTTP and private
    /// addresses.
    ///
    /// # Errors
    /// If the system has no certificates.
    pub(crate) fn new(insecure: bool) -> io::Result<Self> {
        // Named, so that it does not matter which others the program is built with.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_native_roots()?
            .with_no_client_auth();
        let mut http = HttpConnector::new_with_resolver(PublicOnly { insecure });
        http.enforce_http(false);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let builder = HttpsConnectorBuilder::new().with_tls_config(config);
        let builder = if insecure {
            builder.https_or_http()
        } else {
            builder.https_only()
        };
        let connector = builder.enable_http1().wrap_connector(http);
        // No connection is kept: the address of a name is looked at for each message.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(Self { client, insecure })
    }

    pub(super) const fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// Sends a request and returns the status of the response. A redirect is not followed: its target is no
    /// address that anybody has allowed.
    ///
    /// # Errors
    /// Why there is no response.
    pub(super) async fn send(
        &self,
        request: http::Request<Full<Bytes>>,
    ) -> Result<http::StatusCode, String> {
        match tokio::time::timeout(TIMEOUT, self.client.request(request)).await {
            Ok(Ok(response)) => Ok(response.status()),
            Ok(Err(error)) => Err(causes(&error)),
            Err(_) => Err(format!("no response within {TIMEOUT:?}")),
        }
    }
}

/// An error with everything that caused it.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The system's resolver without the addresses that are not public. A name that leads to both kinds leads to
/// the public ones; what is looked up is what is connected to.
#[derive(Clone)]
struct PublicOnly {
    insecure: bool,
}

impl Service<Name> for PublicOnly {
    type Response = IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let insecure = self.insecure;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<_> = found
                .filter(|address| insecure || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(io::Error::other("the host has no public address"));
            }
            Ok(allowed.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: String) -> http::Request<Full<Bytes>> {
        http::Request::post(uri).body(Full::default()).unwrap()
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_not_called() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sender = Sender::new(false).unwrap();
        let refused = sender
            .send(request(format!("https://localhost:{port}/")))
            .await;
        assert!(refused.unwrap_err().contains("no public address"));
        let plain = sender
            .send(request(format!("http://localhost:{port}/")))
            .await;
        assert!(plain.is_err());
        assert!(futures::FutureExt::now_or_never(listener.accept()).is_none());
    }
}
