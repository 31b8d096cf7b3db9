//! Accounts from the platforms' official APIs.
//!
//! Answers go through the same readers as the saved ones of an archive; what is here asks for them,
//! page by page, and judges errors. Secrets travel in headers, never in an address, so no message of a
//! library can repeat one.

mod address;
mod error;
mod http;
mod instagram;
mod options;
mod pages;
mod reading;
mod scraper;
mod secret;
mod tiktok;
mod wait;
mod with_archive;
mod youtube;

pub use self::error::LiveError;
pub use self::instagram::InstagramApi;
pub use self::options::LiveOptions;
pub use self::scraper::{LiveBuilder, LiveScraper};
pub use self::tiktok::{TikTokApi, TikTokTokens};
pub use self::with_archive::LiveThenArchive;
pub use self::youtube::YouTubeApi;
