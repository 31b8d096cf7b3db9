//! The service: which route is served by whom, and what stands in front of all of them.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, delete, get, post};
use report_pipeline::Client;
use report_pipeline::http::Api;
use report_pipeline_page::PageOptions;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::cors::CorsLayer;

use crate::access::{Access, Limiters, OperatorKey};
use crate::metrics::Metrics;
use crate::settings::HttpSettings;
use crate::{docs, fields, gate, openapi, problem, routes, submit};

/// What every request needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) api: Api,
    pub(crate) client: Client,
    pub(crate) access: Arc<Access>,
    pub(crate) operator: Option<OperatorKey>,
    pub(crate) limiters: Limiters,
    pub(crate) trusted_proxies: usize,
    pub(crate) base_path: String,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub(crate) fn new(
        client: Client,
        access: Arc<Access>,
        operator: Option<OperatorKey>,
        http: &HttpSettings,
    ) -> Self {
        let needs_key = access.needs_key();
        let api = Api::new(client.clone())
            .with_base_path(&http.base_path)
            .with_submit_hook(submit::admit)
            .with_openapi(move |document| openapi::complete(document, needs_key));
        Self(Arc::new(Parts {
            api,
            client,
            limiters: Limiters::new(NonZeroU32::new(http.address_rate), access.rates()),
            access,
            operator,
            trusted_proxies: http.trusted_proxies,
            base_path: http.base_path.clone(),
        }))
    }

    /// Hands a request to the library's service.
    pub(crate) async fn forward(&self, request: Request) -> Response {
        self.api.respond(request).await.map(Body::new)
    }

    /// The whole service.
    pub(crate) fn router(&self, http: &HttpSettings, metrics: Option<Metrics>) -> Router {
        let jobs = Router::new()
            .route("/api/analyze", any(routes::submit))
            .route("/api/analyze/batch", post(routes::batch))
            .route("/api/status/{id}", any(routes::job))
            .route("/api/status/{id}/events", any(routes::job))
            .route("/api/report/{id}", any(routes::report))
            .route("/api/cancel/{id}", any(routes::job))
            .route("/api/events", any(routes::events))
            .route("/api/jobs", get(routes::list))
            .route("/api/jobs/{id}", delete(routes::delete))
            .route("/api/accounts/{platform}/{handle}", delete(routes::erase))
            .layer(from_fn_with_state(self.clone(), gate::admit));
        let open = Self::health().route("/", get(page));
        let open = open
            .route("/openapi.json", any(forward))
            .route("/docs", get(docs::page));
        let open = match metrics {
            Some(metrics) if !self.access.needs_key() => open.merge(metrics.router()),
            _ => open,
        };
        let operator = if self.operator.is_some() {
            self.operator_routes()
        } else {
            Router::new()
        };
        let router = jobs
            .merge(operator)
            .merge(open)
            .method_not_allowed_fallback(async || problem::method_not_allowed())
            .fallback(async || problem::not_found())
            .with_state(self.clone());
        let router = if http.base_path.is_empty() {
            router
        } else {
            let slash = format!("{}/", http.base_path);
            Router::new()
                .route(
                    &http.base_path,
                    get(async move || Redirect::permanent(&slash)),
                )
                .nest(&format!("{}/", http.base_path), router)
                .fallback(async || problem::not_found())
        };
        let compression = CompressionLayer::new()
            .compress_when(DefaultPredicate::new().and(SizeAbove::new(1024)));
        let router = router.layer(compression).layer(from_fn(fields::complete));
        if http.cors_origin.is_empty() {
            return router;
        }
        router.layer(
            CorsLayer::new()
                .allow_origin(http.cors_origin.clone())
                .allow_methods([Method::GET, Method::POST, Method::DELETE])
                .allow_headers(
                    Api::REQUEST_HEADERS
                        .into_iter()
                        .chain(KEY_HEADERS)
                        .collect::<Vec<_>>(),
                )
                .expose_headers(
                    Api::RESPONSE_HEADERS
                        .into_iter()
                        .chain(LIMIT_HEADERS)
                        .collect::<Vec<_>>(),
                ),
        )
    }

    /// What only the operator may see and do.
    fn operator_routes(&self) -> Router<Self> {
        Router::new()
            .route("/api/operator/view", get(routes::operator::view))
            .route("/api/operator/cancel/{id}", post(routes::operator::cancel))
            .route(
                "/api/operator/unpause/{platform}",
                post(routes::operator::unpause),
            )
            .layer(from_fn_with_state(self.clone(), routes::operator::admit))
    }

    /// What a process without requests of its own serves.
    pub(crate) fn health_router(&self, metrics: Metrics) -> Router {
        Self::health()
            .with_state(self.clone())
            .merge(metrics.router())
    }

    fn health() -> Router<Self> {
        Router::new()
            .route("/health", any(forward))
            .route("/ready", any(forward))
    }
}

const KEY_HEADERS: [HeaderName; 3] = [
    axum::http::header::AUTHORIZATION,
    HeaderName::from_static("x-api-key"),
    axum::http::header::IF_MATCH,
];
const LIMIT_HEADERS: [HeaderName; 2] = [
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
];

async fn forward(State(app): State<App>, request: Request) -> Response {
    app.forward(request).await
}

async fn page(State(app): State<App>) -> Response {
    let options = PageOptions::new().with_lists();
    let options = if app.operator.is_some() {
        options.with_operator()
    } else {
        options
    };
    options.response().map(Body::new).into_response()
}
