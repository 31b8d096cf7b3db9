//! A tenant, and which jobs are its own.

use std::num::NonZeroU32;
use std::sync::Arc;

use report_pipeline::{InvalidScope, Job, Scope};

use crate::callbacks::Callbacks;

/// Somebody who asks for reports, and sees their own jobs alone.
pub(crate) struct Tenant {
    /// What its jobs are kept apart by; empty where there are no tenants.
    pub(crate) name: String,
    /// How many requests it may make each minute.
    pub(crate) rate: Option<NonZeroU32>,
    /// Where callbacks may go; `None` if there are none.
    pub(crate) callbacks: Option<Callbacks>,
}

/// The tenant of a request, in the request's extensions.
pub(crate) type TenantScope = Arc<Tenant>;

impl Tenant {
    /// The maximum length of a name, which leaves room in a scope for the hash of a submit's options.
    pub(crate) const MAX_NAME: usize = 24;

    /// Whether a name is a valid one: letters, digits, `-` and `_`, so that it ends where a scope goes on.
    pub(crate) fn is_valid_name(name: &str) -> bool {
        (1..=Self::MAX_NAME).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    }

    /// The scope of a job with these options: nobody else joins it or is served its report.
    pub(crate) fn scope(&self, options: &Scope) -> Result<Scope, InvalidScope> {
        if self.name.is_empty() {
            return Ok(options.clone());
        }
        if options.is_none() {
            return Scope::new(&self.name);
        }
        Scope::new(&format!("{}/{}", self.name, options.as_str()))
    }

    /// Whether a job is the tenant's own. Where there are no tenants everybody sees every job.
    pub(crate) fn owns(&self, job: &Job) -> bool {
        let scope = job.scope.as_str();
        self.name.is_empty()
            || scope
                .strip_prefix(&*self.name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str) -> Tenant {
        Tenant {
            name: name.to_owned(),
            rate: None,
            callbacks: None,
        }
    }

    fn job(scope: &Scope) -> Job {
        let target = report_pipeline::Platforms::default().target(None, "nasa");
        let mut job = Job::submitted(
            report_pipeline::JobId::random(),
            target.unwrap(),
            chrono::Utc::now(),
        );
        job.scope = scope.clone();
        job
    }

    #[test]
    fn a_tenant_owns_what_it_submits_and_nothing_else() {
        let options = Scope::new(&format!("options-{}", "0".repeat(64))).unwrap();
        let longest = "x".repeat(Tenant::MAX_NAME);
        for name in ["acme", "acme-2", "a", &longest] {
            for options in [&Scope::NONE, &options] {
                let scope = tenant(name).scope(options).unwrap();
                for other in ["acme", "acme-2", "acm", "a", &longest] {
                    assert_eq!(tenant(other).owns(&job(&scope)), name == other, "{scope:?}");
                }
                assert!(tenant("").owns(&job(&scope)));
            }
        }
    }

    #[test]
    fn a_name_cannot_reach_into_a_scope() {
        for name in ["", "a/b", "a b", "ä", &"x".repeat(25)] {
            assert!(!Tenant::is_valid_name(name), "{name}");
        }
    }
}
