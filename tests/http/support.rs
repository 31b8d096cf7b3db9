//! What the tests share: a service, a server, and stores that fail.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use report_pipeline::http::{Api, ServeOptions};
use report_pipeline::store::{
    ClaimEndedRequest, ClaimRequest, ClaimedJob, Delivery, EndedJob, FindRequest, Heartbeat,
    HeartbeatReply, JobPage, Lease, Limit, ListRequest, Outcome, PauseRequest, Receipt,
    SaveRequest, Stats, SweepRequest, SweepStats, WatchRequest, WorkerId,
};
use report_pipeline::{
    Client, Job, JobId, JobStore, MemoryStore, NewJob, Phase, Platform, Status, StoreError,
    Submitted, async_trait,
};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_service::Service;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) const HEAD_START: &str = "HTTP/1.1 ";

/// A service over a memory store, and the store to work on its jobs.
pub(crate) fn service() -> (Api, Client) {
    let client = Client::new(MemoryStore::new());
    (Api::new(client.clone()), client)
}

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) async fn read<B>(response: Response<B>) -> Self
    where
        B: http_body::Body,
        B::Error: std::fmt::Debug,
    {
        let (head, body) = response.into_parts();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_str()
            .unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// Checks the form of a problem and returns the last part of its type.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.field("content-type"), "application/problem+json");
        assert_eq!(self.field("cache-control"), "no-store");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        assert!(body["title"].is_string() && body["detail"].is_string());
        let uri = body["type"].as_str().unwrap();
        uri.strip_prefix("urn:report-pipeline:problem:")
            .unwrap()
            .to_owned()
    }
}

pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
}

/// Sends a request to the service itself, without a socket.
pub(crate) async fn ask(api: &Api, request: http::request::Builder) -> Reply {
    ask_with(api, request, "").await
}

pub(crate) async fn ask_with(api: &Api, request: http::request::Builder, body: &str) -> Reply {
    let request = request
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap();
    Reply::read(api.respond(request).await).await
}

pub(crate) async fn get(api: &Api, path: &str) -> Reply {
    ask(api, request("GET", path)).await
}

pub(crate) async fn analyze(api: &Api, body: &str) -> Reply {
    let request = request("POST", "/api/analyze").header("content-type", "application/json");
    ask_with(api, request, body).await
}

/// Submits a job and returns its id.
pub(crate) async fn submit(api: &Api, handle: &str) -> JobId {
    let reply = analyze(api, &format!(r#"{{"handle":"{handle}"}}"#)).await;
    assert_eq!(reply.status, 202, "{reply:?}");
    reply.json()["job_id"].as_str().unwrap().parse().unwrap()
}

/// Claims the only ready job, as a worker would.
pub(crate) async fn claim(client: &Client) -> Lease {
    let claimed = client
        .store()
        .claim(ClaimRequest::new(WorkerId::unique()))
        .await
        .unwrap();
    claimed.first().expect("a job is ready").lease.clone()
}

/// Reports progress, as a worker would.
pub(crate) async fn progress(client: &Client, lease: &Lease, percent: u8) {
    let beat = Heartbeat::new(Duration::from_secs(30))
        .with_progress(report_pipeline::Progress::from_percent(percent));
    client.store().heartbeat(lease, beat).await.unwrap();
}

/// Completes a claimed job.
pub(crate) async fn complete(client: &Client, lease: &Lease, report: &'static str) {
    for phase in [Phase::Scraping, Phase::Analysis] {
        let output = Bytes::from_static(b"{}");
        client
            .store()
            .checkpoint(lease, phase, output)
            .await
            .unwrap();
    }
    let outcome = Outcome::Completed(Bytes::from_static(report.as_bytes()));
    client.store().finish(lease, outcome).await.unwrap();
}

/// A server on a free port of the loopback address.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(crate) async fn start(api: Api) -> Self {
        Self::start_with(ServeOptions::default(), api).await
    }

    pub(crate) async fn start_with<S, B>(options: ServeOptions, service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (stop, stopped) = oneshot::channel();
        let stopped = async {
            let _ = stopped.await;
        };
        Self {
            stop: Some(stop),
            ..Self::serve(options, service, stopped).await
        }
    }

    /// A server that ends by itself when `shutdown` is done.
    pub(crate) async fn until(
        api: Api,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self::serve(ServeOptions::default(), api, shutdown).await
    }

    async fn serve<S, B>(
        options: ServeOptions,
        service: S,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = tokio::spawn(options.serve(listener, service, shutdown));
        Self {
            address,
            stop: None,
            running,
        }
    }

    /// Begins the shutdown; the future ends with the server.
    pub(crate) fn stop(mut self) -> impl Future<Output = ()> {
        let stop = self.stop.take().expect("it does not end by itself");
        stop.send(()).expect("the server runs");
        self.ended()
    }

    /// Waits for the end of a server that ends by itself.
    pub(crate) async fn ended(self) {
        self.running.await.unwrap().unwrap();
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a request over a connection of its own.
    pub(crate) async fn ask(&self, request: http::request::Builder, body: &str) -> Reply {
        let stream = self.connect().await;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .unwrap();
        let driver = tokio::spawn(connection);
        let request = request
            .header("host", "localhost")
            .body(Full::new(Bytes::from(body.to_owned())))
            .unwrap();
        let reply = Reply::read(sender.send_request(request).await.unwrap()).await;
        driver.abort();
        reply
    }

    /// Sends bytes as they are and reads until the server closes.
    pub(crate) async fn send_raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.unwrap();
        read_to_close(&mut stream).await
    }
}

pub(crate) async fn read_to_close(stream: &mut TcpStream) -> String {
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    String::from_utf8(response).unwrap()
}

/// Reads until the response contains `text`.
pub(crate) async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut response = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.unwrap();
        response.extend_from_slice(&chunk[..read]);
        let so_far = String::from_utf8_lossy(&response).into_owned();
        if so_far.contains(text) {
            return so_far;
        }
        assert!(read > 0, "closed before {text:?} came: {so_far}");
    }
}

/// What a broken store does with every call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Never returns.
    Silent,
    /// Is unavailable.
    Away,
    /// Is full.
    Full(Limit),
    /// Panics.
    Panics,
}

/// A store on which no call ever succeeds.
#[derive(Debug)]
pub(crate) struct BrokenStore(pub(crate) Fault);

impl BrokenStore {
    async fn fail<T>(&self) -> Result<T, StoreError> {
        match self.0 {
            Fault::Silent => std::future::pending().await,
            Fault::Away => Err(StoreError::unavailable("password=hunter2")),
            Fault::Full(limit) => Err(StoreError::full(limit, 7)),
            Fault::Panics => panic!("this store always panics"),
        }
    }
}

#[async_trait]
impl JobStore for BrokenStore {
    async fn submit(&self, _: NewJob) -> Result<Submitted, StoreError> {
        self.fail().await
    }
    async fn claim(&self, _: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        self.fail().await
    }
    async fn heartbeat(&self, _: &Lease, _: Heartbeat) -> Result<HeartbeatReply, StoreError> {
        self.fail().await
    }
    async fn save(&self, _: &Lease, _: SaveRequest) -> Result<HeartbeatReply, StoreError> {
        self.fail().await
    }
    async fn checkpoint(
        &self,
        _: &Lease,
        _: Phase,
        _: Bytes,
    ) -> Result<HeartbeatReply, StoreError> {
        self.fail().await
    }
    async fn finish(&self, _: &Lease, _: Outcome) -> Result<Status, StoreError> {
        self.fail().await
    }
    async fn cancel(&self, _: JobId) -> Result<Status, StoreError> {
        self.fail().await
    }
    async fn pause(&self, _: PauseRequest) -> Result<(), StoreError> {
        self.fail().await
    }
    async fn unpause(&self, _: &Platform) -> Result<(), StoreError> {
        self.fail().await
    }
    async fn get(&self, _: JobId) -> Result<Option<Job>, StoreError> {
        self.fail().await
    }
    async fn get_many(&self, _: &[JobId]) -> Result<Vec<Option<Job>>, StoreError> {
        self.fail().await
    }
    async fn find(&self, _: FindRequest) -> Result<Option<Job>, StoreError> {
        self.fail().await
    }
    async fn delete(&self, _: JobId) -> Result<(), StoreError> {
        self.fail().await
    }
    async fn list(&self, _: ListRequest) -> Result<JobPage, StoreError> {
        self.fail().await
    }
    async fn claim_ended(&self, _: ClaimEndedRequest) -> Result<Vec<EndedJob>, StoreError> {
        self.fail().await
    }
    async fn acknowledge(&self, _: &Receipt, _: Delivery) -> Result<(), StoreError> {
        self.fail().await
    }
    async fn report(&self, _: JobId) -> Result<Option<Bytes>, StoreError> {
        self.fail().await
    }
    async fn changed(&self, _: WatchRequest) -> Result<Option<Job>, StoreError> {
        self.fail().await
    }
    async fn sweep(&self, _: SweepRequest) -> Result<SweepStats, StoreError> {
        self.fail().await
    }
    async fn stats(&self) -> Result<Stats, StoreError> {
        self.fail().await
    }
    async fn check(&self) -> Result<(), StoreError> {
        self.fail().await
    }
}

pub(crate) fn broken(fault: Fault) -> Api {
    Api::new(Client::new(BrokenStore(fault)))
}
