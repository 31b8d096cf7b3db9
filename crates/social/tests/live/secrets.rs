//! Keys and tokens stay where they belong.

use report_pipeline_social::{
    InstagramApi, LiveError, LiveOptions, LiveScraper, TikTokApi, TikTokTokens, YouTubeApi,
};

use super::youtube::{baker, scraper};
use super::youtube_api::{FakeYouTube, KEY, Video};
use super::{scrape, target};

const TOKEN: &str = "zz-token-that-nobody-may-see";

fn everything() -> LiveScraper {
    let tokens = TikTokTokens::new()
        .with_application("zz-app", TOKEN)
        .with_account("zz_sample_baker", TOKEN, Some(TOKEN.to_owned()));
    LiveScraper::builder()
        .with_youtube(YouTubeApi::new(TOKEN).with_base("http://127.0.0.1:1/youtube"))
        .with_instagram(
            InstagramApi::new("17841400000000099", TOKEN).with_base("http://127.0.0.1:1"),
        )
        .with_tiktok(TikTokApi::new(tokens).with_base("http://127.0.0.1:1"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn no_secret_is_in_an_address_a_debug_text_or_an_error() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    let live = scraper(&fake, LiveOptions::new());
    baker(&live).await;
    for seen in fake.server.seen() {
        assert!(!seen.address.contains(KEY), "{}", seen.address);
    }
    assert!(!format!("{live:#?}").contains(KEY));

    let scraper = everything();
    assert!(!format!("{scraper:#?}").contains(TOKEN));
    for platform in ["youtube", "instagram", "tiktok"] {
        let error = scrape(&scraper, &target(platform, "@zz_sample_baker"))
            .await
            .unwrap_err();
        let told = format!("{error} {error:#?}");
        assert!(!told.contains(TOKEN), "{told}");
    }
}

#[test]
fn what_cannot_be_a_secret_or_an_address_is_refused_and_not_repeated() {
    let youtube = |key: &str, base: &str| {
        LiveScraper::builder()
            .with_youtube(YouTubeApi::new(key).with_base(base))
            .build()
    };
    for key in ["", "  ", "two words", "line\nbreak", "schlüssel"] {
        let error = youtube(key, "http://127.0.0.1:1").unwrap_err();
        assert!(matches!(error, LiveError::Secret { .. }), "{error}");
        assert!(
            key.trim().is_empty() || !error.to_string().contains(key),
            "{error}"
        );
    }
    for base in [
        "no address",
        "ftp://host",
        "http://",
        "http://host/?key=SECRET",
        "http://user:SECRET@host/",
        "http://host/#SECRET",
    ] {
        let error = youtube("key", base).unwrap_err();
        assert!(
            matches!(error, LiveError::Address { .. }),
            "{base}: {error}"
        );
        assert!(!error.to_string().contains("SECRET"), "{error}");
    }
    for user in ["", "me", "1234567890123456789012"] {
        let instagram = InstagramApi::new(user, "token").with_base("http://127.0.0.1:1");
        let error = LiveScraper::builder()
            .with_instagram(instagram)
            .build()
            .unwrap_err();
        assert!(matches!(error, LiveError::UserId), "{error}");
    }
    // Around a key there may be what a file or a shell left there.
    assert!(youtube(" key\n", "http://127.0.0.1:1").is_ok());
}

#[tokio::test]
async fn a_platform_without_access_says_what_is_missing() {
    let scraper = LiveScraper::builder().build().unwrap();
    let missing = scraper.missing();
    let names: Vec<String> = missing
        .iter()
        .map(|(platform, _)| platform.to_string())
        .collect();
    assert_eq!(names, ["youtube", "instagram", "tiktok"]);
    for (platform, needed) in missing {
        let error = scrape(&scraper, &target(platform.as_str(), "@zz_sample_baker")).await;
        let error = error.unwrap_err();
        assert!(!error.is_retryable());
        assert!(error.to_string().contains(needed), "{error}");
    }
    assert_eq!(everything().missing(), []);
}
