//! The picture of a report in `docs/`, made anew:
//!
//! ```sh
//! cargo test --test browser -- --ignored the_picture_for_the_documentation
//! ```

use std::fs;
use std::path::Path;

use crate::browser::Browser;
use crate::packages_kit::install;
use crate::server_kit::Server;

#[tokio::test]
#[ignore = "writes into docs/, to be called by name"]
async fn the_picture_for_the_documentation() {
    // The page takes the system's letters; a picture for everybody should not look like one system.
    assert!(
        install(&["fonts-inter"]),
        "the letters are missing: install fonts-inter"
    );
    let server = Server::start(&[]);
    let browser = Browser::start().await;
    browser.open(server.address, "").await;
    browser.look(1160, 1180, "light").await;
    let hidden = serde_json::json!({ "hidden": true });
    browser
        .devtools("Emulation.setScrollbarsHidden", hidden)
        .await;
    browser.submit("nova77").await;
    browser.until_report().await;
    browser
        .eval("(document.activeElement.blur(), scrollTo(0, 0))")
        .await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.png");
    fs::write(path, browser.picture().await).expect("docs/ can be written");
}
