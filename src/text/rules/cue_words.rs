//! The words the rules look for beside opinion words, by class, and the expressions that judge nothing.
//!
//! Both are data: `cues.tsv` (class, word) and `idle.tsv` (one expression a line). A token belongs to a class by its
//! dictionary form or as written.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::Scene;
use super::openings::{self, Opening};
use crate::hash::Unhashed;
use crate::text::tokens::{Token, WordKey, word_key};

const CUES: &str = include_str!("cues.tsv");
const IDLE: &str = include_str!("idle.tsv");

/// Bits that classes may take.
pub(super) const BITS: u32 = 48;

macro_rules! cues {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A class of words in `cues.tsv`, where each is explained by example.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Cue { $($(#[$doc])* $variant,)* }

        impl Cue {
            /// All classes with their names.
            const ALL: &'static [(Cue, &'static str)] = &[$((Cue::$variant, $name),)*];
        }
    };
}

cues! {
    /// Verbs that end something bad.
    Ends = "ends",
    /// Verbs that take something good away.
    Loses = "loses",
    /// Verbs whose negation changes nothing of what they are said of.
    Stays = "stays",
    /// Verbs of perceiving and having.
    Felt = "felt",
    /// Verbs that praise when negated.
    Rapt = "rapt",
    /// Verbs that tell nothing of the thing when negated.
    Unsaid = "unsaid",
    /// Verbs that, negated, tell that nobody has tried.
    Untried = "untried",
    /// Verbs that やすい blames.
    Spoils = "spoils",
    /// Events wished for that blame nobody.
    Hope = "hope",
    /// The day of a hope.
    When = "when",
    /// What is asked for where something is wrong.
    Demand = "demand",
    /// Adverbs of lack in a request.
    Sneer = "sneer",
    /// What a customer asks for in passing.
    Errand = "errand",
    /// Adverbs of a wish that things last.
    Lasting = "lasting",
    /// Ends nobody wishes for.
    Cherish = "cherish",
    /// What is wished of others out of liking.
    Come = "come",
    /// Adverbs of wanting it again.
    Again = "again",
    /// What is not here and now.
    Other = "other",
    /// The past.
    Once = "once",
    /// Worries that were.
    Worry = "worry",
    /// Persons who are no staff.
    Kin = "kin",
    /// What tells of an offer unless stressed.
    Inform = "inform",
    /// What praise in excess does to one.
    Rapture = "rapture",
    /// Verbs whose excess praises.
    Moving = "moving",
    /// One's own doing.
    Deed = "deed",
    /// What cannot be done without a good thing.
    Life = "life",
    /// Nouns of which plenty is good.
    Praised = "praised",
    /// Insults.
    Insult = "insult",
    /// Verbs of decline.
    Decline = "decline",
    /// What may well decline.
    Cost = "cost",
    /// Adjectives that measure.
    Measure = "measure",
    /// Bad words that strengthen a good one.
    Fierce = "fierce",
    /// What a のに of purpose leads to.
    Purpose = "purpose",
    /// Words for what is asked.
    Which = "which",
    /// Words of stressed negation.
    Emphatic = "emphatic",
    /// Words that keep a bare negation from blaming.
    Excuses = "excuses",
    /// Words that tell of others' telling.
    Told = "told",
    /// What is done about a problem.
    Remedy = "remedy",
}

impl Cue {
    fn bit(self) -> u64 {
        1 << (self as u32)
    }
}

struct Table {
    words: HashMap<WordKey, u64, Unhashed>,
    /// By first character, longest first.
    idle: BTreeMap<char, Vec<&'static str>>,
}

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("# "))
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut words: HashMap<WordKey, u64, Unhashed> = HashMap::default();
        for (class, word) in rows(CUES).filter_map(|row| row.split_once('\t')) {
            let cue = Cue::ALL.iter().find(|(_, name)| *name == class);
            *words.entry(word_key(word)).or_default() |= cue.map_or(0, |(cue, _)| cue.bit());
        }
        let mut idle: BTreeMap<char, Vec<&'static str>> = BTreeMap::new();
        for row in rows(IDLE) {
            if let Some(first) = row.chars().next() {
                idle.entry(first).or_default().push(row);
            }
        }
        for list in idle.values_mut() {
            list.sort_by_key(|row| std::cmp::Reverse(row.len()));
        }
        Table { words, idle }
    })
}

/// Returns the classes of a token, one bit a class, all below [`BITS`].
pub(super) fn classes(token: &Token<'_>) -> u64 {
    let words = &table().words;
    let of = |word: WordKey| words.get(&word).copied().unwrap_or(0);
    of(token.base_key) | of(token.surface_key)
}

/// Whether `word` is of the class.
pub(super) fn has(cue: Cue, word: &str) -> bool {
    table()
        .words
        .get(&word_key(word))
        .is_some_and(|bits| bits & cue.bit() != 0)
}

/// Whether a token with these classes is of the class.
pub(crate) fn is_among(cue: Cue, classes: u64) -> bool {
    classes & cue.bit() != 0
}

/// Whether an idle expression may begin with this word: it begins with the word, or the word with it.
pub(super) fn may_be_idle(token: &Token<'_>) -> bool {
    let first = token.surface.chars().next();
    let list = first.and_then(|first| table().idle.get(&first));
    list.into_iter()
        .flatten()
        .any(|idle| idle.starts_with(token.surface) || token.surface.starts_with(*idle))
}

/// Returns the token after the idle expression that begins at token `at`; `at` itself when none does.
pub(super) fn idle_end(scene: &Scene<'_>, at: usize) -> usize {
    match scene.token(at) {
        Some(token) if openings::may(Opening::Idle, token) => longest_idle_end(scene, token, at),
        _ => at,
    }
}

/// As [`idle_end`], whatever `token`, the one at `at`, is.
pub(super) fn longest_idle_end(scene: &Scene<'_>, token: &Token<'_>, at: usize) -> usize {
    let rest = scene.normalised.text.get(token.start..).unwrap_or_default();
    let found = rest
        .chars()
        .next()
        .and_then(|first| table().idle.get(&first))
        .and_then(|list| list.iter().find(|idle| rest.starts_with(**idle)));
    let Some(found) = found else {
        return at;
    };
    let stop = token.start + found.len();
    let mut end = at + 1;
    while scene.token(end).is_some_and(|t| t.start < stop) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_known_class_and_occurs_once() {
        let mut seen = std::collections::BTreeSet::new();
        for row in rows(CUES) {
            let (class, word) = row.split_once('\t').unwrap();
            assert!(Cue::ALL.iter().any(|(_, name)| *name == class), "{row}");
            assert!(!word.is_empty() && seen.insert((class, word)), "{row}");
        }
        for (_, name) in Cue::ALL {
            assert!(seen.iter().any(|(class, _)| class == name), "{name}");
        }
        assert!(Cue::ALL.len() <= BITS as usize);
        let mut idle: Vec<&str> = rows(IDLE).collect();
        let count = idle.len();
        idle.sort_unstable();
        idle.dedup();
        assert_eq!(idle.len(), count);
    }

    #[test]
    fn a_word_may_be_of_several_classes() {
        assert!(has(Cue::Ends, "消える") && has(Cue::Loses, "消える"));
        assert!(!has(Cue::Ends, "食べる"));
    }
}
