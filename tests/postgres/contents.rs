//! What the store's tables count, compared with what they hold.

#[path = "../kit/agree.rs"]
mod agree;

use report_pipeline_test_support::postgres::PostgresServer;

use self::agree::AGREE;

/// Compares what the tables of a schema count with what they hold, in one statement, so that nobody changes anything
/// in between.
pub(crate) fn assert_agrees(server: &PostgresServer, schema: &str) {
    let checks = AGREE
        .iter()
        .map(|(what, statement)| format!("SELECT '{what}' WHERE EXISTS ({statement})"));
    let checks: Vec<String> = checks.collect();
    let sql = format!(
        "SET search_path TO {schema}; {}",
        checks.join(" UNION ALL ")
    );
    assert_eq!(server.run(&sql), "", "they do not agree in {schema}");
}
