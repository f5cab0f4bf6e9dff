//! The table `hour_counts`.

use polars::prelude::*;

use super::{Counts, Hour, Names, Part, Stream, named};
use crate::schema::{Column as Owned, ColumnKind, hour_counts};

/// Returns the table `hour_counts`, by brand, keyword, topic and hour.
///
/// # Errors
/// Those of polars.
pub fn frame(counts: &Counts, names: &Names<'_>) -> PolarsResult<DataFrame> {
    let mut rows: Vec<([&str; 3], &Hour)> = counts
        .streams
        .iter()
        .flat_map(|(stream, hours)| {
            let names = stream_names(*stream, names);
            hours.iter().map(move |hour| (names, hour))
        })
        .collect();
    rows.sort_by(|left, right| (left.0, left.1.start).cmp(&(right.0, right.1.start)));
    let text = |column: Owned, place: usize| {
        let values: Vec<&str> = rows.iter().map(|(names, _)| names[place]).collect();
        Column::new(column.small_name(), values)
    };
    let whole = |column: Owned, value: fn(&Hour) -> i64| {
        let values: Vec<i64> = rows.iter().map(|(_, hour)| value(hour)).collect();
        Column::new(column.small_name(), values)
    };
    let decimal = |column: Owned, value: fn(&Hour) -> Option<f64>| {
        let values: Vec<Option<f64>> = rows.iter().map(|(_, hour)| value(hour)).collect();
        Column::new(column.small_name(), values)
    };
    DataFrame::new(
        rows.len(),
        vec![
            text(hour_counts::BRAND, 0),
            text(hour_counts::KEYWORD, 1),
            text(hour_counts::TOPIC, 2),
            whole(hour_counts::HOUR, |hour| hour.start).cast(&ColumnKind::Instant.dtype())?,
            whole(hour_counts::POST_COUNT, |hour| hour.post_count),
            whole(hour_counts::POSITIVE_COUNT, |hour| hour.positive_count),
            whole(hour_counts::NEGATIVE_COUNT, |hour| hour.negative_count),
            whole(hour_counts::QUOTE_COUNT, |hour| hour.quote_count),
            whole(hour_counts::AUTHOR_COUNT, |hour| hour.author_count),
            decimal(hour_counts::EXPECTED_COUNT, |hour| hour.expected),
            decimal(hour_counts::TAIL_PROB, |hour| hour.tail_prob),
            decimal(hour_counts::EXPECTED_NEGATIVE_COUNT, |hour| {
                hour.expected_negative
            }),
            whole(hour_counts::REPLY_COUNT, |hour| hour.reply_count),
            whole(hour_counts::REPOST_COUNT, |hour| hour.repost_count),
            whole(hour_counts::COPY_COUNT, |hour| hour.copy_count),
            whole(hour_counts::REACH, |hour| hour.reach),
        ],
    )
}

fn stream_names<'a>(stream: Stream, names: &Names<'a>) -> [&'a str; 3] {
    let brand = named(names.brands, stream.brand);
    match stream.part {
        Part::All => [brand, "", ""],
        Part::Keyword(keyword) => [brand, named(names.keywords, keyword), ""],
        Part::Topic(topic) => [brand, "", named(names.topics, topic)],
    }
}
