//! By what a comment belongs to a post, and a post to its copies in other files.

use report_pipeline::Platform;

/// One name of a post. Keys are ordered by how well they serve as the post's id, best first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PostKey {
    /// The id that stands in the post's address: a video's id, or an Instagram shortcode.
    Public(Platform, String),
    /// Instagram's own number of the post.
    Media(Platform, String),
    /// The number that Instagram's Graph API gives it.
    Graph(Platform, String),
    /// The file that the post came in, for files that belong to it by their name.
    File(String),
}

impl PostKey {
    /// The id itself.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Public(_, id) | Self::Media(_, id) | Self::Graph(_, id) | Self::File(id) => id,
        }
    }
}

/// The keys of an Instagram post: its shortcode, from a field or out of its address, and a number.
pub(crate) fn instagram_post(
    shortcode: Option<String>,
    address: Option<&str>,
    number: Option<String>,
) -> Vec<PostKey> {
    let platform = Platform::INSTAGRAM;
    let shortcode = shortcode.or_else(|| address.and_then(shortcode_in));
    let mut keys: Vec<PostKey> = shortcode
        .map(|code| PostKey::Public(platform.clone(), code))
        .into_iter()
        .collect();
    keys.extend(number.map(|number| PostKey::Media(platform, number)));
    keys
}

/// The shortcode in an address such as `https://www.instagram.com/p/CODE/`.
fn shortcode_in(address: &str) -> Option<String> {
    let mut segments = address.split(['?', '#']).next()?.split('/');
    segments.find(|segment| matches!(*segment, "p" | "reel" | "reels" | "tv"))?;
    let code = segments.next().filter(|code| !code.is_empty())?;
    Some(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcode_is_found_in_every_form_of_a_post_address() {
        for address in [
            "https://www.instagram.com/p/zzA/",
            "https://www.instagram.com/some_name/reel/zzA?igsh=1",
            "instagram.com/tv/zzA#x",
        ] {
            assert_eq!(shortcode_in(address).as_deref(), Some("zzA"), "{address}");
        }
        assert_eq!(shortcode_in("https://www.instagram.com/p/"), None);
        assert_eq!(shortcode_in("https://www.instagram.com/name/"), None);
    }
}
