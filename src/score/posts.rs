//! One post after the other: what it says.

use polars::prelude::*;
use rayon::prelude::*;

use super::accounts::text_hash;
use super::brand::Looked;
use super::conversations::{Wording, is_private};
use super::copied::Copy;
use super::heard::Keywords;
use super::hearsay;
use super::mask::Mask;
use super::said::{Known, Said};
use super::voices::Voices;
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
        is_repost(&self.kind)
    }
}

/// Whether anything is read of what no column of such a post stands for.
pub(super) fn has_course(is_outbound: bool, kind: &str) -> bool {
    is_outbound || kind == "ticket"
}

/// Whether posts of this kind repeat somebody else's words.
pub(super) fn is_repost(kind: &str) -> bool {
    kind == "repost"
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
    pub facts: Facts,
}

/// What others ask of the text of a post, found out while the text is at hand.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub wording: Wording,
    /// Numbers of the keywords of its brand that it has.
    pub keywords: Vec<u32>,
    /// Hash of what it says, links and names apart; of a recent post that is long enough.
    pub text: Option<u64>,
}

impl Scored {
    pub(super) fn is_about(&self) -> bool {
        self.brand.is_some()
    }

    pub(super) fn label(&self) -> Option<Label> {
        self.said.as_ref().and_then(|said| said.label)
    }
}

/// Returns the places of the rows of a frame in the order of time; those of one instant go by source and id.
///
/// # Errors
/// Those of polars, when the frame lacks a column.
pub(super) fn order(frame: &DataFrame) -> PolarsResult<Vec<usize>> {
    let source = frame.column(posts::SOURCE.name)?.str()?;
    let post_id = frame.column(posts::POST_ID.name)?.str()?;
    let posted_at = frame.column(posts::POSTED_AT.name)?.datetime()?;
    let at: Vec<i64> = (0..frame.height())
        .map(|row| posted_at.phys.get(row).unwrap_or_default())
        .collect();
    let names = |row: usize| {
        let (source, post_id) = (source.get(row), post_id.get(row));
        (source.unwrap_or_default(), post_id.unwrap_or_default())
    };
    let mut order: Vec<usize> = (0..frame.height()).collect();
    order.sort_by(|left, right| {
        let earlier = at[*left].cmp(&at[*right]);
        earlier.then_with(|| names(*left).cmp(&names(*right)))
    });
    Ok(order)
}

/// Returns the rows of a frame at these places.
///
/// # Errors
/// Those of polars, when the frame lacks a column.
pub(super) fn rows(frame: &DataFrame, places: &[usize]) -> PolarsResult<Vec<Row>> {
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
    let mentions = Lists::of(frame.column(posts::MENTIONS.name)?)?;
    let is_outbound = frame.column(posts::IS_OUTBOUND.name)?.bool()?;
    let urls = Lists::of(frame.column(posts::URLS.name)?)?;
    let repost_count = frame.column(posts::REPOST_COUNT.name)?.i64()?;
    let rating = frame.column(posts::RATING.name)?.f64()?;
    let extra = text(&posts::EXTRA)?;
    let owned = |column: &StringChunked, row| column.get(row).unwrap_or_default().to_owned();
    let rows = places.iter().map(|&row| {
        let kind = owned(kind, row);
        let is_outbound = is_outbound.get(row).unwrap_or(false);
        let has_course = has_course(is_outbound, &kind);
        Row {
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
            mentions: mentions.get(row).map(str::to_owned).collect(),
            url_count: urls.len(row),
            repost_count: repost_count.get(row),
            rating: rating.get(row),
            is_outbound,
            extra: extra.get(row).filter(|_| has_course).map(str::to_owned),
        }
    });
    Ok(rows.collect())
}

/// What was heard of a post by itself.
pub(super) struct Heard {
    /// What it says; `None` for reposts, and for posts about none of the brands that name no competitor either.
    said: Option<Said>,
    facts: Facts,
}

/// Hears the posts, each by itself; `looked` stands beside `rows`.
///
/// What is known of a post from the last run is not found out again.
pub(super) fn hear(
    rows: &[Row],
    looked: &[Looked],
    reader: &Reader<'_>,
    progress: &dyn Progress,
) -> Vec<Heard> {
    let mut heard = Vec::with_capacity(rows.len());
    for (rows, looked) in rows.chunks(STEP).zip(looked.chunks(STEP)) {
        let step = rows.par_iter().zip(looked);
        heard.par_extend(step.map(|(row, looked)| {
            let about = &looked.about;
            // A repost repeats somebody else's words, and what is about nobody of interest is not listened to.
            let is_own = about.brand.is_some() && !row.is_repost();
            let is_beside = about.names_competitor && !row.is_repost() && !row.is_outbound;
            Heard {
                said: (is_own || is_beside).then(|| reader.said(row, &looked.text)),
                facts: reader.facts(row, looked),
            }
        }));
        progress.advance(rows.len() as u64);
    }
    heard
}

/// Puts together what was found of posts; all stand beside `rows`.
pub(super) fn together(
    rows: Vec<Row>,
    looked: &[Looked],
    copies: &[Copy],
    heard: Vec<Heard>,
) -> Vec<Scored> {
    let found = looked.iter().zip(copies).zip(heard);
    rows.into_iter()
        .zip(found)
        .map(|(row, ((looked, copy), Heard { said, facts }))| {
            let brand = looked.about.brand;
            let is_own = brand.is_some() && !row.is_repost();
            Scored {
                brand,
                is_opinion: is_own && !row.is_outbound && !copy.is_copy && !facts.wording.is_blank,
                copy: *copy,
                said,
                facts,
                row,
            }
        })
        .collect()
}

/// Whether a post may come after others in a conversation.
fn is_linked(row: &Row) -> bool {
    let is_own = row.conversation.as_ref() == Some(&row.post_id);
    row.reply_to.is_some() || (row.conversation.is_some() && !is_own) || is_private(&row.kind)
}

/// Finds out what posts say.
pub(super) struct Reader<'a> {
    pub mask: &'a Mask,
    pub analyser: &'a Analyser,
    /// What posts said in the last run.
    pub known: &'a Known,
    pub keywords: &'a Keywords,
    /// Instant from which on posts are recent, in microseconds since 1970-01-01 UTC.
    pub recent_from: i64,
}

impl Reader<'_> {
    fn facts(&self, row: &Row, looked: &Looked) -> Facts {
        let brand = looked.about.brand.filter(|_| !row.is_outbound);
        let keywords = brand.map(|brand| self.keywords.found(brand, &looked.text));
        let is_own = !row.is_repost() && row.posted_at >= self.recent_from;
        Facts {
            wording: match is_linked(row) {
                true => Wording::of(&row.text),
                false => Wording::of_first(&row.text),
            },
            keywords: keywords.unwrap_or_default(),
            text: is_own.then(|| text_hash(&row.text)).flatten(),
        }
    }

    fn said(&self, row: &Row, folded: &str) -> Said {
        match self.known.get(row) {
            Some(said) => said,
            None => {
                let analysis = self.analyser.analyse(&self.mask.masked(&row.text));
                let mut said = Said::of(&analysis, self.analyser);
                said.is_hearsay |= hearsay::is_passed_on(folded);
                said
            }
        }
    }
}

/// What posts are left out for.
pub(super) const REASONS: [&str; 6] = [
    "post_about_others",
    "post_is_outbound",
    "post_is_repost",
    "post_is_copy",
    "post_without_text",
    "post_not_scored",
];

/// Counts the posts that are no opinion, by the first reason that holds, and the opinions without a sentiment.
pub(super) fn count_left_out(scored: &[Scored], counts: &mut [u64; REASONS.len()]) {
    let reason = |post: &Scored| -> Option<usize> {
        match post {
            post if post.is_opinion => None,
            post if !post.is_about() => Some(0),
            post if post.row.is_outbound => Some(1),
            post if post.row.is_repost() => Some(2),
            post if post.copy.is_copy => Some(3),
            _ => Some(4),
        }
    };
    let unscored = |post: &&Scored| post.is_opinion && post.label().is_none();
    let unscored = scored.iter().filter(unscored).map(|_| 5);
    for reason in scored.iter().filter_map(reason).chain(unscored) {
        counts[reason] += 1;
    }
}

/// Returns rows of the table `post_scores`, in the order given; `names` are those of the brands, `voices` all posts so far,
/// these among them.
pub(super) fn frame(scored: &[Scored], names: &[&str], voices: &Voices) -> PolarsResult<DataFrame> {
    let all: Vec<&Scored> = scored.iter().collect();
    let brands: StringChunked = all
        .iter()
        .map(|post| names.get(post.brand? as usize).copied())
        .collect();
    let first = |post: &Scored| {
        let first = voices.get(post.copy.first? as usize)?;
        Some(first.id().to_string())
    };
    let copy_of: Vec<Option<String>> = all.iter().map(|post| first(post)).collect();
    let of_row = |column: Owned, value: fn(&Row) -> &str| {
        let values: StringChunked = all.iter().map(|post| Some(value(&post.row))).collect();
        values.with_name(column.small_name()).into_column()
    };
    let flag = |column: Owned, value: fn(&Scored) -> bool| {
        let values: BooleanChunked = all.iter().map(|post| Some(value(post))).collect();
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
            (all.iter().map(|post| post.row.posted_at)).collect::<Vec<i64>>(),
        )
        .cast(&ColumnKind::Instant.dtype())?,
        (brands.with_name(post_scores::BRAND.small_name())).into_column(),
        flag(post_scores::IS_OPINION, |post| post.is_opinion),
        flag(post_scores::IS_COPY, |post| post.copy.is_copy),
        Column::new(post_scores::COPY_OF.small_name(), copy_of),
        Column::new(
            post_scores::COPY_SIMILARITY.small_name(),
            (all.iter().map(|post| post.copy.similarity)).collect::<Vec<_>>(),
        ),
        Column::new(
            post_scores::IS_HEARSAY.small_name(),
            all.iter().map(|post| said(post)).collect::<Vec<_>>(),
        ),
        Column::new(
            post_scores::CONTENT.small_name(),
            (all.iter().map(|post| post.row.content())).collect::<Vec<i64>>(),
        ),
    ];
    columns.extend(said_columns(&all));
    DataFrame::new(all.len(), columns)?.select(
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

/// A column of lists of texts, of which each can be asked for.
#[derive(Debug)]
pub(super) struct Lists {
    texts: StringChunked,
    spans: Vec<(usize, usize)>,
}

impl Lists {
    /// Takes a column of lists; one that is empty is a list of nothing.
    ///
    /// # Errors
    /// Those of polars, when it holds no lists of texts.
    pub(super) fn of(column: &Column) -> PolarsResult<Self> {
        let lists = column.list()?.rechunk();
        let texts = lists.get_inner().str()?.clone();
        let mut spans = Vec::with_capacity(lists.len());
        for array in lists.downcast_iter() {
            let offsets = array.offsets();
            spans.extend((0..offsets.len_proxy()).map(|row| offsets.start_end(row)));
        }
        Ok(Self { texts, spans })
    }

    /// Returns the texts of a row.
    pub(super) fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        let (start, end) = self.spans.get(row).copied().unwrap_or_default();
        (start..end).filter_map(move |place| self.texts.get(place))
    }

    /// Returns how many there are.
    pub(super) fn len(&self, row: usize) -> usize {
        let (start, end) = self.spans.get(row).copied().unwrap_or_default();
        end - start
    }
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
