//! The guides: what does not belong to one type.
//!
//! They are the files of the repository's folder `docs/`, so that they can be read here and there.
// Each page's links to other pages have labels that the page itself defines for readers of the
// file. The definition that comes first counts, so the one in front of a page wins here.

/// [store-contract]: store_contract
/// [operations]: operations
#[doc = include_str!("../docs/guarantees.md")]
pub mod guarantees {}

#[doc = include_str!("../docs/http-api.md")]
pub mod http_api {}

/// [http-api]: http_api
#[doc = include_str!("../docs/operations.md")]
pub mod operations {}

/// [contract]: crate::store::JobStore
/// [writing-a-store]: writing_a_store
#[doc = include_str!("../docs/store-contract.md")]
pub mod store_contract {}

#[doc = include_str!("../docs/writing-a-scraper.md")]
pub mod writing_a_scraper {}

/// [contract]: crate::store::JobStore
#[doc = include_str!("../docs/writing-a-store.md")]
pub mod writing_a_store {}
