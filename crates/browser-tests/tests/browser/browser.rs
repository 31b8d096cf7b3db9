//! A page in a browser of one's own, driven over `WebDriver`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::driver::Driver;

/// How long a page may take for anything. Only failures wait that long.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before a page that was left is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A headless browser, gone when it has been dropped.
#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    _driver: Driver,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(driver.capabilities())
            .connect(driver.address())
            .await
            .expect("the browser starts");
        Self {
            client,
            _driver: driver,
        }
    }

    pub(crate) async fn open(&self, address: SocketAddr, rest: &str) {
        let address = format!("http://{address}/{rest}");
        self.client.goto(&address).await.expect("the page opens");
    }

    pub(crate) async fn open_file(&self, path: &std::path::Path) {
        let address = format!("file://{}", path.display());
        self.client.goto(&address).await.expect("the page opens");
    }

    pub(crate) async fn reload(&self) {
        // The driver gives up where the browser is still busy with the page before.
        if self.client.refresh().await.is_err() {
            self.client.refresh().await.expect("the page reloads");
        }
    }

    /// What an expression is worth in the page.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        // A script that answers a promise is waited for, so `await` is understood.
        let script = format!("return (async () => ({expression}))();");
        let value = self.client.execute(&script, Vec::new()).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Waits until an expression is true. The page itself looks: to ask it each time keeps four processes busy.
    pub(crate) async fn until(&self, expression: &str) {
        let script = format!(
            "return (async () => {{
                const end = performance.now() + 5_000;
                while (!({expression})) {{
                    if (performance.now() > end) return false;
                    await new Promise((look) => setTimeout(look, 20));
                }}
                return true;
            }})();"
        );
        let began = Instant::now();
        loop {
            // A page that is being left answers with an error: look at the next one.
            let seen = self.client.execute(&script, Vec::new()).await;
            match seen {
                Ok(Value::Bool(true)) => return,
                _ if began.elapsed() < PATIENCE => tokio::time::sleep(LOOK_AGAIN).await,
                _ => {
                    let page = self.eval("document.body.innerText").await;
                    let page = page.as_str().unwrap_or_default();
                    panic!("never true: {expression}\n{seen:?}\n{page}");
                }
            }
        }
    }

    /// The text of an element, as it is seen.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.at(selector, async |element| element.text().await)
            .await
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.at(selector, async |element| element.click().await)
            .await;
    }

    /// Does something with an element. A page that is drawn anew may replace it before that is done: then it is
    /// looked for again.
    async fn at<T>(&self, selector: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let began = Instant::now();
        loop {
            let element = self.client.find(Locator::Css(selector)).await;
            let element = element.unwrap_or_else(|error| panic!("{selector}: {error}"));
            match act(element).await {
                Ok(done) => return done,
                Err(error) if error.is_stale_element_reference() && began.elapsed() < PATIENCE => {}
                Err(error) => panic!("{selector}: {error}"),
            }
        }
    }

    /// Types into whatever has the focus.
    pub(crate) async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("the focus");
        focused.send_keys(keys).await.expect("it takes keys");
    }

    /// Moves the focus with the tabulator until it is where `expression` is true of `it`.
    pub(crate) async fn tab_to(&self, expression: &str) {
        for _ in 0..200 {
            self.keys(&char::from(Key::Tab).to_string()).await;
            let there = format!("((it) => {expression})(document.activeElement)");
            if self.eval(&format!("Boolean({there})")).await == true {
                return;
            }
        }
        panic!("the tabulator never reaches {expression}");
    }

    /// Types a handle or an address and asks for the report. Behind a report the form is opened first.
    pub(crate) async fn submit(&self, handle: &str) {
        let folded = "getComputedStyle(document.getElementById('asking')).display === 'none'";
        if self.eval(folded).await == true {
            self.click("#unfold").await;
        }
        self.click("#handle").await;
        self.eval("document.getElementById('handle').select()")
            .await;
        self.keys(&format!("{handle}{}", char::from(Key::Enter)))
            .await;
    }

    pub(crate) async fn until_report(&self) {
        self.until("!document.getElementById('report').hidden")
            .await;
    }

    /// The id of the job that the page's address names.
    pub(crate) async fn job(&self) -> String {
        self.until("/^#job=[0-9a-f-]{36}/.test(location.hash)")
            .await;
        let id = self
            .eval("new URLSearchParams(location.hash.slice(1)).get('job')")
            .await;
        id.as_str().expect("an id").to_owned()
    }

    /// Sets the size of the window in CSS pixels, and what the user prefers.
    pub(crate) async fn look(&self, width: u32, height: u32, scheme: &str) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
        self.until(&format!("innerWidth === {width}")).await;
    }

    pub(crate) async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", body).await;
    }

    /// A picture of the window.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.expect("a picture")
    }

    /// What the page has written to the console since the last time, and what the browser has
    /// complained about there: faults of the script, and what the page's policy has stopped.
    /// Answers with an error status, which the page deals with, are left out.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.issue("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().expect("a list").iter();
        entries
            .filter(|entry| entry["source"] != "network")
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        let order = Order { path, body };
        let answer = self.client.issue_cmd(order).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

/// An order that only Chromium's driver knows.
#[derive(Debug)]
struct Order {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Order {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
