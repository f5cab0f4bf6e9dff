//! The tables `keyphrases`, `cooccurrences`, `topics`, `topic_words` and `post_topics`.

use polars::prelude::*;

use super::model::{Assignment, Topic};
use super::network::Edge;
use super::phrases::{Period, Phrase};
use crate::schema::{
    Column as Owned, ColumnKind, cooccurrences, keyphrases, post_topics, topic_words,
    topics as topics_table,
};
use crate::score::posts::list;

/// Words shown of a topic.
const SHOWN_WORDS: usize = 10;

/// Returns the table `keyphrases` of a brand; `key_of` gives source and id of a post of the corpus.
///
/// # Errors
/// Those of polars.
pub fn keyphrases(
    brand: &str,
    period: Period,
    phrases: &[Phrase],
    key_of: &dyn Fn(usize) -> (String, String),
) -> PolarsResult<DataFrame> {
    let mut sorted: Vec<&Phrase> = phrases.iter().collect();
    sorted.sort_by(|left, right| left.text.cmp(&right.text));
    let (source, post_id): (Vec<Option<String>>, Vec<Option<String>>) = sorted
        .iter()
        .map(|phrase| phrase.example.map(key_of).unzip())
        .unzip();
    let count = |column: Owned, of: fn(&Phrase) -> u64| {
        integers(column, sorted.iter().map(|phrase| of(phrase)))
    };
    let float = |column: Owned, of: fn(&Phrase) -> Option<f64>| {
        floats(column, sorted.iter().map(|phrase| of(phrase)))
    };
    DataFrame::new(
        sorted.len(),
        vec![
            constant(keyphrases::BRAND, brand, sorted.len()),
            texts(
                keyphrases::PHRASE,
                sorted.iter().map(|phrase| phrase.text.clone()),
            ),
            Column::new(
                keyphrases::PERIOD_START.small_name(),
                vec![period.start; sorted.len()],
            )
            .cast(&ColumnKind::Instant.dtype())?,
            count(keyphrases::POST_COUNT, |phrase| phrase.post_count),
            count(keyphrases::PREVIOUS_COUNT, |phrase| phrase.previous_count),
            count(keyphrases::REST_COUNT, |phrase| phrase.rest_count),
            float(keyphrases::Z_PREVIOUS, |phrase| phrase.z_previous),
            float(keyphrases::Z_REST, |phrase| phrase.z_rest),
            float(keyphrases::NEGATIVE_SHARE, |phrase| phrase.negative_share),
            float(keyphrases::C_VALUE, |phrase| phrase.c_value),
            float(keyphrases::SCORE, |phrase| Some(phrase.score)),
            Column::new(keyphrases::SOURCE.small_name(), source),
            Column::new(keyphrases::POST_ID.small_name(), post_id),
        ],
    )
}

/// Returns the table `cooccurrences` of a brand.
///
/// # Errors
/// Those of polars.
pub fn cooccurrences(brand: &str, edges: &[Edge]) -> PolarsResult<DataFrame> {
    let mut sorted: Vec<&Edge> = edges.iter().collect();
    sorted.sort_by(|left, right| {
        (&left.word, &left.other_word).cmp(&(&right.word, &right.other_word))
    });
    DataFrame::new(
        sorted.len(),
        vec![
            constant(cooccurrences::BRAND, brand, sorted.len()),
            texts(
                cooccurrences::WORD,
                sorted.iter().map(|edge| edge.word.clone()),
            ),
            texts(
                cooccurrences::OTHER_WORD,
                sorted.iter().map(|edge| edge.other_word.clone()),
            ),
            integers(
                cooccurrences::POST_COUNT,
                sorted.iter().map(|edge| edge.post_count),
            ),
            floats(
                cooccurrences::NPMI,
                sorted.iter().map(|edge| Some(edge.npmi)),
            ),
        ],
    )
}

/// Returns the table `topics` of a brand; `posts` is how many opinions there are about it.
///
/// # Errors
/// Those of polars.
pub fn topics(brand: &str, topics: &[Topic], posts: usize) -> PolarsResult<DataFrame> {
    let count = |column: Owned, of: fn(&Topic) -> u64| integers(column, topics.iter().map(of));
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    DataFrame::new(
        topics.len(),
        vec![
            constant(topics_table::BRAND, brand, topics.len()),
            integers(
                topics_table::TOPIC,
                topics.iter().map(|topic| u64::from(topic.topic)),
            ),
            texts(
                topics_table::TOPIC_LABEL,
                topics.iter().map(|topic| topic.label.clone()),
            ),
            list(
                topics_table::WORDS,
                topics.iter().map(|topic| {
                    let words = topic.words.iter().take(SHOWN_WORDS);
                    words.map(|word| word.word.clone()).collect::<Vec<_>>()
                }),
            ),
            count(topics_table::POST_COUNT, |topic| topic.post_count),
            count(topics_table::POSITIVE_COUNT, |topic| topic.positive_count),
            count(topics_table::NEGATIVE_COUNT, |topic| topic.negative_count),
            floats(
                topics_table::POST_SHARE,
                topics
                    .iter()
                    .map(|topic| share(topic.post_count, posts as u64)),
            ),
            floats(
                topics_table::NEGATIVE_SHARE,
                topics
                    .iter()
                    .map(|topic| share(topic.negative_count, topic.scored_count)),
            ),
            floats(
                topics_table::COHERENCE,
                topics.iter().map(|topic| Some(topic.coherence)),
            ),
        ],
    )
}

/// Returns the table `topic_words` of a brand.
///
/// # Errors
/// Those of polars.
pub fn topic_words(brand: &str, topics: &[Topic]) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(u32, &str, f64, f64)> = topics
        .iter()
        .flat_map(|topic| {
            let words = topic.words.iter();
            words.map(|word| (topic.topic, &*word.word, word.weight, word.relevance))
        })
        .collect();
    rows.sort_by(|left, right| (left.0, left.1).cmp(&(right.0, right.1)));
    DataFrame::new(
        rows.len(),
        vec![
            constant(topic_words::BRAND, brand, rows.len()),
            integers(
                topic_words::TOPIC,
                rows.iter().map(|(topic, ..)| u64::from(*topic)),
            ),
            texts(
                topic_words::WORD,
                rows.iter().map(|(_, word, ..)| (*word).to_owned()),
            ),
            floats(
                topic_words::WEIGHT,
                rows.iter().map(|(_, _, weight, _)| Some(*weight)),
            ),
            floats(
                topic_words::RELEVANCE,
                rows.iter().map(|(_, _, _, relevance)| Some(*relevance)),
            ),
        ],
    )
}

/// Returns the table `post_topics` of a brand, of source, id and topic of each post that has one.
///
/// # Errors
/// Those of polars.
pub fn post_topics<T: AsRef<str>>(
    brand: &str,
    posts: &[(&str, T, Assignment)],
) -> PolarsResult<DataFrame> {
    let mut rows: Vec<&(&str, T, Assignment)> = posts.iter().collect();
    rows.sort_by(|left, right| (left.0, left.1.as_ref()).cmp(&(right.0, right.1.as_ref())));
    let source: StringChunked = rows.iter().map(|row| Some(row.0)).collect();
    let post_id: StringChunked = rows.iter().map(|row| Some(row.1.as_ref())).collect();
    DataFrame::new(
        rows.len(),
        vec![
            constant(post_topics::BRAND, brand, rows.len()),
            (source.with_name(post_topics::SOURCE.small_name())).into_column(),
            (post_id.with_name(post_topics::POST_ID.small_name())).into_column(),
            integers(
                post_topics::TOPIC,
                rows.iter().map(|(.., found)| u64::from(found.topic)),
            ),
            floats(
                post_topics::WEIGHT,
                rows.iter().map(|(.., found)| Some(found.weight)),
            ),
        ],
    )
}

fn constant(column: Owned, value: &str, rows: usize) -> Column {
    Column::new(column.small_name(), vec![value; rows])
}

fn texts(column: Owned, values: impl Iterator<Item = String>) -> Column {
    Column::new(column.small_name(), values.collect::<Vec<_>>())
}

fn integers(column: Owned, values: impl Iterator<Item = u64>) -> Column {
    let values = values.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
    Column::new(column.small_name(), values.collect::<Vec<_>>())
}

/// Values on a grid of a millionth, so that the last bit never differs between machines.
fn floats(column: Owned, values: impl Iterator<Item = Option<f64>>) -> Column {
    let values = values.map(|value| value.map(|value| (value * 1e6).round() / 1e6));
    Column::new(column.small_name(), values.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::planted;
    use super::super::model;
    use super::*;
    use crate::schema::Table;

    fn is_of(frame: &DataFrame, table: &Table) {
        let found: Vec<(&str, &DataType)> = frame
            .columns()
            .iter()
            .map(|column| (column.name().as_str(), column.dtype()))
            .collect();
        let schema = table.schema();
        let expected: Vec<(&str, &DataType)> = schema
            .iter()
            .map(|(name, dtype)| (name.as_str(), dtype))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn frames_have_the_columns_of_their_tables_with_rows_and_without() {
        let phrase = Phrase {
            text: "定期便解約".into(),
            c_value: Some(3.0),
            post_count: 4,
            previous_count: 1,
            rest_count: 2,
            z_previous: None,
            z_rest: Some(3.123_456_78),
            negative_share: Some(0.5),
            score: 3.0,
            example: Some(0),
        };
        let edge = Edge {
            word: "a".into(),
            other_word: "b".into(),
            post_count: 3,
            npmi: 0.5,
        };
        let assigned = ["2", "1"].map(|post_id| {
            let found = Assignment {
                topic: 1,
                weight: 0.9,
            };
            ("x", post_id, found)
        });
        for assigned in [&[][..], &assigned[..]] {
            let frame = super::post_topics("b", assigned).unwrap();
            is_of(&frame, &post_topics::TABLE);
        }
        let period = Period { start: 0, end: 7 };
        let key = |post: usize| ("x".to_owned(), post.to_string());
        for phrases in [&[][..], std::slice::from_ref(&phrase)] {
            let frame = super::keyphrases("b", period, phrases, &key).unwrap();
            is_of(&frame, &keyphrases::TABLE);
        }
        for edges in [&[][..], std::slice::from_ref(&edge)] {
            let frame = super::cooccurrences("b", edges).unwrap();
            is_of(&frame, &cooccurrences::TABLE);
        }
        let (vocabulary, corpus, _) = planted(300, 5, 1);
        let found = model::topics(&vocabulary, &corpus, 5).topics;
        for found in [&[][..], &found[..]] {
            let frame = super::topics("b", found, corpus.len()).unwrap();
            is_of(&frame, &topics_table::TABLE);
            let frame = super::topic_words("b", found).unwrap();
            is_of(&frame, &topic_words::TABLE);
            assert!(found.is_empty() == (frame.height() == 0));
        }
    }
}
