//! The little HTML in the text of comments.

/// The text without markup. Only what the API writes is taken for markup; a text that merely has a
/// `<` in it stays as it is.
pub(super) fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((replacement, length)) => {
                plain.push_str(replacement);
                rest = &rest[length..];
            }
            None => {
                plain.push('<');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    unescaped(&plain)
}

/// What a tag at the start stands for, and its length.
fn tag(text: &str) -> Option<(&'static str, usize)> {
    let length = text.find('>')? + 1;
    let name = text[1..length - 1].trim_start_matches('/');
    let name = name.split([' ', '/']).next()?;
    match name {
        "br" => Some(("\n", length)),
        "a" | "b" | "i" | "s" | "u" | "em" | "strong" | "span" => Some(("", length)),
        _ => None,
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        // Last, so that nothing is unescaped twice.
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_everything_else_stays() {
        for (html, expected) in [
            ("a<br>b<br/>c", "a\nb\nc"),
            (
                "<b>so</b> <a href=\"https://x.example\">this</a>",
                "so this",
            ),
            ("Tom &amp; Jerry &lt;3 &#39;em", "Tom & Jerry <3 'em"),
            ("I <3 this", "I <3 this"),
            ("a < b > c", "a < b > c"),
            ("&amp;lt;", "&lt;"),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
    }
}
