//! One connection: its bytes, in both directions.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::state::{Cut, Direction, Link};

/// How many bytes are read at once.
const CHUNK: usize = 16 * 1024;
/// How many delayed chunks may be under way before the sender has to wait.
const MOST_UNDER_WAY: usize = 1024;

/// A connection that ends with a reset.
enum Broken {
    Reset,
    /// The server has the request, and still is to end its handling of it.
    ReplyLost,
}

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self::Reset
    }
}

/// Carries one connection's bytes until both ends have closed it, or it breaks.
pub(super) async fn carry_all(mut client: TcpStream, upstream: SocketAddr, link: Link) {
    let mut server = None;
    let end = tokio::select! {
        end = relay(&mut client, &mut server, upstream, &link) => end,
        () = link.was_reset() => Err(Broken::Reset),
    };
    if end.is_err() {
        for socket in [Some(&client), server.as_ref()].into_iter().flatten() {
            // Fails only on a socket that is broken already.
            socket.set_zero_linger().ok();
        }
    }
    // A connection that no longer counts as open is closed.
    drop((client, server));
    drop(link);
}

async fn relay(
    client: &mut TcpStream,
    server: &mut Option<TcpStream>,
    upstream: SocketAddr,
    link: &Link,
) -> Result<(), Broken> {
    client.set_nodelay(true)?;
    if link.is_dead() {
        swallow(client).await?;
        return Err(Broken::Reset);
    }
    let server = server.insert(TcpStream::connect(upstream).await?);
    server.set_nodelay(true)?;

    let reply_is_lost = AtomicBool::new(false);
    let end = {
        let (requests, to_client) = client.split();
        let (replies, to_server) = server.split();
        tokio::try_join!(
            carry(
                Direction::Requests,
                requests,
                to_server,
                link,
                &reply_is_lost
            ),
            carry(Direction::Replies, replies, to_client, link, &reply_is_lost),
        )
    };
    if let Err(Broken::ReplyLost) = end {
        // A server closes when it has handled all that came before the end.
        server.shutdown().await?;
        swallow(server).await?;
    }
    end.map(|((), ())| ())
}

/// A piece of the stream on its way.
struct Chunk {
    due: Instant,
    bytes: Bytes,
    cut: Option<Cut>,
}

/// Carries one direction's bytes until the sender has closed it.
async fn carry(
    direction: Direction,
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    link: &Link,
    reply_is_lost: &AtomicBool,
) -> Result<(), Broken> {
    let mut under_way = VecDeque::<Chunk>::new();
    let mut buffer = BytesMut::new();
    let mut tail = Vec::new();
    let mut ended = false;
    loop {
        buffer.reserve(CHUNK);
        let due = under_way.front().map(|chunk| chunk.due);
        tokio::select! {
            biased;
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                let chunk = under_way.pop_front().expect("a chunk is due");
                if link.is_dead() {
                    continue;
                }
                match chunk.cut {
                    None => to.write_all(&chunk.bytes).await?,
                    Some(Cut::Request) => return Err(Broken::Reset),
                    Some(Cut::Reply) => {
                        to.write_all(&chunk.bytes).await?;
                        // The rest of the request may still be to come, so go on until the server
                        // replies.
                        reply_is_lost.store(true, Ordering::Relaxed);
                    }
                }
            }
            read = from.read_buf(&mut buffer), if !ended && under_way.len() < MOST_UNDER_WAY => {
                ended = read? == 0;
                if link.is_dead() {
                    if ended {
                        return Err(Broken::Reset);
                    }
                    buffer.clear();
                    continue;
                }
                let is_reply = direction == Direction::Replies;
                if is_reply && reply_is_lost.load(Ordering::Relaxed) {
                    return Err(Broken::ReplyLost);
                }
                if !ended {
                    let bytes = buffer.split().freeze();
                    let cut = if is_reply { None } else { link.take_cut(&mut tail, &bytes) };
                    let due = Instant::now() + link.delay(direction);
                    under_way.push_back(Chunk { due, bytes, cut });
                }
            }
            else => break,
        }
    }
    to.shutdown().await?;
    Ok(())
}

/// Reads until the end and forgets what it reads.
async fn swallow(stream: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
