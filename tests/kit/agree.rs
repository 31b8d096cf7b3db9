//! What a store in SQL counts, compared with what its tables hold.

/// Each is a statement that returns nothing as long as counters, sizes and rows agree.
pub(crate) const AGREE: &[(&str, &str)] = &[
    (
        "the counts of ended jobs",
        "SELECT 1 FROM meta WHERE completed <> (SELECT count(*) FROM jobs WHERE status = 'completed')
         OR failed <> (SELECT count(*) FROM jobs WHERE status = 'failed')",
    ),
    (
        "the stored bytes",
        "SELECT stored_bytes, held FROM meta, (SELECT coalesce(sum(input_bytes + coalesce(scraping_bytes, 0)
            + coalesce(analysis_bytes, 0) + coalesce(state_bytes, 0) + coalesce(page_bytes, 0)
            + coalesce(report_bytes, 0) + coalesce(note_bytes, 0)), 0) AS held FROM jobs) AS sums
         WHERE stored_bytes <> held",
    ),
    (
        "the bytes that failed jobs have left",
        "SELECT kept_bytes, held FROM meta, (SELECT coalesce(sum(input_bytes + coalesce(scraping_bytes, 0)
            + coalesce(analysis_bytes, 0)), 0) AS held FROM jobs WHERE kept_until IS NOT NULL) AS sums
         WHERE kept_bytes <> held",
    ),
    (
        "the undelivered",
        "SELECT 1 FROM meta WHERE undelivered <> (SELECT count(*) FROM jobs WHERE notes_due IS NOT NULL)
         OR damaged <> (SELECT count(*) FROM damaged)",
    ),
    (
        "the counts of a platform",
        "SELECT platform FROM platforms p
         WHERE pending <> (SELECT count(*) FROM jobs j WHERE j.platform = p.platform AND status = 'pending')
         OR processing <> (SELECT count(*) FROM jobs j WHERE j.platform = p.platform AND status = 'processing')",
    ),
    (
        "a platform with live jobs",
        "SELECT platform FROM jobs WHERE status IN ('pending', 'processing')
         EXCEPT SELECT platform FROM platforms",
    ),
    (
        "the waiting jobs of a scope",
        "SELECT scope, count(*) FROM jobs WHERE status = 'pending' AND scope <> '' GROUP BY scope
         EXCEPT SELECT scope, pending FROM scopes
         UNION ALL SELECT * FROM (SELECT scope, pending FROM scopes EXCEPT
         SELECT scope, count(*) FROM jobs WHERE status = 'pending' AND scope <> '' GROUP BY scope) AS other",
    ),
    (
        "inputs",
        "SELECT number, length(value) FROM inputs
         EXCEPT SELECT number, input_bytes FROM jobs
         UNION ALL SELECT * FROM (SELECT number, input_bytes FROM jobs WHERE input_bytes > 0
         EXCEPT SELECT number, length(value) FROM inputs) AS other",
    ),
    (
        "reports",
        "SELECT number, length(value) FROM reports
         EXCEPT SELECT number, report_bytes FROM jobs
         UNION ALL SELECT * FROM (SELECT number, report_bytes FROM jobs WHERE status = 'completed'
         EXCEPT SELECT number, length(value) FROM reports) AS other",
    ),
    (
        "outputs",
        "SELECT number, phase, length(value) FROM outputs
         EXCEPT SELECT number, 'Scraping', scraping_bytes FROM jobs
         EXCEPT SELECT number, 'Analysis', analysis_bytes FROM jobs
         UNION ALL SELECT * FROM (
         SELECT number, 'Scraping', scraping_bytes FROM jobs WHERE scraping_bytes IS NOT NULL
         UNION ALL SELECT number, 'Analysis', analysis_bytes FROM jobs WHERE analysis_bytes IS NOT NULL
         EXCEPT SELECT number, phase, length(value) FROM outputs) AS other",
    ),
    (
        "what phases have saved",
        "SELECT number, sum(length(value)) FROM saves GROUP BY number
         EXCEPT SELECT number, coalesce(state_bytes, 0) + coalesce(page_bytes, 0) FROM jobs
         UNION ALL SELECT * FROM (
         SELECT number, coalesce(state_bytes, 0) + coalesce(page_bytes, 0) FROM jobs
         WHERE state_bytes IS NOT NULL OR page_bytes IS NOT NULL
         EXCEPT SELECT number, sum(length(value)) FROM saves GROUP BY number) AS other",
    ),
    (
        "notes",
        "SELECT number, sum(length(value)) FROM notes GROUP BY number
         EXCEPT SELECT number, note_bytes FROM jobs
         UNION ALL SELECT * FROM (SELECT number, note_bytes FROM jobs WHERE note_bytes IS NOT NULL
         EXCEPT SELECT number, sum(length(value)) FROM notes GROUP BY number) AS other",
    ),
    (
        "a job that holds what its status has not",
        "SELECT job_id FROM jobs WHERE (status = 'processing') <> (lease_until IS NOT NULL)
         OR (status IN ('completed', 'failed')) <> (expires IS NOT NULL)
         OR (status = 'completed') <> (report_bytes IS NOT NULL)",
    ),
];
