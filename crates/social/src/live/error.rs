//! Why live scrapers cannot be set up.

use std::io;
use std::path::PathBuf;

/// Why a [`LiveScraper`](super::LiveScraper) cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// A key or a token is empty, or has characters that none has.
    #[error(
        "{what} is empty or has a blank or a foreign character in it: check where it comes from"
    )]
    Secret {
        /// Which one.
        what: &'static str,
    },
    /// An address of an API is none.
    #[error(
        "`{base}` is no address of an API: it must be like https://host/path, without `@`, `?` and `#`"
    )]
    Address {
        /// The address.
        base: String,
    },
    /// An id is not of the form that its platform gives out.
    #[error("the id of the own Instagram account must be a number such as 17841400000000000")]
    UserId,
    /// The system's certificates cannot be read, without which no server can be trusted.
    #[error(
        "the system has no root certificates: install them (the package is often called ca-certificates)"
    )]
    Certificates {
        /// What was found instead.
        source: io::Error,
    },
    /// The file of `TikTok` tokens cannot be read.
    #[error("cannot read the file of TikTok tokens {}", .path.display())]
    Tokens {
        /// The file.
        path: PathBuf,
        /// Why. It never holds a part of the file.
        source: io::Error,
    },
}
