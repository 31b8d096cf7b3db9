//! A page for a `report-pipeline` service, on which people submit an account, watch its job and
//! read the report.
//!
//! [`Page`] is put around the API and serves the page at `/`. [`response`] is the page alone, for a
//! router of your own.
//!
//! [`PageOptions`] adds what a service for many accounts needs: lists, comparisons, keys.
//!
//! The page is one document, built into the program. It loads nothing from elsewhere and calls the API
//! at `api` beside it: the API may stand below a path, such as `/reports/`, if the page's own path is that one,
//! with the slash at its end.
//!
//! # Example
//! ```
//! use report_pipeline::{Client, MemoryStore, http::Api};
//! use report_pipeline_page::Page;
//!
//! let api = Api::new(Client::new(MemoryStore::new()));
//! let service = Page::around(api); // a tower service, like the API
//! # let _ = service;
//! ```

mod page;
mod service;

pub use self::page::{PageOptions, response};
pub use self::service::{Body, Page};

/// The README's example, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
