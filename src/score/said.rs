//! What a post says, as the table `post_scores` holds it: found out once, and read back in the next run.

use std::collections::{HashMap, HashSet};

use polars::prelude::*;

use super::mask::Mask;
use super::posts::{Lists, Row};
use crate::hash::{Unhashed, fast_hash};
use crate::schema::{Column as Owned, post_scores};
use crate::text::{Analyser, Analysis, Evidence, Hit, Kind, Label};

/// The rule of ratings that writers state, and what one of them weighs at most as a word; the rest of its weight outdoes the
/// other words of the text, the praise among them.
const STATED: &str = "stated_rating";
const MOST_STATED: f64 = 5.0;
/// Words up to which looking through them is quicker than hashing.
const FEW: usize = 16;

/// What a post says. Its fields are the columns of `post_scores`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub language: Option<String>,
    pub sentiment: Option<f64>,
    pub label: Option<Label>,
    pub negative_strength: Option<f64>,
    pub is_hearsay: bool,
    pub utterance: Kind,
    pub utterances: Vec<String>,
    pub emotions: Vec<String>,
    pub journey: Vec<String>,
    pub positive_aspects: Vec<String>,
    pub negative_aspects: Vec<String>,
    pub deciding_words: Vec<String>,
    pub speech_words: Vec<String>,
    /// Content words, each once, in order.
    pub words: Vec<String>,
}

impl Said {
    /// Takes over what the analysis of a post found; the analyser knows the names of the user's own aspects.
    pub(super) fn of(analysis: &Analysis, analyser: &Analyser) -> Self {
        let hits = analysis.hits.iter();
        let negative = hits
            .clone()
            .filter(|hit| hit.polarity < 0 && !hit.is_learned());
        Self {
            language: analysis.language.map(|language| language.code().to_owned()),
            sentiment: analysis.label.map(|_| rounded(analysis.score)),
            label: analysis.label,
            negative_strength: negative.map(|hit| rounded(strength(hit))).reduce(f64::max),
            is_hearsay: hits.clone().any(|hit| hit.rules.contains(&"hearsay")),
            utterance: analysis.kind,
            utterances: names(&analysis.kinds, Kind::name),
            emotions: names(&analysis.emotions, |emotion| emotion.name()),
            journey: names(&analysis.journey, |stage| stage.name()),
            positive_aspects: aspects(analysis, analyser, |score| score > 0.0),
            negative_aspects: aspects(analysis, analyser, |score| score < 0.0),
            deciding_words: once(deciding(&analysis.hits)),
            speech_words: speech_words(analysis),
            words: words(analysis),
        }
    }
}

/// Returns the words that decide, with their sign; those weighed by labelled sentences where no opinion says the same.
fn deciding(hits: &[Hit]) -> impl Iterator<Item = String> {
    let is_heard = |hit: &Hit| {
        let says_so = |other: &Hit| other.polarity == hit.polarity && !other.is_learned();
        !hit.is_learned() || !hits.iter().any(says_so)
    };
    let decides = hits.iter().filter(move |hit| is_heard(hit));
    decides.map(|hit| format!("{}{}", sign(hit), hit.surface))
}

/// What posts said in the last run, of which only what is the same is asked for.
#[derive(Debug, Default)]
pub(super) struct Known {
    rows: Option<Rows>,
}

/// Columns of `post_scores` that say what a post said.
pub(super) const COLUMNS: [Owned; 17] = [
    post_scores::SOURCE,
    post_scores::POST_ID,
    post_scores::CONTENT,
    post_scores::IS_HEARSAY,
    post_scores::SENTIMENT,
    post_scores::NEGATIVE_STRENGTH,
    post_scores::LANGUAGE,
    post_scores::LABEL,
    post_scores::UTTERANCE,
    post_scores::UTTERANCES,
    post_scores::EMOTIONS,
    post_scores::JOURNEY,
    post_scores::POSITIVE_ASPECTS,
    post_scores::NEGATIVE_ASPECTS,
    post_scores::DECIDING_WORDS,
    post_scores::SPEECH_WORDS,
    post_scores::WORDS,
];

/// Rows of the table `post_scores`.
#[derive(Debug)]
struct Rows {
    /// By the hash of source and post.
    places: HashMap<u64, usize, Unhashed>,
    content: Int64Chunked,
    is_hearsay: BooleanChunked,
    sentiment: Float64Chunked,
    negative_strength: Float64Chunked,
    language: StringChunked,
    label: StringChunked,
    utterance: StringChunked,
    utterances: Lists,
    emotions: Lists,
    journey: Lists,
    positive_aspects: Lists,
    negative_aspects: Lists,
    deciding_words: Lists,
    speech_words: Lists,
    words: Lists,
}

impl Known {
    /// Takes rows of the table `post_scores` of a run with the same words and rules.
    pub(super) fn of(mut frame: DataFrame) -> PolarsResult<Self> {
        frame.rechunk_mut();
        let text = |column: Owned| frame.column(column.name)?.str().cloned();
        let number = |column: Owned| frame.column(column.name)?.f64().cloned();
        let texts = |column: Owned| Lists::of(frame.column(column.name)?);
        let (source, post_id) = (text(post_scores::SOURCE)?, text(post_scores::POST_ID)?);
        let key = |row| {
            let (source, post_id) = (source.get(row), post_id.get(row));
            fast_hash([source.unwrap_or_default(), post_id.unwrap_or_default()])
        };
        let rows = Rows {
            places: (0..frame.height()).map(|row| (key(row), row)).collect(),
            content: frame.column(post_scores::CONTENT.name)?.i64()?.clone(),
            is_hearsay: frame.column(post_scores::IS_HEARSAY.name)?.bool()?.clone(),
            sentiment: number(post_scores::SENTIMENT)?,
            negative_strength: number(post_scores::NEGATIVE_STRENGTH)?,
            language: text(post_scores::LANGUAGE)?,
            label: text(post_scores::LABEL)?,
            utterance: text(post_scores::UTTERANCE)?,
            utterances: texts(post_scores::UTTERANCES)?,
            emotions: texts(post_scores::EMOTIONS)?,
            journey: texts(post_scores::JOURNEY)?,
            positive_aspects: texts(post_scores::POSITIVE_ASPECTS)?,
            negative_aspects: texts(post_scores::NEGATIVE_ASPECTS)?,
            deciding_words: texts(post_scores::DECIDING_WORDS)?,
            speech_words: texts(post_scores::SPEECH_WORDS)?,
            words: texts(post_scores::WORDS)?,
        };
        Ok(Self { rows: Some(rows) })
    }

    /// Returns what a post said, when it says the same still.
    pub(super) fn get(&self, row: &Row) -> Option<Said> {
        let rows = self.rows.as_ref()?;
        let place = *rows.places.get(&fast_hash([&*row.source, &*row.post_id]))?;
        if rows.content.get(place)? != row.content() {
            return None;
        }
        let texts = |column: &Lists| column.get(place).map(str::to_owned).collect();
        Some(Said {
            // What was not read then has no utterance.
            utterance: Kind::from_name(rows.utterance.get(place)?)?,
            language: rows.language.get(place).map(str::to_owned),
            sentiment: rows.sentiment.get(place),
            label: rows.label.get(place).and_then(Label::from_name),
            negative_strength: rows.negative_strength.get(place),
            is_hearsay: rows.is_hearsay.get(place)?,
            utterances: texts(&rows.utterances),
            emotions: texts(&rows.emotions),
            journey: texts(&rows.journey),
            positive_aspects: texts(&rows.positive_aspects),
            negative_aspects: texts(&rows.negative_aspects),
            deciding_words: texts(&rows.deciding_words),
            speech_words: texts(&rows.speech_words),
            words: texts(&rows.words),
        })
    }
}

/// Returns how strong a word is by itself.
fn strength(hit: &Hit) -> f64 {
    match hit.rules.contains(&STATED) {
        true => hit.strength.min(MOST_STATED),
        false => hit.strength,
    }
}

/// Returns the sign of a word that decided: a rating of the middle takes neither side.
fn sign(hit: &Hit) -> char {
    match hit.polarity {
        ..0 => '-',
        0 if hit.rules.contains(&STATED) => '±',
        _ => '+',
    }
}

fn names<T: Copy>(found: &[(T, Vec<Evidence>)], name: fn(T) -> &'static str) -> Vec<String> {
    found
        .iter()
        .map(|(class, _)| name(*class).to_owned())
        .collect()
}

/// Returns the words that decided kinds, emotions and journey, each behind its class, each pair once.
fn speech_words(analysis: &Analysis) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    add_words(&analysis.kinds, |kind| kind.name(), &mut words);
    add_words(&analysis.emotions, |emotion| emotion.name(), &mut words);
    add_words(&analysis.journey, |stage| stage.name(), &mut words);
    once(words.into_iter())
}

/// Returns words, each once, in the order in which they come.
fn once(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // Filled when there are many.
    let mut seen: HashSet<String> = HashSet::new();
    for word in words {
        let is_new = if kept.len() < FEW {
            !kept.contains(&word)
        } else {
            if seen.is_empty() {
                seen.extend(kept.iter().cloned());
            }
            seen.insert(word.clone())
        };
        if is_new {
            kept.push(word);
        }
    }
    kept
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
fn words(analysis: &Analysis) -> Vec<String> {
    let mut words: Vec<&str> = analysis
        .words
        .iter()
        .filter_map(|word| Mask::unmasked(&word.base))
        .collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(str::to_owned).collect()
}

fn aspects(analysis: &Analysis, analyser: &Analyser, keep: impl Fn(f64) -> bool) -> Vec<String> {
    analysis
        .aspects
        .iter()
        .filter(|(_, score)| keep(*score))
        .map(|(aspect, _)| analyser.aspect_name(*aspect).to_owned())
        .collect()
}

/// Returns a score on a grid of a millionth, so that the last bit never differs between machines.
fn rounded(score: f64) -> f64 {
    (score * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn praise_beside_few_stars_does_not_make_them_graver() {
        let analyser = Analyser::new().unwrap().assuming(Language::Japanese);
        let said = |text: &str| Said::of(&analyser.analyse(text), &analyser);
        let praised = said("料理は美味しい。店員さんは親切。景色は素晴らしい。でも星2です");
        assert_eq!(praised.label, Some(Label::Negative));
        assert_eq!(praised.negative_strength, Some(MOST_STATED));
        assert!(praised.deciding_words.contains(&"-星2".to_owned()));
        assert_eq!(said("星2です").negative_strength, Some(4.0));
        assert_eq!(said("星3です").deciding_words, ["±星3"]);
    }
}
