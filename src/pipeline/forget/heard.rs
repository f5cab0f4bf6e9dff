//! Words of posts in computed tables: those of one post, and those counted over all posts.
//!
//! Of a counted word nobody can tell whether it was in one post more. Where a post is taken out, all of them go, in the
//! history too, and the next run counts anew.

use polars::prelude::*;

use super::rows::emptied;
use crate::schema::{
    Column as Owned, Table, alerts, communities, cooccurrences, hour_counts, keyphrases,
    post_scores, segment_voices, topic_words, topics, word_bursts,
};

/// Columns of `post_scores` that hold words of one post.
pub(in crate::pipeline) const WORDS_OF_POST: [Owned; 3] = [
    post_scores::WORDS,
    post_scores::DECIDING_WORDS,
    post_scores::SPEECH_WORDS,
];

/// The same, with the hash by which whoever guesses the text knows that it was this.
pub(in crate::pipeline) const OF_POST: [Owned; 4] = [
    post_scores::WORDS,
    post_scores::DECIDING_WORDS,
    post_scores::SPEECH_WORDS,
    post_scores::CONTENT,
];

/// Tables of which every row is about words counted over all posts.
const OF_WORDS: [&str; 6] = [
    word_bursts::TABLE.name,
    keyphrases::TABLE.name,
    cooccurrences::TABLE.name,
    topics::TABLE.name,
    topic_words::TABLE.name,
    segment_voices::TABLE.name,
];

/// Lists of such words in rows about something else, by table.
const LISTS: [(&str, Owned); 2] = [
    (alerts::TABLE.name, alerts::WORDS),
    (communities::TABLE.name, communities::WORDS),
];

/// Whether every row of a table is about words counted over all posts.
pub(super) fn is_of_words(table: &Table) -> bool {
    OF_WORDS.contains(&table.name)
}

/// Whether a table holds words counted over all posts; the label of a topic is made of them.
pub(in crate::pipeline) fn has_counted_words(table: &Table) -> bool {
    is_of_words(table)
        || table.name == hour_counts::TABLE.name
        || LISTS.iter().any(|(name, _)| *name == table.name)
}

/// Empties the lists of such words in a table, and returns how many rows had some.
pub(super) fn without_lists(table: &Table, frame: &mut DataFrame) -> PolarsResult<u64> {
    let Some((_, column)) = LISTS.iter().find(|(name, _)| *name == table.name) else {
        return Ok(0);
    };
    let rows = frame.column(column.name)?.is_not_null();
    if rows.any() {
        *frame = emptied(frame, &rows, &[*column])?;
    }
    Ok(u64::from(rows.sum().unwrap_or(0)))
}

/// Returns rows of a table without the words counted over all posts; `None` where there are none.
///
/// # Errors
/// Those of polars, where a column is missing or of another type.
pub(in crate::pipeline) fn without_counted_words(
    table: &Table,
    frame: &DataFrame,
) -> PolarsResult<Option<DataFrame>> {
    if is_of_words(table) {
        return Ok((frame.height() > 0).then(|| frame.slice(0, 0)));
    }
    if table.name == hour_counts::TABLE.name {
        let topics = frame.column(hour_counts::TOPIC.name)?.str()?;
        let is_kept: BooleanChunked = topics
            .iter()
            .map(|topic| Some(topic.unwrap_or_default().is_empty()))
            .collect();
        return match is_kept.all() {
            true => Ok(None),
            false => frame.filter(&is_kept).map(Some),
        };
    }
    let mut left = frame.clone();
    Ok((without_lists(table, &mut left)? > 0).then_some(left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    /// Makes one row of a table with the same text in every cell and list.
    fn filled(table: &Table) -> DataFrame {
        let mut frame = DataFrame::full_null(&table.schema(), 1);
        for column in table.columns {
            let cell = match column.kind {
                schema::ColumnKind::Text => Column::new(column.small_name(), ["x"]),
                schema::ColumnKind::Texts => {
                    let list = Series::new("".into(), ["x"]);
                    Column::new(column.small_name(), [list])
                }
                _ => continue,
            };
            frame.with_column(cell).unwrap();
        }
        frame
    }

    #[test]
    fn counted_words_go_from_every_table_that_has_them_and_from_no_other() {
        for table in schema::DERIVED {
            let left = without_counted_words(table, &filled(table)).unwrap();
            assert_eq!(left.is_some(), has_counted_words(table), "{}", table.name);
            let Some(left) = left else { continue };
            // Once they are gone there is nothing more to do.
            let again = without_counted_words(table, &left).unwrap();
            assert!(again.is_none(), "{}", table.name);
        }
        let alert = without_counted_words(&alerts::TABLE, &filled(&alerts::TABLE)).unwrap();
        let alert = alert.unwrap();
        let is_empty = |column: Owned| alert.column(column.name).unwrap().null_count() == 1;
        assert!(is_empty(alerts::WORDS) && !is_empty(alerts::FIRST_POSTS));
    }

    #[test]
    fn hours_that_are_counted_by_no_topic_stay() {
        let mut hours = DataFrame::full_null(&hour_counts::TABLE.schema(), 3);
        let topics = Column::new(
            hour_counts::TOPIC.small_name(),
            [Some("roast・shop"), Some(""), None],
        );
        hours.with_column(topics).unwrap();
        let left = without_counted_words(&hour_counts::TABLE, &hours).unwrap();
        assert_eq!(left.map(|left| left.height()), Some(2));
    }
}
