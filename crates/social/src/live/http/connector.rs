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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// A proxy that notes what it is asked and lets nothing through but a greeting of its own.
    async fn proxy() -> (String, Arc<Mutex<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<String>> = Arc::default();
        let noting = Arc::clone(&asked);
        tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = connection.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            *noting.lock().unwrap() = request;
            connection
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
                .await
                .unwrap();
            // What comes after that is between both ends.
            connection.read_exact(&mut [0; 2]).await.unwrap();
            connection.write_all(b"hello").await.unwrap();
        });
        (address, asked)
    }

    #[tokio::test]
    async fn what_a_proxy_is_set_for_goes_through_its_tunnel() {
        let (address, asked) = proxy().await;
        let proxies = Matcher::builder()
            .https(format!("http://zz:word@{address}"))
            .no("graph.example")
            .build();
        let mut connector = Connector::new(proxies);

        let reached = connector
            .call("https://api.example/v3".parse().unwrap())
            .await;

        let mut greeting = [0; 5];
        let mut reached = reached.unwrap().into_inner();
        reached.write_all(b"hi").await.unwrap();
        reached.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"hello");
        let asked = asked.lock().unwrap().clone();
        assert!(
            asked.starts_with("CONNECT api.example:443 HTTP/1.1\r\n"),
            "{asked}"
        );
        let authorization = asked.to_lowercase();
        assert!(
            authorization.contains("proxy-authorization: basic "),
            "{asked}"
        );
        // What is left out goes straight, and nobody is there.
        let straight = connector.call("https://graph.example/v3".parse().unwrap());
        assert!(straight.await.is_err());
    }

    #[tokio::test]
    async fn a_proxy_of_another_kind_is_refused_by_name() {
        let proxies = Matcher::builder().all("socks5://127.0.0.1:1").build();
        let mut connector = Connector::new(proxies);
        let refused = connector
            .call("https://api.example/".parse().unwrap())
            .await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("http://host:port"), "{told}");
    }
}
