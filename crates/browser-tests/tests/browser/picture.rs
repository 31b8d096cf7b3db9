//! The picture of a report in the documentation of the page, made anew:
//!
//! ```sh
//! cargo test -p report-pipeline-browser-tests -- --ignored the_picture_for_the_documentation
//! ```

use report_pipeline_test_support::server::Server;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::browser::Browser;

#[tokio::test]
#[ignore = "writes into the repository; call it by its name"]
async fn the_picture_for_the_documentation() {
    // The page takes the system's letters; a picture for everybody should not look like one system.
    let fonts = Command::new("fc-list").arg("Inter").output();
    let has_inter = fonts.is_ok_and(|fonts| !fonts.stdout.is_empty());
    assert!(has_inter, "the font Inter is missing: install fonts-inter");
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.look(1160, 1560, "light").await;
    let hidden = serde_json::json!({ "hidden": true });
    browser
        .devtools("Emulation.setScrollbarsHidden", hidden)
        .await;
    browser.submit("nova77").await;
    browser.until_report().await;
    browser
        .eval("(document.activeElement.blur(), scrollTo(0, 0))")
        .await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../page/docs/report.png");
    fs::write(path, browser.picture().await).expect("the folder can be written");
}
