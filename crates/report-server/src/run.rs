//! Starts the parts, and ends them in order.

use std::error::Error;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use report_pipeline::http;
use report_pipeline::{Client, Delayed, Phase, Pipeline, RetryPolicy, Workers};
use report_pipeline_social::{HeuristicAnalyzer, ReportAssembler};
use tokio::net::TcpListener;
use tokio::signal;
use tokio_util::sync::CancellationToken;

use crate::access::{Access, OperatorKey, Tenant};
use crate::app::App;
use crate::callbacks::{Callbacks, Deliverer, Sender};
use crate::metrics::Metrics;
use crate::settings::{JobSettings, Role, Settings};
use crate::{scraper, store};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// How long the server waits, after a drain, for those who followed a job to fetch its report.
const FOLLOWERS: Duration = Duration::from_secs(5);
/// How long each phase of a simulated account takes, unless `--phase-delay` says otherwise.
const SIMULATED_DELAY: Duration = Duration::from_secs(1);
/// How often limits forget who has not asked for a while.
const FORGET: Duration = Duration::from_secs(60);

/// Runs the service until a signal ends it.
///
/// # Errors
/// If a part cannot be started, or its listener fails.
pub(crate) async fn run(settings: Settings) -> Result<(), BoxError> {
    if settings.store.print_schema {
        println!("{}", store::schema(&settings.store)?);
        return Ok(());
    }
    let sender = Sender::new(settings.callbacks.callback_insecure)?;
    let access = Arc::new(access(&settings, &sender)?);
    let store = store::open(&settings.store).await?;
    let client = Client::new(store)
        .with_deadline(Some(settings.jobs.deadline))
        .with_max_crashes(settings.jobs.max_crashes.get());
    let app = App::new(
        client.clone(),
        Arc::clone(&access),
        operator_key()?,
        &settings.http,
    );
    let metrics = Metrics::start()?;

    let mut terminated = Terminated::new()?;
    let listener = listen(&settings.http.listen).await?;
    let workers = if settings.role == Role::Api {
        None
    } else {
        let deliverer = Deliverer::new(Arc::clone(&access), sender, &settings.http.base_path);
        let deliverer = access.has_callbacks().then_some(deliverer);
        Some(start_workers(client, &settings.jobs, deliverer)?)
    };
    // What serves metrics ends last, so that the drain can be watched.
    let closed = CancellationToken::new();
    let metrics_server = match &settings.http.metrics_listen {
        Some(address) => {
            let listener = listen(address).await?;
            let router = app.health_router(metrics.clone());
            let closed = closed.clone();
            tokio::spawn(http::serve(listener, router, async move {
                closed.cancelled().await;
            }))
        }
        None => tokio::spawn(async { Ok(()) }),
    };
    let router: Router = if settings.role == Role::Worker {
        app.health_router(metrics)
    } else {
        let shared = settings.http.metrics_listen.is_none().then_some(metrics);
        app.router(&settings.http, shared)
    };
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    forget_idle(app.clone());

    let drain = settings.jobs.drain;
    let shutdown = async {
        terminated.next().await;
        tracing::info!("draining; a second signal stops at once");
        app.api.refuse_submits();
        tokio::select! {
            () = async {
                if let Some(workers) = workers {
                    let drained = workers.drain(drain).await;
                    tracing::info!(?drained, "drained");
                }
                let unserved = app.api.wait_for_followers(FOLLOWERS).await;
                tracing::info!(unserved, "closing");
            } => {}
            () = terminated.next() => {}
        }
    };
    http::serve(listener, router, shutdown).await?;
    closed.cancel();
    metrics_server.await??;
    Ok(())
}

fn access(settings: &Settings, sender: &Sender) -> Result<Access, BoxError> {
    let rate = NonZeroU32::new(settings.access.tenant_rate);
    let hosts = &settings.callbacks.callback_host;
    if let Some(path) = &settings.access.tenants {
        if !hosts.is_empty() {
            return Err(
                "--callback-host is for a service without tenants: write the hosts of each \
                tenant into the file of --tenants"
                    .into(),
            );
        }
        return Ok(Access::open(path, rate, sender)?);
    }
    tracing::warn!("no --tenants are given: everybody who reaches this service may use it");
    let callbacks = match scraper::value("WEBHOOK_SECRET") {
        Some(secret) => Some(
            Callbacks::new(&secret, hosts, sender)
                .map_err(|what| format!("WEBHOOK_SECRET or --callback-host: {what}"))?,
        ),
        None if hosts.is_empty() => None,
        None => return Err("--callback-host needs the variable WEBHOOK_SECRET".into()),
    };
    Ok(Access::Open(Arc::new(Tenant {
        name: String::new(),
        rate,
        callbacks,
    })))
}

fn operator_key() -> Result<Option<OperatorKey>, BoxError> {
    let key = scraper::value("OPERATOR_KEY").map(|key| OperatorKey::new(&key));
    key.transpose()
        .map_err(|what| format!("OPERATOR_KEY: {what}").into())
}

fn start_workers(
    client: Client,
    settings: &JobSettings,
    deliverer: Option<Deliverer>,
) -> Result<Workers, BoxError> {
    let delay = settings
        .phase_delay
        .unwrap_or(if scraper::is_simulated(settings) {
            SIMULATED_DELAY
        } else {
            Duration::ZERO
        });
    let mut builder = Pipeline::builder(
        client,
        Delayed::new(scraper::open(settings)?, delay),
        Delayed::new(HeuristicAnalyzer::new(), delay),
        Delayed::new(ReportAssembler::new(), delay),
    )
    .with_concurrency(settings.concurrency.get())
    .with_lease(settings.lease);
    for &phase in Phase::ALL {
        builder = builder
            .with_retry(phase, RetryPolicy::new(settings.max_attempts))
            .with_timeout(phase, settings.phase_timeout + delay);
    }
    if let Some(deliverer) = deliverer {
        builder = builder.on_end(move |ended| deliverer.clone().deliver(ended));
    }
    Ok(builder.build().start())
}

async fn listen(address: &str) -> Result<TcpListener, BoxError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}").into())
}

fn forget_idle(app: App) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(FORGET).await;
            app.limiters.forget_idle();
        }
    });
}

/// The signals that end a service.
struct Terminated {
    #[cfg(unix)]
    terminate: signal::unix::Signal,
    #[cfg(windows)]
    terminate: signal::windows::CtrlClose,
}

impl Terminated {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal::unix::signal(signal::unix::SignalKind::terminate())?,
            #[cfg(windows)]
            terminate: signal::windows::ctrl_close()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.terminate.recv() => {} _ = signal::ctrl_c() => {} }
    }
}
