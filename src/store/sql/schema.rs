//! The tables, and the steps from one version of them to the next.

/// The version of the tables that this build writes.
pub(in crate::store) const SCHEMA: u32 = 1;

/// One step: the statements that bring the tables from the version before to this one.
pub(in crate::store) struct Step {
    pub(in crate::store) schema: u32,
    /// The oldest schema whose builds can work on what this one leaves.
    pub(in crate::store) min_reader: u32,
    pub(in crate::store) statements: &'static [&'static str],
}

/// The words in which databases differ.
pub(in crate::store) struct Dialect {
    /// A number that names a row.
    pub(in crate::store) key: &'static str,
    /// A whole number of 64 bits.
    pub(in crate::store) integer: &'static str,
    pub(in crate::store) bytes: &'static str,
    /// What stands behind the columns of a table.
    pub(in crate::store) end: &'static str,
}

impl Dialect {
    /// A statement of a [`Step`] in the words of this database.
    pub(in crate::store) fn say(&self, statement: &str) -> String {
        statement
            .replace("{key}", self.key)
            .replace("{integer}", self.integer)
            .replace("{bytes}", self.bytes)
            .replace("{end}", self.end)
    }
}

/// Every step, in order.
///
/// A new column with a default raises `schema` and not `min_reader`: older builds name the columns that they
/// read and write, so they keep it as it is. What they would read wrongly raises `min_reader` too, one release
/// after the build that can read it.
pub(in crate::store) const STEPS: &[Step] = &[Step {
    schema: 1,
    min_reader: 1,
    statements: &[
        // One row: which tables these are, and what is counted over all jobs.
        "CREATE TABLE meta (
            one {key} CHECK (one = 1),
            schema {integer} NOT NULL,
            min_reader {integer} NOT NULL,
            submitted {integer} NOT NULL DEFAULT 0,
            completed {integer} NOT NULL DEFAULT 0,
            failed {integer} NOT NULL DEFAULT 0,
            stored_bytes {integer} NOT NULL DEFAULT 0,
            kept_bytes {integer} NOT NULL DEFAULT 0,
            undelivered {integer} NOT NULL DEFAULT 0,
            damaged {integer} NOT NULL DEFAULT 0
        ){end}",
        "INSERT INTO meta (one, schema, min_reader) VALUES (1, 0, 0)",
        // A job: first what everybody may read, then what is the store's own. Times for people are RFC 3339
        // in UTC, those that are compared are nanoseconds since 1970.
        "CREATE TABLE jobs (
            number {key},
            job_id TEXT NOT NULL,
            platform TEXT NOT NULL,
            handle TEXT NOT NULL,
            scope TEXT NOT NULL,
            status TEXT NOT NULL,
            phase TEXT NOT NULL,
            progress {integer} NOT NULL,
            version {integer} NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            completed_at TEXT,
            expires_at TEXT,
            next_attempt_at TEXT,
            error_kind TEXT,
            error_message TEXT,
            attempt {integer} NOT NULL,
            failures {integer} NOT NULL,
            crashes {integer} NOT NULL,
            cancel_requested {integer} NOT NULL,
            expires {integer},
            kept_until {integer},
            ended {integer},
            owns_key {integer} NOT NULL,
            due {integer} NOT NULL,
            ahead {integer} NOT NULL,
            lease_until {integer},
            fence {integer} NOT NULL,
            token TEXT,
            program TEXT,
            settled TEXT,
            deadline {integer},
            max_crashes {integer} NOT NULL,
            limits_seen {integer} NOT NULL,
            saves {integer} NOT NULL,
            traceparent TEXT,
            tracestate TEXT,
            input_bytes {integer} NOT NULL,
            scraping_bytes {integer},
            analysis_bytes {integer},
            state_bytes {integer},
            page_bytes {integer},
            report_bytes {integer},
            notes_due {integer},
            notes_token TEXT,
            note_deliveries {integer} NOT NULL,
            note_bytes {integer}
        ){end}",
        "CREATE UNIQUE INDEX jobs_id ON jobs (job_id)",
        // Promise 8: one owner of a target in a scope.
        "CREATE UNIQUE INDEX jobs_owner ON jobs (platform, handle, scope) WHERE owns_key = 1",
        "CREATE INDEX jobs_waiting ON jobs (platform, due, number) WHERE status = 'pending'",
        "CREATE INDEX jobs_deadline ON jobs (deadline) WHERE status = 'pending' AND deadline IS NOT NULL",
        "CREATE INDEX jobs_held ON jobs (lease_until) WHERE status = 'processing'",
        "CREATE INDEX jobs_token ON jobs (token) WHERE status = 'processing'",
        "CREATE INDEX jobs_expiry ON jobs (expires) WHERE expires IS NOT NULL",
        "CREATE INDEX jobs_kept ON jobs (kept_until) WHERE kept_until IS NOT NULL",
        "CREATE INDEX jobs_notes ON jobs (notes_due) WHERE notes_due IS NOT NULL",
        "CREATE INDEX jobs_platform_notes ON jobs (platform, notes_due) WHERE notes_due IS NOT NULL",
        // Large values, which no poll reads.
        "CREATE TABLE inputs (number {key}, value {bytes} NOT NULL){end}",
        "CREATE TABLE reports (number {key}, value {bytes} NOT NULL){end}",
        "CREATE TABLE outputs (
            number {integer} NOT NULL, phase TEXT NOT NULL, value {bytes} NOT NULL,
            PRIMARY KEY (number, phase)
        ){end}",
        // Part 0 is the state, the others are pages.
        "CREATE TABLE saves (
            number {integer} NOT NULL, part {integer} NOT NULL, value {bytes} NOT NULL,
            PRIMARY KEY (number, part)
        ){end}",
        "CREATE TABLE notes (
            number {integer} NOT NULL, part {integer} NOT NULL, submit TEXT NOT NULL, value {bytes} NOT NULL,
            PRIMARY KEY (number, part)
        ){end}",
        "CREATE TABLE platforms (
            platform TEXT NOT NULL PRIMARY KEY,
            pending {integer} NOT NULL,
            processing {integer} NOT NULL,
            paused_until {integer},
            quota {integer} NOT NULL,
            limits {integer} NOT NULL,
            counted {integer} NOT NULL,
            probe TEXT
        ){end}",
        // How many jobs of each scope wait; of no scope they are not counted.
        "CREATE TABLE scopes (scope TEXT NOT NULL PRIMARY KEY, pending {integer} NOT NULL){end}",
        // Records that could not be read, as they were.
        "CREATE TABLE damaged (
            job_id TEXT NOT NULL PRIMARY KEY, expires {integer} NOT NULL, reason TEXT NOT NULL, record TEXT NOT NULL
        ){end}",
    ],
}];

/// What an operator is told who starts a build on tables that it cannot read.
pub(in crate::store) fn schema_message(found: u32, needed: u32) -> String {
    format!(
        "the tables have schema {found} and need a build of schema {needed} or later, and this build has \
         {SCHEMA}: upgrade this process to the version of the others, or give it another database"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_lead_one_by_one_to_the_schema_of_this_build() {
        let steps: Vec<u32> = STEPS.iter().map(|step| step.schema).collect();
        assert_eq!(steps, (1..=SCHEMA).collect::<Vec<_>>());
        assert!(STEPS.iter().all(|step| step.min_reader <= step.schema));
    }
}
