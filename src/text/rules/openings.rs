//! What may begin with a word: found out once for each word of the dictionary, so that a rule is tried only where it can
//! hold.

use super::cue_words;
use super::{implied, wishes};
use crate::text::tokens::Token;

/// What may begin with a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// An expression that judges nothing ([`cue_words::idle_end`]).
    Idle,
    /// A wish ([`wishes`]).
    Wish,
    /// A stance that no opinion word carries ([`implied`]).
    Stance,
}

impl Opening {
    /// Returns its bit, behind those of the cue words.
    fn bit(self) -> u64 {
        1 << (cue_words::BITS + self as u32)
    }
}

/// Returns the classes of cue words that a word is of and what may begin with it, a bit each.
pub(crate) fn of(token: &Token<'_>) -> u64 {
    let classes = cue_words::classes(token);
    let openings = [
        (Opening::Idle, cue_words::may_be_idle(token)),
        (Opening::Wish, wishes::may_begin(token)),
        (Opening::Stance, implied::may_begin(token, classes)),
    ];
    let bits = openings
        .iter()
        .filter(|(_, may_begin)| *may_begin)
        .map(|(opening, _)| opening.bit());
    bits.fold(classes, |all, bit| all | bit)
}

/// Whether this may begin with a word; never false where it does.
pub(super) fn may(opening: Opening, token: &Token<'_>) -> bool {
    token.classes & opening.bit() != 0
}

#[cfg(test)]
mod tests {
    use super::super::clauses;
    use super::*;
    use crate::text::sentiment::Scene;
    use crate::text::{Analyser, Tokenizer};

    static SENTENCES: [&str; 2] = [
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/testdata/voice/sentences.tsv"
        )),
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/testdata/voice/kept_apart.tsv"
        )),
    ];

    #[test]
    fn nothing_begins_where_it_may_not() {
        let (analyser, tokenizer) = (
            Analyser::new().unwrap().without_learned(),
            Tokenizer::new().unwrap(),
        );
        let mut begun = [0; 3];
        let rows = SENTENCES.iter().flat_map(|rows| rows.lines());
        for text in rows.filter_map(|row| row.split('\t').next()) {
            let normalised = analyser.normalise(text);
            let tokens = tokenizer.tokens(&normalised.text).unwrap();
            let sentences = clauses::split(&normalised.text, &tokens);
            let scene = Scene {
                normalised: &normalised,
                tokens: &tokens,
                sentences: &sentences,
                lexicon: analyser.lexicon(),
            };
            for sentence in &sentences {
                for clause in &sentence.clauses {
                    for at in clause.first..clause.end {
                        let token = &scene.tokens[at];
                        let begins = [
                            cue_words::longest_idle_end(&scene, token, at) > at,
                            wishes::wish_at(&scene, clause, sentence, at).is_some(),
                            implied::stance_at(&scene, sentence, clause, &[], at).is_some(),
                        ];
                        let all = [Opening::Idle, Opening::Wish, Opening::Stance];
                        for (opening, begins) in all.into_iter().zip(begins) {
                            assert!(!begins || may(opening, token), "{opening:?} {text}");
                            begun[opening as usize] += u32::from(begins);
                        }
                    }
                }
            }
        }
        assert!(begun.iter().all(|count| *count > 0), "{begun:?}");
    }
}
