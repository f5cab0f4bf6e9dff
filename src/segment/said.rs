//! What the persons of each segment say: the aspects they praise and criticise, and the words that set them apart.
//!
//! Counted are the opinions of the last `segment.voice_window_days`. Only what `privacy.min_group_size` persons of the segment said is
//! listed, so that no row tells of one.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use super::heard::{instant, opinions};
use super::{Input, Settings, voice};
use crate::as_of::AsOf;
use crate::math::log_odds::log_odds_z;
use crate::schema::{Column as Owned, person_voices, post_scores, segment_members, segment_voices};

/// Rows of a kind and segment at most.
const MOST_ROWS: usize = 20;
/// Words that the prior weighs.
const PRIOR_WORDS: f64 = 500.0;
/// Weight of a word in the prior at least.
const LEAST_PRIOR: f64 = 0.01;
const KINDS: [(&str, Owned); 3] = [
    ("praised_aspect", post_scores::POSITIVE_ASPECTS),
    ("criticised_aspect", post_scores::NEGATIVE_ASPECTS),
    (WORD, post_scores::WORDS),
];
const WORD: &str = "word";
const NAME: &str = segment_voices::NAME.name;
const PERSON_COUNT: &str = segment_voices::PERSON_COUNT.name;
const POST_COUNT: &str = segment_voices::POST_COUNT.name;

/// Returns the table `segment_voices` for persons in segments.
pub(super) fn table(
    input: &Input,
    members: &DataFrame,
    settings: Settings<'_>,
    as_of: &AsOf,
) -> PolarsResult<DataFrame> {
    let since = voice::recent_from(settings.segment, as_of);
    let columns = [
        post_scores::POSTED_AT,
        post_scores::POSITIVE_ASPECTS,
        post_scores::NEGATIVE_ASPECTS,
        post_scores::WORDS,
    ];
    let heard = opinions(input, as_of, &columns)?
        .filter(post_scores::POSTED_AT.expr().gt_eq(instant(since)))
        .collect()?;
    let mut rows = Vec::new();
    for (kind, column) in KINDS {
        let tallies = Tallies::count(&heard, members, column)?;
        let all = match kind {
            WORD => Some(Vocabulary::count(&heard, column)?),
            _ => None,
        };
        let least = i64::from(settings.min_group_size);
        for (segment, tally) in tallies.by_segment {
            let z = all
                .as_ref()
                .map(|all| all.distinctiveness(&tally))
                .unwrap_or_default();
            let mut found: Vec<Row> = tally
                .into_iter()
                .map(|(name, persons, posts)| Row {
                    distinctiveness: z.get(&name).copied(),
                    segment: segment.clone(),
                    kind,
                    position: 0,
                    name,
                    persons,
                    posts,
                })
                .filter(|row| row.persons >= least)
                .collect();
            found.sort_by(Row::compare);
            found.truncate(MOST_ROWS);
            for (row, position) in found.iter_mut().zip(1..) {
                row.position = position;
            }
            rows.extend(found);
        }
    }
    rows.sort_by(|left, right| {
        (&left.segment, left.kind, left.position).cmp(&(&right.segment, right.kind, right.position))
    });
    frame(&rows)
}

/// A row of the table.
struct Row {
    segment: String,
    kind: &'static str,
    position: i64,
    name: String,
    persons: i64,
    posts: i64,
    distinctiveness: Option<f64>,
}

impl Row {
    /// Orders by distinctiveness where there is one, then by how many say it.
    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let z = |row: &Self| row.distinctiveness.unwrap_or_default();
        z(other)
            .total_cmp(&z(self))
            .then_with(|| other.persons.cmp(&self.persons))
            .then_with(|| other.posts.cmp(&self.posts))
            .then_with(|| self.name.cmp(&other.name))
    }
}

/// Name, persons and posts.
type Tally = Vec<(String, i64, i64)>;

/// How often each name is said in each segment.
struct Tallies {
    by_segment: BTreeMap<String, Tally>,
}

impl Tallies {
    fn count(heard: &DataFrame, members: &DataFrame, column: Owned) -> PolarsResult<Self> {
        let said = names(heard, column)
            .inner_join(
                members.clone().lazy().select([
                    segment_members::PERSON_ID.expr(),
                    segment_members::SEGMENT.expr(),
                ]),
                person_voices::PERSON_ID.expr(),
                segment_members::PERSON_ID.expr(),
            )
            .group_by([segment_members::SEGMENT.expr(), col(NAME)])
            .agg([
                person_voices::PERSON_ID
                    .expr()
                    .n_unique()
                    .cast(DataType::Int64)
                    .alias(PERSON_COUNT),
                len().cast(DataType::Int64).alias(POST_COUNT),
            ])
            .sort(
                [segment_members::SEGMENT.name, NAME],
                SortMultipleOptions::default(),
            )
            .collect()?;
        let segment = said.column(segment_members::SEGMENT.name)?.str()?;
        let name = said.column(NAME)?.str()?;
        let persons = said.column(PERSON_COUNT)?.i64()?;
        let posts = said.column(POST_COUNT)?.i64()?;
        let mut by_segment: BTreeMap<String, Tally> = BTreeMap::new();
        for row in 0..said.height() {
            let (Some(segment), Some(name)) = (segment.get(row), name.get(row)) else {
                continue;
            };
            let count = |counts: &Int64Chunked| counts.get(row).unwrap_or_default();
            let said = (name.to_owned(), count(persons), count(posts));
            match by_segment.get_mut(segment) {
                Some(tally) => tally.push(said),
                None => {
                    by_segment.insert(segment.to_owned(), vec![said]);
                }
            }
        }
        Ok(Self { by_segment })
    }
}

/// How many posts of all persons have each word.
struct Vocabulary {
    /// Words in order, with their posts.
    words: Vec<(String, f64)>,
}

impl Vocabulary {
    fn count(heard: &DataFrame, column: Owned) -> PolarsResult<Self> {
        let counted = names(heard, column)
            .group_by([col(NAME)])
            .agg([len().cast(DataType::Int64).alias(POST_COUNT)])
            .sort([NAME], SortMultipleOptions::default())
            .collect()?;
        let name = counted.column(NAME)?.str()?;
        let posts = counted.column(POST_COUNT)?.i64()?;
        let words = name
            .iter()
            .zip(posts.iter())
            .filter_map(|(name, posts)| Some((name?.to_owned(), posts? as f64)));
        Ok(Self {
            words: words.collect(),
        })
    }

    /// Returns how much more of a segment's words each is than of the words of all others.
    fn distinctiveness(&self, tally: &[(String, i64, i64)]) -> BTreeMap<String, f64> {
        let total: f64 = self.words.iter().map(|(_, posts)| posts).sum();
        let mut within = vec![0.0_f64; self.words.len()];
        for (name, _, posts) in tally {
            let place = self.words.binary_search_by(|(word, _)| word.cmp(name));
            if let Ok(place) = place {
                within[place] = *posts as f64;
            }
        }
        let beyond: Vec<f64> = within
            .iter()
            .zip(&self.words)
            .map(|(within, (_, all))| (all - within).max(0.0))
            .collect();
        let prior: Vec<f64> = self
            .words
            .iter()
            .map(|(_, posts)| (posts / total.max(1.0) * PRIOR_WORDS).max(LEAST_PRIOR))
            .collect();
        let asked: BTreeSet<&str> = tally.iter().map(|(name, _, _)| name.as_str()).collect();
        self.words
            .iter()
            .zip(log_odds_z(&within, &beyond, &prior))
            .filter(|((word, _), _)| asked.contains(word.as_str()))
            .map(|((word, _), z)| (word.clone(), z))
            .collect()
    }
}

/// Returns person and name of everything a list of the posts holds, one row each.
fn names(heard: &DataFrame, column: Owned) -> LazyFrame {
    heard
        .clone()
        .lazy()
        .select([person_voices::PERSON_ID.expr(), column.expr().alias(NAME)])
        .explode(
            by_name([NAME], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(col(NAME).is_not_null())
}

fn frame(rows: &[Row]) -> PolarsResult<DataFrame> {
    let texts = |column: Owned, value: fn(&Row) -> &str| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<&str>>(),
        )
    };
    let wholes = |column: Owned, value: fn(&Row) -> i64| {
        Column::new(
            column.small_name(),
            rows.iter().map(value).collect::<Vec<i64>>(),
        )
    };
    let z: Vec<Option<f64>> = rows.iter().map(|row| row.distinctiveness).collect();
    DataFrame::new(
        rows.len(),
        vec![
            texts(segment_voices::SEGMENT, |row| row.segment.as_str()),
            texts(segment_voices::KIND, |row| row.kind),
            wholes(segment_voices::POSITION, |row| row.position),
            texts(segment_voices::NAME, |row| row.name.as_str()),
            wholes(segment_voices::PERSON_COUNT, |row| row.persons),
            wholes(segment_voices::POST_COUNT, |row| row.posts),
            Column::new(segment_voices::DISTINCTIVENESS.small_name(), z),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::fixture::{Opinion, Shop, config, integers, settings, texts, until};

    const OPINIONS: [Opinion<'static>; 7] = [
        Opinion::new(
            "p1",
            "a",
            "2026-03-01",
            &["taste"],
            &[],
            &["香り", "コーヒー"],
        ),
        Opinion::new(
            "p2",
            "a",
            "2026-03-02",
            &["taste"],
            &["price"],
            &["香り", "コーヒー"],
        ),
        Opinion::new(
            "p3",
            "b",
            "2026-03-03",
            &["taste"],
            &["price"],
            &["香り", "コーヒー"],
        ),
        Opinion::new(
            "p4",
            "c",
            "2026-03-04",
            &[],
            &["delivery"],
            &["箱", "コーヒー"],
        ),
        Opinion::new(
            "p5",
            "d",
            "2026-03-05",
            &[],
            &["delivery"],
            &["箱", "コーヒー"],
        ),
        // Of somebody who is not to be analysed.
        Opinion::new("p6", "e", "2026-03-06", &["shop"], &["delivery"], &["秘密"]),
        // Too long ago.
        Opinion::new("p0", "b", "2024-01-01", &["service"], &[], &["昔"]),
    ];

    fn said(smallest: u32) -> DataFrame {
        let shop = Shop {
            persons: &[
                ("1", "ann", true),
                ("2", "ben", true),
                ("3", "cat", true),
                ("4", "dan", true),
                ("5", "eve", false),
            ],
            links: &[
                ("ann", "a"),
                ("ben", "b"),
                ("cat", "c"),
                ("dan", "d"),
                ("eve", "e"),
            ],
            opinions: &OPINIONS,
            ..Shop::EMPTY
        };
        let members = df!(
            segment_members::PERSON_ID.name => ["ann", "ben", "cat", "dan", "eve"],
            segment_members::SEGMENT.name => ["好意", "好意", "不満", "不満", "不満"],
        )
        .unwrap();
        let config = config("");
        let mut settings = settings(&config);
        settings.min_group_size = smallest;
        table(&shop.input(), &members, settings, &until("2026-03-31")).unwrap()
    }

    #[test]
    fn what_too_few_persons_say_is_not_listed() {
        let found = said(2);
        assert_eq!(**found.schema(), segment_voices::TABLE.schema());
        let listed: Vec<String> = texts(&found, segment_voices::SEGMENT)
            .into_iter()
            .zip(texts(&found, segment_voices::KIND))
            .zip(texts(&found, segment_voices::NAME))
            .map(|((segment, kind), name)| format!("{segment}:{kind}:{name}"))
            .collect();
        assert_eq!(
            listed,
            [
                "不満:criticised_aspect:delivery",
                "不満:word:箱",
                "不満:word:コーヒー",
                "好意:criticised_aspect:price",
                "好意:praised_aspect:taste",
                "好意:word:香り",
                "好意:word:コーヒー",
            ]
        );
        assert_eq!(
            integers(&found, segment_voices::PERSON_COUNT),
            [2, 2, 2, 2, 2, 2, 2]
        );
        assert_eq!(
            integers(&found, segment_voices::POST_COUNT),
            [2, 2, 2, 2, 3, 3, 3]
        );
        assert_eq!(said(3).height(), 0);
    }

    #[test]
    fn words_are_ordered_by_what_sets_the_segment_apart() {
        let found = said(1);
        let z = found
            .column(segment_voices::DISTINCTIVENESS.name)
            .unwrap()
            .f64()
            .unwrap();
        let words: Vec<(&str, f64)> = texts(&found, segment_voices::NAME)
            .into_iter()
            .zip(z.iter())
            .filter_map(|(name, z)| Some((name, z?)))
            .collect();
        assert_eq!(words.len(), 4);
        assert!(words[0].0 == "箱" && words[0].1 > words[1].1);
        assert!(words[2].0 == "香り" && words[2].1 > words[3].1);
        assert!(!texts(&found, segment_voices::NAME).contains(&"昔"));
        assert!(!texts(&found, segment_voices::NAME).contains(&"秘密"));
    }
}
