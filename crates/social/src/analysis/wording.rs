//! Words for figures.

/// A count with its noun: "1 post", "2 posts".
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "post"), "0 posts");
        assert_eq!(counted(1, "post"), "1 post");
        assert_eq!(counted(2, "post"), "2 posts");
    }
}
