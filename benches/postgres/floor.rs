//! The least that PostgreSQL itself takes on this machine.

use std::time::{Duration, Instant};

use report_pipeline_test_support::postgres::PostgresServer;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

/// About as long as the row of a job.
const ROW: [u8; 400] = [7; 400];
/// The row, and a report of 1 KiB.
const LAST_ROW: [u8; 1424] = [7; 1424];

/// Jobs per second, if a job were as many updates of one row by its key as its calls are: submit, claim, each
/// checkpoint, finish. Over so many connections.
pub(crate) async fn jobs_per_second(
    server: &PostgresServer,
    jobs: u32,
    checkpoints: f64,
    connections: u32,
) -> f64 {
    server.run(&format!(
        "DROP TABLE IF EXISTS floor; CREATE TABLE floor (id bigint PRIMARY KEY, body bytea NOT NULL);
         INSERT INTO floor SELECT id, '' FROM generate_series(0, {jobs} - 1) AS id"
    ));
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(connect(server).await);
    }
    let began = Instant::now();
    let shares = clients
        .iter()
        .zip(0_u32..)
        .map(|(client, first)| async move {
            let update = "UPDATE floor SET body = $2 WHERE id = $1";
            let update = client.prepare(update).await.unwrap();
            let mut owed = 0.0;
            for id in (first..jobs).step_by(connections as usize) {
                owed += 3.0 + checkpoints;
                while owed >= 1.0 {
                    owed -= 1.0;
                    let body: &[u8] = if owed < 1.0 { &LAST_ROW } else { &ROW };
                    let parameters: [&(dyn ToSql + Sync); 2] = [&i64::from(id), &body];
                    client.execute(&update, &parameters).await.unwrap();
                }
            }
        });
    futures::future::join_all(shares).await;
    f64::from(jobs) / began.elapsed().as_secs_f64()
}

/// Inserts one row and commits it, so many times, and returns how long each took.
pub(crate) async fn durable_inserts(server: &PostgresServer, count: u32) -> Vec<Duration> {
    server.run(
        "DROP TABLE IF EXISTS inserts; CREATE TABLE inserts (id bigserial PRIMARY KEY, body bytea NOT NULL)",
    );
    let client = connect(server).await;
    let insert = "INSERT INTO inserts (body) VALUES ($1)";
    let insert = client.prepare(insert).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..count {
        let began = Instant::now();
        client.execute(&insert, &[&&ROW[..]]).await.unwrap();
        times.push(began.elapsed());
    }
    times
}

async fn connect(server: &PostgresServer) -> Client {
    let (client, connection) = tokio_postgres::connect(&url(server), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Copies the rows of `made` finished jobs until there are `count`, each with an id and a handle of its own.
pub(crate) fn multiply(server: &PostgresServer, schema: &str, made: u32, count: u32) {
    let columns = server.run(&format!(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
         FROM information_schema.columns WHERE table_schema = '{schema}' AND table_name = 'jobs'"
    ));
    let copied: Vec<&str> = columns
        .split(", ")
        .map(|column| match column {
            "number" => "number + copy * step",
            "job_id" => "gen_random_uuid()::text",
            "handle" => "'user' || (number + copy * step)",
            other => other,
        })
        .collect();
    server.run(&format!(
        "SET search_path TO {schema};
         CREATE TEMP TABLE copies AS SELECT copy, (SELECT max(number) FROM jobs) AS step
             FROM generate_series(1, {count} / {made} - 1) AS copy;
         CREATE TEMP TABLE made AS SELECT * FROM jobs;
         CREATE TEMP TABLE told AS SELECT * FROM reports;
         INSERT INTO jobs ({columns}) SELECT {} FROM made, copies;
         INSERT INTO reports SELECT number + copy * step, value FROM told, copies;
         UPDATE meta SET completed = {count}, submitted = {count}, stored_bytes = stored_bytes * ({count} / {made});
         ANALYZE jobs; ANALYZE reports",
        copied.join(", ")
    ));
    // As a store that came to them one by one: a million new rows are autovacuum's work, and it would do that beside what
    // is measured.
    for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
        server.run(statement);
    }
}

/// Some ids of all jobs.
pub(crate) fn some_ids(server: &PostgresServer, schema: &str, count: u32) -> Vec<String> {
    let told = server.run(&format!(
        "SELECT job_id FROM {schema}.jobs ORDER BY md5(job_id) LIMIT {count}"
    ));
    told.lines().map(str::to_owned).collect()
}

/// The size of the schema's tables and indexes, rows that are dead included.
pub(crate) fn size(server: &PostgresServer, schema: &str) -> f64 {
    let told = server.run(&format!(
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class
         WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace"
    ));
    told.parse().unwrap()
}

/// How many transactions the server has committed.
pub(crate) fn commits(server: &PostgresServer) -> f64 {
    let told = server.run("SELECT xact_commit FROM pg_stat_database WHERE datname = 'postgres'");
    told.parse().unwrap()
}

fn url(server: &PostgresServer) -> String {
    format!("postgres://postgres@{}/postgres", server.address())
}
