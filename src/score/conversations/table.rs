//! The table `conversations`.

use polars::prelude::*;
use rayon::prelude::*;

use super::measure::rounded;
use super::{Conversation, MINUTE};
use crate::schema::{Column as Owned, conversations};

/// Makes one column.
type Make<'r> = Box<dyn Fn() -> PolarsResult<Column> + Sync + 'r>;

/// Returns the table, in the order of the rows given; its columns are made side by side.
pub(in crate::score) fn frame(rows: &[Conversation<'_>]) -> PolarsResult<DataFrame> {
    let made: PolarsResult<Vec<Column>> = columns(rows).par_iter().map(|make| make()).collect();
    DataFrame::new(rows.len(), made?)
}

/// Returns how each column is made.
fn columns<'r>(rows: &'r [Conversation<'r>]) -> Vec<Make<'r>> {
    vec![
        of(rows, conversations::CONVERSATION_ID, |row| row.id.as_str()),
        of(rows, conversations::SOURCE, |row| row.source),
        of(rows, conversations::PLATFORM, |row| row.platform),
        of(rows, conversations::PROVIDER, |row| row.provider),
        of(rows, conversations::ACCOUNT_ID, |row| {
            (!row.account_id.is_empty()).then_some(row.account_id)
        }),
        of(rows, conversations::ROOT_POST_ID, |row| {
            row.root_post_id.to_string()
        }),
        of(rows, conversations::KIND, |row| row.kind),
        of(rows, conversations::UTTERANCE, |row| {
            row.utterance.map(|utterance| utterance.name())
        }),
        of(rows, conversations::STATE, |row| row.state.name()),
        of(rows, conversations::NEEDS_ANSWER, |row| row.needs_answer),
        of(rows, conversations::STARTED_AT, |row| row.started_at),
        of(rows, conversations::ASKED_AT, |row| row.asked_at),
        of(rows, conversations::LAST_AT, |row| row.last_at),
        of(rows, conversations::POST_COUNT, |row| {
            row.inbound_count + row.outbound_count
        }),
        of(rows, conversations::INBOUND_COUNT, |row| row.inbound_count),
        of(rows, conversations::OUTBOUND_COUNT, |row| {
            row.outbound_count
        }),
        of(rows, conversations::COMPLAINT_COUNT, |row| {
            row.complaint_count
        }),
        of(rows, conversations::FIRST_RESPONSE_AT, |row| {
            row.first_response_at
        }),
        of(rows, conversations::FIRST_RESPONSE_MINUTES, |row| {
            row.first_response.map(minutes)
        }),
        of(rows, conversations::FIRST_RESPONSE_WALL_MINUTES, |row| {
            row.first_response_at
                .map(|at| minutes(at.saturating_sub(row.asked_at)))
        }),
        of(rows, conversations::ANSWERED_BY, |row| row.answered_by),
        of(rows, conversations::IS_WITHIN_TARGET, |row| {
            row.is_within_target
        }),
        of(rows, conversations::RESOLVED_AT, |row| row.resolved_at),
        of(rows, conversations::RESOLUTION_MINUTES, |row| {
            row.resolution.map(minutes)
        }),
        of(rows, conversations::RESOLUTION_WALL_MINUTES, |row| {
            row.resolved_at
                .map(|at| minutes(at.saturating_sub(row.asked_at)))
        }),
        of(rows, conversations::WAITING_SINCE_AT, |row| {
            row.waiting_since
        }),
        of(rows, conversations::WAITED_MINUTES, |row| {
            row.waited.map(|(open, _)| minutes(open))
        }),
        of(rows, conversations::WAITED_WALL_MINUTES, |row| {
            row.waited.map(|(_, wall)| minutes(wall))
        }),
        of(rows, conversations::DUE_AT, |row| row.due_at),
        of(rows, conversations::IS_OPEN_COMPLAINT, |row| {
            row.is_open_complaint
        }),
        of(rows, conversations::SENTIMENT_BEFORE, |row| {
            row.sentiment_before
        }),
        of(rows, conversations::SENTIMENT_AFTER, |row| {
            row.sentiment_after
        }),
        of(rows, conversations::SENTIMENT_CHANGE, |row| {
            Some(rounded(row.sentiment_after? - row.sentiment_before?))
        }),
        of(rows, conversations::SEVERITY, |row| row.severity),
        of(rows, conversations::REACH, |row| row.reach),
        of(rows, conversations::PRIORITY, |row| row.priority),
    ]
}

/// Returns how a column is made of a value per row.
fn of<'r, T, P>(
    rows: &'r [Conversation<'r>],
    column: Owned,
    value: fn(&'r Conversation<'r>) -> T,
) -> Make<'r>
where
    T: 'r,
    P: ?Sized,
    Series: NamedFrom<Vec<T>, P>,
{
    Box::new(move || {
        let cells: Vec<T> = rows.iter().map(value).collect();
        Column::new(column.small_name(), cells).cast(&column.kind.dtype())
    })
}

/// Returns minutes, to the hundredth.
fn minutes(micros: i64) -> f64 {
    (micros as f64 / MINUTE as f64 * 100.0).round() / 100.0
}
