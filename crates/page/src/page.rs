//! The page, put together from its parts, and the policy that it is sent with.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Response};
use http_body_util::Full;
use uuid::Uuid;

/// The parts of one kind, one after the other.
macro_rules! parts {
    ($($file:literal),* $(,)?) => { concat!($(include_str!(concat!("page/", $file))),*) };
}

const MARKUP: &str = include_str!("page/page.html");
const STYLE: &str = parts![
    "style/base.css",
    "style/form.css",
    "style/progress.css",
    "style/report.css",
    "style/lists.css",
    "style/simulated.css",
    "style/small.css",
    "style/needs.css",
    "style/print.css",
];
/// One module, whose parts share their names. What a part runs at once may use the parts above it; the last one
/// begins.
const SCRIPT: &str = parts![
    "script/elements.js",
    "script/pictures.js",
    "script/terms.js",
    "script/key.js",
    "script/service.js",
    "script/follow.js",
    "script/memory.js",
    "script/form.js",
    "script/job.js",
    "script/report.js",
    "script/answer.js",
    "script/flags.js",
    "script/pillars.js",
    "script/insights.js",
    "script/timeline.js",
    "script/numbers.js",
    "script/vault.js",
    "script/take.js",
];
const BEGIN: &str = parts!["script/begin.js"];

/// What only a page with lists or with the operator's view has, and what only the one or the other has.
const KEY: &str = parts!["key.html"];
const LISTS: &str = parts!["lists.html"];
const LISTS_SCRIPT: &str = parts!["script/watch.js", "script/lists.js", "script/compare.js"];

const OPERATOR: &str = " <a href=\"#operator\">For the operator</a>";
const OPERATOR_SCRIPT: &str = parts!["script/operator.js"];

/// A report on an invented account, shown to those who have none yet.
const EXAMPLE: &str = include_str!("page/example.json");

/// Nothing runs and nothing styles but what carries the response's nonce, and no text can become
/// HTML.
const POLICY: &str = "default-src 'none'; script-src 'nonce-{{nonce}}'; \
    style-src 'nonce-{{nonce}}'; img-src data:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types 'none'";

/// What the page can do beside submitting an account, following its job and showing its report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageOptions {
    lists: bool,
    operator: bool,
}

impl PageOptions {
    /// The form, the progress and the report, and nothing else.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            lists: false,
            operator: false,
        }
    }

    /// Adds lists of accounts, comparisons, and a field for a key, which appears when the service answers
    /// 401. Lists follow their jobs by `GET /api/events`.
    #[must_use]
    pub const fn with_lists(mut self) -> Self {
        self.lists = true;
        self
    }

    /// Adds the operator's view, at `#operator`: what waits, what runs, what is paused, and why jobs fail. It reads
    /// `GET /api/operator/view` with a key of its own, and sends `POST /api/operator/cancel/{job_id}` and
    /// `POST /api/operator/unpause/{platform}`, which `report-server` has and the library does not.
    #[must_use]
    pub const fn with_operator(mut self) -> Self {
        self.operator = true;
        self
    }

    /// Returns the page with its headers, as [`response`] does.
    #[must_use]
    #[allow(
        clippy::missing_panics_doc,
        reason = "the policy and its nonce are visible ASCII"
    )]
    pub fn response(self) -> Response<Full<Bytes>> {
        let nonce = Uuid::new_v4().simple().to_string();
        let with_nonce = |text: &str| text.replace("{{nonce}}", &nonce);
        let only = |wanted, part| if wanted { part } else { "" };
        let scripts = [
            SCRIPT,
            only(self.lists, LISTS_SCRIPT),
            only(self.operator, OPERATOR_SCRIPT),
            BEGIN,
        ];
        let page = with_nonce(MARKUP)
            .replace("{{key}}", only(self.lists || self.operator, KEY))
            .replace("{{lists}}", only(self.lists, LISTS))
            .replace("{{operator}}", only(self.operator, OPERATOR))
            .replace("{{style}}", STYLE)
            .replace("{{example}}", EXAMPLE)
            .replace("{{script}}", &scripts.concat());
        let mut response = Response::new(Full::from(page));
        let policy =
            HeaderValue::try_from(with_nonce(POLICY)).expect("the policy is visible ASCII");
        let text = HeaderValue::from_static;
        response.headers_mut().extend([
            (CONTENT_TYPE, text("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, policy),
            (X_CONTENT_TYPE_OPTIONS, text("nosniff")),
            (REFERRER_POLICY, text("no-referrer")),
            (CACHE_CONTROL, text("no-store")),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                text("same-origin"),
            ),
        ]);
        response
    }
}

/// Returns the page with its headers.
///
/// The content-security policy and the page share a nonce that is new in each response, so a
/// response must not be used twice; its headers forbid caches to keep it.
#[must_use]
pub fn response() -> Response<Full<Bytes>> {
    PageOptions::new().response()
}
