//! Faults of the network and of what stands in between.

use std::time::{Duration, Instant};

use report_pipeline::PhaseErrorKind;
use report_pipeline_social::{LiveScraper, YouTubeApi};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::Reply;
use super::youtube_api::{FakeYouTube, KEY, Video};
use super::{scrape, target};

fn scraper(base: String, timeout: Duration) -> LiveScraper {
    LiveScraper::builder()
        .with_youtube(YouTubeApi::new(KEY).with_base(base))
        .with_request_timeout(timeout)
        .build()
        .unwrap()
}

#[tokio::test]
async fn whatever_happens_on_the_way_may_pass() {
    let long = format!(
        r#"{{"kind":"youtube#channelListResponse","items":["{}"]}}"#,
        "x".repeat(5_000)
    );
    for (name, reply) in [
        ("a stall", Reply::Stall),
        ("a stall in the body", Reply::StallInBody),
        ("a reset", Reply::Reset),
        ("a body that is cut off", Reply::CutOff(long)),
        (
            "a login page",
            Reply::Text(200, "text/html", "<html>please log in</html>"),
        ),
        (
            "no type",
            Reply::Text(200, "application/octet-stream", "{}"),
        ),
        (
            "half JSON",
            Reply::Text(200, "application/json", r#"{"kind":"youtube#chan"#),
        ),
        ("an empty body", Reply::Text(200, "application/json", "")),
        (
            "a gateway's page",
            Reply::Text(502, "text/html", "<h1>Bad Gateway</h1>"),
        ),
        ("a redirect", Reply::Text(302, "text/html", "elsewhere")),
    ] {
        let fake = FakeYouTube::start(vec![Video::new(0)]).await;
        fake.instead("channels", [reply]);
        let scraper = scraper(fake.base(), Duration::from_millis(400));
        let target = target("youtube", "@zz_sample_baker");
        let began = Instant::now();
        let error = scrape(&scraper, &target).await.unwrap_err();
        assert_eq!(error.kind(), PhaseErrorKind::Transient, "{name}: {error}");
        assert!(began.elapsed() < Duration::from_secs(20), "{name}");
        // And then it passes.
        scrape(&scraper, &target).await.expect(name);
    }
}

#[tokio::test]
async fn a_page_of_a_gateway_that_limits_is_a_limit() {
    let fake = FakeYouTube::start(vec![Video::new(0)]).await;
    fake.instead("channels", [Reply::Text(429, "text/html", "slow down")]);
    let scraper = scraper(fake.base(), Duration::from_secs(20));
    let error = scrape(&scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PhaseErrorKind::RateLimited, "{error}");
}

#[tokio::test]
async fn an_answer_without_end_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = connection.read(&mut request).await;
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
                let _ = connection.write_all(head.as_bytes()).await;
                let blanks = vec![b' '; 65_536];
                while connection.write_all(&blanks).await.is_ok() {}
            });
        }
    });
    let scraper = scraper(base, Duration::from_secs(60));
    let error = scrape(&scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PhaseErrorKind::Transient);
    assert!(error.to_string().contains("16 MiB"), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_may_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let scraper = scraper(base, Duration::from_secs(20));
    let error = scrape(&scraper, &target("youtube", "@zz_sample_baker"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PhaseErrorKind::Transient);
}
