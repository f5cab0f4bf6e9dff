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

use polars::prelude::PolarsResult;
use rayon::prelude::*;

use super::packed::Id;
use crate::text::Kind;
use measure::Measured;
use opening::Opening;
use threads::Threads;

pub(super) use closing::Wording;
pub(super) use reading::{Sources, find, is_private};
pub(super) use ticket::{Ticket, staff_name};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;
/// Threads measured before the next piece of work is taken, and pieces shared out at once.
const STEP: usize = 1_024;
const STEPS: usize = 64;
/// Rows handed on at once.
const ROWS: usize = 65_536;

/// What is read of a post.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub source: &'a str,
    pub platform: &'a str,
    pub provider: &'a str,
    pub post_id: Id<'a>,
    /// The author.
    pub account_id: &'a str,
    /// When it was said, in microseconds since 1970-01-01 UTC.
    pub at: i64,
    pub text: Wording,
    /// One of the kinds `posts.kind` lists.
    pub kind: &'a str,
    /// Hashes (`packed::id_hash`) of what it answers, repeats or quotes, and of its conversation.
    pub reply_to: Option<u64>,
    pub reposted: Option<u64>,
    pub conversation: Option<u64>,
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

/// Posts, oldest first, each put together when it is asked for.
pub(super) trait Posts<'a>: Sync {
    /// Returns how many there are.
    fn count(&self) -> usize;
    /// Returns the post at a place below that.
    fn said(&self, place: usize) -> Said<'a>;
    /// Lets go of the memory that reading posts took.
    fn release(&self) {}
}

impl<'a> Posts<'a> for [Said<'a>] {
    fn count(&self) -> usize {
        self.len()
    }

    fn said(&self, place: usize) -> Said<'a> {
        self[place]
    }
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
    pub root_post_id: Id<'a>,
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

/// Receives conversations, by their ids.
pub(super) type Take<'t, 'a> = &'t mut (dyn FnMut(&[Conversation<'a>]) -> PolarsResult<()> + Send);

#[derive(Default)]
struct Part<'a> {
    rows: Vec<Conversation<'a>>,
    unheard: u64,
    without_need: u64,
}

impl<'a> Part<'a> {
    fn add(&mut self, measured: Measured<'a>, post_count: usize) {
        match measured {
            Measured::Row(row) => self.rows.push(*row),
            Measured::ShopAlone => self.unheard += post_count as u64,
            Measured::NeedsNone => self.without_need += 1,
        }
    }
}

/// Finds and measures the conversations in posts given oldest first, hands them to `take`, some ten thousand at a time, and
/// returns what was left out, by reason.
///
/// A mention that needs no answer and got none is no conversation, and neither is what the shop says to nobody; both are
/// counted. Linear in the posts but for sorting. What is handed over at once is in the order of the ids; all of it, where
/// that is not more.
///
/// # Errors
/// Those of `take`.
pub(super) fn each<'a, P: Posts<'a> + ?Sized>(
    posts: &P,
    settings: &Settings<'_>,
    take: Take<'_, 'a>,
) -> PolarsResult<Vec<(&'static str, u64)>> {
    let threads = threads::threads(posts);
    let count = threads.len() + threads.alone.len();
    let mut all = Part::default();
    for start in (0..count).step_by(STEP * STEPS) {
        posts.release();
        let starts: Vec<usize> = (start..count.min(start + STEP * STEPS))
            .step_by(STEP)
            .collect();
        let enough = (all.rows.len() >= ROWS).then(|| std::mem::take(&mut all.rows));
        // Those found before are written down while others are measured; where writing waits, its worker measures, too.
        let (handed_over, parts) = rayon::join(
            || enough.map_or(Ok(()), |rows| hand_over(rows, &mut *take)),
            || -> Vec<Part<'a>> {
                starts
                    .par_iter()
                    .map(|start| part(posts, &threads, *start..count.min(start + STEP), settings))
                    .collect()
            },
        );
        handed_over?;
        for part in parts {
            all.rows.extend(part.rows);
            all.unheard += part.unheard;
            all.without_need += part.without_need;
        }
    }
    hand_over(all.rows, take)?;
    Ok(vec![
        ("shop_post_to_nobody", all.unheard),
        ("talk_needs_no_answer", all.without_need),
        ("post_in_two_sources", threads.repeated),
    ])
}

/// Measures threads, behind which come the posts that are alone.
fn part<'a, P: Posts<'a> + ?Sized>(
    posts: &P,
    threads: &Threads,
    range: std::ops::Range<usize>,
    settings: &Settings<'_>,
) -> Part<'a> {
    let mut part = Part::default();
    for thread in range {
        if let Some(alone) = thread.checked_sub(threads.len()) {
            let place = threads.alone[alone] as usize;
            match threads.is_shop[place] {
                true => part.unheard += 1,
                false => part.add(measure::measure(posts, threads, &[place], settings), 1),
            }
            continue;
        }
        let hours = settings.session_hours;
        for talk in talks::talks(posts, threads, thread, hours, &mut part.unheard) {
            part.add(
                measure::measure(posts, threads, &talk, settings),
                talk.len(),
            );
        }
    }
    part
}

fn hand_over<'a>(mut rows: Vec<Conversation<'a>>, take: Take<'_, 'a>) -> PolarsResult<()> {
    rows.sort_by(|left, right| left.id.cmp(&right.id));
    take(rows.as_slice())
}

#[cfg(test)]
mod tests;
