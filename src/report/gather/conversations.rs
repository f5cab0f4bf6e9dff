//! Conversations: how soon they were answered, and what waits for an answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use polars::prelude::*;

use super::answers::{median, of_period};
use super::columns::{floats, integers, optional_integers, texts};
use super::{Calendar, Input};
use crate::report::figures::{AnswerFigure, ConversationFigures, ReasonFigure, WaitFigure};
use crate::schema::{complaint_priorities, conversations};

/// Days looked back.
const DAYS: u32 = 28;
/// Bounds of the times told apart, in business minutes: one hour, four, a day of eight, two.
const BOUNDS: [u32; 5] = [0, 60, 240, 480, 960];
/// Share of the answers that the slow time covers.
const MOST: f64 = 0.9;
/// Platforms shown.
const PLATFORMS: usize = 10;

/// One conversation.
struct Talk {
    platform: String,
    /// Business minutes to the first answer.
    answered: Option<f64>,
    /// Business minutes waited so far.
    waited: Option<f64>,
    is_answered: bool,
    is_within: Option<bool>,
}

/// Returns the conversations of the last days, and what waits now.
pub(super) fn conversations(
    input: &Input,
    calendar: &Calendar,
    now: Timestamp,
    smallest: u32,
) -> PolarsResult<ConversationFigures> {
    let talks = talks(input, calendar)?;
    let is_told = |count: usize| count as u64 >= u64::from(smallest.max(1));
    let mut minutes: Vec<f64> = talks.iter().filter_map(|talk| talk.answered).collect();
    let middle = median(&mut minutes).filter(|_| is_told(minutes.len()));
    let judged: Vec<bool> = talks.iter().filter_map(|talk| talk.is_within).collect();
    let within = judged.iter().filter(|is_within| **is_within).count();
    let open = open(input, now)?;
    let (period_asked, period_answered) = of_period(input, calendar)?;
    Ok(ConversationFigures {
        day_count: DAYS,
        asked_count: talks.len() as u64,
        answered_count: talks.iter().filter(|talk| talk.is_answered).count() as u64,
        period_asked_count: period_asked,
        period_answered_count: period_answered,
        median_minutes: middle,
        slow_minutes: slow(&minutes).filter(|_| middle.is_some()),
        within_target: is_told(judged.len()).then(|| within as f64 / judged.len() as f64),
        waits: match talks.is_empty() {
            true => Vec::new(),
            false => waits(&talks),
        },
        platforms: platforms(&talks, is_told),
        waiting_count: open.waiting,
        overdue_count: open.overdue,
        complaint_count: open.complaints,
        reasons: reasons(input, smallest)?,
    })
}

fn talks(input: &Input, calendar: &Calendar) -> PolarsResult<Vec<Talk>> {
    let back = lit(calendar.last) - calendar.local_day(conversations::ASKED_AT.expr());
    let first = calendar.last.saturating_sub(DAYS as i32);
    let frame = input
        .conversations
        .clone()
        .filter(conversations::NEEDS_ANSWER.expr().and(calendar.may_lie(
            conversations::ASKED_AT.expr(),
            first,
            calendar.last,
        )))
        .with_column(back.alias("__back"))
        .filter(
            col("__back")
                .gt_eq(lit(0))
                .and(col("__back").lt(lit(DAYS as i32))),
        )
        .select([
            conversations::CONVERSATION_ID.expr(),
            conversations::PLATFORM.expr(),
            conversations::STATE.expr(),
            conversations::FIRST_RESPONSE_MINUTES.expr(),
            conversations::WAITED_MINUTES.expr(),
            conversations::IS_WITHIN_TARGET.expr(),
        ])
        .sort(
            [conversations::CONVERSATION_ID.name],
            SortMultipleOptions::default(),
        )
        .collect()?;
    let platform = texts(&frame, conversations::PLATFORM.name)?;
    let state = texts(&frame, conversations::STATE.name)?;
    let answered = floats(&frame, conversations::FIRST_RESPONSE_MINUTES.name)?;
    let waited = floats(&frame, conversations::WAITED_MINUTES.name)?;
    let within = frame.column(conversations::IS_WITHIN_TARGET.name)?.bool()?;
    Ok(platform
        .into_iter()
        .enumerate()
        .map(|(row, platform)| Talk {
            platform,
            answered: answered[row].filter(|minutes| minutes.is_finite()),
            waited: waited[row].filter(|minutes| minutes.is_finite()),
            is_answered: state[row] != "unanswered",
            is_within: within.get(row),
        })
        .collect())
}

/// Returns the time within which most were answered, of sorted times (nearest rank).
fn slow(sorted: &[f64]) -> Option<f64> {
    let rank = (sorted.len() as f64 * MOST).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

fn waits(talks: &[Talk]) -> Vec<WaitFigure> {
    let ends = BOUNDS.iter().skip(1).copied().map(Some).chain([None]);
    BOUNDS
        .iter()
        .zip(ends)
        .map(|(from, to)| {
            let is_in = |minutes: f64| {
                minutes >= f64::from(*from) && to.is_none_or(|to| minutes < f64::from(to))
            };
            let count = |time: &dyn Fn(&Talk) -> Option<f64>| {
                talks
                    .iter()
                    .filter(|talk| time(talk).is_some_and(is_in))
                    .count() as u64
            };
            WaitFigure {
                from_minutes: *from,
                to_minutes: to,
                answered_count: count(&|talk| talk.answered),
                // Whoever asks again after an answer is among the answered.
                waiting_count: count(&|talk| talk.waited.filter(|_| !talk.is_answered)),
            }
        })
        .collect()
}

fn platforms(talks: &[Talk], is_told: impl Fn(usize) -> bool) -> Vec<AnswerFigure> {
    let mut by_platform: BTreeMap<&str, Vec<&Talk>> = BTreeMap::new();
    for talk in talks {
        by_platform.entry(&talk.platform).or_default().push(talk);
    }
    let mut platforms: Vec<AnswerFigure> = by_platform
        .into_iter()
        .map(|(platform, talks)| {
            let mut minutes: Vec<f64> = talks.iter().filter_map(|talk| talk.answered).collect();
            let middle = median(&mut minutes);
            AnswerFigure {
                platform: platform.to_owned(),
                asked_count: talks.len() as u64,
                answered_count: talks.iter().filter(|talk| talk.is_answered).count() as u64,
                waiting_count: talks.iter().filter(|talk| talk.waited.is_some()).count() as u64,
                median_minutes: middle.filter(|_| is_told(minutes.len())),
            }
        })
        .collect();
    platforms.sort_by_key(|platform| std::cmp::Reverse(platform.asked_count));
    platforms.truncate(PLATFORMS);
    platforms
}

/// What waits for an answer now.
struct Open {
    waiting: u64,
    overdue: u64,
    complaints: u64,
}

fn open(input: &Input, now: Timestamp) -> PolarsResult<Open> {
    let is_waiting = conversations::WAITING_SINCE_AT.expr().is_not_null();
    let frame = input
        .conversations
        .clone()
        .filter(conversations::NEEDS_ANSWER.expr().and(is_waiting))
        .select([
            conversations::IS_OPEN_COMPLAINT.expr(),
            conversations::DUE_AT.expr(),
        ])
        .collect()?;
    let due = optional_integers(&frame, conversations::DUE_AT.name)?;
    let now = now.as_microsecond();
    let overdue = due.iter().flatten().filter(|due| **due < now).count();
    let flags = frame
        .column(conversations::IS_OPEN_COMPLAINT.name)?
        .bool()?;
    let complaints = flags.iter().filter(|flag| *flag == Some(true)).count();
    Ok(Open {
        waiting: frame.height() as u64,
        overdue: overdue as u64,
        complaints: complaints as u64,
    })
}

/// Counts the reasons of the queue of complaints; they tell of persons, so reasons of few are left out.
fn reasons(input: &Input, smallest: u32) -> PolarsResult<Vec<ReasonFigure>> {
    let reason = complaint_priorities::REASONS;
    let frame = input
        .complaint_priorities
        .clone()
        .select([reason.expr()])
        .explode(
            by_name([reason.name], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(reason.expr().is_not_null())
        .group_by([reason.expr()])
        .agg([len().alias("count")])
        .collect()?;
    let count = integers(&frame, "count")?.into_iter();
    let count = count.map(i64::unsigned_abs);
    let counts: BTreeMap<String, u64> =
        texts(&frame, reason.name)?.into_iter().zip(count).collect();
    let mut reasons: Vec<ReasonFigure> = counts
        .into_iter()
        .filter(|(_, count)| *count >= u64::from(smallest))
        .map(|(reason, count)| ReasonFigure { reason, count })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    Ok(reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(platform: &str, answered: Option<f64>, waited: Option<f64>) -> Talk {
        Talk {
            platform: platform.to_owned(),
            answered,
            waited,
            is_answered: answered.is_some(),
            is_within: None,
        }
    }

    #[test]
    fn each_time_falls_into_one_row() {
        let talks = [
            talk("x", Some(0.0), None),
            talk("x", Some(59.9), None),
            talk("x", Some(60.0), None),
            talk("x", None, Some(5_000.0)),
            // Asked again after an answer.
            talk("x", Some(300.0), Some(10.0)),
        ];
        let waits = waits(&talks);
        let counts: Vec<(u64, u64)> = waits
            .iter()
            .map(|wait| (wait.answered_count, wait.waiting_count))
            .collect();
        assert_eq!(counts, [(2, 0), (1, 0), (1, 0), (0, 0), (0, 1)]);
        assert_eq!(waits[4].to_minutes, None);
    }

    #[test]
    fn a_time_of_few_answers_is_not_told() {
        let talks = [
            talk("x", Some(10.0), None),
            talk("x", Some(30.0), None),
            talk("line", Some(10.0), None),
        ];
        let told = platforms(&talks, |count| count >= 2);
        assert_eq!(told[0].platform, "x");
        assert_eq!(told[0].median_minutes, Some(20.0));
        assert_eq!(told[1].median_minutes, None);
    }

    #[test]
    fn the_slow_time_covers_nine_of_ten() {
        let times: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(slow(&times), Some(9.0));
        assert_eq!(slow(&[]), None);
    }
}
