//! The service inside the servers of axum and hyper.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use report_pipeline::http::Api;
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service;

use crate::support::{Reply, request, service};

/// Asks over a connection to `address`.
async fn ask(
    address: std::net::SocketAddr,
    request: http::request::Builder,
    body: &'static str,
) -> Reply {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = request
        .header("host", "localhost")
        .body(Full::new(Bytes::from(body)))
        .unwrap();
    Reply::read(sender.send_request(request).await.unwrap()).await
}

async fn axum_server(app: Router) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Submits below `prefix` and follows the `Location` of the response.
async fn submit_and_follow(address: std::net::SocketAddr, prefix: &str) {
    let post = request("POST", &format!("{prefix}/api/analyze"))
        .header("content-type", "application/json");
    let accepted = ask(address, post, r#"{"handle":"nasa"}"#).await;
    assert_eq!(accepted.status, 202);
    let location = accepted.field("location");
    assert!(location.starts_with(&format!("{prefix}/api/status/")));
    let status = ask(address, request("GET", location), "").await;
    assert_eq!(status.status, 200);
    assert_eq!(status.json()["job_id"], accepted.json()["job_id"]);
    let head = ask(address, request("HEAD", location), "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.field("content-length"), status.field("content-length"));
    let nowhere = ask(address, request("GET", &format!("{prefix}/nowhere")), "").await;
    assert_eq!((nowhere.status, &*nowhere.problem()), (404, "not-found"));
}

#[tokio::test]
async fn axum_nests_it_below_a_prefix() {
    let (api, _) = service();
    let app = Router::new()
        .route("/", get(|| async { "mine" }))
        .nest_service("/v1/reports", api.with_base_path("/v1/reports/"));
    let address = axum_server(app).await;
    submit_and_follow(address, "/v1/reports").await;
    assert_eq!(
        &ask(address, request("GET", "/"), "").await.body[..],
        b"mine"
    );
}

#[tokio::test]
async fn axum_falls_back_to_it() {
    let (api, _) = service();
    let app = Router::new()
        .route("/mine", get(|| async { "mine" }))
        .fallback_service(api);
    let address = axum_server(app).await;
    submit_and_follow(address, "").await;
    assert_eq!(
        &ask(address, request("GET", "/mine"), "").await.body[..],
        b"mine"
    );
}

#[tokio::test]
async fn hyper_serves_it_by_itself_and_as_a_tower_service() {
    let (api, _) = service();
    for tower in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let api = api.clone();
        tokio::spawn(async move {
            loop {
                let io = TokioIo::new(listener.accept().await.unwrap().0);
                let builder = http1::Builder::new();
                if tower {
                    let service = TowerToHyperService::new(api.clone());
                    tokio::spawn(builder.serve_connection(io, service));
                } else {
                    tokio::spawn(builder.serve_connection(io, api.clone()));
                }
            }
        });
        submit_and_follow(address, "").await;
    }
}

#[tokio::test]
async fn it_is_a_tower_service_of_any_body() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let (mut api, _) = service();
    shared(&api);
    let request = request("GET", "/health").body(String::new()).unwrap();
    let response = Service::call(&mut api, request).await.unwrap();
    assert_eq!(Reply::read(response).await.status, 200);
}

#[test]
fn a_base_path_must_be_a_path() {
    for wrong in ["reports", "/a b", "/a?b", "/a\r\nx: y"] {
        let built = std::panic::catch_unwind(|| service().0.with_base_path(wrong));
        assert!(built.is_err(), "{wrong}");
    }
    let _: Api = service().0.with_base_path("/").with_base_path("");
}
