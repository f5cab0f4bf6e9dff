//! Posts their platform says were deleted.

/// Stands for a source that the notice does not name: every post of that id is meant.
pub const ANY_SOURCE: &str = "*";

crate::schema::column::table! {
    /// One notice that a post was deleted. Notices hold whatever the as-of instant is: what its author took back is not read again.
    raw "deletions", key [SOURCE, POST_ID], unit [SOURCE, POST_ID], happened None;
    SOURCE: Text "source", "", "Channel account or shop system the export belongs to, as in posts; `*` for any.";
    PLATFORM: Text "platform", "x, line, google, ...", "Where the post stood; empty where the notice does not say.";
    POST_ID: Text "post_id", "", "The platform's own id of the post.";
    DELETED_AT: Instant "deleted_at", "UTC", "When it was deleted; empty where the notice does not say.";
}
