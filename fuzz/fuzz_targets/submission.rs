//! A submit is accepted exactly if a second reading of its body says so.
//!
//! `cargo +nightly fuzz run -O -s none submission -- -max_len=2048`. Any body, in any pieces, with any
//! content type, whole, broken off or stalled: the status is the documented one, an accepted job is
//! about the account that was named, and the same submit again joins it.

#![no_main]

use std::collections::BTreeMap;
use std::fmt;

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderValue, Method, Request};
use http_body::Frame;
use http_body_util::StreamBody;
use libfuzzer_sys::fuzz_target;
use report_pipeline::{Platforms, Target};
use report_pipeline_fuzz::{Reply, run, service};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The most bytes that a body may have, as documented.
const MAX_BODY: usize = 80 * 1024;

#[derive(Debug, Arbitrary)]
struct Input {
    content_type: Option<ContentType>,
    content_encoding: Option<ContentType>,
    expects_continue: bool,
    content: Content,
    /// Blanks after the body, which mean nothing to JSON.
    blanks: u16,
    cuts: Vec<u8>,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Arbitrary)]
enum End {
    Whole,
    Broken,
    Stalled,
}

#[derive(Debug)]
struct ContentType(Vec<u8>);

/// Pieces of JSON, or anything.
#[derive(Debug)]
struct Content(Vec<u8>);

const TYPES: [&str; 10] = [
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/x+json",
    "application/+json",
    "application/x+json;a=b",
    "text/json",
    "identity",
    "gzip",
    "",
];

const PIECES: [&[u8]; 45] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\"",
    b"\"handle\":",
    b"\"platform\":",
    b"\"max_age\":",
    b"\"later\":",
    b"\"h\\u0061ndle\":",
    b"\"nasa\"",
    b"\"@NASA\"",
    b"\"https://tiktok.com/@nasa\"",
    b"\"tiktok\"",
    b"\"youtube\"",
    b"\"\\ud800\"",
    b"\"\\u00e9t\\u00e9\"",
    b"\"\xff\"",
    b"\"\0\"",
    b"null",
    b"true",
    b"0",
    b"-0.0",
    b"-1",
    b"1e999",
    b"3600",
    b"0.5",
    b"18446744073709551616",
    b" ",
    b"\n",
    b"\xef\xbb\xbf",
    b"\\",
    b"/",
    b"{\"handle\":\"nasa\"",
    b",\"platform\":\"tiktok\"",
    b",\"max_age\":60",
    b",\"options\":{\"a\":1}",
    b",\"later\":",
    b"\xff",
    b"\"\":",
    b"-",
    b"1",
    b"e",
];

impl Arbitrary<'_> for ContentType {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        Ok(Self(if u.ratio(7, 8)? {
            u.choose(&TYPES)?.as_bytes().to_vec()
        } else {
            u.arbitrary()?
        }))
    }
}

impl Arbitrary<'_> for Content {
    fn arbitrary(u: &mut Unstructured<'_>) -> arbitrary::Result<Self> {
        if u.ratio(1, 4)? {
            return Ok(Self(u.arbitrary()?));
        }
        let mut content = Vec::new();
        for _ in 0..u.int_in_range(0..=24)? {
            let times = if u.ratio(1, 64)? { 200 } else { 1 };
            content.extend(u.choose(&PIECES)?.repeat(times));
        }
        Ok(Self(content))
    }
}

impl Input {
    fn body(&self) -> Bytes {
        let mut body = self.content.0.clone();
        if self.blanks > u16::MAX / 2 {
            body.resize(body.len() + usize::from(self.blanks) % (MAX_BODY + 2), b' ');
        }
        body.into()
    }

    fn request(&self) -> Option<Request<impl http_body::Body<Data = Bytes, Error = fmt::Error>>> {
        let mut rest = self.body();
        let mut frames = Vec::new();
        for cut in &self.cuts {
            let piece = rest.split_to(usize::from(*cut).min(rest.len()));
            frames.push(Ok(Frame::data(piece)));
        }
        frames.push(Ok(Frame::data(rest)));
        frames.extend((self.end == End::Broken).then_some(Err(fmt::Error)));
        let pause = stream::pending().take(usize::from(self.end == End::Stalled));
        let mut request = Request::new(StreamBody::new(stream::iter(frames).chain(pause)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = http::Uri::from_static("/api/analyze");
        let fields = request.headers_mut();
        for (name, value) in [
            ("content-type", &self.content_type),
            ("content-encoding", &self.content_encoding),
        ] {
            if let Some(value) = value {
                fields.insert(name, HeaderValue::from_bytes(&value.0).ok()?);
            }
        }
        if self.expects_continue {
            fields.insert("expect", HeaderValue::from_static("100-continue"));
        }
        Some(request)
    }

    /// The statuses that the documentation allows, and whom an accepted submit is about.
    fn expected(&self) -> (&'static [u16], Option<Target>) {
        let is_json = self
            .content_type
            .as_ref()
            .is_some_and(|value| is_json(&value.0));
        let is_plain = self
            .content_encoding
            .as_ref()
            .is_none_or(|value| value.0.eq_ignore_ascii_case(b"identity"));
        let body = self.body();
        match self.end {
            _ if !is_json || !is_plain => (&[415], None),
            End::Broken if body.len() > MAX_BODY => (&[400, 413], None),
            _ if body.len() > MAX_BODY => (&[413], None),
            End::Broken => (&[400], None),
            End::Stalled => (&[408], None),
            End::Whole => match Fields::read(&body) {
                Some(fields) => match fields.target() {
                    Some(target) => (&[202], Some(target)),
                    None => (&[422], None),
                },
                None => (&[400, 422], None),
            },
        }
    }
}

fuzz_target!(|input: Input| {
    let Some(request) = input.request() else {
        return;
    };
    let (statuses, target) = input.expected();
    run(async {
        let (api, client) = service().await;
        let response = Reply::to(request, &api).await;
        response.assert_sound(&Method::POST);
        assert!(
            statuses.contains(&response.status),
            "{statuses:?}: {response:?}"
        );
        if response.status == 422 {
            assert!(
                !response.json()["errors"]
                    .as_array()
                    .expect("a list")
                    .is_empty()
            );
        }
        if std::str::from_utf8(&input.body()).is_err() {
            assert!((400..=415).contains(&response.status), "{response:?}");
        }
        let Some(target) = target else {
            return;
        };
        let accepted = response.json();
        let id = accepted["job_id"].as_str().expect("an id");
        assert_eq!(response.field("location"), format!("/api/status/{id}"));
        let wait: u64 = response.field("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait));
        let job = client
            .status(id.parse().expect("an id"))
            .await
            .expect("a store");
        assert_eq!(job.expect("a job").target, target);
        let again = Reply::to(input.request().expect("it was one"), &api).await;
        assert_eq!(again.json(), accepted);
    });
});

fn is_json(content_type: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content_type) else {
        return false;
    };
    let essence = text
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/").unwrap_or("");
    text.is_ascii() && (subtype == "json" || subtype.len() > 5 && subtype.ends_with("+json"))
}

/// The fields of a JSON object that a submit knows, as values.
struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// `None` if the body is no JSON object or names a field twice.
    fn read(body: &[u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(body).ok()?).ok()
    }

    fn target(&self) -> Option<Target> {
        let present = |name| self.0.get(name).filter(|value| !value.is_null());
        if let Some(age) = present("max_age") {
            age.as_f64().filter(|age| *age >= 0.0)?;
        }
        if !present("options").is_none_or(Value::is_object) {
            return None;
        }
        let platform = match present("platform") {
            Some(platform) => Some(platform.as_str()?),
            None => None,
        };
        Platforms::default()
            .target(platform, present("handle")?.as_str()?)
            .ok()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(BTreeMap::new()))
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if !["handle", "platform", "max_age", "options"].contains(&&*name) {
                map.next_value::<IgnoredAny>()?;
            } else if self.0.insert(name, map.next_value()?).is_some() {
                return Err(serde::de::Error::custom("a field is given twice"));
            }
        }
        Ok(self)
    }
}
