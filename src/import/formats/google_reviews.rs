//! Google Business reviews, JSON: `{"reviews": [...]}` as the API answers it and Takeout writes it, or the answer for
//! several locations (`locationReviews`).
//!
//! - A review without words keeps its stars. Where Google put a translation beside the words, the words as written are
//!   the text and the translation goes to `extra`.
//! - The owner's answer becomes a post of its own, `<review>/reply`.
//! - Reviewers have no id, so their name stands for it; anonymous ones have none.

use std::io::BufRead;

use serde_json::Value;

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{self, at, elements, extra, flag, for_each_record, text};
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;
use crate::import::values::{ValueError, numbers};

const SOURCE: &str = "google";
const PLATFORM: &str = "google";

/// Google Business reviews.
pub(super) struct GoogleReviews;

impl Layout for GoogleReviews {
    fn name(&self) -> &'static str {
        "google_reviews"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "Google ビジネス プロフィール クチコミ JSON",
            "Google Business reviews JSON",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_keys(&["reviews", "reviews.starRating"])
            || head.has_keys(&["starRating", "createTime"])
            || head.has_keys(&["reviews", "totalReviewCount"])
            || head.has_keys(&["locationReviews", "locationReviews.review"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reviewers = Accounts::default();
        for_each_record(input, context, sink, |line, record, sink| {
            // The page of a location nobody has reviewed.
            if record.get("totalReviewCount").is_some()
                && record.get("reviews").is_none_or(Value::is_null)
            {
                return Ok(());
            }
            for element in elements(&record, &["reviews", "locationReviews"]) {
                let review = element.get("review").unwrap_or(element);
                sink.read_rows(1);
                match Review::of(review, context) {
                    Ok(read) => read.put(line, review, context, &mut reviewers, sink)?,
                    Err((path, reason)) => {
                        sink.reject(json::rejected(line, review, path, reason))?
                    }
                }
            }
            Ok(())
        })?;
        reviewers.put(sink)
    }
}

struct Review {
    id: String,
    name: Option<String>,
    rating: Option<f64>,
    posted_at: jiff::Timestamp,
    replied_at: Option<jiff::Timestamp>,
}

impl Review {
    fn of(review: &Value, context: &Context) -> Result<Self, (&'static str, Reason)> {
        if !review.is_object() {
            return Err(("", Reason::NotJson));
        }
        let instant = |path: &'static str| {
            json::instant(review, path, context).map_err(|reason| (path, reason))
        };
        let id = text(review, "reviewId")
            .or_else(|| text(review, "name"))
            .ok_or(("reviewId", Reason::Missing))?;
        let posted_at = match instant("createTime")? {
            Some(instant) => instant,
            None => instant("updateTime")?.ok_or(("createTime", Reason::Missing))?,
        };
        let rating = match text(review, "starRating") {
            None => None,
            Some(stars) => stars_of(&stars).map_err(|error| ("starRating", error.into()))?,
        };
        let is_anonymous = flag(review, "reviewer.isAnonymous").unwrap_or(false);
        Ok(Self {
            id,
            name: text(review, "reviewer.displayName").filter(|_| !is_anonymous),
            rating,
            posted_at,
            replied_at: instant("reviewReply.updateTime")?,
        })
    }

    fn put(
        self,
        line: u64,
        review: &Value,
        context: &Context,
        reviewers: &mut Accounts,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let source = context.source_or(SOURCE).to_owned();
        let known = [
            "reviewId",
            "comment",
            "createTime",
            "starRating",
            "reviewer.displayName",
            "reviewReply.comment",
            "reviewReply.updateTime",
        ];
        let comment = text(review, "comment").unwrap_or_default();
        let (said, translation) = without_translation(&comment);
        let mut kept = review.clone();
        if let (Some(fields), Some(translation)) = (kept.as_object_mut(), translation) {
            fields.insert("translation".to_owned(), Value::from(translation));
        }
        if let Some(name) = &self.name {
            let account = Account {
                source: source.clone(),
                platform: PLATFORM,
                account_id: name.clone(),
                display_name: Some(name.clone()),
                ..Account::default()
            };
            reviewers.add(account, self.posted_at, line);
        }
        let post = Post {
            source: source.clone(),
            platform: PLATFORM,
            post_id: self.id.clone(),
            account_id: self.name,
            posted_at: self.posted_at,
            text: Some(said.to_owned()).filter(|said| !said.is_empty()),
            kind: "review",
            conversation_id: Some(self.id.clone()),
            rating: self.rating,
            extra: extra(&kept, &known),
            ..Post::default()
        };
        post.put(line, sink)?;
        let Some(reply) = at(review, "reviewReply").and_then(|reply| text(reply, "comment")) else {
            return Ok(());
        };
        let reply = Post {
            source,
            platform: PLATFORM,
            post_id: format!("{}/reply", self.id),
            posted_at: self.replied_at.unwrap_or(self.posted_at),
            text: Some(without_translation(&reply).0.to_owned()),
            kind: "reply",
            reply_to: Some(self.id.clone()),
            conversation_id: Some(self.id),
            is_outbound: true,
            ..Post::default()
        };
        reply.put(line, sink)
    }
}

/// Returns the words as they were written, and Google's translation of them.
fn without_translation(comment: &str) -> (&str, Option<&str>) {
    const TRANSLATED: &str = "(Translated by Google)";
    const ORIGINAL: &str = "(Original)";
    let parts = match comment.trim().strip_prefix(TRANSLATED) {
        Some(rest) => rest
            .split_once(ORIGINAL)
            .map(|(translation, said)| (said, translation)),
        None => comment.split_once(TRANSLATED),
    };
    match parts {
        Some((said, translation)) => (said.trim(), Some(translation.trim())),
        None => (comment.trim(), None),
    }
}

fn stars_of(word: &str) -> Result<Option<f64>, ValueError> {
    Ok(match word.trim().to_uppercase().as_str() {
        "ONE" => Some(1.0),
        "TWO" => Some(2.0),
        "THREE" => Some(3.0),
        "FOUR" => Some(4.0),
        "FIVE" => Some(5.0),
        "STAR_RATING_UNSPECIFIED" => None,
        other => match numbers::float(other).map_err(|_| ValueError::UnknownWord)? {
            Some(stars) if (1.0..=5.0).contains(&stars) => Some(stars),
            _ => return Err(ValueError::OutOfRange),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_were_written() {
        for (comment, expected) in [
            ("おいしい", ("おいしい", None)),
            (
                "(Translated by Google) Tasty\n\n(Original)\nおいしい",
                ("おいしい", Some("Tasty")),
            ),
            (
                "おいしい\n\n(Translated by Google)\nTasty",
                ("おいしい", Some("Tasty")),
            ),
            (
                "(Translated by Google) Tasty",
                ("(Translated by Google) Tasty", None),
            ),
        ] {
            assert_eq!(without_translation(comment), expected, "{comment}");
        }
    }
}
