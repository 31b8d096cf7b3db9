//! Which pages of other origins may call the service (Fetch standard, "HTTP extensions").

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    CACHE_CONTROL, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::request::Parts;
use http::{Method, Response, StatusCode};

use super::body::Body;

/// The fields beyond the always allowed ones that clients send, and that they may read.
const REQUEST_FIELDS: &str = "content-type, if-none-match, last-event-id, prefer, x-request-id";
const RESPONSE_FIELDS: &str = "etag, location, preference-applied, retry-after, x-request-id";
/// How long a browser may rely on the answer to its question, in seconds.
const MAX_AGE: &str = "7200";

/// The origins whose pages may use the service from a browser.
///
/// No credentials are ever allowed: the service knows none. Whoever knows a job's id may read its
/// report, from anywhere; this setting only decides whether browsers let pages try.
///
/// # Example
/// ```
/// use report_pipeline::http::Cors;
///
/// let cors = Cors::origins(["https://app.example", "http://localhost:3000"]);
/// # let _ = cors;
/// ```
#[derive(Debug, Clone)]
pub struct Cors(Origins);

#[derive(Debug, Clone)]
enum Origins {
    Any,
    Listed(Vec<HeaderValue>),
}

impl Cors {
    /// Pages of every origin.
    #[must_use]
    pub const fn any() -> Self {
        Self(Origins::Any)
    }

    /// Pages of these origins: scheme, host, and the port if it is not the scheme's own.
    ///
    /// # Panics
    /// If one of them is not an origin as browsers send it. `https://app.example/` is none, nor are
    /// capitals or a scheme's own port (`https://app.example:443`): they would never match.
    #[must_use]
    pub fn origins<'a>(origins: impl IntoIterator<Item = &'a str>) -> Self {
        let origin = |text: &str| {
            as_sent(text).unwrap_or_else(|| {
                panic!("not an origin: {text:?}; write it like \"https://app.example\"")
            })
        };
        Self(Origins::Listed(origins.into_iter().map(origin).collect()))
    }

    /// Answers a browser that asks whether a page may send a request (a "preflight"); `None` if
    /// the request is anything else. `methods` are those that the resource knows.
    pub(super) fn preflight(head: &Parts, methods: &'static str) -> Option<Response<Body>> {
        let asks = head.method == Method::OPTIONS
            && head.headers.contains_key(ORIGIN)
            && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks {
            return None;
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, methods),
            (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_FIELDS),
            (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
            (CACHE_CONTROL, "no-store"),
        ] {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        Some(response)
    }

    /// Lets the page read the answer, if its origin is among the allowed ones.
    pub(super) fn mark(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        let allowed = match &self.0 {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Listed(origins) => {
                // Whoever keeps the answer must not show it to a page of another origin.
                answer.append(VARY, HeaderValue::from_name(ORIGIN));
                request
                    .get(ORIGIN)
                    .filter(|origin| origins.contains(origin))
                    .cloned()
            }
        };
        if let Some(origin) = allowed {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(RESPONSE_FIELDS),
            );
        }
    }
}

/// An origin as browsers send it, or `None`: scheme and host in small letters, and the port if it is
/// not the scheme's own (RFC 6454, section 6.2).
fn as_sent(text: &str) -> Option<HeaderValue> {
    let uri: http::Uri = text.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let own_port = match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    let host = authority.host();
    let sent = match authority.port_u16() {
        None => format!("{scheme}://{host}"),
        Some(port) if Some(port) != own_port => format!("{scheme}://{host}:{port}"),
        Some(_) => return None,
    };
    let is_named = scheme.starts_with(|c: char| c.is_ascii_lowercase()) && !host.is_empty();
    let is_sent = is_named && sent == text && !text.bytes().any(|b| b.is_ascii_uppercase());
    is_sent.then(|| HeaderValue::try_from(sent).ok())?
}
