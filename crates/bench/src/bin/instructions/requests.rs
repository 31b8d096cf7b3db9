//! One client on one connection, which sends requests that were written beforehand.

use std::net::SocketAddr;

use report_pipeline::JobId;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Requests that are sent before anything is counted.
pub(crate) const WARM_UP: usize = 100;

pub(crate) fn get(what: &str, id: JobId) -> Vec<u8> {
    format!("GET /api/{what}/{id} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n").into_bytes()
}

pub(crate) fn post(n: usize) -> Vec<u8> {
    let body = format!(r#"{{"handle":"posted{n}","platform":"instagram"}}"#);
    let length = body.len();
    format!(
        "POST /api/analyze HTTP/1.1\r\nhost: 127.0.0.1:8080\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends the requests one after the other and reads each response whole.
pub(crate) fn send(runtime: &Runtime, address: SocketAddr, requests: &[Vec<u8>]) {
    let connection = runtime.block_on(async {
        let connection = TcpStream::connect(address).await.expect("it listens");
        connection.set_nodelay(true).expect("a socket");
        for request in &requests[..WARM_UP] {
            exchange(&connection, request).await;
        }
        connection
    });
    super::measured(runtime, async {
        for request in &requests[WARM_UP..] {
            exchange(&connection, request).await;
        }
    });
}

/// All responses here fit into one read, and the server writes each at once.
async fn exchange(connection: &TcpStream, request: &[u8]) {
    let mut response = [0; 4096];
    let sent = connection.try_write(request).expect("there is room");
    assert_eq!(sent, request.len());
    let length = loop {
        connection.readable().await.expect("it responds");
        // Readiness may be a guess.
        if let Ok(length) = connection.try_read(&mut response) {
            break length;
        }
    };
    let response = &response[..length];
    assert!(
        response.starts_with(b"HTTP/1.1 20"),
        "{}",
        String::from_utf8_lossy(response)
    );
}
