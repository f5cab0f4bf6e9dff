//! What the opinions of a brand are about: its tables, from what was heard.

use polars::prelude::{DataFrame, PolarsResult};

use super::model::Assignment;
use super::network::{self, Limits};
use super::phrases::{self, Period, Split};
use super::{Corpus, Vocabulary, frames, model};
use crate::config::ScoreConfig;
use crate::score::voices::Voices;

const DAY: i64 = 86_400_000_000;

/// Which posts are looked at, and how.
#[derive(Clone, Copy)]
pub(in crate::score) struct Scope<'a> {
    /// Names of the brands.
    pub brands: &'a [&'a str],
    /// Window, period and number of topics.
    pub score: &'a ScoreConfig,
    /// The as-of instant, in microseconds since 1970-01-01 UTC.
    pub until: i64,
}

impl Scope<'_> {
    fn days_before(&self, days: u32) -> i64 {
        self.until.saturating_sub(i64::from(days) * DAY)
    }
}

/// The tables of words and topics, but for the long one of the topics of posts.
#[derive(Debug)]
pub struct Tables {
    /// `keyphrases`
    pub keyphrases: DataFrame,
    /// `cooccurrences`
    pub cooccurrences: DataFrame,
    /// `topics`
    pub topics: DataFrame,
    /// `topic_words`
    pub topic_words: DataFrame,
}

/// What the opinions are about.
pub(in crate::score) struct Found {
    pub tables: Tables,
    /// The names of the topics.
    pub labels: Vec<String>,
    /// Place of a post, and of its topic among the labels.
    pub assigned: Vec<(usize, u32)>,
    /// What was left out, by reason.
    pub left_out: Vec<(&'static str, u64)>,
}

impl Tables {
    fn vstack(&mut self, more: &Self) -> PolarsResult<()> {
        self.keyphrases.vstack_mut(&more.keyphrases)?;
        self.cooccurrences.vstack_mut(&more.cooccurrences)?;
        self.topics.vstack_mut(&more.topics)?;
        self.topic_words.vstack_mut(&more.topic_words)?;
        Ok(())
    }
}

/// Finds key phrases, words that stand together and topics in the opinions of the window, of each brand by itself; returns them
/// and the rows of `post_topics`.
///
/// All of it rests on the posts before the as-of instant alone, and on nothing an earlier run found.
///
/// # Errors
/// Those of polars.
pub(in crate::score) fn find(
    voices: &Voices,
    scope: &Scope<'_>,
    split: Split<'_>,
) -> PolarsResult<(Found, DataFrame)> {
    let (mut found, mut post_topics) = find_of(voices, 0, scope, split)?;
    for brand in 1..scope.brands.len() {
        let (more, rows) = find_of(voices, brand, scope, split)?;
        post_topics.vstack_mut(&rows)?;
        let before = found.labels.len() as u32;
        found.tables.vstack(&more.tables)?;
        found.labels.extend(more.labels);
        let assigned = more.assigned.into_iter();
        found
            .assigned
            .extend(assigned.map(|(post, topic)| (post, topic + before)));
        for (known, more) in found.left_out.iter_mut().zip(more.left_out) {
            known.1 += more.1;
        }
    }
    Ok((found, post_topics))
}

fn find_of(
    voices: &Voices,
    brand: usize,
    scope: &Scope<'_>,
    split: Split<'_>,
) -> PolarsResult<(Found, DataFrame)> {
    let name = scope.brands.get(brand).copied().unwrap_or_default();
    let mut vocabulary = Vocabulary::default();
    let mut corpus = Corpus::default();
    let mut places: Vec<u32> = Vec::new();
    // Numbers of the voices' words among those of this brand.
    let mut numbers: Vec<Option<u32>> = vec![None; voices.word_count()];
    let window = scope.days_before(scope.score.window_days)..scope.until;
    let in_window = voices.first_from(window.start)..voices.first_from(window.end);
    for post in voices.within(in_window) {
        let is_of_brand = post.is_opinion() && post.brand() == Some(brand as u32);
        if !is_of_brand {
            continue;
        }
        let words = post.words().iter().map(|word| {
            let known = numbers.get_mut(word as usize);
            let intern = || vocabulary.intern(voices.word(word));
            known.map_or(u32::MAX, |known| *known.get_or_insert_with(intern))
        });
        corpus.push(post.at(), post.label(), words);
        places.push(u32::try_from(post.place).unwrap_or(u32::MAX));
    }
    let period = Period {
        start: scope.days_before(scope.score.period_days),
        end: scope.until,
    };
    let shifted = phrases::phrases(&vocabulary, &corpus, period, split);
    let edges = network::network(&vocabulary, &corpus, Limits::default());
    let found = model::topics(&vocabulary, &corpus, scope.score.topics as usize);
    let key_of = |post: usize| {
        let found = places
            .get(post)
            .and_then(|place| voices.get(*place as usize));
        found.map_or_else(Default::default, |post| {
            (post.source().to_owned(), post.id().to_string())
        })
    };
    let mut assigned = Vec::new();
    let mut post_topics: Vec<(&str, String, Assignment)> = Vec::new();
    for (place, assignment) in places.iter().zip(&found.assignments) {
        let Some(assignment) = assignment else {
            continue;
        };
        let Some(post) = voices.get(*place as usize) else {
            continue;
        };
        post_topics.push((post.source(), post.id().to_string(), *assignment));
        // Topics are numbered from 1, in their order.
        assigned.push((post.place, assignment.topic.saturating_sub(1)));
    }
    let found = Found {
        tables: Tables {
            keyphrases: frames::keyphrases(name, period, &shifted, &key_of)?,
            cooccurrences: frames::cooccurrences(name, &edges)?,
            topics: frames::topics(name, &found.topics, corpus.len())?,
            topic_words: frames::topic_words(name, &found.topics)?,
        },
        labels: found
            .topics
            .iter()
            .map(|topic| topic.label.clone())
            .collect(),
        assigned,
        left_out: vec![
            ("topic_incoherent", found.incoherent_topics),
            ("words_of_long_post", corpus.cut_posts()),
        ],
    };
    Ok((found, frames::post_topics(name, &post_topics)?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::{Timestamp, ToSpan};
    use polars::prelude::DataFrame;

    use crate::schema::{
        self, accounts, cooccurrences, holidays, hour_counts, keyphrases, post_topics, topics,
    };
    use crate::score::blocks::MOST;
    use crate::score::fixture::{Post, Whole, no_rows, posted, scored_whole};

    const AS_OF: &str = "2026-07-07";
    /// What is spoken of, the last only in the week before the as-of day.
    const THEMES: [[&str; 12]; 4] = [
        [
            "香り", "焙煎", "酸味", "苦味", "砂糖", "牛乳", "菓子", "紅茶", "風味", "水筒", "温度",
            "器具",
        ],
        [
            "店員", "接客", "笑顔", "挨拶", "会計", "店長", "制服", "椅子", "音楽", "照明", "雑誌",
            "座席",
        ],
        [
            "駐車場",
            "看板",
            "道路",
            "入口",
            "階段",
            "地図",
            "電車",
            "自転車",
            "信号",
            "歩道",
            "交差点",
            "住所",
        ],
        [
            "解約",
            "電話",
            "手続き",
            "書類",
            "返金",
            "契約",
            "期限",
            "郵便",
            "署名",
            "窓口",
            "番号",
            "名義",
        ],
    ];
    const POSTS_PER_THEME: usize = 60;

    /// Returns posts of four words of a theme each, an hour apart; one author, so that none is a copy.
    fn themed() -> Whole {
        let end: Timestamp = "2026-07-07T00:00:00Z".parse().unwrap();
        let mut cells: Vec<(String, String, String)> = Vec::new();
        for (place, theme) in THEMES.iter().enumerate() {
            let days: i64 = if place == 3 { 5 } else { 40 };
            for post in 0..POSTS_PER_THEME {
                let word = |offset: usize| theme[(post + offset * (1 + post / 12)) % 12];
                let at = end - (days * 24).hours() + (post as i64).hours();
                cells.push((
                    format!("{place}-{post:02}"),
                    at.to_string(),
                    format!(
                        "とりのこえの{}と{}と{}と{}",
                        word(0),
                        word(1),
                        word(2),
                        word(3)
                    ),
                ));
            }
        }
        let rows: Vec<Post<'_>> = cells
            .iter()
            .map(|(post_id, at, text)| Post {
                post_id,
                account_id: "a",
                at,
                text,
                ..Post::EMPTY
            })
            .collect();
        read(&rows)
    }

    fn read(posts: &[Post<'_>]) -> Whole {
        let read = [
            posted(posts),
            no_rows(&accounts::TABLE),
            no_rows(&holidays::TABLE),
        ];
        scored_whole(read, None, MOST, AS_OF)
    }

    fn texts(frame: &DataFrame, column: schema::Column) -> Vec<&str> {
        let found = frame.column(column.name).unwrap().str().unwrap();
        found.iter().map(Option::unwrap_or_default).collect()
    }

    fn integers(frame: &DataFrame, column: schema::Column) -> Vec<i64> {
        let found = frame.column(column.name).unwrap().i64().unwrap();
        found.iter().flatten().collect()
    }

    fn all(whole: &Whole) -> [&DataFrame; 5] {
        let tables = &whole.output.topics;
        [
            &tables.keyphrases,
            &tables.cooccurrences,
            &tables.topics,
            &tables.topic_words,
            &whole.post_topics,
        ]
    }

    #[test]
    fn themes_are_topics_of_posts_and_of_hours_and_the_new_one_rises() {
        let whole = themed();
        let (output, found) = (&whole.output, &whole.output.topics);
        let labels: BTreeSet<&str> = texts(&found.topics, topics::TOPIC_LABEL)
            .into_iter()
            .collect();
        assert!(labels.len() >= 2, "{labels:?}");
        let counted: i64 = integers(&found.topics, topics::POST_COUNT).iter().sum();
        assert_eq!(counted, whole.post_topics.height() as i64);
        assert!(counted > 100, "{counted} posts with a topic");
        let numbers: BTreeSet<i64> = integers(&found.topics, topics::TOPIC).into_iter().collect();
        assert!(
            integers(&whole.post_topics, post_topics::TOPIC)
                .iter()
                .all(|topic| numbers.contains(topic))
        );
        let mut of_hours: BTreeSet<&str> = texts(&output.hour_counts, hour_counts::TOPIC)
            .into_iter()
            .collect();
        assert!(of_hours.remove(""));
        assert!(!of_hours.is_empty() && of_hours.is_subset(&labels));
        let shifted = texts(&found.keyphrases, keyphrases::PHRASE);
        assert!(shifted.contains(&"解約"), "{shifted:?}");
        let pairs: Vec<(&str, &str)> = texts(&found.cooccurrences, cooccurrences::WORD)
            .into_iter()
            .zip(texts(&found.cooccurrences, cooccurrences::OTHER_WORD))
            .collect();
        assert!(pairs.contains(&("店員", "接客")) || pairs.contains(&("接客", "店員")));
        assert!(!pairs.contains(&("店員", "香り")));
    }

    #[test]
    fn the_same_posts_give_the_same_tables_and_none_give_none() {
        let (one, other) = (themed(), themed());
        for (left, right) in all(&one).into_iter().zip(all(&other)) {
            assert!(left.equals_missing(right));
        }
        let nothing = read(&[]);
        assert!(all(&nothing).iter().all(|frame| frame.height() == 0));
    }
}
