//! No bytes on a connection block or break the server behind it.
//!
//! `cargo +nightly fuzz run -O -s none connection -- -max_len=4096`. The first byte says in what
//! pieces the others arrive; then the client waits for the end, an hour at most, or is gone. The
//! connection ends, what the client received begins with a status line, and the service goes on.

#![no_main]

use std::time::Duration;

use http::{Method, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use libfuzzer_sys::fuzz_target;
use report_pipeline_fuzz::{Reply, run, service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const HOUR: Duration = Duration::from_secs(60 * 60);

fuzz_target!(|input: &[u8]| {
    let Some((how, bytes)) = input.split_first() else {
        return;
    };
    // The highest bit: whether the client leaves without reading. The rest: the size of a piece.
    let leaves = how & 0x80 != 0;
    let size = match how & 0x7f {
        0 => bytes.len().max(1),
        size => size.into(),
    };
    let received = run(async {
        let (api, _) = service().await;
        let (near, far) = tokio::io::duplex(1024);
        let server = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(10))
            .max_header_size(32 * 1024)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(far), api.clone());
        let client = async {
            let (mut reader, mut writer) = tokio::io::split(near);
            let write = async {
                for piece in bytes.chunks(size) {
                    // The server may close before it has read everything.
                    if writer.write_all(piece).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
                let _ = writer.shutdown().await;
            };
            let mut received = Vec::new();
            if leaves {
                // The server stops reading while nobody takes its responses.
                let _ = tokio::time::timeout(Duration::from_secs(60), write).await;
            } else {
                let read = reader.read_to_end(&mut received);
                // A stream of a job that never ends is read for an hour, and then the client is gone.
                let both = tokio::time::timeout(HOUR, async { tokio::join!(write, read) });
                if let Ok((_, read)) = both.await {
                    read.expect("memory does not fail");
                }
            }
            received
        };
        let (_, received) = tokio::join!(server, client);
        let health = Request::builder().uri("/health").body(String::new());
        let health = Reply::to(health.expect("a request"), &api).await;
        health.assert_sound(&Method::GET);
        assert_eq!(health.status, 200, "{health:?}");
        received
    });
    if received.is_empty() {
        return;
    }
    let head = String::from_utf8_lossy(&received);
    let head = head.split("\r\n\r\n").next().unwrap_or_default();
    let status = head
        .strip_prefix("HTTP/1.1 ")
        .or(head.strip_prefix("HTTP/1.0 "));
    let status = status.expect("a status line").get(..3).expect("a status");
    // Hyper's own responses have no fields of ours.
    let from_hyper = ["100", "400", "414", "431"].contains(&status);
    assert!(from_hyper || head.contains("\r\nx-request-id: "), "{head}");
});
