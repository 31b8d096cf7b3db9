//! Stopping a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use report_pipeline::http::{Api, ServeOptions, serve};
use report_pipeline::{Client, JobId};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::support::{
    Fault, Reply, Server, broken, claim, complete, get, read_to_close, read_until, request,
    service, submit,
};

#[tokio::test]
async fn a_held_request_ends_at_once_and_does_not_delay_the_shutdown() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    let server = Server::start(api.clone()).await;
    let held = format!("GET {path} HTTP/1.1\r\nhost: a\r\nprefer: wait=30\r\n\r\n");
    let mut waiting = server.connect().await;
    waiting.write_all(held.as_bytes()).await.unwrap();
    // The same server responds to this one later, so the first one is being held by then.
    assert_eq!(server.ask(request("GET", &path), "").await.status, 200);

    let began = Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(5));
    let response = read_to_close(&mut waiting).await;
    assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    assert!(response.contains("\"pending\""));

    // Only the waits of that server are released.
    let held = request("GET", &path).header("prefer", "wait=1");
    let began = Instant::now();
    crate::support::ask(&api, held).await;
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn idle_connections_are_closed_and_new_ones_refused() {
    let (api, _) = service();
    let server = Server::start(api).await;
    let address = server.address;
    let mut unused = server.connect().await;
    let mut used = server.connect().await;
    used.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut used, "\"failed\":0}}").await;
    server.stop().await;
    assert_eq!(read_to_close(&mut used).await, "");
    assert_eq!(read_to_close(&mut unused).await, "");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_that_runs_is_finished() {
    let (api, _) = service();
    let server = Server::start(api).await;
    let mut stream = server.connect().await;
    let head = "POST /api/analyze HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 17\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body, so the request runs.
    read_until(&mut stream, "100 Continue").await;
    let stopped = tokio::spawn(server.stop());
    stream.write_all(b"{\"handle\":\"nasa\"}").await.unwrap();
    let response = read_to_close(&mut stream).await;
    assert!(response.contains("HTTP/1.1 202 "), "{response}");
    stopped.await.unwrap();
}

#[tokio::test]
async fn a_request_that_hangs_is_cut_after_the_timeout() {
    let api = report_pipeline::http::Api::new(
        report_pipeline::Client::new(crate::support::BrokenStore(Fault::Silent))
            .with_call_timeout(Duration::from_secs(600)),
    );
    let options = ServeOptions::default().with_shutdown_timeout(Duration::from_millis(100));
    let server = Server::start_with(options, api).await;
    let mut stream = server.connect().await;
    let id = report_pipeline::JobId::random();
    stream
        .write_all(format!("GET /api/status/{id} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes())
        .await
        .unwrap();
    server.ask(request("GET", "/nowhere"), "").await;
    let began = Instant::now();
    server.stop().await;
    assert!((100..5000).contains(&began.elapsed().as_millis()));
    assert_eq!(read_to_close(&mut stream).await, "");
}

#[tokio::test]
async fn requests_are_served_while_the_shutdown_future_runs() {
    let (api, _) = service();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let draining = api.clone();
    serve(listener, api, async move {
        draining.refuse_submits();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        read_until(&mut stream, "HTTP/1.1 200 OK").await;
    })
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn released_waits_stay_released() {
    let (api, _) = service();
    let path = format!("/api/status/{}", submit(&api, "nasa").await);
    api.release_waits();
    let began = Instant::now();
    let waiting = request("GET", &path).header("prefer", "wait=30");
    assert_eq!(crate::support::ask(&api, waiting).await.status, 200);
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(get(&broken(Fault::Away), &path).await.status, 503);
}

/// How a client follows its job.
#[derive(Debug, Clone, Copy)]
enum By {
    Stream,
    Waiting,
    Polling,
    PollingForTheReport,
}

/// A client, and how many responses it has seen.
struct Follower {
    by: By,
    id: JobId,
    seen: AtomicUsize,
}

impl Follower {
    fn new(by: By, id: JobId) -> Self {
        Self {
            by,
            id,
            seen: AtomicUsize::new(0),
        }
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::Relaxed)
    }

    /// Follows the job to its end, and fetches the report over another connection.
    async fn follow(&self, server: &Server) {
        match self.by {
            By::Stream => self.read_stream(server).await,
            By::Waiting | By::Polling => self.poll(server).await,
            By::PollingForTheReport => {}
        }
        // A client has something else to do in between.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut reply = self.report(server).await;
        while reply.status == 202 {
            reply = self.report(server).await;
        }
        let got = (reply.status, &reply.body[..]);
        assert_eq!(got, (200, &b"{}"[..]), "{:?}", self.by);
    }

    async fn read_stream(&self, server: &Server) {
        let mut stream = open_stream(server, self.id).await;
        self.seen.fetch_add(1, Ordering::Relaxed);
        read_until(&mut stream, "\"completed\"").await;
    }

    async fn poll(&self, server: &Server) {
        let mut tag: Option<String> = None;
        loop {
            let mut asking = request("GET", &format!("/api/status/{}", self.id));
            if let (By::Waiting, Some(tag)) = (self.by, &tag) {
                asking = asking
                    .header("prefer", "wait=30")
                    .header("if-none-match", tag);
            }
            let reply = server.ask(asking, "").await;
            assert_eq!(reply.status, 200, "{reply:?}");
            self.seen.fetch_add(1, Ordering::Relaxed);
            if reply.json()["status"] == "completed" {
                return;
            }
            tag = Some(reply.field("etag").to_owned());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn report(&self, server: &Server) -> Reply {
        let reply = server
            .ask(request("GET", &format!("/api/report/{}", self.id)), "")
            .await;
        self.seen.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(10)).await;
        reply
    }
}

/// Does the work on all jobs, while the service drains: claims them, and completes them once every
/// client that polls has done so after that.
async fn work(client: Client, jobs: usize, followers: Arc<Vec<Follower>>) {
    let before: Vec<usize> = followers.iter().map(Follower::seen).collect();
    let mut leases = Vec::new();
    for _ in 0..jobs {
        leases.push(claim(&client).await);
    }
    for (follower, before) in followers.iter().zip(before) {
        let more = match follower.by {
            By::Stream => 0,
            By::Waiting => 1,
            // The first may have been on its way already.
            By::Polling | By::PollingForTheReport => 2,
        };
        while follower.seen() < before + more {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    for lease in leases {
        complete(&client, &lease, "{}").await;
    }
}

/// A server whose shutdown is that of a whole program: it drains, with `work` in the place of the
/// workers, and then waits for followers.
async fn draining(
    api: &Api,
    limit: Duration,
    work: impl Future<Output = ()> + Send + 'static,
) -> (Server, oneshot::Sender<()>) {
    let (signal, signalled) = oneshot::channel();
    let stopping = api.clone();
    let shutdown = async move {
        let _ = signalled.await;
        stopping.refuse_submits();
        work.await;
        stopping.wait_for_followers(limit).await;
    };
    (Server::until(api.clone(), shutdown).await, signal)
}

const LIMIT: Duration = Duration::from_secs(60);

/// Lets a server shut down under its followers, who all have to get their reports.
async fn shut_down_under(api: &Api, client: Client, jobs: usize, followers: Vec<Follower>) {
    let followers = Arc::new(followers);
    let work = work(client, jobs, Arc::clone(&followers));
    let (server, signal) = draining(api, LIMIT, work).await;
    let following = join_all(followers.iter().map(|follower| follower.follow(&server)));
    let stop = async {
        while followers.iter().any(|follower| follower.seen() == 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        signal.send(()).unwrap();
    };
    tokio::join!(following, stop);
    let began = Instant::now();
    server.ended().await;
    assert!(began.elapsed() < LIMIT / 2, "nobody follows any more");
}

#[tokio::test]
async fn all_who_follow_a_job_get_its_report_though_the_server_shuts_down() {
    let (api, client) = service();
    let mut followers = Vec::new();
    for number in 0..3 {
        for by in [
            By::Stream,
            By::Waiting,
            By::Polling,
            By::PollingForTheReport,
        ] {
            let id = submit(&api, &format!("account{number}{by:?}")).await;
            followers.push(Follower::new(by, id));
        }
    }
    shut_down_under(&api, client, followers.len(), followers).await;
}

#[tokio::test]
async fn each_stream_of_one_job_gets_the_report() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let followers = (0..5).map(|_| Follower::new(By::Stream, id)).collect();
    shut_down_under(&api, client, 1, followers).await;
}

/// Opens an event stream on a job and reads its first event.
async fn open_stream(server: &Server, id: JobId) -> TcpStream {
    let mut stream = server.connect().await;
    let sent = format!("GET /api/status/{id}/events HTTP/1.1\r\nhost: a\r\n\r\n");
    stream.write_all(sent.as_bytes()).await.unwrap();
    read_until(&mut stream, "\"pending\"").await;
    stream
}

#[tokio::test]
async fn a_server_that_nobody_follows_ends_at_once() {
    let (api, client) = service();
    submit(&api, "nasa").await;
    let unfinished = submit(&api, "esa").await;
    let (server, signal) = draining(&api, LIMIT, work(client, 1, Arc::default())).await;
    // Its job does not end here, so nobody waits for its follower.
    let mut stream = open_stream(&server, unfinished).await;
    let began = Instant::now();
    signal.send(()).unwrap();
    server.ended().await;
    assert!(began.elapsed() < LIMIT / 2);
    assert!(read_to_close(&mut stream).await.ends_with("0\r\n\r\n"));
}

#[tokio::test]
async fn a_follower_that_never_comes_is_waited_for_within_the_limit() {
    let (api, client) = service();
    let id = submit(&api, "nasa").await;
    let limit = Duration::from_millis(200);
    let (server, signal) = draining(&api, limit, work(client, 1, Arc::default())).await;
    let mut stream = open_stream(&server, id).await;
    let began = Instant::now();
    signal.send(()).unwrap();
    server.ended().await;
    assert!((limit..LIMIT / 2).contains(&began.elapsed()));
    let last = read_to_close(&mut stream).await;
    assert!(last.contains("\"completed\""), "{last}");
}
