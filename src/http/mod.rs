//! The HTTP service: submit, follow, fetch and cancel jobs as JSON over HTTP.
//!
//! [`Api`] is a service over a [`Client`](crate::Client): mount it in axum or any other tower
//! stack, serve it with hyper, or let [`serve`] do that. It needs no worker and no phases in its
//! process. The routes, the problem types and every limit are described in `docs/http-api.md`.
//!
//! # Example
//! ```no_run
//! use report_pipeline::{Client, MemoryStore, http};
//!
//! # async fn example() -> std::io::Result<()> {
//! let api = http::Api::new(Client::new(MemoryStore::new()));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let shutdown = std::future::pending(); // such as tokio::signal::ctrl_c()
//! http::serve(listener, api, shutdown).await
//! # }
//! ```

mod api;
mod body;
mod closing;
mod connection_timer;
mod events;
mod follow;
mod followed_jobs;
mod followers;
mod guarded;
mod handlers;
mod headers;
mod many_events;
mod openapi;
mod options;
mod peer;
mod problem;
mod problem_details;
mod response;
mod route;
mod serve;
mod service;
mod status_body;
mod stream;
mod submission;
mod submit_hook;
mod target_parser;
mod traceparent;
mod wire;

pub use self::api::Api;
pub use self::body::Body;
pub use self::peer::Peer;
pub use self::problem_details::ProblemDetails;
pub use self::serve::{ServeOptions, serve};
pub use self::status_body::StatusBody;
pub use self::submit_hook::{Refusal, SubmitOptions, SubmitRequest};
