//! The test kit's proxy, between a client and a server that answers line by line.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use report_pipeline::testing::TcpProxy;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

const FOR_EVER: Duration = Duration::from_secs(1_000_000);

/// Answers each line in capitals, and remembers all that it has read.
struct Server {
    address: SocketAddr,
    lines: Arc<Mutex<Vec<String>>>,
    /// How many connections are open.
    open: watch::Receiver<usize>,
    _running: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let (count, open) = watch::channel(0);
        let mut running = JoinSet::new();
        let read = Arc::clone(&lines);
        running.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                count.send_modify(|open| *open += 1);
                let (read, count) = (Arc::clone(&read), count.clone());
                connections.spawn(async move {
                    answer(connection, &read).await;
                    count.send_modify(|open| *open -= 1);
                });
            }
        });
        Self {
            address,
            lines,
            open,
            _running: running,
        }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    async fn has_open(&self, connections: usize) {
        let mut open = self.open.clone();
        open.wait_for(|open| *open == connections).await.unwrap();
    }
}

async fn answer(mut connection: TcpStream, read: &Mutex<Vec<String>>) {
    let (requests, mut replies) = connection.split();
    let mut requests = BufReader::new(requests).lines();
    while let Ok(Some(line)) = requests.next_line().await {
        let reply = line.to_uppercase() + "\n";
        read.lock().unwrap().push(line);
        if replies.write_all(reply.as_bytes()).await.is_err() {
            break;
        }
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(proxy: &TcpProxy) -> Self {
        let stream = TcpStream::connect(proxy.address()).await.unwrap();
        Self(BufReader::new(stream))
    }

    async fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).await.unwrap();
    }

    /// The next line; `None` once the connection is reset, or closed if `FIN` went first.
    async fn reply(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end().to_owned()),
        }
    }

    async fn ask(&mut self, line: &str) -> Option<String> {
        self.send(&format!("{line}\n")).await;
        self.reply().await
    }

    /// Whether the connection was ended by a reset.
    async fn is_reset(&mut self) -> bool {
        let end = self.0.read_u8().await.unwrap_err();
        end.kind() == std::io::ErrorKind::ConnectionReset
    }
}

async fn start() -> (Server, TcpProxy) {
    let server = Server::start().await;
    let proxy = TcpProxy::start(server.address).await.unwrap();
    (server, proxy)
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_byte_passes_in_both_directions() {
    let (_server, proxy) = start().await;
    let stream = TcpStream::connect(proxy.address()).await.unwrap();
    let (mut replies, mut requests) = stream.into_split();
    let line = "x".repeat(999) + "\n";
    let content = line.repeat(5_000);
    let send = async {
        requests.write_all(content.as_bytes()).await.unwrap();
        requests.shutdown().await.unwrap();
    };
    let mut received = String::new();
    let receive = replies.read_to_string(&mut received);
    // The end of the requests does not end the replies.
    let ((), received_bytes) = tokio::join!(send, receive);
    assert_eq!(received_bytes.unwrap(), 5_000_000);
    assert!(received == content.to_uppercase());
}

#[tokio::test]
async fn a_reset_ends_what_is_open_and_nothing_else() {
    let (server, proxy) = start().await;
    let mut clients = [Client::connect(&proxy).await, Client::connect(&proxy).await];
    for client in &mut clients {
        assert_eq!(client.ask("hello").await.unwrap(), "HELLO");
    }
    assert_eq!((proxy.open(), proxy.accepted()), (2, 2));

    proxy.reset().await;
    assert_eq!(proxy.open(), 0);
    for client in &mut clients {
        assert!(client.is_reset().await);
    }
    server.has_open(0).await;

    let mut next = Client::connect(&proxy).await;
    assert_eq!(next.ask("again").await.unwrap(), "AGAIN");
    assert_eq!((proxy.open(), proxy.accepted()), (1, 3));
}

#[tokio::test]
async fn a_refusal_is_for_new_connections_only() {
    let (server, proxy) = start().await;
    let mut first = Client::connect(&proxy).await;
    assert_eq!(first.ask("hello").await.unwrap(), "HELLO");
    proxy.refuse();
    let mut second = Client::connect(&proxy).await;
    assert!(second.is_reset().await);
    assert_eq!(first.ask("still here").await.unwrap(), "STILL HERE");
    assert_eq!((proxy.open(), proxy.accepted()), (1, 2));

    proxy.heal();
    let mut third = Client::connect(&proxy).await;
    assert_eq!(third.ask("back").await.unwrap(), "BACK");
    assert_eq!(server.lines(), ["hello", "still here", "back"]);
}

#[tokio::test]
async fn nothing_comes_out_of_a_black_hole() {
    let (server, proxy) = start().await;
    let mut before = Client::connect(&proxy).await;
    assert_eq!(before.ask("hello").await.unwrap(), "HELLO");
    let mut quiet = Client::connect(&proxy).await;
    assert_eq!(quiet.ask("quiet").await.unwrap(), "QUIET");

    proxy.black_hole();
    let mut inside = Client::connect(&proxy).await;
    before.send("lost\n").await;
    inside.send("lost too\n").await;
    until(|| proxy.accepted() == 3).await;

    proxy.heal();
    let mut after = Client::connect(&proxy).await;
    assert_eq!(after.ask("after").await.unwrap(), "AFTER");
    // Those that met it stay dead, also the one that said nothing meanwhile.
    quiet.send("too late\n").await;
    assert_eq!(after.ask("at last").await.unwrap(), "AT LAST");
    for dead in [&mut before, &mut inside, &mut quiet] {
        assert_eq!(dead.reply().now_or_never(), None);
    }
    assert_eq!(server.lines(), ["hello", "quiet", "after", "at last"]);
    assert_eq!(proxy.open(), 4);

    // One end closes: so does the other.
    server.has_open(3).await;
    drop((before, quiet));
    server.has_open(1).await;
}

#[tokio::test]
async fn a_black_hole_swallows_replies_that_are_under_way() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    let delay = Duration::from_millis(50);
    proxy.delay_replies(delay);
    client.send("hello\n").await;
    until(|| !server.lines().is_empty()).await;
    proxy.black_hole();
    // The reply is due before the one of a client that comes later.
    proxy.heal();
    proxy.delay_replies(2 * delay);
    let mut later = Client::connect(&proxy).await;
    assert_eq!(later.ask("later").await.unwrap(), "LATER");
    assert_eq!(client.reply().now_or_never(), None);
}

#[tokio::test]
async fn delays_hold_up_one_direction_each() {
    let (server, proxy) = start().await;
    let delay = Duration::from_millis(30);
    let mut client = Client::connect(&proxy).await;

    proxy.delay_requests(delay);
    let began = Instant::now();
    assert_eq!(client.ask("one").await.unwrap(), "ONE");
    assert!(began.elapsed() >= delay);

    proxy.delay_replies(2 * delay);
    let began = Instant::now();
    assert_eq!(client.ask("two").await.unwrap(), "TWO");
    assert!(began.elapsed() >= 3 * delay);

    proxy.heal();
    proxy.delay_replies(FOR_EVER);
    client.send("three\n").await;
    until(|| server.lines().len() == 3).await;
    assert_eq!(client.reply().now_or_never(), None);

    proxy.heal();
    proxy.delay_requests(FOR_EVER);
    let mut other = Client::connect(&proxy).await;
    proxy.cut_reply("never");
    other.send("never\n").await;
    // Neither does the end overtake what it ends.
    other.0.get_mut().shutdown().await.unwrap();
    // A needle is looked for when the proxy reads, so now the request is under way.
    until(|| proxy.cuts() == 1).await;
    proxy.heal();
    let mut last = Client::connect(&proxy).await;
    assert_eq!(last.ask("four").await.unwrap(), "FOUR");
    assert_eq!(server.lines(), ["one", "two", "three", "four"]);
}

#[tokio::test]
async fn a_request_that_is_cut_never_arrives() {
    let (server, proxy) = start().await;
    proxy.cut_request("bad");
    let mut good = Client::connect(&proxy).await;
    let mut bad = Client::connect(&proxy).await;
    assert_eq!(good.ask("good").await.unwrap(), "GOOD");
    assert_eq!(bad.ask("hello").await.unwrap(), "HELLO");
    bad.send("very bad\n").await;
    assert!(bad.is_reset().await);
    assert_eq!(proxy.cuts(), 1);

    // It was for one request, of one connection.
    assert_eq!(good.ask("bad").await.unwrap(), "BAD");
    assert_eq!(server.lines(), ["good", "hello", "bad"]);
    server.has_open(1).await;
}

#[tokio::test]
async fn a_needle_is_found_in_two_pieces_and_only_in_new_bytes() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    assert_eq!(client.ask("stop").await.unwrap(), "STOP");
    proxy.cut_request("stop");
    assert_eq!(client.ask("go").await.unwrap(), "GO");
    client.send("then\nst").await;
    assert_eq!(client.reply().await.unwrap(), "THEN");
    client.send("op\n").await;
    assert!(client.is_reset().await);
    assert_eq!(server.lines(), ["stop", "go", "then"]);
}

#[tokio::test]
async fn a_request_whose_reply_is_cut_was_handled() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    assert_eq!(client.ask("one").await.unwrap(), "ONE");
    proxy.cut_reply("");
    client.send("two\n").await;
    assert!(client.is_reset().await);
    // No waiting here: whoever is told of the reset can rely on it.
    assert_eq!(server.lines(), ["one", "two"]);
    assert_eq!((proxy.cuts(), proxy.open()), (1, 0));
    let mut next = Client::connect(&proxy).await;
    assert_eq!(next.ask("three").await.unwrap(), "THREE");
}

#[tokio::test]
async fn the_rest_of_a_request_whose_reply_is_cut_arrives_too() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    proxy.cut_reply("begin");
    client.send("begin ").await;
    until(|| proxy.cuts() == 1).await;
    client.send("and end\n").await;
    assert!(client.is_reset().await);
    assert_eq!(server.lines(), ["begin and end"]);
}

#[tokio::test]
async fn healing_ends_the_cuts_to_come() {
    let (_server, proxy) = start().await;
    proxy.cut_request("hello");
    proxy.cut_reply("");
    proxy.heal();
    let mut client = Client::connect(&proxy).await;
    assert_eq!(client.ask("hello").await.unwrap(), "HELLO");
    assert_eq!(proxy.cuts(), 0);
}

#[tokio::test]
async fn without_a_server_connections_are_reset() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    assert_eq!(client.ask("hello").await.unwrap(), "HELLO");
    drop(server);
    assert_eq!(client.reply().await, None);
    let mut next = Client::connect(&proxy).await;
    assert!(next.is_reset().await);
}

#[tokio::test]
async fn a_proxy_that_is_dropped_leaves_nothing_behind() {
    let (server, proxy) = start().await;
    let mut client = Client::connect(&proxy).await;
    assert_eq!(client.ask("hello").await.unwrap(), "HELLO");
    let address = proxy.address();
    drop(proxy);
    assert_eq!(client.reply().await, None);
    server.has_open(0).await;
    assert!(TcpStream::connect(address).await.is_err());
}
