//! Reports on something else than accounts: audits of websites, keyed by address, for several tenants.
//!
//! `cargo run --example website_audit` sends a few submits to the HTTP service, without a socket, and
//! prints what becomes of them. The website is made up, so that it runs anywhere.

use std::{convert::Infallible, error::Error, time::Duration};

use futures::StreamExt;
use http_body_util::BodyExt;
use report_pipeline::http::{Api, Refusal, SubmitOptions, SubmitRequest};
use report_pipeline::{
    Client, EndedJob, Handle, InvalidTarget, MemoryStore, PhaseContext, PhaseError, Pipeline,
    Platform, ReportState, Scope, Target, analyze_fn, assemble_fn, scrape_fn,
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
    let untitled = |titles: &Vec<String>, _: &PhaseContext| {
        Ok(titles.iter().filter(|title| title.is_empty()).count())
    };
    let report = |titles: &Vec<String>, untitled: &usize, ctx: &PhaseContext| {
        let site = ctx.target().handle.as_str();
        Ok(json!({"site": site, "pages": titles.len(), "untitled": untitled}))
    };
    let (crawl, untitled, report) = (scrape_fn(crawl), analyze_fn(untitled), assemble_fn(report));
    let pipeline = Pipeline::builder(client.clone(), crawl, untitled, report).on_end(call_back);
    let workers = pipeline.build().start();
    let api = Api::new(client.clone()).with_target_parser(website);
    let api = api.with_submit_hook(admit);

    for (tenant, pages) in [
        ("ada", 3),
        ("ada", 3), // joins the first, or is served its report
        ("bob", 3), // has a job of his own
        ("ada", 5), // so have other options
        ("eve", 3),
    ] {
        let response = submit(&api, tenant, pages).await?;
        let Some(id) = response["job_id"].as_str() else {
            println!("{tenant}: refused, {}", response["detail"]);
            continue;
        };
        client.watch(id.parse()?).for_each(async |_| {}).await;
        if let ReportState::Ready(report) = client.report(id.parse()?).await? {
            println!("{tenant}: job {id}, {}", str::from_utf8(&report)?);
        }
    }
    workers.drain(Duration::from_secs(5)).await;
    Ok(())
}

/// Keys a website by its address: `https://Shop.example/?a=b` is `shop.example/?a=b`.
fn website(_: Option<&str>, address: &str) -> Result<Target, InvalidTarget> {
    let rest = address.trim().strip_prefix("https://");
    let rest = rest.ok_or_else(|| InvalidTarget::handle("must begin with https://"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let handle = Handle::canonical(&format!("{}/{path}", host.to_ascii_lowercase()))?;
    Ok(Target::new(Platform::new("web")?, handle))
}

/// Decides on a submit: who asks, and what makes a report another one, is in the scope.
async fn admit(request: SubmitRequest) -> Result<SubmitOptions, Refusal> {
    let tenant = request.head().headers.get("x-tenant");
    let Some(Ok(tenant @ ("ada" | "bob"))) = tenant.map(|name| name.to_str()) else {
        return Err(Refusal::forbidden("there is no such tenant"));
    };
    let Options { pages } = request.options()?;
    if pages > 100 {
        return Err(Refusal::invalid("an audit has 100 pages at most"));
    }
    let scope = Scope::new(&format!("{tenant}, {pages} pages")).expect("a short text");
    let input = request.options_json().to_vec();
    let options = SubmitOptions::new().with_scope(scope).with_input(input);
    Ok(options.with_note(format!("https://{tenant}.example/hook")))
}

/// Tells whoever submitted the job, or joined it, that it has ended.
async fn call_back(ended: EndedJob) -> Result<(), Infallible> {
    for note in &ended.notes {
        let address = String::from_utf8_lossy(note.value());
        println!("-> POST {address}: {} {}", ended.job.id, ended.job.status);
    }
    Ok(())
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

async fn submit(api: &Api, tenant: &str, pages: usize) -> Result<Value, Box<dyn Error>> {
    let body = json!({"handle": "https://Shop.example/?lang=en", "options": {"pages": pages}});
    let request = http::Request::post("/api/analyze")
        .header("content-type", "application/json")
        .header("x-tenant", tenant)
        .body(body.to_string())?;
    let response = api.respond(request).await.into_body().collect().await?;
    Ok(serde_json::from_slice(&response.to_bytes())?)
}
