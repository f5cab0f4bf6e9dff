//! One post after the other: what it says.

use std::collections::BTreeMap;

use polars::prelude::*;
use rayon::prelude::*;

use super::brand::About;
use super::copied::Copy;
use super::mask::Mask;
use super::said::{Known, Said};
use crate::hash::fast_hash;
use crate::progress::Progress;
use crate::schema::{Column as Owned, ColumnKind, post_scores, posts};
use crate::text::{Analyser, Label};

/// Posts analysed before progress is told again.
const STEP: usize = 2_000;

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
    pub url_count: usize,
    pub repost_count: Option<i64>,
    /// Stars of a review.
    pub rating: Option<f64>,
    pub is_outbound: bool,
    /// What no column stands for, of tickets and of what the shop said.
    pub extra: Option<String>,
}

/// Columns of posts that score reads.
pub(super) const COLUMNS: [Owned; 17] = [
    posts::SOURCE,
    posts::PLATFORM,
    posts::PROVIDER,
    posts::POST_ID,
    posts::ACCOUNT_ID,
    posts::POSTED_AT,
    posts::TEXT,
    posts::KIND,
    posts::REPLY_TO_POST_ID,
    posts::REPOSTED_POST_ID,
    posts::CONVERSATION_ID,
    posts::MENTIONS,
    posts::URLS,
    posts::REPOST_COUNT,
    posts::RATING,
    posts::IS_OUTBOUND,
    posts::EXTRA,
];

impl Row {
    /// Returns the hash of what the post says.
    pub(super) fn content(&self) -> i64 {
        fast_hash([&*self.text]).cast_signed()
    }

    /// Whether it repeats somebody else's words and adds none.
    pub(super) fn is_repost(&self) -> bool {
        self.kind == "repost"
    }
}

/// A post as it was heard.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    pub row: Row,
    /// Index of the brand it is about; `None` when it is about none.
    pub brand: Option<u32>,
    pub is_opinion: bool,
    pub copy: Copy,
    /// What it says; `None` for reposts, and for posts about none of the brands that name no competitor either.
    pub said: Option<Said>,
    /// Place of its topic among those found; none for a post that is not clearly about one.
    pub topic: Option<u32>,
}

impl Scored {
    pub(super) fn is_about(&self) -> bool {
        self.brand.is_some()
    }

    pub(super) fn label(&self) -> Option<Label> {
        self.said.as_ref().and_then(|said| said.label)
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
    let urls = frame.column(posts::URLS.name)?.list()?;
    let repost_count = frame.column(posts::REPOST_COUNT.name)?.i64()?;
    let rating = frame.column(posts::RATING.name)?.f64()?;
    let extra = text(&posts::EXTRA)?;
    let owned = |column: &StringChunked, row| column.get(row).unwrap_or_default().to_owned();
    let mut rows: Vec<Row> = (0..frame.height())
        .map(|row| {
            let mentions = match mentions.get_as_series(row) {
                Some(names) => names.str()?.iter().flatten().map(str::to_owned).collect(),
                None => Vec::new(),
            };
            let kind = owned(kind, row);
            let is_outbound = is_outbound.get(row).unwrap_or(false);
            let url_count = urls.get_as_series(row).map_or(0, |urls| urls.len());
            let has_course = is_outbound || kind == "ticket";
            Ok(Row {
                source: owned(source, row),
                platform: owned(platform, row),
                provider: owned(provider, row),
                post_id: owned(post_id, row),
                account_id: owned(account_id, row),
                posted_at: posted_at.phys.get(row).unwrap_or_default(),
                text: owned(body, row),
                kind,
                reply_to: reply_to.get(row).map(str::to_owned),
                reposted: reposted.get(row).map(str::to_owned),
                conversation: conversation.get(row).map(str::to_owned),
                mentions,
                url_count,
                repost_count: repost_count.get(row),
                rating: rating.get(row),
                is_outbound,
                extra: extra.get(row).filter(|_| has_course).map(str::to_owned),
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

/// Hears the posts; `about` stands beside `rows` as they were read.
///
/// What is `known` of a post from the last run is not found out again.
pub(super) fn score(
    rows: Vec<Row>,
    about: &[About],
    copies: &[Copy],
    reader: &Reader<'_>,
    progress: &dyn Progress,
) -> Vec<Scored> {
    let mut scored = Vec::with_capacity(rows.len());
    let mut work = rows.into_iter().zip(about).zip(copies);
    loop {
        let step: Vec<((Row, &About), &Copy)> = work.by_ref().take(STEP).collect();
        if step.is_empty() {
            return scored;
        }
        let part: Vec<Scored> = step
            .into_par_iter()
            .map(|((row, about), copy)| {
                // A repost repeats somebody else's words, and what is about nobody of interest is not listened to.
                let is_own = about.brand.is_some() && !row.is_repost();
                let is_beside = about.names_competitor && !row.is_repost() && !row.is_outbound;
                Scored {
                    brand: about.brand,
                    is_opinion: is_own
                        && !row.is_outbound
                        && !copy.is_copy
                        && !row.text.trim().is_empty(),
                    copy: *copy,
                    said: (is_own || is_beside).then(|| reader.said(&row)),
                    topic: None,
                    row,
                }
            })
            .collect();
        progress.advance(part.len() as u64);
        scored.extend(part);
    }
}

/// Finds out what posts say.
pub(super) struct Reader<'a> {
    pub mask: &'a Mask,
    pub analyser: &'a Analyser,
    /// What posts said in the last run.
    pub known: &'a Known,
}

impl Reader<'_> {
    fn said(&self, row: &Row) -> Said {
        match self.known.get(row) {
            Some(said) => said,
            None => Said::of(
                &self.analyser.analyse(&self.mask.masked(&row.text)),
                self.analyser,
            ),
        }
    }
}

/// Returns how many posts are no opinion, by the first reason that holds.
pub(super) fn left_out(scored: &[Scored]) -> Vec<(&'static str, u64)> {
    let reason = |post: &Scored| match post {
        post if post.is_opinion => None,
        post if !post.is_about() => Some("post_about_others"),
        post if post.row.is_outbound => Some("post_is_outbound"),
        post if post.row.kind == "repost" => Some("post_is_repost"),
        post if post.copy.is_copy => Some("post_is_copy"),
        _ => Some("post_without_text"),
    };
    let mut counts = BTreeMap::new();
    for reason in scored.iter().filter_map(reason) {
        *counts.entry(reason).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// Returns the table `post_scores`; `names` are those of the brands.
pub(super) fn frame(scored: &[Scored], names: &[&str]) -> PolarsResult<DataFrame> {
    let mut sorted: Vec<&Scored> = scored.iter().collect();
    sorted.sort_by(|left, right| {
        (&left.row.source, &left.row.post_id).cmp(&(&right.row.source, &right.row.post_id))
    });
    let brands: StringChunked = sorted
        .iter()
        .map(|post| names.get(post.brand? as usize).copied())
        .collect();
    let first = |post: &Scored| {
        let first = scored.get(post.copy.cluster? as usize)?;
        post.copy.similarity.map(|_| &*first.row.post_id)
    };
    let copy_of: StringChunked = sorted.iter().map(|post| first(post)).collect();
    let of_row = |column: Owned, value: fn(&Row) -> &str| {
        let values: StringChunked = sorted.iter().map(|post| Some(value(&post.row))).collect();
        values.with_name(column.small_name()).into_column()
    };
    let flag = |column: Owned, value: fn(&Scored) -> bool| {
        let values: BooleanChunked = sorted.iter().map(|post| Some(value(post))).collect();
        values.with_name(column.small_name()).into_column()
    };
    let said = |post: &Scored| post.said.as_ref().map(|said| said.is_hearsay);
    let mut columns = vec![
        of_row(post_scores::SOURCE, |row| &row.source),
        of_row(post_scores::POST_ID, |row| &row.post_id),
        of_row(post_scores::PLATFORM, |row| &row.platform),
        of_row(post_scores::PROVIDER, |row| &row.provider),
        of_row(post_scores::ACCOUNT_ID, |row| &row.account_id),
        Column::new(
            post_scores::POSTED_AT.small_name(),
            (sorted.iter().map(|post| post.row.posted_at)).collect::<Vec<i64>>(),
        )
        .cast(&ColumnKind::Instant.dtype())?,
        (brands.with_name(post_scores::BRAND.small_name())).into_column(),
        flag(post_scores::IS_OPINION, |post| post.is_opinion),
        flag(post_scores::IS_COPY, |post| post.copy.is_copy),
        (copy_of.with_name(post_scores::COPY_OF.small_name())).into_column(),
        Column::new(
            post_scores::COPY_SIMILARITY.small_name(),
            (sorted.iter().map(|post| post.copy.similarity)).collect::<Vec<_>>(),
        ),
        Column::new(
            post_scores::IS_HEARSAY.small_name(),
            sorted.iter().map(|post| said(post)).collect::<Vec<_>>(),
        ),
        Column::new(
            post_scores::CONTENT.small_name(),
            (sorted.iter().map(|post| post.row.content())).collect::<Vec<i64>>(),
        ),
    ];
    columns.extend(said_columns(&sorted));
    DataFrame::new(sorted.len(), columns)?.select(
        post_scores::TABLE
            .columns
            .iter()
            .map(|column| column.small_name()),
    )
}

/// Returns the columns of what the posts say.
fn said_columns(posts: &[&Scored]) -> Vec<Column> {
    let text = |column: Owned, value: fn(&Said) -> Option<&str>| {
        let values = posts.iter().map(|post| post.said.as_ref().and_then(value));
        let values: StringChunked = values.collect();
        values.with_name(column.small_name()).into_column()
    };
    let number = |column: Owned, value: fn(&Said) -> Option<f64>| {
        let values = posts.iter().map(|post| post.said.as_ref().and_then(value));
        Column::new(column.small_name(), values.collect::<Vec<_>>())
    };
    let texts = |column: Owned, value: fn(&Said) -> &[String]| {
        list(
            column,
            posts
                .iter()
                .map(|post| post.said.as_ref().map_or(&[][..], value)),
        )
    };
    vec![
        text(post_scores::LANGUAGE, |said| said.language.as_deref()),
        number(post_scores::SENTIMENT, |said| said.sentiment),
        text(post_scores::LABEL, |said| said.label.map(Label::name)),
        number(post_scores::NEGATIVE_STRENGTH, |said| {
            said.negative_strength
        }),
        text(post_scores::UTTERANCE, |said| Some(said.utterance.name())),
        texts(post_scores::UTTERANCES, |said| &said.utterances),
        texts(post_scores::EMOTIONS, |said| &said.emotions),
        texts(post_scores::JOURNEY, |said| &said.journey),
        texts(post_scores::POSITIVE_ASPECTS, |said| &said.positive_aspects),
        texts(post_scores::NEGATIVE_ASPECTS, |said| &said.negative_aspects),
        texts(post_scores::DECIDING_WORDS, |said| &said.deciding_words),
        texts(post_scores::SPEECH_WORDS, |said| &said.speech_words),
        texts(post_scores::WORDS, |said| &said.words),
    ]
}

/// Returns a list column of texts.
pub(super) fn list<T: AsRef<[String]>>(column: Owned, values: impl Iterator<Item = T>) -> Column {
    let values: Vec<T> = values.collect();
    let mut builder =
        ListStringChunkedBuilder::new(column.small_name(), values.len(), values.len());
    for value in &values {
        builder.append_values_iter(value.as_ref().iter().map(String::as_str));
    }
    builder.finish().into_column()
}
