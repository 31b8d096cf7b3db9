//! What a file counts, compared with what it holds.

#[path = "../kit/agree.rs"]
mod agree;

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use self::agree::AGREE;

/// Compares what the file counts with what it holds, and looks for damage.
pub(crate) fn assert_agrees(file: &Path) {
    let file = Connection::open(file).expect("it opens");
    file.busy_timeout(Duration::from_secs(5))
        .expect("it can wait");
    // One transaction, so that nobody changes anything between the statements.
    file.execute_batch("BEGIN").expect("it begins");
    let check: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("it is checked");
    assert_eq!(check, "ok");
    for (what, statement) in AGREE {
        let mut statement = file.prepare(statement).expect("the tables are there");
        let mut rows = statement.query([]).expect("it is compared");
        let different = rows
            .next()
            .expect("it is read")
            .map(|row| format!("{row:?}"));
        assert_eq!(different, None, "{what}");
    }
}
