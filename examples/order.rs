//! An order and its report: a row of a program's own and a job, committed together or not at all.
//!
//! Needs a PostgreSQL server, in which it makes a table `orders` and the schema `report_pipeline`:
//!
//! ```text
//! DATABASE_URL=postgres://postgres@localhost/postgres cargo run --example order
//! ```

use std::time::Duration;

use futures::StreamExt;
use report_pipeline::{
    Client, JobId, NewJob, PhaseContext, PhaseError, Pipeline, Platforms, PostgresStore,
    ReportState, Target, analyze_fn, assemble_fn, scrape_fn,
};
use tokio_postgres::NoTls;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        return Err("set DATABASE_URL to the address of a PostgreSQL database".into());
    };
    let store = PostgresStore::connect(&url).await?;
    let (mut database, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    database
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS orders (customer text NOT NULL, report text NOT NULL)",
        )
        .await?;

    // One transaction of this program: if anything in it fails, there is neither an order nor a job.
    let target = Platforms::default().target(Some("tiktok"), "@nasa")?;
    let transaction = database.transaction().await?;
    let new = NewJob::new(JobId::random(), target);
    let id = store.submit_in(&transaction, new).await?;
    transaction
        .execute(
            "INSERT INTO orders (customer, report) VALUES ($1, $2)",
            &[&"a customer", &id.to_string()],
        )
        .await?;
    transaction.commit().await?;
    println!("ordered, as job {id}");

    // Workers may be in any process.
    let client = Client::new(store);
    let workers = Pipeline::builder(
        client.clone(),
        scrape_fn(async |target: Target, _: PhaseContext| {
            Ok::<_, PhaseError>(target.handle.to_string())
        }),
        analyze_fn(|name: &String, _: &PhaseContext| Ok::<_, PhaseError>(name.len())),
        assemble_fn(|name: &String, length: &usize, _: &PhaseContext| {
            Ok::<_, PhaseError>(format!("{name} has {length} letters"))
        }),
    )
    .build()
    .start();
    client.watch(id).for_each(async |_| {}).await;
    if let ReportState::Ready(report) = client.report(id).await? {
        println!("the report: {report:?}");
    }
    workers.drain(Duration::from_secs(5)).await;
    Ok(())
}
