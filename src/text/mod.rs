//! What a post says: its language, words, opinions, aspects and kind.
//!
//! [`Analyser`] takes a text through [`normalise`] (NFKC, noise out, marks remembered), [`language`], [`tokens`]
//! (morphology), [`lexicon`] and [`sentiment`] (opinion words and the rules that bend them), [`words`] (content words) and
//! [`kind`]. Nothing here reads a file, the clock or a table; the dictionary and lexicons are part of the binary.

use std::borrow::Cow;
use std::fmt;

pub mod kind;
pub mod language;
pub mod lexicon;
pub mod normalise;
mod places;
mod rule_names;
pub mod sentiment;
pub mod tokens;
pub mod words;

pub use kind::Kind;
pub use language::Language;
pub use lexicon::{Aspect, Emotion, Lexicon};
pub use normalise::{Mark, MarkKind, Normalised};
pub use rule_names::rule_name;
pub use sentiment::{Hit, Label};
pub use tokens::{Pos, Token, Tokenizer};
pub use words::Word;

use normalise::MarkTable;

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
    /// The language by script, none when undecidable.
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
    /// What the utterance does.
    pub kind: Kind,
}

/// The analyser: a tokeniser, a lexicon and the tables, shared freely between threads.
#[derive(Clone)]
pub struct Analyser {
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    marks: &'static MarkTable,
    assumed: Option<Language>,
}

impl fmt::Debug for Analyser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analyser")
            .field("entries", &self.lexicon.entries().len())
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
            tokenizer,
            lexicon: Lexicon::new(tokenizer)?,
            marks: MarkTable::embedded()?,
            assumed: None,
        })
    }

    /// Returns the analyser with `language` assumed where the script does not tell: a kanji-only 「最高」.
    pub fn assuming(mut self, language: Language) -> Analyser {
        self.assumed = Some(language);
        self
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
        let language = language::detect(&normalised.text).or_else(|| {
            let has_letters = normalised.text.chars().any(char::is_alphabetic);
            self.assumed.filter(|_| has_letters)
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
        };
        if language == Some(Language::Japanese) {
            self.read_japanese(text, &normalised, &mut analysis);
        } else if normalised.text.contains('?') {
            analysis.kind = Kind::Question;
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
        let opinion = sentiment::judge(text, normalised, &tokens, &self.lexicon);
        analysis.kind = kind::classify(&opinion);
        analysis.score = opinion.score;
        analysis.label = Some(Label::of(opinion.score));
        analysis.hits = opinion.hits;
        analysis.aspects = opinion.aspects;
        analysis.words = words::content_words(&tokens);
    }
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
