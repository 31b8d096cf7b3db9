//! What the store is refused by the server, in words that say what to do.

use std::time::Duration;

use report_pipeline::{JobStore, PostgresConnectError, PostgresOptions, PostgresStore, StoreError};

use super::fixture::{Schema, new_job, submit};

/// The address of a schema for another user.
fn url_as(schema: &Schema, user: &str) -> String {
    schema.url().replace("postgres@", &format!("{user}@"))
}

async fn refused(url: &str) -> PostgresConnectError {
    match PostgresStore::connect(url).await {
        Ok(_) => panic!("{url} is refused"),
        Err(error) => error,
    }
}

fn assert_says(error: &StoreError, words: &str) {
    assert!(
        matches!(error, StoreError::Unavailable { .. }) && error.to_string().contains(words),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_read_only_server_is_named_and_can_still_be_read() {
    let schema = Schema::new();
    let id = submit(&schema.store().await, "nasa").await;
    schema.run("CREATE ROLE reading LOGIN SUPERUSER; ALTER ROLE reading SET default_transaction_read_only = on");
    let store = PostgresStore::connect(&url_as(&schema, "reading"))
        .await
        .unwrap();
    assert!(store.get(id).await.unwrap().is_some());
    assert_says(
        &store.submit(new_job("esa")).await.unwrap_err(),
        "PostgreSQL is read-only here",
    );
    assert_says(
        &store.check().await.unwrap_err(),
        "PostgreSQL is read-only here",
    );
    let new = Schema::new();
    let error = refused(&url_as(&new, "reading")).await;
    assert!(
        error.to_string().contains("PostgreSQL is read-only here"),
        "{error}"
    );
}

#[tokio::test]
async fn a_missing_right_is_named_and_the_tables_can_be_made_by_somebody_else() {
    let schema = Schema::new();
    schema.run("CREATE ROLE worker LOGIN; CREATE ROLE stranger LOGIN");
    let url = url_as(&schema, "worker");
    let error = refused(&url).await;
    assert!(
        matches!(error, PostgresConnectError::Tables { .. })
            && error.to_string().contains("this user lacks a right"),
        "{error}"
    );
    let options = PostgresOptions::new(&url).unwrap();
    Schema::server().run(&options.ddl());
    schema.run(&format!(
        "GRANT USAGE ON SCHEMA {0} TO worker; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO worker",
        schema.name()
    ));
    let store = options.connect().await.unwrap();
    submit(&store, "nasa").await;
    let error = refused(&url_as(&schema, "stranger")).await;
    assert!(
        error.to_string().contains("this user lacks a right"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_said_without_its_password() {
    let schema = Schema::new();
    let good = schema.url();
    for (url, words) in [
        (
            good.replace("/postgres?", "/nothing?"),
            "there is no such database",
        ),
        (
            good.replace("postgres@", "nobody_here:secret@"),
            "does not let this user in",
        ),
        (format!("{good}&colour=secret"), "this is not the address"),
        (
            "postgres://me:secret@127.0.0.1:1/db".to_owned(),
            "no server replies at 127.0.0.1:1",
        ),
    ] {
        let error = refused(&url).await;
        let all = format!("{error} {error:?}");
        assert!(all.contains(words) && !all.contains("secret"), "{all}");
    }
}

#[tokio::test]
async fn tables_of_others_and_of_newer_builds_are_left_alone() {
    let schema = Schema::new();
    Schema::server().run(&format!(
        "CREATE SCHEMA {0}; CREATE TABLE {0}.jobs (id integer)",
        schema.name()
    ));
    let error = refused(&schema.url()).await;
    assert!(
        error.to_string().contains("tables of another program"),
        "{error}"
    );

    let schema = Schema::new();
    let store = schema.store().await;
    schema.run("UPDATE meta SET schema = 7, min_reader = 1");
    submit(&store, "nasa").await;
    schema.store().await;
    schema.run("UPDATE meta SET min_reader = 7");
    assert_says(
        &store.submit(new_job("esa")).await.unwrap_err(),
        "need a build of schema 7",
    );
    let error = refused(&schema.url()).await;
    assert!(
        matches!(
            error,
            PostgresConnectError::Schema {
                found: 7,
                needed: 7,
                supported: 1,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn tables_that_are_gone_are_named() {
    let schema = Schema::new();
    let store = schema.store().await;
    schema.run(&format!("DROP SCHEMA {} CASCADE", schema.name()));
    let error = store.submit(new_job("nasa")).await.unwrap_err();
    assert_says(&error, "the tables of the store are gone");
    assert_says(
        &store.stats().await.unwrap_err(),
        "the tables of the store are gone",
    );
}

#[tokio::test]
async fn a_lock_that_is_never_given_back_is_named_and_reading_does_not_wait_for_it() {
    let schema = Schema::new();
    let store = schema
        .store_at(Schema::server().address(), Duration::from_secs(2))
        .await;
    let id = submit(&store, "nasa").await;
    let url = Schema::server().url("unused").replace("?schema=unused", "");
    let (other, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let lock = format!("BEGIN; SELECT one FROM {}.meta FOR UPDATE", schema.name());
    other.batch_execute(&lock).await.unwrap();
    let error = store.submit(new_job("esa")).await.unwrap_err();
    assert_says(&error, "another transaction has held the lock of the store");
    assert!(store.get(id).await.unwrap().is_some());
    other.batch_execute("ROLLBACK").await.unwrap();
    submit(&store, "esa").await;
    drop(other);
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_may_lose_what_it_accepted_is_warned_about() {
    let schema = Schema::new();
    assert_eq!(schema.store().await.warnings(), &[] as &[String]);
    schema.run("CREATE ROLE hasty LOGIN SUPERUSER; ALTER ROLE hasty SET synchronous_commit = off");
    let store = PostgresStore::connect(&url_as(&schema, "hasty"))
        .await
        .unwrap();
    assert!(
        store.warnings()[0].contains("synchronous_commit is off"),
        "{:?}",
        store.warnings()
    );
}
