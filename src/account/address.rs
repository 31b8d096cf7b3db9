//! Telling a pasted address from a name, and taking it apart.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::InvalidTarget;

/// The parts of a pasted address that say whose profile it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// The host, in small letters.
    pub(super) host: String,
    /// The path's segments, percent-decoded, without empty ones.
    pub(super) segments: Vec<Cow<'a, str>>,
}

impl<'a> Address<'a> {
    /// Takes an address apart; `None` if the input is none, because it has no slash.
    ///
    /// The scheme may be absent; query and fragment are dropped. A user name or a port stays with
    /// the host, which then is no platform's.
    pub(super) fn parse(input: &'a str) -> Result<Option<Self>, InvalidTarget> {
        if !input.contains('/') {
            return Ok(None);
        }
        if let Some(reason) = surroundings(input) {
            return Err(InvalidTarget::handle(reason));
        }
        let (host, path) = without_scheme(input)?
            .split(['?', '#'])
            .next()
            .and_then(|address| address.split_once('/').or(Some((address, ""))))
            .unwrap_or_default();
        let segments = path
            .split('/')
            .filter(|segment| !segment.is_empty())
            .map(decoded)
            .collect::<Result<_, _>>()?;
        Ok(Some(Self {
            host: host.to_ascii_lowercase(),
            segments,
        }))
    }
}

fn without_scheme(input: &str) -> Result<&str, InvalidTarget> {
    let Some((scheme, rest)) = input.split_once("//") else {
        return Ok(input);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "" | "http:" | "https:" => Ok(rest),
        // The slashes stand somewhere in a path or query.
        _ if !scheme.ends_with(':') || scheme.contains('/') => Ok(input),
        _ => Err(InvalidTarget::handle(
            "is an address that does not begin with https://",
        )),
    }
}

/// What stands around an address, if it is not alone.
fn surroundings(input: &str) -> Option<&'static str> {
    if input.starts_with(['<', '(', '[', '"', '\'']) {
        return Some("has a bracket or a quote around the address: paste what stands inside");
    }
    let is_text = input.contains("//") && input.contains(char::is_whitespace);
    is_text.then_some("has text around the address: paste only what begins with https://")
}

/// The text behind `%XX` escapes.
fn decoded(segment: &str) -> Result<Cow<'_, str>, InvalidTarget> {
    let is_hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let mut escapes = segment.split('%').skip(1).map(str::as_bytes);
    // The library takes a broken escape for text.
    if !escapes.all(|escape| escape.get(..2).is_some_and(is_hex)) {
        let reason = "is an address with a broken %-escape: copy it again";
        return Err(InvalidTarget::handle(reason));
    }
    percent_decode_str(segment).decode_utf8().map_err(|_| {
        InvalidTarget::handle("is an address with a part of a character in it: copy it again")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(input: &str) -> (String, Vec<String>) {
        let address = Address::parse(input).unwrap().unwrap();
        let segments = address.segments.into_iter().map(Cow::into_owned).collect();
        (address.host, segments)
    }

    #[test]
    fn a_name_is_not_an_address() {
        assert_eq!(Address::parse("nasa.gov"), Ok(None));
        assert_eq!(Address::parse("@nasa?x#y"), Ok(None));
    }

    #[test]
    fn scheme_query_fragment_and_empty_segments_are_dropped() {
        let expected = (
            "example.com".to_owned(),
            vec!["a".to_owned(), "b".to_owned()],
        );
        for input in [
            "example.com/a/b",
            "https://example.com/a/b",
            "HTTP://Example.COM//a//b/",
            "//example.com/a/b?next=https://other.example/c",
            "example.com/a/b#/c/d",
            "example.com/%61/b",
        ] {
            assert_eq!(parts(input), expected, "{input}");
        }
        assert_eq!(
            parts("https://example.com"),
            ("example.com".to_owned(), vec![])
        );
        assert_eq!(parts("https://"), (String::new(), vec![]));
    }

    #[test]
    fn escapes_are_decoded_once_and_never_make_a_segment() {
        assert_eq!(parts("h/%2561").1, ["%61"]);
        assert_eq!(parts("h/a%2Fb").1, ["a/b"]);
        assert_eq!(parts("h/%E6%97%A5").1, ["日"]);
        assert!(Address::parse("h/%ff").is_err());
        for incomplete in ["%", "%4", "%zz", "%é"] {
            assert!(
                Address::parse(&format!("h/{incomplete}")).is_err(),
                "{incomplete}"
            );
        }
    }

    #[test]
    fn other_schemes_are_refused() {
        assert!(Address::parse("ftp://example.com/a").is_err());
        assert!(Address::parse("javascript://example.com/a").is_err());
    }
}
