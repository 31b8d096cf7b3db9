//! Who is at the other end of a connection.

use std::net::SocketAddr;

/// The address of the other end of a request's connection, in the request's extensions: what
/// [`serve`](super::serve) leaves there for middleware that counts or logs by address.
///
/// Behind a proxy it is the proxy's address.
///
/// # Example
/// ```
/// use report_pipeline::http::Peer;
///
/// fn is_local<B>(request: &http::Request<B>) -> bool {
///     let peer = request.extensions().get::<Peer>();
///     peer.is_some_and(|peer| peer.0.ip().is_loopback())
/// }
/// # assert!(!is_local(&http::Request::new(())));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);
