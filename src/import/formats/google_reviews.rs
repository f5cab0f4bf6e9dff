//! Google Business reviews, JSON: `{"reviews": [...]}` as the API answers it.
//!
//! A review without words keeps its stars. The owner's answer becomes a post of its own, `<review>/reply`. Reviewers have
//! no id, so their name stands for it; anonymous ones have none.

use std::collections::BTreeSet;
use std::io::BufRead;

use serde_json::Value;

use crate::error::Result;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::json::{self, at, extra, flag, for_each_record, text};
use crate::import::layout::Layout;
use crate::import::rejects::{Reason, Reject};
use crate::import::sink::Sink;
use crate::import::values::{ValueError, dates, numbers};
use crate::schema::{accounts, posts};

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
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let mut reviewers = BTreeSet::new();
        let mut number = 0;
        for_each_record(input, context, sink, |_, record, sink| {
            let reviews = match record {
                Value::Object(ref fields) if fields.contains_key("reviews") => {
                    match &record["reviews"] {
                        Value::Array(reviews) => reviews.as_slice(),
                        _ => &[],
                    }
                }
                _ => std::slice::from_ref(&record),
            };
            for review in reviews {
                number += 1;
                sink.read_rows(1);
                match Review::of(number, review, context) {
                    Ok(review) => review.put(&mut reviewers, context, sink)?,
                    Err(reject) => sink.reject(reject)?,
                }
            }
            Ok(())
        })
    }
}

struct Review<'a> {
    number: u64,
    review: &'a Value,
    id: String,
    name: Option<String>,
    rating: Option<f64>,
    posted_at: jiff::Timestamp,
    replied_at: Option<jiff::Timestamp>,
}

impl<'a> Review<'a> {
    fn of(number: u64, review: &'a Value, context: &Context) -> Result<Self, Reject> {
        let rejected = |column: &str, reason| {
            json::reject(
                number,
                column,
                &text(review, column).unwrap_or_default(),
                reason,
                &review.to_string(),
            )
        };
        if !review.is_object() {
            return Err(rejected("", Reason::NotJson));
        }
        let instant = |path: &str| {
            dates::instant(&text(review, path).unwrap_or_default(), &context.time_zone)
                .map_err(|error| rejected(path, error.into()))
        };
        let id = text(review, "reviewId")
            .or_else(|| text(review, "name"))
            .ok_or_else(|| rejected("reviewId", Reason::Missing))?;
        let posted_at = match instant("createTime")? {
            Some(instant) => instant,
            None => {
                instant("updateTime")?.ok_or_else(|| rejected("createTime", Reason::Missing))?
            }
        };
        let rating = match text(review, "starRating") {
            None => None,
            Some(stars) => {
                stars_of(&stars).map_err(|error| rejected("starRating", error.into()))?
            }
        };
        let is_anonymous = flag(review, "reviewer.isAnonymous").unwrap_or(false);
        let name = if is_anonymous {
            None
        } else {
            text(review, "reviewer.displayName")
        };
        Ok(Self {
            number,
            review,
            id,
            name,
            rating,
            posted_at,
            replied_at: instant("reviewReply.updateTime")?,
        })
    }

    fn put(
        &self,
        reviewers: &mut BTreeSet<String>,
        context: &Context,
        sink: &mut Sink<'_>,
    ) -> Result<()> {
        let source = context.source_or(SOURCE);
        let known = [
            "reviewId",
            "comment",
            "createTime",
            "starRating",
            "reviewer.displayName",
            "reviewReply.comment",
            "reviewReply.updateTime",
        ];
        sink.row(&posts::TABLE, self.number)
            .text(posts::SOURCE, Some(source))
            .text(posts::PLATFORM, Some(PLATFORM))
            .text(posts::POST_ID, Some(&self.id))
            .text(posts::ACCOUNT_ID, self.name.as_deref())
            .instant(posts::POSTED_AT, Some(self.posted_at))
            .text(posts::TEXT, text(self.review, "comment").as_deref())
            .text(posts::KIND, Some("review"))
            .text(posts::CONVERSATION_ID, Some(&self.id))
            .float(posts::RATING, self.rating)
            .flag(posts::IS_OUTBOUND, Some(false))
            .text(posts::EXTRA, extra(self.review, &known).as_deref())
            .finish()?;
        if let Some(name) = self
            .name
            .as_ref()
            .filter(|name| reviewers.insert((*name).clone()))
        {
            sink.row(&accounts::TABLE, self.number)
                .text(accounts::SOURCE, Some(source))
                .text(accounts::PLATFORM, Some(PLATFORM))
                .text(accounts::ACCOUNT_ID, Some(name))
                .text(accounts::DISPLAY_NAME, Some(name))
                .flag(accounts::IS_OFFICIAL, Some(false))
                .finish()?;
        }
        let Some(reply) = at(self.review, "reviewReply").and_then(|reply| text(reply, "comment"))
        else {
            return Ok(());
        };
        sink.row(&posts::TABLE, self.number)
            .text(posts::SOURCE, Some(source))
            .text(posts::PLATFORM, Some(PLATFORM))
            .text(posts::POST_ID, Some(&format!("{}/reply", self.id)))
            .instant(
                posts::POSTED_AT,
                Some(self.replied_at.unwrap_or(self.posted_at)),
            )
            .text(posts::TEXT, Some(&reply))
            .text(posts::KIND, Some("reply"))
            .text(posts::REPLY_TO_POST_ID, Some(&self.id))
            .text(posts::CONVERSATION_ID, Some(&self.id))
            .flag(posts::IS_OUTBOUND, Some(true))
            .finish()
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
