//! The pieces that a text is made of.

/// One token: what it is, and where it stands in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of the token as it stands in the folded text; equal texts have equal hashes.
    pub(super) hash: u64,
    /// How many letters it has, if all of it is ASCII: counted while it is read, for every word is asked.
    pub(super) ascii_letters: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    Number,
    /// A number with a currency sign.
    Money,
    /// `@name`
    Mention,
    /// `#tag`
    Hashtag,
    /// A web or mail address.
    Link,
}
