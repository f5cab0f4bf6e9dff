//! Notices of deleted posts on their way into the tables.

use jiff::Timestamp;

use crate::error::Result;
use crate::schema::deletions;

use super::sink::Sink;

/// One notice that a post was deleted; see [`deletions`] for what each field means.
#[derive(Debug, Clone, Default)]
pub struct Deletion {
    /// Channel account or shop system the export belongs to.
    pub source: String,
    /// Where the post stood.
    pub platform: &'static str,
    /// The platform's own id of the post.
    pub post_id: String,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

impl Deletion {
    /// Puts the notice into the sink; `line` is where it stands in the file.
    ///
    /// # Errors
    /// Whatever the sink gives.
    pub fn put(&self, line: u64, sink: &mut Sink<'_>) -> Result<()> {
        sink.row(&deletions::TABLE, line)
            .text(deletions::SOURCE, Some(&self.source))
            .text(deletions::PLATFORM, Some(self.platform))
            .text(deletions::POST_ID, Some(&self.post_id))
            .instant(deletions::DELETED_AT, self.deleted_at)
            .finish()
    }
}
