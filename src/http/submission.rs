//! Reads the body of a submit: `{"handle", "platform"?, "max_age"?, "options"?}`.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::options::Options;
use super::problem::{FieldError, Kind, Problem};
use super::target_parser::TargetParser;
use crate::account::Target;

/// The maximum `max_age`: 100 years, longer than any retention.
const LONGEST_AGE: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// What a client asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Submission {
    pub(super) target: Target,
    /// `None` for the default of the service.
    pub(super) max_age: Option<Duration>,
    pub(super) options: Options,
}

// Fields are kept raw and decoded one by one, so that an error names its field.
// Unknown fields are ignored: a newer client may talk to an older server.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, default)]
    handle: Option<&'a RawValue>,
    #[serde(borrow, default)]
    platform: Option<&'a RawValue>,
    #[serde(borrow, default)]
    max_age: Option<&'a RawValue>,
    #[serde(borrow, default)]
    options: Option<&'a RawValue>,
}

// A string without escapes is not copied.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Submission {
    /// Reads and checks a body. A problem names every invalid field.
    pub(super) fn parse(body: &[u8], parser: &TargetParser) -> Result<Self, Problem> {
        let fields = fields(body)?;
        let mut errors = Vec::new();
        let handle = text(
            &mut errors,
            "handle",
            fields.handle,
            "the handle must be a string",
        );
        let platform = text(
            &mut errors,
            "platform",
            fields.platform,
            "the platform must be a string",
        );
        let max_age = field(&mut errors, "max_age", fields.max_age, MAX_AGE_RULE)
            .and_then(|seconds| max_age(&mut errors, seconds));
        let options = fields.options.map_or_else(Options::default, |raw| {
            Options::read(raw).unwrap_or_else(|| {
                errors.push(FieldError::new("options", "the options must be an object"));
                Options::default()
            })
        });
        if fields.handle.is_none() {
            errors.push(FieldError::new("handle", "the handle is missing"));
        }
        let target = handle.and_then(|handle| {
            parser
                .target(platform.as_deref(), &handle)
                .map_err(|error| errors.push(FieldError::new(error.field(), error.to_string())))
                .ok()
        });
        match target {
            Some(target) if errors.is_empty() => Ok(Self {
                target,
                max_age,
                options,
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

const MAX_AGE_RULE: &str = "the max_age must be a number of seconds, 0 or more";

fn max_age(errors: &mut Vec<FieldError>, seconds: f64) -> Option<Duration> {
    if seconds < 0.0 || seconds.is_nan() {
        errors.push(FieldError::new("max_age", MAX_AGE_RULE));
        return None;
    }
    let age = Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_AGE);
    Some(age.min(LONGEST_AGE))
}

fn fields(body: &[u8]) -> Result<Fields<'_>, Problem> {
    // JSON is UTF-8 throughout (RFC 8259, section 8.1); the parser skips what it ignores unchecked.
    let body = std::str::from_utf8(body)
        .map_err(|_| Problem::new(Kind::MalformedJson, "the body is not JSON: it is not UTF-8"))?;
    // A derived struct would take a JSON array for its fields in order.
    if body.trim_ascii_start().starts_with('{') {
        return serde_json::from_str(body).map_err(|error| malformed(&error));
    }
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(IgnoredAny) => Err(Problem::invalid(vec![FieldError::new(
            "body",
            "the body must be a JSON object",
        )])),
        Err(error) => Err(malformed(&error)),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    // The parser's messages name what it expected and our fields, never what was sent.
    Problem::new(
        Kind::MalformedJson,
        format!("the body is not JSON: {error}"),
    )
}

fn field<'a, T: Deserialize<'a>>(
    errors: &mut Vec<FieldError>,
    name: &'static str,
    raw: Option<&'a RawValue>,
    rule: &'static str,
) -> Option<T> {
    let value = serde_json::from_str(raw?.get());
    if value.is_err() {
        errors.push(FieldError::new(name, rule));
    }
    value.ok()
}

fn text<'a>(
    errors: &mut Vec<FieldError>,
    name: &'static str,
    raw: Option<&'a RawValue>,
    rule: &'static str,
) -> Option<Cow<'a, str>> {
    // The parser has seen that it is a whole value, so that a string without escapes is what stands between the quotes.
    let quoted = raw?.get().strip_prefix('"');
    let plain = quoted.and_then(|quoted| quoted.strip_suffix('"'));
    match plain.filter(|plain| !plain.contains('\\')) {
        Some(plain) => Some(plain.into()),
        None => field(errors, name, raw, rule).map(|Text(text)| text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::Platforms;

    fn parser() -> TargetParser {
        TargetParser::of(Platforms::default())
    }

    fn parse(body: &str) -> Result<Submission, Problem> {
        Submission::parse(body.as_bytes(), &parser())
    }

    fn faults(body: &str) -> (u16, Vec<&'static str>) {
        let problem = parse(body).expect_err(body);
        (
            problem.status().as_u16(),
            problem.errors().iter().map(FieldError::field).collect(),
        )
    }

    #[test]
    fn a_handle_is_enough() {
        let submission = parse(r#"{"handle": "@NASA"}"#).unwrap();
        assert_eq!(submission.target.to_string(), "instagram/@nasa");
        assert_eq!(submission.max_age, None);
    }

    #[test]
    fn escapes_are_read() {
        let body = r#"{"handle": "\u006e\u0061sa", "platform" :"tik\u0074ok" }"#;
        assert_eq!(parse(body).unwrap().target.to_string(), "tiktok/@nasa");
        assert_eq!(faults(r#"{"handle":"na\\sa"}"#), (422, vec!["handle"]));
        assert_eq!(faults(r#"{"handle":"na\"sa"}"#), (422, vec!["handle"]));
    }

    #[test]
    fn nulls_count_as_absent_and_unknown_fields_are_ignored() {
        let body =
            r#" {"platform":null,"max_age":null,"options":null,"later":[{}],"handle":"nasa"} "#;
        assert_eq!(parse(body).unwrap().target.handle.as_str(), "nasa");
    }

    #[test]
    fn an_age_is_a_number_of_seconds() {
        let age = |number: &str| {
            parse(&format!(r#"{{"handle":"nasa","max_age":{number}}}"#)).map(|s| s.max_age)
        };
        assert_eq!(age("0").unwrap(), Some(Duration::ZERO));
        assert_eq!(age("-0.0").unwrap(), Some(Duration::ZERO));
        assert_eq!(age("1.5").unwrap(), Some(Duration::from_millis(1500)));
        assert_eq!(age("1e300").unwrap(), Some(LONGEST_AGE));
        for wrong in ["-1", "\"60\"", "true", "[]", "1e999"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn broken_json_is_400() {
        for body in [
            "",
            " ",
            "{",
            "{\"handle\":\"nasa\"",
            "{'handle':'nasa'}",
            "{\"handle\":\"nasa\"} x",
            "{\"handle\":\"a\",\"handle\":\"b\"}",
            "[",
            "\u{feff}{\"handle\":\"nasa\"}",
        ] {
            assert_eq!(faults(body), (400, vec![]), "{body}");
        }
        let not_unicode = Submission::parse(b"{\"handle\":\"\xff\"}", &parser());
        assert_eq!(not_unicode.unwrap_err().status(), 400);
    }

    #[test]
    fn every_invalid_field_is_named() {
        assert_eq!(faults("{}"), (422, vec!["handle"]));
        assert_eq!(faults(r#"{"handle":null}"#), (422, vec!["handle"]));
        assert_eq!(faults(r#"{"handle":""}"#), (422, vec!["handle"]));
        assert_eq!(faults(r#"{"handle":"\ud800"}"#), (422, vec!["handle"]));
        assert_eq!(
            faults(r#"{"handle":7,"platform":[],"max_age":-1,"options":[]}"#),
            (422, vec!["handle", "platform", "max_age", "options"])
        );
        assert_eq!(
            faults(r#"{"handle":"nasa","platform":"No Such"}"#),
            (422, vec!["platform"])
        );
        for other in ["[]", "[\"nasa\"]", "\"nasa\"", "3", "null"] {
            assert_eq!(faults(other), (422, vec!["body"]), "{other}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_a_stack_overflow() {
        let deep = format!(r#"{{"handle":{}{}}}"#, "[".repeat(8000), "]".repeat(8000));
        assert!(parse(&deep).is_err());
        assert!(parse(&"[".repeat(16000)).is_err());
    }

    proptest! {
        #[test]
        fn any_body_is_parsed_without_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Submission::parse(&body, &parser());
        }
    }
}
