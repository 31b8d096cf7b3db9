//! Connections, straight or through a proxy.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting =
    std::pin::Pin<Box<dyn Future<Output = Result<TokioIo<TcpStream>, BoxError>> + Send>>;

/// How long reaching a host may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens connections: straight, or through a tunnel of the proxy that is set for the address. What
/// runs through the tunnel is TLS, of which the proxy sees no more than the host.
#[derive(Clone)]
pub(super) struct Connector {
    straight: HttpConnector,
    proxies: Arc<Matcher>,
}

impl Connector {
    pub(super) fn new(proxies: Matcher) -> Self {
        let mut straight = HttpConnector::new();
        straight.enforce_http(false);
        straight.set_nodelay(true);
        straight.set_connect_timeout(Some(CONNECT_TIMEOUT));
        Self {
            straight,
            proxies: Arc::new(proxies),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.straight.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, address: Uri) -> Connecting {
        let Some(proxy) = self.proxies.intercept(&address) else {
            let connecting = self.straight.call(address);
            return Box::pin(async move { Ok(connecting.await?) });
        };
        if proxy.uri().scheme_str() != Some("http") {
            let refused = "only proxies with addresses such as http://host:port can be used";
            return Box::pin(async move { Err(io::Error::other(refused).into()) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), self.straight.clone());
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        Box::pin(async move { Ok(tunnel.call(address).await?) })
    }
}
