//! Which jobs a stream of many follows, and what its client knows of each.

use std::collections::HashSet;
use std::fmt::Write;

use http::header::HeaderMap;
use percent_encoding::percent_decode_str;

use super::headers::LAST_EVENT_ID;
use super::problem::{FieldError, Problem};
use crate::job::{Job, JobId, Version};

/// How many jobs one stream follows at most.
pub(super) const MAX_JOBS: usize = 100;

/// What the client knows of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Its state of this version; nothing yet with [`Version::ZERO`].
    Version(Version),
    /// That there is no such job.
    Absence,
}

impl Known {
    /// What a client knows that has been told `job`.
    pub(super) fn of(job: Option<&Job>) -> Self {
        job.map_or(Self::Absence, |job| Self::Version(job.version))
    }
}

/// Reads the ids of a query: each `job=ID`, in order, the same id once. Other fields are ignored.
pub(super) fn ids(query: &str) -> Result<Vec<JobId>, Problem> {
    let mut ids = Vec::new();
    let mut distinct = HashSet::new();
    let mut fields = 0;
    for field in query.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        if percent_decode_str(name).decode_utf8_lossy() != "job" {
            continue;
        }
        fields += 1;
        if fields > MAX_JOBS {
            return Err(invalid(format!("at most {MAX_JOBS} jobs can be followed")));
        }
        let id = percent_decode_str(value).decode_utf8_lossy().parse();
        let id = id.map_err(|_| invalid("a job must be a job's id".to_owned()))?;
        if distinct.insert(id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Err(invalid(
            "name the jobs to follow: ?job=ID&job=ID".to_owned(),
        ));
    }
    Ok(ids)
}

fn invalid(detail: String) -> Problem {
    Problem::invalid(vec![FieldError::new("job", detail)])
}

/// The id of an event: what its reader knows of each job then, in the order of the request. `-` is the
/// absence of a job.
pub(super) fn event_id(known: &[Known]) -> String {
    let mut id = String::with_capacity(known.len() * 3);
    for known in known {
        if !id.is_empty() {
            id.push(',');
        }
        match known {
            Known::Version(version) => write!(id, "{version}").expect("memory takes every write"),
            Known::Absence => id.push('-'),
        }
    }
    id
}

/// What the client knows of `jobs` jobs, by the `Last-Event-ID` that it sends. Nothing if it is not the id of
/// an event about so many: the client then gets the present states, which is always right.
pub(super) fn last_known(headers: &HeaderMap, jobs: usize) -> Vec<Known> {
    read(headers, jobs).unwrap_or_else(|| vec![Known::Version(Version::ZERO); jobs])
}

fn read(headers: &HeaderMap, jobs: usize) -> Option<Vec<Known>> {
    let id = headers.get(LAST_EVENT_ID)?.to_str().ok()?;
    let known: Option<Vec<Known>> = id.split(',').take(jobs + 1).map(known).collect();
    known.filter(|known| known.len() == jobs)
}

fn known(text: &str) -> Option<Known> {
    if text == "-" {
        return Some(Known::Absence);
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let version = digits.then(|| text.parse().ok())??;
    Some(Known::Version(Version::from_number(version)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

    fn headers(id: &str) -> HeaderMap {
        HeaderMap::from_iter([(LAST_EVENT_ID, HeaderValue::from_str(id).unwrap())])
    }

    #[test]
    fn each_id_is_read_once_and_in_order() {
        let other = JobId::random();
        let query = format!(
            "job={other}&x=1&job={ID}&%6aob={}&",
            other.to_string().to_uppercase()
        );
        assert_eq!(ids(&query).unwrap(), [other, ID.parse().unwrap()]);
        for wrong in [
            "",
            "jobs=1",
            "job",
            "job=",
            "job=1",
            "Job=",
            &format!("job={ID},{ID}"),
        ] {
            assert!(ids(wrong).is_err(), "{wrong}");
        }
        let fields = |n| vec![format!("job={ID}"); n].join("&");
        assert_eq!(ids(&fields(MAX_JOBS)).unwrap().len(), 1);
        assert!(ids(&fields(MAX_JOBS + 1)).is_err());
    }

    #[test]
    fn an_event_id_of_other_jobs_counts_as_none() {
        let nothing = Known::Version(Version::ZERO);
        for other in [
            "",
            "1",
            "1,2",
            "1,2,3,4",
            "1,2,x",
            "1,,3",
            "1,2,99999999999999999999",
            "1, 2,3",
        ] {
            assert_eq!(last_known(&headers(other), 3), [nothing; 3], "{other}");
        }
        assert_eq!(last_known(&HeaderMap::new(), 2), [nothing; 2]);
    }

    proptest! {
        #[test]
        fn what_a_client_knows_survives_its_event_id(
            versions in prop::collection::vec(prop::option::of(any::<u64>()), 1..100),
        ) {
            let known: Vec<Known> = versions
                .into_iter()
                .map(|v| v.map_or(Known::Absence, |v| Known::Version(Version::from_number(v))))
                .collect();
            prop_assert_eq!(last_known(&headers(&event_id(&known)), known.len()), known);
        }

        #[test]
        fn any_query_is_read_without_panic(query in ".{0,80}") {
            let _ = ids(&query);
        }
    }
}
