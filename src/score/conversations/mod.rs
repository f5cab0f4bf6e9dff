//! Who waits for an answer, who got one and how soon: one row per conversation, wherever it is held.
//!
//! [`threads`] finds which posts hang together, [`talks`] what one customer and the shop say to each other in them,
//! [`wants`] and [`closing`] what needs an answer, [`measure`] how long it took, by the clock of [`opening`]. [`reading`] takes
//! what they read from the scored posts.

mod closing;
pub(super) mod holidays;
mod measure;
mod opening;
mod reading;
mod table;
mod talks;
mod threads;
mod ticket;
mod wants;

use rayon::prelude::*;

use crate::text::Kind;
use measure::Measured;
use opening::Opening;
use ticket::Ticket;

pub(super) use reading::{Sources, find};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;
/// Threads measured before the next piece of work is taken.
const STEP: usize = 1_024;

/// What is read of a post.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub source: &'a str,
    pub platform: &'a str,
    pub provider: &'a str,
    pub post_id: &'a str,
    /// The author.
    pub account_id: &'a str,
    /// When it was said, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    pub text: &'a str,
    /// One of the kinds `posts.kind` lists.
    pub kind: &'a str,
    pub reply_to: Option<&'a str>,
    pub reposted: Option<&'a str>,
    pub conversation: Option<&'a str>,
    /// Said by the shop: outbound, or by an official or staff account.
    pub is_shop: bool,
    /// Name of the staff member who wrote it, where the export has it.
    pub staff: Option<&'a str>,
    /// About the brand.
    pub is_about: bool,
    /// Sentiment, -1..1; nothing where the language is not scored.
    pub sentiment: Option<f64>,
    pub utterance: Option<Kind>,
    /// Weight of its strongest negative word.
    pub strength: Option<f64>,
    /// Stars of a review, 1..5.
    pub rating: Option<f64>,
    /// Followers of the author when observed.
    pub follower_count: Option<i64>,
    /// Reposts of the post when observed.
    pub repost_count: Option<i64>,
    /// The course of a ticket.
    pub ticket: Option<&'a Ticket>,
}

/// Settings of conversations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    /// When the shop is open.
    pub opening: &'a Opening,
    /// Hours of silence that end a chat, and after which an answer counts as the last word.
    pub session_hours: u32,
    /// Business minutes within which a first answer is due.
    pub response_target_minutes: u32,
    /// The instant the run looks from, in microseconds since 1970-01-01 UTC.
    pub as_of: i64,
}

/// How a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The customer asked and nobody has answered.
    Unanswered,
    /// The shop answered, and the customer asked again.
    WaitingForUs,
    /// The shop spoke last, and it is not yet known whether the customer is content.
    Answered,
    /// The customer is content, or silent for long after the answer.
    Resolved,
}

impl State {
    /// Returns the name used in tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::WaitingForUs => "waiting_for_us",
            Self::Answered => "answered",
            Self::Resolved => "resolved",
        }
    }
}

/// One conversation: a row of the table `conversations`, whose columns say what each field means. Times are microseconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conversation<'a> {
    pub id: String,
    pub source: &'a str,
    pub platform: &'a str,
    pub provider: &'a str,
    pub account_id: &'a str,
    pub root_post_id: &'a str,
    pub kind: &'a str,
    pub utterance: Option<Kind>,
    pub state: State,
    pub needs_answer: bool,
    pub started_at: i64,
    pub asked_at: i64,
    pub last_at: i64,
    pub inbound_count: i64,
    pub outbound_count: i64,
    pub complaint_count: i64,
    pub first_response_at: Option<i64>,
    /// Open time from `asked_at` to the first response.
    pub first_response: Option<i64>,
    pub answered_by: Option<&'a str>,
    pub resolved_at: Option<i64>,
    /// Open time from `asked_at` to the last answer.
    pub resolution: Option<i64>,
    pub is_within_target: Option<bool>,
    pub waiting_since: Option<i64>,
    /// Open time and time by the clock since `waiting_since`.
    pub waited: Option<(i64, i64)>,
    pub due_at: Option<i64>,
    pub is_open_complaint: bool,
    pub sentiment_before: Option<f64>,
    pub sentiment_after: Option<f64>,
    pub severity: f64,
    pub reach: i64,
    pub priority: f64,
}

/// The conversations, and what was left out of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conversations<'a> {
    /// By their ids.
    pub rows: Vec<Conversation<'a>>,
    /// What was left out, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

#[derive(Default)]
struct Part<'a> {
    rows: Vec<Conversation<'a>>,
    unheard: u64,
    without_need: u64,
}

/// Finds and measures the conversations in posts given oldest first.
///
/// A mention that needs no answer and got none is no conversation, and neither is what the shop says to nobody; both are
/// counted. Linear in the posts but for sorting.
pub(super) fn collect<'a>(posts: &[Said<'a>], settings: &Settings<'_>) -> Conversations<'a> {
    let threads = threads::threads(posts);
    let starts: Vec<usize> = (0..threads.len()).step_by(STEP).collect();
    let parts: Vec<Part<'a>> = starts
        .par_iter()
        .map(|start| {
            let mut part = Part::default();
            for thread in *start..threads.len().min(start + STEP) {
                let hours = settings.session_hours;
                for talk in talks::talks(posts, &threads, thread, hours, &mut part.unheard) {
                    match measure::measure(posts, &threads, &talk, settings) {
                        Measured::Row(row) => part.rows.push(*row),
                        Measured::ShopAlone => part.unheard += talk.len() as u64,
                        Measured::NeedsNone => part.without_need += 1,
                    }
                }
            }
            part
        })
        .collect();
    let mut all = Part::default();
    for part in parts {
        all.rows.extend(part.rows);
        all.unheard += part.unheard;
        all.without_need += part.without_need;
    }
    all.rows.sort_by(|left, right| left.id.cmp(&right.id));
    Conversations {
        rows: all.rows,
        left_out: vec![
            ("shop_post_to_nobody", all.unheard),
            ("talk_needs_no_answer", all.without_need),
            ("post_in_two_sources", threads.repeated),
        ],
    }
}

#[cfg(test)]
mod tests;
