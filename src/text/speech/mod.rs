//! What an utterance does, what its author feels and where they stand: kinds, emotions, stages of the journey.
//!
//! The rules are data: `kinds.tsv`, `emotions.tsv` and `journey.tsv` hold a row per rule: language, class, pattern, weight
//! and an example. A class holds when the weights of its matches reach 1; matches of one class do not overlap. A match of
//! negative weight is no evidence but takes away what begins within it (`また …2 お願い`: no request).
//!
//! # Patterns
//!
//! A pattern is elements with a space between; each takes one token, within a sentence.
//!
//! | element | takes |
//! |---|---|
//! | `店員` | the word as written; `て` takes で, てる and でる too, `た` the だ of 飲んだ |
//! | `<買う>` | the dictionary form, in any inflection; an expression of several words (`<気になる>`) is cut by the tokeniser |
//! | `[verb]`, `[noun/サ変接続]` | a part of speech, with IPADIC's first subcategory |
//! | `{+}`, `{-}`, `{wish}` | an opinion word, good or bad as the rules of sentiment read it, or a wish |
//! | `a\|b`, `<a\|b>` | one of several |
//! | `(…)` | what may be missing |
//! | `!…` | nothing: the next token must not be this |
//! | `…`, `…8` | up to 4, up to 8 tokens |
//! | `^`, `$` | nothing: the beginning of the sentence; the end of the clause, signs aside |
//!
//! Politeness and aspect (ます, て, いる, しまう; as in expressions of the lexicon) are passed over between elements that
//! follow each other. A match counts only when asserted: not negated behind it (買ってない), not supposed (買いたい, 買ったら)
//! and not in the clause that asks. Conditions at a pattern's end change that: `&any` lifts all three, `&asked` the last,
//! `&negated` demands a negation; `&asks` and `&states` look for a sentence that asks or does not, `&wish` for a wish and
//! `&positive`, `&negative`, `&neutral` for the label of the text. Requests, questions and chatter need no assertion,
//! discover and evaluate may be asked, and a pattern that ends in an opinion word follows the rules of sentiment.

use super::kind::Kind;
use super::lexicon::Emotion;
use super::sentiment::Hit;

mod english;
mod pattern;
mod presence;
mod rules;
mod scene;
mod settle;
mod standing;

pub(super) use english::tokens as english_tokens;
pub(super) use rules::Rules;
pub(super) use scene::{Scene, Span};

/// The sum of weights from which a class holds.
const ENOUGH: f64 = 1.0;
/// Rounding of sums of weights.
const SLACK: f64 = 1e-9;

/// A stage of the way from hearing of a thing to recommending it (SRM).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Hears of it.
    Discover,
    /// Weighs it.
    Evaluate,
    /// Has bought, booked or received it.
    Buy,
    /// Recommends it.
    Recommend,
    /// Complains of it.
    Complain,
    /// Is content with it, or comes back.
    Satisfied,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: &'static [Stage] = &[
        Stage::Discover,
        Stage::Evaluate,
        Stage::Buy,
        Stage::Recommend,
        Stage::Complain,
        Stage::Satisfied,
    ];

    /// Returns the name used in tables and data files.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Discover => "discover",
            Stage::Evaluate => "evaluate",
            Stage::Buy => "buy",
            Stage::Recommend => "recommend",
            Stage::Complain => "complain",
            Stage::Satisfied => "satisfied",
        }
    }

    /// Returns the stage a name stands for.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.iter().copied().find(|s| s.name() == name)
    }
}

/// Words that decided a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The words as written in the original.
    pub surface: String,
    /// The byte offset in the original.
    pub start: usize,
    /// The byte offset after it in the original.
    pub end: usize,
    /// The pattern that matched; `lexicon` for the emotion of an opinion word.
    pub rule: &'static str,
    /// What it adds to its class, which holds from 1 on.
    pub weight: f64,
}

impl Evidence {
    /// Returns the evidence an opinion word gives.
    pub(super) fn of_hit(hit: &Hit) -> Evidence {
        Evidence {
            surface: hit.surface.clone(),
            start: hit.start,
            end: hit.end,
            rule: "lexicon",
            weight: ENOUGH,
        }
    }
}

/// Classes with the words that decided them, in order.
pub type Found<T> = Vec<(T, Vec<Evidence>)>;

/// Everything the rules find in one text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Speech {
    pub(super) kinds: Found<Kind>,
    pub(super) emotions: Found<Emotion>,
    pub(super) journey: Found<Stage>,
}

#[cfg(test)]
mod tests;
