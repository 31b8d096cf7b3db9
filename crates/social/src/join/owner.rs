//! Which comments the account itself wrote, and one spelling for each author.

use std::collections::HashMap;

use report_pipeline::{Handle, Platform};

use super::Identity;
use crate::facts::Names;
use crate::snapshot::Comment;

/// Marks the comments of the account itself: by the source's own mark, by the author's id, or by
/// the name as the platform folds it.
pub(super) fn mark(
    comments: &mut [Comment],
    platform: &Platform,
    identity: &Identity,
    names: Names<'_>,
) {
    for comment in comments
        .iter_mut()
        .filter(|comment| comment.is_by_owner != Some(true))
    {
        let by_id = comment
            .author_id
            .as_ref()
            .map(|author| identity.ids.contains(author));
        // On YouTube a shown name may be anybody's; an id is not.
        let id_settles = *platform == Platform::YOUTUBE && !identity.ids.is_empty();
        let by_name = [&comment.author_name, &comment.author_id]
            .into_iter()
            .flatten()
            .filter_map(|name| names.handle(platform, name))
            .map(|name| identity.handles.contains(&name))
            .reduce(|a, b| a || b);
        let is_by_owner = match (by_id, by_name) {
            (Some(true), _) => Some(true),
            (Some(false), _) if id_settles && is_id(comment) => Some(false),
            (_, Some(same)) => Some(same),
            (other, None) => other,
        };
        comment.is_by_owner = is_by_owner.or(comment.is_by_owner);
    }
}

/// Whether the author's id is more than the author's name once more.
fn is_id(comment: &Comment) -> bool {
    comment.author_id != comment.author_name
}

/// Gives each author one spelling: one source knows the id, another only the name.
pub(super) fn unify_authors(comments: &mut [Comment], platform: &Platform, names: Names<'_>) {
    let folded = |name: &str| names.handle(platform, name);
    let mut ids: HashMap<Handle, String> = HashMap::new();
    for comment in comments.iter() {
        if let (Some(id), Some(name)) = (&comment.author_id, &comment.author_name)
            && let Some(name) = folded(name)
        {
            ids.entry(name).or_insert_with(|| id.clone());
        }
    }
    for comment in comments.iter_mut() {
        if comment.author_id.is_none()
            && let Some(name) = &comment.author_name
        {
            let known = folded(name).and_then(|name| ids.get(&name));
            comment.author_id = Some(known.unwrap_or(name).clone());
        }
    }
}
