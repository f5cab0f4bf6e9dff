//! The table `conversations`.

use polars::prelude::*;

use super::measure::rounded;
use super::{Conversation, MINUTE};
use crate::schema::{Column as Owned, ColumnKind, conversations};

/// Returns the table, in the order of the rows given.
pub(in crate::score) fn frame(rows: &[Conversation<'_>]) -> PolarsResult<DataFrame> {
    let text = |column: Owned, value: fn(&Conversation<'_>) -> Option<String>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let whole = |column: Owned, value: fn(&Conversation<'_>) -> i64| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let instant = |column: Owned, value: fn(&Conversation<'_>) -> Option<i64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
        .cast(&ColumnKind::Instant.dtype())
    };
    let float = |column: Owned, value: fn(&Conversation<'_>) -> Option<f64>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let flag = |column: Owned, value: fn(&Conversation<'_>) -> Option<bool>| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        rows.len(),
        vec![
            text(conversations::CONVERSATION_ID, |row| Some(row.id.clone())),
            text(conversations::SOURCE, |row| Some(row.source.to_owned())),
            text(conversations::PLATFORM, |row| Some(row.platform.to_owned())),
            text(conversations::PROVIDER, |row| Some(row.provider.to_owned())),
            text(conversations::ACCOUNT_ID, |row| {
                (!row.account_id.is_empty()).then(|| row.account_id.to_owned())
            }),
            text(conversations::ROOT_POST_ID, |row| {
                Some(row.root_post_id.to_string())
            }),
            text(conversations::KIND, |row| Some(row.kind.to_owned())),
            text(conversations::UTTERANCE, |row| {
                row.utterance.map(|utterance| utterance.name().to_owned())
            }),
            text(conversations::STATE, |row| {
                Some(row.state.name().to_owned())
            }),
            flag(conversations::NEEDS_ANSWER, |row| Some(row.needs_answer)),
            instant(conversations::STARTED_AT, |row| Some(row.started_at))?,
            instant(conversations::ASKED_AT, |row| Some(row.asked_at))?,
            instant(conversations::LAST_AT, |row| Some(row.last_at))?,
            whole(conversations::POST_COUNT, |row| {
                row.inbound_count + row.outbound_count
            }),
            whole(conversations::INBOUND_COUNT, |row| row.inbound_count),
            whole(conversations::OUTBOUND_COUNT, |row| row.outbound_count),
            whole(conversations::COMPLAINT_COUNT, |row| row.complaint_count),
            instant(conversations::FIRST_RESPONSE_AT, |row| {
                row.first_response_at
            })?,
            float(conversations::FIRST_RESPONSE_MINUTES, |row| {
                row.first_response.map(minutes)
            }),
            float(conversations::FIRST_RESPONSE_WALL_MINUTES, |row| {
                row.first_response_at
                    .map(|at| minutes(at.saturating_sub(row.asked_at)))
            }),
            text(conversations::ANSWERED_BY, |row| {
                row.answered_by.map(str::to_owned)
            }),
            flag(conversations::IS_WITHIN_TARGET, |row| row.is_within_target),
            instant(conversations::RESOLVED_AT, |row| row.resolved_at)?,
            float(conversations::RESOLUTION_MINUTES, |row| {
                row.resolution.map(minutes)
            }),
            float(conversations::RESOLUTION_WALL_MINUTES, |row| {
                row.resolved_at
                    .map(|at| minutes(at.saturating_sub(row.asked_at)))
            }),
            instant(conversations::WAITING_SINCE_AT, |row| row.waiting_since)?,
            float(conversations::WAITED_MINUTES, |row| {
                row.waited.map(|(open, _)| minutes(open))
            }),
            float(conversations::WAITED_WALL_MINUTES, |row| {
                row.waited.map(|(_, wall)| minutes(wall))
            }),
            instant(conversations::DUE_AT, |row| row.due_at)?,
            flag(conversations::IS_OPEN_COMPLAINT, |row| {
                Some(row.is_open_complaint)
            }),
            float(conversations::SENTIMENT_BEFORE, |row| row.sentiment_before),
            float(conversations::SENTIMENT_AFTER, |row| row.sentiment_after),
            float(conversations::SENTIMENT_CHANGE, |row| {
                Some(rounded(row.sentiment_after? - row.sentiment_before?))
            }),
            float(conversations::SEVERITY, |row| Some(row.severity)),
            whole(conversations::REACH, |row| row.reach),
            float(conversations::PRIORITY, |row| Some(row.priority)),
        ],
    )
}

/// Returns minutes, to the hundredth.
fn minutes(micros: i64) -> f64 {
    (micros as f64 / MINUTE as f64 * 100.0).round() / 100.0
}
