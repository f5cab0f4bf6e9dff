//! One post after the other: what it says.

use std::collections::{BTreeMap, HashMap, HashSet};

use polars::prelude::*;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::brand::Mask;
use crate::progress::Progress;
use crate::schema::{Column as Owned, ColumnKind, post_scores, posts};
use crate::text::{Analyser, Analysis, Evidence, Label};

/// Posts analysed before progress is told again.
const STEP: usize = 2_000;
/// Shortest text, in characters, that can be a copy; shorter ones are said alike by chance.
const SHORTEST_COPY: usize = 15;

/// The columns of a post that score reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    pub source: String,
    pub platform: String,
    pub provider: String,
    pub post_id: String,
    pub account_id: String,
    pub posted_at: i64,
    pub text: String,
    pub kind: String,
    pub reply_to: Option<String>,
    pub reposted: Option<String>,
    pub conversation: Option<String>,
    pub mentions: Vec<String>,
    pub is_outbound: bool,
}

/// A post as it was heard.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    pub row: Row,
    pub is_about: bool,
    pub is_opinion: bool,
    pub is_copy: bool,
    pub analysis: Option<Analysis>,
}

impl Scored {
    pub(super) fn is_heard(&self) -> bool {
        self.is_about && !self.row.is_outbound && self.row.kind != "repost"
    }

    pub(super) fn label(&self) -> Option<Label> {
        self.analysis.as_ref().and_then(|analysis| analysis.label)
    }
}

pub(super) fn rows(frame: &DataFrame) -> PolarsResult<Vec<Row>> {
    let text = |column: &Owned| frame.column(column.name)?.str();
    let (source, platform, provider) = (
        text(&posts::SOURCE)?,
        text(&posts::PLATFORM)?,
        text(&posts::PROVIDER)?,
    );
    let (post_id, account_id, body) = (
        text(&posts::POST_ID)?,
        text(&posts::ACCOUNT_ID)?,
        text(&posts::TEXT)?,
    );
    let (kind, reply_to) = (text(&posts::KIND)?, text(&posts::REPLY_TO_POST_ID)?);
    let (reposted, conversation) = (
        text(&posts::REPOSTED_POST_ID)?,
        text(&posts::CONVERSATION_ID)?,
    );
    let posted_at = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let mentions = frame.column(posts::MENTIONS.name)?.list()?;
    let is_outbound = frame.column(posts::IS_OUTBOUND.name)?.bool()?;
    let owned = |column: &StringChunked, row| column.get(row).unwrap_or_default().to_owned();
    let mut rows: Vec<Row> = (0..frame.height())
        .map(|row| {
            let mentions = match mentions.get_as_series(row) {
                Some(names) => names.str()?.iter().flatten().map(str::to_owned).collect(),
                None => Vec::new(),
            };
            Ok(Row {
                source: owned(source, row),
                platform: owned(platform, row),
                provider: owned(provider, row),
                post_id: owned(post_id, row),
                account_id: owned(account_id, row),
                posted_at: posted_at.phys.get(row).unwrap_or_default(),
                text: owned(body, row),
                kind: owned(kind, row),
                reply_to: reply_to.get(row).map(str::to_owned),
                reposted: reposted.get(row).map(str::to_owned),
                conversation: conversation.get(row).map(str::to_owned),
                mentions,
                is_outbound: is_outbound.get(row).unwrap_or(false),
            })
        })
        .collect::<PolarsResult<_>>()?;
    rows.sort_by(|left, right| {
        (left.posted_at, &left.source, &left.post_id).cmp(&(
            right.posted_at,
            &right.source,
            &right.post_id,
        ))
    });
    Ok(rows)
}

/// Analyses the posts about the brand; `about` stands beside `rows` as they were read.
pub(super) fn score(
    rows: Vec<Row>,
    about: &[bool],
    mask: &Mask,
    analyser: &Analyser,
    progress: &dyn Progress,
) -> Vec<Scored> {
    let copies = copies(&rows);
    let mut scored = Vec::with_capacity(rows.len());
    let work: Vec<(Row, bool, bool)> = rows
        .into_iter()
        .zip(about)
        .zip(copies)
        .map(|((row, about), copy)| (row, *about, copy))
        .collect();
    for step in work.chunks(STEP) {
        let part: Vec<Scored> = step
            .par_iter()
            .map(|(row, is_about, is_copy)| {
                // A repost repeats somebody else's words, and what is not about the brand is not listened to.
                let is_analysed = *is_about && row.kind != "repost";
                let analysis = is_analysed.then(|| analyser.analyse(&mask.masked(&row.text)));
                Scored {
                    is_about: *is_about,
                    is_opinion: is_analysed
                        && !row.is_outbound
                        && !is_copy
                        && !row.text.trim().is_empty(),
                    is_copy: *is_copy,
                    analysis,
                    row: row.clone(),
                }
            })
            .collect();
        progress.advance(part.len() as u64);
        scored.extend(part);
    }
    scored
}

/// Returns for each post, oldest first, whether it says letter for letter what an earlier one of another author said.
fn copies(rows: &[Row]) -> Vec<bool> {
    let mut first: HashMap<String, &str> = HashMap::new();
    rows.iter()
        .map(|row| {
            if row.kind == "repost" {
                return false;
            }
            let key = copy_key(&row.text);
            if key.chars().count() < SHORTEST_COPY {
                return false;
            }
            let author = first.entry(key).or_insert(&row.account_id);
            *author != row.account_id
        })
        .collect()
}

/// Returns the letters and digits of a text, widths folded, without links and mentions.
fn copy_key(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.starts_with("http") && !word.starts_with('@'))
        .flat_map(|word| word.nfkc())
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Returns how many posts are no opinion, by the first reason that holds.
pub(super) fn left_out(scored: &[Scored]) -> Vec<(&'static str, u64)> {
    let reason = |post: &Scored| match post {
        post if post.is_opinion => None,
        post if !post.is_about => Some("post_about_others"),
        post if post.row.is_outbound => Some("post_is_outbound"),
        post if post.row.kind == "repost" => Some("post_is_repost"),
        post if post.is_copy => Some("post_is_copy"),
        _ => Some("post_without_text"),
    };
    let mut counts = BTreeMap::new();
    for reason in scored.iter().filter_map(reason) {
        *counts.entry(reason).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// Returns the table `post_scores`.
pub(super) fn frame(scored: &[Scored], brand: &str) -> PolarsResult<DataFrame> {
    let mut sorted: Vec<&Scored> = scored.iter().collect();
    sorted.sort_by(|left, right| {
        (&left.row.source, &left.row.post_id).cmp(&(&right.row.source, &right.row.post_id))
    });
    let text = |column: Owned, value: &dyn Fn(&Scored) -> Option<String>| {
        Column::new(
            column.small_name(),
            sorted.iter().map(|post| value(post)).collect::<Vec<_>>(),
        )
    };
    let flag = |column: Owned, value: &dyn Fn(&Scored) -> bool| {
        Column::new(
            column.small_name(),
            sorted.iter().map(|post| value(post)).collect::<Vec<_>>(),
        )
    };
    let texts = |column: Owned, value: &dyn Fn(&Analysis) -> Vec<String>| {
        list(
            column,
            sorted
                .iter()
                .map(|post| post.analysis.as_ref().map(value).unwrap_or_default()),
        )
    };
    let sentiments: Vec<Option<f64>> = sorted
        .iter()
        .map(|post| {
            post.analysis
                .as_ref()
                .and_then(|analysis| analysis.label.map(|_| rounded(analysis.score)))
        })
        .collect();
    let instants: Vec<i64> = sorted.iter().map(|post| post.row.posted_at).collect();
    DataFrame::new(
        sorted.len(),
        vec![
            text(post_scores::SOURCE, &|post| Some(post.row.source.clone())),
            text(post_scores::POST_ID, &|post| Some(post.row.post_id.clone())),
            text(post_scores::PLATFORM, &|post| {
                Some(post.row.platform.clone())
            }),
            text(post_scores::PROVIDER, &|post| {
                Some(post.row.provider.clone())
            }),
            text(post_scores::ACCOUNT_ID, &|post| {
                Some(post.row.account_id.clone())
            }),
            Column::new(post_scores::POSTED_AT.small_name(), instants)
                .cast(&ColumnKind::Instant.dtype())?,
            text(post_scores::BRAND, &|post| {
                post.is_about.then(|| brand.to_owned())
            }),
            flag(post_scores::IS_OPINION, &|post| post.is_opinion),
            flag(post_scores::IS_COPY, &|post| post.is_copy),
            text(post_scores::LANGUAGE, &|post| {
                post.analysis
                    .as_ref()
                    .and_then(|analysis| analysis.language)
                    .map(|language| language.code().to_owned())
            }),
            Column::new(post_scores::SENTIMENT.small_name(), sentiments),
            text(post_scores::LABEL, &|post| {
                post.label().map(|label| label.name().to_owned())
            }),
            text(post_scores::UTTERANCE, &|post| {
                post.analysis
                    .as_ref()
                    .map(|analysis| analysis.kind.name().to_owned())
            }),
            texts(post_scores::UTTERANCES, &|analysis| {
                names(&analysis.kinds, |kind| kind.name())
            }),
            texts(post_scores::EMOTIONS, &|analysis| {
                names(&analysis.emotions, |emotion| emotion.name())
            }),
            texts(post_scores::JOURNEY, &|analysis| {
                names(&analysis.journey, |stage| stage.name())
            }),
            texts(post_scores::POSITIVE_ASPECTS, &|analysis| {
                aspects(analysis, |score| score > 0.0)
            }),
            texts(post_scores::NEGATIVE_ASPECTS, &|analysis| {
                aspects(analysis, |score| score < 0.0)
            }),
            texts(post_scores::DECIDING_WORDS, &|analysis| {
                let sign = |polarity: i8| if polarity < 0 { '-' } else { '+' };
                analysis
                    .hits
                    .iter()
                    .map(|hit| format!("{}{}", sign(hit.polarity), hit.surface))
                    .collect()
            }),
            texts(post_scores::SPEECH_WORDS, &speech_words),
            texts(post_scores::WORDS, &words),
        ],
    )
}

fn names<T: Copy>(found: &[(T, Vec<Evidence>)], name: fn(T) -> &'static str) -> Vec<String> {
    found
        .iter()
        .map(|(class, _)| name(*class).to_owned())
        .collect()
}

/// Returns the words that decided kinds, emotions and journey, each behind its class, each pair once.
fn speech_words(analysis: &Analysis) -> Vec<String> {
    let mut words = Vec::new();
    add_words(&analysis.kinds, |kind| kind.name(), &mut words);
    add_words(&analysis.emotions, |emotion| emotion.name(), &mut words);
    add_words(&analysis.journey, |stage| stage.name(), &mut words);
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words
}

fn add_words<T: Copy>(
    found: &[(T, Vec<Evidence>)],
    name: fn(T) -> &'static str,
    words: &mut Vec<String>,
) {
    for (class, evidence) in found {
        let class = name(*class);
        words.extend(evidence.iter().map(|e| format!("{class}:{}", e.surface)));
    }
}

/// Returns the content words of an analysis, each once, in order.
pub(super) fn words(analysis: &Analysis) -> Vec<String> {
    let words: BTreeMap<&str, ()> = analysis
        .words
        .iter()
        .filter_map(|word| Mask::unmasked(&word.base))
        .map(|word| (word, ()))
        .collect();
    words.into_keys().map(str::to_owned).collect()
}

fn aspects(analysis: &Analysis, keep: impl Fn(f64) -> bool) -> Vec<String> {
    analysis
        .aspects
        .iter()
        .filter(|(_, score)| keep(*score))
        .map(|(aspect, _)| aspect.name().to_owned())
        .collect()
}

/// Returns a list column of texts.
pub(super) fn list(column: Owned, values: impl Iterator<Item = Vec<String>>) -> Column {
    let values: Vec<Vec<String>> = values.collect();
    let mut builder =
        ListStringChunkedBuilder::new(column.small_name(), values.len(), values.len());
    for value in &values {
        builder.append_values_iter(value.iter().map(String::as_str));
    }
    builder.finish().into_column()
}

/// Returns a score on a grid of a millionth, so that the last bit never differs between machines.
fn rounded(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(author: &str, text: &str, at: i64) -> Row {
        Row {
            account_id: author.into(),
            text: text.into(),
            posted_at: at,
            platform: "x".into(),
            ..Row::default()
        }
    }

    #[test]
    fn a_copy_is_the_same_words_by_another_author() {
        let text = "とりのこえのコーヒーが無料でもらえるキャンペーンはこちら";
        let rows = [
            row("a", text, 1),
            row("b", &format!("{text}！！ https://example.com/x"), 2),
            row("a", text, 3),
            row("b", "おいしい", 4),
            row("c", "おいしい", 5),
        ];
        assert_eq!(copies(&rows), [false, true, false, false, false]);
    }
}
