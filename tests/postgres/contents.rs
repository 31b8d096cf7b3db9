//! What the store's tables count, compared with what they hold.

#[path = "../kit/agree.rs"]
mod agree;

use report_pipeline_test_support::postgres::PostgresServer;

use self::agree::AGREE;

/// Compares what the tables of each schema count with what they hold; of one in one statement, so that nobody changes
/// anything in between.
pub(crate) fn assert_all_agree(server: &PostgresServer, schemas: &[String]) {
    // As many as the length of an argument allows.
    for schemas in schemas.chunks(16) {
        let sql: Vec<String> = schemas.iter().map(|schema| comparison(schema)).collect();
        assert_eq!(server.run(&sql.join("; ")), "", "they do not agree");
    }
}

fn comparison(schema: &str) -> String {
    let checks = AGREE
        .iter()
        .map(|(what, statement)| format!("SELECT '{schema}: {what}' WHERE EXISTS ({statement})"));
    let checks: Vec<String> = checks.collect();
    format!(
        "SET search_path TO {schema}; {}",
        checks.join(" UNION ALL ")
    )
}
