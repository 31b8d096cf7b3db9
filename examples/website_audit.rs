//! Reports on something else than accounts: audits of websites, keyed by address, for several tenants.
//!
//! `cargo run --example website_audit` sends a few submits to the HTTP service, without a socket, and
//! prints what becomes of them. The website is made up, so that it runs anywhere.

use std::error::Error;

use futures::StreamExt;
use http_body_util::BodyExt;
use report_pipeline::http::{Api, Refusal, SubmitOptions, SubmitRequest};
use report_pipeline::{
    Client, Handle, InvalidTarget, MemoryStore, PhaseContext, PhaseError, Pipeline, Platform,
    ReportState, Scope, Target, analyze_fn, assemble_fn, scrape_fn,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The object `options` of a submit, which the phases read as their input.
#[derive(Serialize, Deserialize)]
struct Options {
    pages: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(MemoryStore::new());
    let assembler = assemble_fn(
        |titles: &Vec<String>, untitled: &usize, ctx: &PhaseContext| {
            let (site, scope) = (ctx.target().handle.as_str(), ctx.scope());
            Ok(json!({"site": site, "scope": scope, "pages": titles.len(), "untitled": untitled}))
        },
    );
    let _workers = Pipeline::builder(
        client.clone(),
        scrape_fn(crawl),
        analyze_fn(|titles: &Vec<String>, _: &PhaseContext| {
            Ok(titles.iter().filter(|title| title.is_empty()).count())
        }),
        assembler,
    )
    .build()
    .start();
    let api = Api::new(client.clone())
        .with_target_parser(website)
        .with_submit_hook(admit);

    let shop = json!({"handle": "https://Shop.example/?lang=en", "options": {"pages": 3}});
    let more = json!({"handle": "https://shop.example/?lang=en", "options": {"pages": 5}});
    let large = json!({"handle": "https://shop.example/", "options": {"pages": 5000}});
    for (tenant, body) in [
        ("ada", &shop),
        ("ada", &shop), // joins the first, or is served its report
        ("bob", &shop), // has a job of his own
        ("ada", &more), // so have other options
        ("ada", &large),
        ("", &shop),
    ] {
        let response = submit(&api, tenant, body).await?;
        let Some(id) = response["job_id"].as_str() else {
            println!("{tenant}: refused, {}", response["detail"]);
            continue;
        };
        client.watch(id.parse()?).for_each(async |_| {}).await;
        if let ReportState::Ready(report) = client.report(id.parse()?).await? {
            println!("{tenant}: job {id}, {}", str::from_utf8(&report)?);
        }
    }
    Ok(())
}

/// Keys a website by its address: `https://Shop.example/?a=b` is `shop.example/?a=b`.
fn website(_: Option<&str>, address: &str) -> Result<Target, InvalidTarget> {
    let Some(rest) = address.trim().strip_prefix("https://") else {
        return Err(InvalidTarget::handle("must begin with https://"));
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let handle = Handle::canonical(&format!("{}/{path}", host.to_ascii_lowercase()))?;
    Ok(Target::new(Platform::new("web")?, handle))
}

/// Decides on a submit: who asks, and what makes a report another one, is in the scope.
async fn admit(request: SubmitRequest) -> Result<SubmitOptions, Refusal> {
    let tenant = request.head().headers.get("x-tenant");
    let tenant = tenant.and_then(|name| name.to_str().ok());
    let Some(tenant) = tenant.filter(|name| !name.is_empty()) else {
        return Err(Refusal::forbidden("the tenant is missing"));
    };
    let Options { pages } = request.options()?;
    if pages > 100 {
        return Err(Refusal::invalid("an audit has 100 pages at most"));
    }
    let scope = Scope::new(&format!("{tenant}, {pages} pages"));
    let scope = scope.map_err(|_| Refusal::forbidden("there is no such tenant"))?;
    let input = request.options_json().to_vec();
    Ok(SubmitOptions::new().with_scope(scope).with_input(input))
}

/// Reads the titles of as many pages as the options say. Each is saved, so that another attempt goes on
/// where this one stopped.
async fn crawl(_: Target, ctx: PhaseContext) -> Result<Vec<String>, PhaseError> {
    let options: Options = serde_json::from_slice(ctx.input())
        .map_err(|error| PhaseError::permanent(format!("the options cannot be read: {error}")))?;
    let mut titles = ctx.saved::<(), String>().pages;
    while titles.len() < options.pages {
        let title = ["Welcome", "", "Contact"][titles.len() % 3].to_owned();
        ctx.push(&title).await?;
        titles.push(title);
    }
    Ok(titles)
}

async fn submit(api: &Api, tenant: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
    let request = http::Request::post("/api/analyze")
        .header("content-type", "application/json")
        .header("x-tenant", tenant)
        .body(body.to_string())?;
    let response = api.respond(request).await.into_body().collect().await?;
    Ok(serde_json::from_slice(&response.to_bytes())?)
}
