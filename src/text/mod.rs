//! What a post says: its language, words, opinions, aspects, kinds, emotions and stage of the journey.
//!
//! [`Analyser`] takes a text through [`normalise`] (NFKC, noise out, marks remembered), [`language`], [`tokens`]
//! (morphology, with the words of [`user_words`]), [`lexicon`] and [`sentiment`] (opinion words and the rules that bend
//! them), [`words`] (content words), [`speech`] (kinds, emotions, journey) and [`kind`]. English is scored by VADER; other
//! languages are told and left unscored. Nothing here reads a file, the clock or a table; the dictionary and lexicons are
//! part of the binary.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

mod aspects;
mod english;
mod key_set;
pub mod kind;
pub mod language;
mod learned;
pub mod lexicon;
mod names;
pub mod normalise;
#[cfg(test)]
mod pace;
mod places;
mod rule_names;
pub mod sentiment;
pub mod speech;
pub mod tokens;
pub mod user_words;
pub mod words;

pub(crate) use key_set::KeySet;
pub use kind::Kind;
pub use language::Language;
pub use lexicon::{Aspect, Emotion, Lexicon};
pub(crate) use names::stands_alone;
pub(crate) use normalise::nfkc_alone;
pub use normalise::{Mark, MarkKind, Normalised};
pub use rule_names::rule_name;
pub use sentiment::{Hit, Label};
pub use speech::{Evidence, Found, Stage};
pub use tokens::{Pos, Token, Tokenizer};
pub use user_words::{UserWord, WordKind};
pub use words::Word;

use language::Detector;
use learned::Learned;
use names::Names;
use normalise::MarkTable;
use sentiment::Known;
use speech::{Rules, Scene, Span};

/// What can go wrong with the data of text analysis; no post is ever an error of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The embedded dictionary cannot be opened.
    #[error("the embedded dictionary cannot be opened: {0}")]
    Dictionary(String),
    /// The tokeniser refused a text.
    #[error("the tokeniser refused a text: {0}")]
    Tokenise(String),
    /// What names an aspect of the user's own is no noun, or there are too many.
    #[error("`{found}` in the aspect `{aspect}`: expected {expected}")]
    Aspect {
        /// The aspect.
        aspect: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
    /// A data file is malformed.
    #[error("`{found}` in `{file}`, line {line}: expected {expected}")]
    Data {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },
}

/// Everything found in one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The language, none when it is not clear.
    pub language: Option<Language>,
    /// The sentiment in -1..1; 0 where nothing is scored.
    pub score: f64,
    /// The label; none for languages not scored, which are counted and never guessed.
    pub label: Option<Label>,
    /// The opinions found, in order of place.
    pub hits: Vec<Hit>,
    /// The sentiment of each aspect spoken of, -1..1, in the order of [`Aspect`].
    pub aspects: Vec<(Aspect, f64)>,
    /// Content words, in order, repetitions kept.
    pub words: Vec<Word>,
    /// Hashtags without `#`.
    pub hashtags: Vec<String>,
    /// Mentioned accounts without `@`.
    pub mentions: Vec<String>,
    /// Web addresses.
    pub urls: Vec<String>,
    /// What the utterance does in the main.
    pub kind: Kind,
    /// Everything it does, the main kind among it, in the order of [`Kind`]; none for languages not read.
    pub kinds: Found<Kind>,
    /// What the author feels, in the order of [`Emotion`].
    pub emotions: Found<Emotion>,
    /// Where the author stands on the way to recommending it, in the order of [`Stage`].
    pub journey: Found<Stage>,
}

/// The analyser: a tokeniser, a lexicon and the tables, shared freely between threads.
#[derive(Clone)]
pub struct Analyser {
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    rules: Arc<Rules>,
    user_words: Vec<UserWord>,
    marks: &'static MarkTable,
    learned: &'static Learned,
    names: Names,
    detector: Detector,
    assumed: Option<Language>,
}

impl fmt::Debug for Analyser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analyser")
            .field("entries", &self.lexicon.entries().len())
            .field("user_words", &self.user_words.len())
            .field("assumed", &self.assumed)
            .finish_non_exhaustive()
    }
}

impl Analyser {
    /// Returns an analyser with koe's own lexicon.
    ///
    /// # Errors
    ///
    /// [`TextError`] when the embedded dictionary or data are damaged.
    pub fn new() -> Result<Analyser, TextError> {
        let tokenizer = Tokenizer::new()?;
        Ok(Analyser {
            lexicon: Lexicon::new(tokenizer.clone())?,
            rules: Arc::new(Rules::new(&tokenizer)?),
            tokenizer,
            user_words: Vec::new(),
            marks: MarkTable::embedded()?,
            learned: Learned::embedded()?,
            names: Names::default(),
            detector: Detector::new()?,
            assumed: None,
        })
    }

    /// Returns the analyser with `language` assumed where kanji stand without anything that tells them: 「最高」. Latin
    /// letters of no clear language stay undecided.
    pub fn assuming(mut self, language: Language) -> Analyser {
        self.assumed = Some(language);
        self
    }

    /// Returns the analyser with the words of a user's dictionary kept in one piece; see [`user_words`] for the layout.
    ///
    /// Words of an earlier dictionary stay; of a word in both, the later one holds.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] with the line of the first bad row, [`TextError::Dictionary`] when the words cannot be compiled.
    pub fn with_user_dictionary(mut self, csv_text: &str) -> Result<Analyser, TextError> {
        let words = user_words::parse(csv_text, self.marks)?;
        self.keep_whole(words)?;
        Ok(self)
    }

    /// Returns the analyser with names of brands, in which no word is an opinion: うまい of うまい屋 praises nothing.
    ///
    /// # Errors
    ///
    /// [`TextError::Dictionary`] when there are more names than can be looked for at once.
    pub fn with_names<'n>(
        mut self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Analyser, TextError> {
        let normalised = names
            .into_iter()
            .map(|name| self.normalise(name).text.trim().to_owned());
        self.names = Names::new(normalised.collect())?;
        Ok(self)
    }

    /// Returns the analyser with nothing but its rules, to test them.
    #[cfg(test)]
    pub(crate) fn without_learned(mut self) -> Analyser {
        self.learned = Learned::nothing();
        self
    }

    /// Keeps words in one piece from now on.
    fn keep_whole(&mut self, words: Vec<UserWord>) -> Result<(), TextError> {
        user_words::merge(&mut self.user_words, words);
        self.tokenizer = Tokenizer::new()?.with_words(&self.user_words)?;
        // Expressions are found by their words as texts are cut, so they are cut anew.
        self.lexicon.retokenise(self.tokenizer.clone())?;
        self.rules = Arc::new(Rules::new(&self.tokenizer)?);
        Ok(())
    }

    /// Adds a user's lexicon entries; see [`Lexicon::extend_from_tsv`].
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] with the line of the first bad row.
    pub fn extend_lexicon(&mut self, tsv: &str) -> Result<usize, TextError> {
        self.lexicon.extend_from_tsv(tsv)
    }

    /// Returns the lexicon in use.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Returns `text` made ready for analysis.
    pub fn normalise(&self, text: &str) -> Normalised {
        normalise::normalise(text, self.marks)
    }

    /// Returns everything found in `text`; time grows linearly with its length.
    pub fn analyse(&self, text: &str) -> Analysis {
        let normalised = self.normalise(text);
        let language = self.detector.detect(&normalised.text).or_else(|| {
            self.assumed
                .filter(|_| language::may_be_japanese(&normalised.text))
        });
        let mut analysis = Analysis {
            language,
            score: 0.0,
            label: None,
            hits: Vec::new(),
            aspects: Vec::new(),
            words: Vec::new(),
            hashtags: Vec::new(),
            mentions: Vec::new(),
            urls: Vec::new(),
            kind: Kind::Chatter,
            kinds: Vec::new(),
            emotions: Vec::new(),
            journey: Vec::new(),
        };
        match language {
            Some(Language::Japanese) => self.read_japanese(text, &normalised, &mut analysis),
            Some(Language::English) => self.read_english(text, &normalised, &mut analysis),
            // Of no language, and understood in any.
            None if is_only_shown(&normalised) || is_only_rated(text, &normalised) => {
                self.read_japanese(text, &normalised, &mut analysis);
            }
            _ if normalised.text.contains('?') => analysis.kind = Kind::Question,
            _ => {}
        }
        analysis.hashtags = normalised.hashtags;
        analysis.mentions = normalised.mentions;
        analysis.urls = normalised.urls;
        analysis
    }

    fn read_japanese(&self, text: &str, normalised: &Normalised, analysis: &mut Analysis) {
        // The tokeniser refuses no text of its own dictionary; should it, the post counts as unscored.
        let Ok(tokens) = self.tokenizer.tokens(&normalised.text) else {
            return;
        };
        let named = self.names.find(&normalised.text);
        let known = Known {
            lexicon: &self.lexicon,
            learned: self.learned,
            named: &named,
        };
        let opinion = sentiment::judge(text, normalised, &tokens, &known);
        let starts = opinion
            .sentences
            .iter()
            .flat_map(|sentence| sentence.clauses.iter().map(|clause| clause.first));
        let speech = self.rules.read_text(&Scene {
            language: Language::Japanese,
            original: text,
            normalised,
            tokens: &tokens,
            spans: opinion
                .sentences
                .iter()
                .map(|sentence| Span::of(sentence, &tokens))
                .collect(),
            clause_starts: starts.skip(1).collect(),
            hits: &opinion.hits,
            label: opinion.heard,
        });
        analysis.kinds = speech.kinds;
        analysis.emotions = speech.emotions;
        analysis.journey = speech.journey;
        let main = kind::classify(&opinion);
        analysis.kind = kind::settle(main, &mut analysis.kinds, &opinion.hits);
        analysis.score = opinion.score;
        analysis.label = Some(Label::of(opinion.score));
        analysis.hits = opinion.hits;
        analysis.aspects = opinion.aspects;
        analysis.words = words::content_words(&tokens);
    }

    fn read_english(&self, text: &str, normalised: &Normalised, analysis: &mut Analysis) {
        let judged = english::judge(text);
        let label = Label::of(judged.score);
        // Only ASCII letters change, so every byte keeps its place.
        let lower = normalised.text.to_ascii_lowercase();
        let (tokens, spans) = speech::english_tokens(&lower);
        let speech = self.rules.read_text(&Scene {
            language: Language::English,
            original: text,
            normalised,
            tokens: &tokens,
            clause_starts: spans.iter().skip(1).map(|span| span.first).collect(),
            spans,
            hits: &judged.hits,
            label,
        });
        analysis.kinds = speech.kinds;
        analysis.emotions = speech.emotions;
        analysis.journey = speech.journey;
        let main = kind::of_english(label, &analysis.kinds);
        analysis.kind = kind::settle(main, &mut analysis.kinds, &judged.hits);
        analysis.score = judged.score;
        analysis.label = Some(label);
        analysis.hits = judged.hits;
    }
}

/// Whether a text has no letter or digit, and signs that show what its author feels.
fn is_only_shown(normalised: &Normalised) -> bool {
    let shows = |mark: &Mark| {
        let is_picture = matches!(
            mark.kind,
            MarkKind::Emoji | MarkKind::Kaomoji | MarkKind::Aside
        );
        is_picture && mark.polarity != 0
    };
    !normalised.text.contains(char::is_alphanumeric) && normalised.marks.iter().any(shows)
}

/// Whether a text has no letter, and states a rating: ★★★★☆, ★4.
fn is_only_rated(text: &str, normalised: &Normalised) -> bool {
    !normalised.text.contains(char::is_alphabetic) && sentiment::states_rating(text)
}

/// Returns the text a hit was found in with the hit marked, for terminal and report.
pub fn quote<'a>(text: &'a str, hit: &Hit) -> Cow<'a, str> {
    match (
        text.get(..hit.start),
        text.get(hit.start..hit.end),
        text.get(hit.end..),
    ) {
        (Some(before), Some(inside), Some(behind)) if !inside.is_empty() => {
            Cow::Owned(format!("{before}【{inside}】{behind}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests;
