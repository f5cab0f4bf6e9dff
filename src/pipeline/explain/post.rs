//! What a post was taken to say: what `koe explain post` tells.

use std::collections::BTreeSet;
use std::ops::Range;

use polars::prelude::*;
use serde::Serialize;

use super::copies::{self, PostKey};
use super::link::first;
use crate::error::{Error, Result};
use crate::pipeline::Workspace;
use crate::report::Lang;
use crate::schema::{Column as Owned, accounts, post_scores, posts};
use crate::score::Mask;
use crate::store::{Rows, Store};
use crate::text::{Analyser, Analysis, Hit, Label, rule_name};

/// What a post was taken to say, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostExplanation {
    /// Source of the post.
    pub source: String,
    /// The post.
    pub post_id: String,
    /// Where it was said.
    pub platform: String,
    /// When it was said, UTC.
    pub posted_at: String,
    /// Its author.
    pub account_id: String,
    /// The author's handle, where known.
    pub handle: Option<String>,
    /// What sort of utterance it is.
    pub kind: String,
    /// Brand it is about, by the last run of score; none when it is about none or was not scored yet.
    pub brand: Option<String>,
    /// Whether it counts as a voice of its own, by the last run of score; none when it was not scored yet.
    pub is_opinion: Option<bool>,
    /// Whether it says what an earlier post said, by the last run of score.
    pub is_copy: Option<bool>,
    /// The whole text.
    pub text: String,
    /// The text with every word that decided something in 【】.
    pub marked: String,
    /// Its language, ISO 639-1; none where it cannot be told.
    pub language: Option<String>,
    /// Its sentiment, -1..1; none for languages that are not scored.
    pub sentiment: Option<f64>,
    /// Class of the sentiment.
    pub label: Option<String>,
    /// What the author does by saying it.
    pub utterance: String,
    /// What it is about, and how that is found.
    pub aspects: Vec<AspectExplanation>,
    /// Emotions shown.
    pub emotions: Vec<String>,
    /// The words that decided, in their order.
    pub hits: Vec<HitExplanation>,
    /// Content words, in their order.
    pub words: Vec<String>,
    /// Other posts that say the same, word for word or nearly, by the last run of score.
    pub copy_count: u64,
    /// The first of them.
    pub copies: Vec<PostKey>,
}

/// Sentiment of an aspect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AspectExplanation {
    /// Aspect.
    pub aspect: String,
    /// Sentiment, -1..1.
    pub sentiment: f64,
}

/// A word that decided something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HitExplanation {
    /// The word as written.
    pub word: String,
    /// 1 good, -1 bad, 0 not decided, after all rules.
    pub polarity: i8,
    /// Weight after all rules.
    pub strength: f64,
    /// What it is about.
    pub aspect: Option<String>,
    /// Emotion shown.
    pub emotion: Option<String>,
    /// Rules applied, in their order.
    pub rules: Vec<RuleExplanation>,
}

/// A rule that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleExplanation {
    /// Its name.
    pub rule: String,
    /// What it is called in the workspace's language.
    pub meaning: String,
}

impl Workspace {
    /// Tells what a post was taken to say, by which words and rules: `SOURCE/POST_ID`, or its id alone where only one post
    /// has it.
    ///
    /// The text is read again by the lexicons as they are now.
    ///
    /// # Errors
    /// [`Error::NoSubject`] for a post that is not in the store, [`Error::SeveralSubjects`] for an id of several, and those of the
    /// store and of the lexicons.
    pub fn explain_post(&self, named: &str) -> Result<PostExplanation> {
        let store = self.store()?;
        let (source, post_id) = key_of(&store, named)?;
        let read = Error::frame("read a post");
        let is_it = |of: Owned, id: Owned| {
            let is_source = of.expr().eq(lit(source.clone()));
            is_source.and(id.expr().eq(lit(post_id.clone())))
        };
        let post = store
            .scan(&posts::TABLE)?
            .filter(is_it(posts::SOURCE, posts::POST_ID))
            .limit(1)
            .collect()
            .map_err(&read)?;
        let score = store
            .scan(&post_scores::TABLE)?
            .filter(is_it(post_scores::SOURCE, post_scores::POST_ID))
            .limit(1)
            .collect()
            .map_err(&read)?;
        let text = |column: Owned| text(&post, column).map_err(&read);
        let flag = |column: Owned| flag(&score, column).map_err(&read);
        let body = text(posts::TEXT)?.unwrap_or_default();
        let (platform, account_id) = (
            text(posts::PLATFORM)?.unwrap_or_default(),
            text(posts::ACCOUNT_ID)?.unwrap_or_default(),
        );
        let posted_at = post
            .column(posts::POSTED_AT.name)
            .and_then(|column| column.datetime())
            .map_err(&read)?
            .phys
            .get(0)
            .unwrap_or_default();
        let handle = first(
            store.scan(&accounts::TABLE)?,
            accounts::PLATFORM
                .expr()
                .eq(lit(platform.clone()))
                .and(accounts::ACCOUNT_ID.expr().eq(lit(account_id.clone()))),
            &[accounts::HANDLE],
        )?
        .and_then(|[handle]: [Option<String>; 1]| handle);
        let until = self.as_of().instant().as_microsecond();
        let copy_of = self::text(&score, post_scores::COPY_OF).map_err(&read)?;
        let of = [&*source, &*post_id];
        let (copy_count, copies) = copies::others(&store, of, copy_of.as_deref(), until)?;
        let analyser = self.words()?.analyser()?;
        let traced = Mask::new(&self.config().brand).traced(&body);
        let analysis = analyser.analyse(&traced.text);
        let ranges: Vec<Range<usize>> = analysis
            .hits
            .iter()
            .map(|hit| traced.original(hit.start..hit.end))
            .collect();
        let lang = self.config().workspace.lang;
        Ok(PostExplanation {
            platform,
            posted_at: jiff::Timestamp::from_microsecond(posted_at)
                .unwrap_or_default()
                .to_string(),
            handle,
            kind: text(posts::KIND)?.unwrap_or_default(),
            brand: self::text(&score, post_scores::BRAND).map_err(&read)?,
            is_opinion: flag(post_scores::IS_OPINION)?,
            is_copy: flag(post_scores::IS_COPY)?,
            marked: marked(&body, &ranges),
            language: analysis.language.map(|language| language.code().to_owned()),
            sentiment: analysis.label.map(|_| analysis.score),
            label: analysis.label.map(|label: Label| label.name().to_owned()),
            utterance: analysis.kind.name().to_owned(),
            aspects: analysis
                .aspects
                .iter()
                .map(|(aspect, sentiment)| AspectExplanation {
                    aspect: analyser.aspect_name(*aspect).to_owned(),
                    sentiment: *sentiment,
                })
                .collect(),
            emotions: emotions(&analysis),
            hits: analysis
                .hits
                .iter()
                .zip(&ranges)
                .map(|(hit, range)| explained(hit, body.get(range.clone()), &analyser, lang))
                .collect(),
            words: analysis
                .words
                .iter()
                .filter_map(|word| Mask::unmasked(&word.base))
                .map(str::to_owned)
                .collect(),
            text: body,
            copy_count,
            copies,
            source,
            post_id,
            account_id,
        })
    }
}

/// Returns source and id of the post that a command names.
fn key_of(store: &Store, named: &str) -> Result<(String, String)> {
    let columns = [posts::SOURCE, posts::POST_ID];
    let read = Error::frame("look for a post");
    let (mut whole, mut alone) = (BTreeSet::new(), BTreeSet::new());
    store.column_blocks(&posts::TABLE, &columns, Rows::Live, &mut |frame| {
        let text = |column: Owned| {
            let column = frame.column(column.name).and_then(|column| column.str());
            column.map_err(&read)
        };
        let (source, post_id) = (text(posts::SOURCE)?, text(posts::POST_ID)?);
        for (source, post_id) in source.iter().zip(post_id.iter()) {
            let (source, post_id) = (source.unwrap_or_default(), post_id.unwrap_or_default());
            let behind = named
                .strip_prefix(source)
                .and_then(|rest| rest.strip_prefix(['/', ':']));
            if behind == Some(post_id) {
                whole.insert((source.to_owned(), post_id.to_owned()));
            } else if named == post_id {
                alone.insert((source.to_owned(), post_id.to_owned()));
            }
        }
        Ok(())
    })?;
    let found = if whole.is_empty() { alone } else { whole };
    let mut keys = found.iter();
    match (keys.next(), keys.next()) {
        (Some(key), None) => Ok(key.clone()),
        (None, _) => Err(Error::NoSubject {
            subject: named.to_owned(),
        }),
        (Some(_), Some(_)) => Err(Error::SeveralSubjects {
            subject: named.to_owned(),
            found: found
                .iter()
                .map(|(source, post_id)| format!("{source}/{post_id}"))
                .collect(),
            is_open: false,
        }),
    }
}

/// Returns the text of the first row, where there is one.
fn text(frame: &DataFrame, column: Owned) -> PolarsResult<Option<String>> {
    let texts = frame.column(column.name)?.str()?;
    Ok(texts.iter().next().flatten().map(str::to_owned))
}

/// Returns the flag of the first row, where there is one.
fn flag(frame: &DataFrame, column: Owned) -> PolarsResult<Option<bool>> {
    let flags = frame.column(column.name)?.bool()?;
    Ok(flags.iter().next().flatten())
}

fn emotions(analysis: &Analysis) -> Vec<String> {
    let shown: BTreeSet<_> = analysis.hits.iter().filter_map(|hit| hit.emotion).collect();
    shown
        .into_iter()
        .map(|emotion| emotion.name().to_owned())
        .collect()
}

fn explained(hit: &Hit, written: Option<&str>, analyser: &Analyser, lang: Lang) -> HitExplanation {
    let rule = |rule: &&'static str| RuleExplanation {
        rule: (*rule).to_owned(),
        meaning: rule_name(rule)
            .map_or(*rule, |(ja, en)| match lang {
                Lang::Ja => ja,
                Lang::En => en,
            })
            .to_owned(),
    };
    HitExplanation {
        word: written.unwrap_or(&hit.surface).to_owned(),
        polarity: hit.polarity,
        strength: hit.strength,
        aspect: (hit.aspect).map(|aspect| analyser.aspect_name(aspect).to_owned()),
        emotion: hit.emotion.map(|emotion| emotion.name().to_owned()),
        rules: hit.rules.iter().map(rule).collect(),
    }
}

/// Returns a text with ranges of it in 【】; of two that overlap the first.
fn marked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut sorted: Vec<&Range<usize>> = ranges.iter().filter(|range| !range.is_empty()).collect();
    sorted.sort_by_key(|range| (range.start, range.end));
    let mut marked = String::with_capacity(text.len());
    let mut done = 0;
    for range in sorted {
        if range.start < done {
            continue;
        }
        let (Some(before), Some(word)) = (text.get(done..range.start), text.get(range.clone()))
        else {
            continue;
        };
        marked.push_str(before);
        marked.push('【');
        marked.push_str(word);
        marked.push('】');
        done = range.end;
    }
    marked.push_str(text.get(done..).unwrap_or_default());
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_around_words_and_never_within_one_another() {
        let text = "味は良いけど高い";
        let ranges = [15..24, 6..12, 9..12, 3..3, 18..24, 900..901];
        assert_eq!(marked(text, &ranges), "味は【良い】け【ど高い】");
        assert_eq!(marked(text, &[]), text);
        assert_eq!(marked("", &[0..0, 0..0]), "");
    }
}
