//! Whose a row of `posts` is by what it repeats, or by whom it was said to.

use polars::prelude::*;

use super::{REPOST, Whose, cell};
use crate::schema::{Column as Owned, posts};

/// Kinds of posts that only those hear who talk.
const PRIVATE: [&str; 4] = ["chat", "call", "email", "ticket"];
/// What stands before the handle of whose post a text repeats.
const REPEATS: &str = "RT @";

/// The columns of posts that say more than who wrote them.
pub(super) struct PostRows<'a> {
    source: &'a StringChunked,
    platform: &'a StringChunked,
    kind: &'a StringChunked,
    text: &'a StringChunked,
    reposted: &'a StringChunked,
    conversation: &'a StringChunked,
    account: &'a StringChunked,
    customer: &'a StringChunked,
    is_outbound: &'a BooleanChunked,
}

impl<'a> PostRows<'a> {
    pub(super) fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        let text = |column: Owned| frame.column(column.name)?.str();
        Ok(Self {
            source: text(posts::SOURCE)?,
            platform: text(posts::PLATFORM)?,
            kind: text(posts::KIND)?,
            text: text(posts::TEXT)?,
            reposted: text(posts::REPOSTED_POST_ID)?,
            conversation: text(posts::CONVERSATION_ID)?,
            account: text(posts::ACCOUNT_ID)?,
            customer: text(posts::CUSTOMER_ID)?,
            is_outbound: frame.column(posts::IS_OUTBOUND.name)?.bool()?,
        })
    }

    /// Whether a row repeats what the person said, or was said to the person alone.
    pub(super) fn is_about(&self, row: usize, whose: &dyn Whose) -> bool {
        let text = |texts: &'a StringChunked| cell(Some(texts), row);
        let (source, platform) = (text(self.source), text(self.platform));
        let kind = text(self.kind);
        if kind == REPOST {
            let of = text(self.reposted);
            return !of.is_empty() && (whose.has_post(source, of) || whose.has_said(platform, of))
                || repeated_handle(text(self.text))
                    .is_some_and(|handle| whose.has_handle(platform, handle));
        }
        let is_by_nobody = text(self.account).is_empty() && text(self.customer).is_empty();
        let talk = text(self.conversation);
        is_private(kind)
            && !talk.is_empty()
            && (is_by_nobody || self.is_outbound.get(row) == Some(true))
            && whose.has_talk(source, talk)
    }
}

/// Whether only those hear a post who talk.
pub(in crate::pipeline::forget) fn is_private(kind: &str) -> bool {
    PRIVATE.contains(&kind)
}

/// Returns the handle of whose post a text repeats, where it says so: exports do not always name the post.
pub(in crate::pipeline::forget) fn repeated_handle(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(REPEATS)?;
    let is_end = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
    let end = rest.find(is_end).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repost_names_whom_it_repeats() {
        for (text, handle) in [
            ("RT @hana_k: おいしい", Some("hana_k")),
            ("RT @hana おいしい", Some("hana")),
            ("RT @hana", Some("hana")),
            ("RT @: おいしい", None),
            ("おいしい RT @hana", None),
        ] {
            assert_eq!(repeated_handle(text), handle, "{text}");
        }
    }
}
