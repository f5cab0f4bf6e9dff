//! The tables of emoji, kaomoji, asides and spoken spellings.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{MarkKind, clean, is_word_char};
use crate::text::TextError;
use crate::text::lexicon::Emotion;
use crate::text::lexicon::rows::{self, Row};

const EMOJI: &str = include_str!("emoji.tsv");
const KAOMOJI: &str = include_str!("kaomoji.tsv");
const COLLOQUIAL: &str = include_str!("colloquial.tsv");

/// Words that, alone in brackets, tell a feeling.
const ASIDES: &[(&str, MarkKind, i8, &str)] = &[
    ("笑", MarkKind::Laugh, 0, "喜"),
    ("笑笑", MarkKind::Laugh, 0, "喜"),
    ("爆笑", MarkKind::Laugh, 0, "喜"),
    ("爆", MarkKind::Laugh, 0, "喜"),
    ("w", MarkKind::Laugh, 0, "喜"),
    ("嬉", MarkKind::Aside, 1, "喜"),
    ("喜", MarkKind::Aside, 1, "喜"),
    ("嬉しい", MarkKind::Aside, 1, "喜"),
    ("照", MarkKind::Aside, 1, "恥"),
    ("はぁと", MarkKind::Aside, 1, "好"),
    ("苦笑", MarkKind::Aside, -1, "厭"),
    ("泣", MarkKind::Aside, -1, "哀"),
    ("涙", MarkKind::Aside, -1, "哀"),
    ("悲", MarkKind::Aside, -1, "哀"),
    ("怒", MarkKind::Aside, -1, "怒"),
    ("激怒", MarkKind::Aside, -1, "怒"),
    ("呆", MarkKind::Aside, -1, "厭"),
    ("汗", MarkKind::Aside, -1, "厭"),
    ("震え", MarkKind::Aside, -1, "怖"),
    ("遠い目", MarkKind::Aside, -1, "厭"),
    ("棒", MarkKind::Sarcasm, 0, "-"),
    ("棒読み", MarkKind::Sarcasm, 0, "-"),
    ("皮肉", MarkKind::Sarcasm, 0, "-"),
    ("白目", MarkKind::Sarcasm, 0, "-"),
    ("嫌味", MarkKind::Sarcasm, 0, "-"),
    ("嫌み", MarkKind::Sarcasm, 0, "-"),
    ("褒めてない", MarkKind::Sarcasm, 0, "-"),
    ("褒めてません", MarkKind::Sarcasm, 0, "-"),
];

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(super) kind: MarkKind,
    pub(super) polarity: i8,
    pub(super) strength: u8,
    pub(super) emotion: Option<Emotion>,
}

type Spelling = (Vec<char>, Vec<char>);

/// The tables, compiled.
#[derive(Debug)]
pub(crate) struct MarkTable {
    emoji: BTreeMap<char, Meaning>,
    faces: BTreeMap<char, Vec<(Vec<char>, Meaning)>>,
    spellings: BTreeMap<char, Vec<Spelling>>,
    /// Characters that no table knows need no look-up: almost all of a text.
    first: CharSet,
    last: CharSet,
}

/// Characters of the basic plane, a bit each; those beyond it are always taken for members.
#[derive(Debug)]
struct CharSet(Vec<u64>);

impl CharSet {
    fn of<'c>(chars: impl Iterator<Item = &'c char>) -> Self {
        let mut bits = vec![0u64; 1 << 10];
        for c in chars {
            if let Some(word) = bits.get_mut(*c as usize >> 6) {
                *word |= 1 << (*c as usize & 63);
            }
        }
        Self(bits)
    }

    fn has(&self, c: char) -> bool {
        let word = self.0.get(c as usize >> 6);
        word.is_none_or(|word| word >> (c as usize & 63) & 1 == 1)
    }
}

impl MarkTable {
    /// Returns the process-wide table of the embedded data.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] naming the file and line when the embedded data are malformed.
    pub(crate) fn embedded() -> Result<&'static MarkTable, TextError> {
        static TABLE: OnceLock<Result<MarkTable, TextError>> = OnceLock::new();
        TABLE
            .get_or_init(MarkTable::read)
            .as_ref()
            .map_err(Clone::clone)
    }

    fn read() -> Result<MarkTable, TextError> {
        let mut table = MarkTable {
            emoji: BTreeMap::new(),
            faces: BTreeMap::new(),
            spellings: BTreeMap::new(),
            first: CharSet(Vec::new()),
            last: CharSet(Vec::new()),
        };
        for row in rows::read("emoji.tsv", EMOJI) {
            let row = row?.expect_cells(4)?;
            let [c] = row.cells[0].chars().collect::<Vec<_>>()[..] else {
                return Err(row.error(0, "one character"));
            };
            let meaning = meaning(&row, MarkKind::Emoji)?;
            if table.emoji.insert(c, meaning).is_some() {
                return Err(row.error(0, "a character not listed before"));
            }
        }
        for row in rows::read("kaomoji.tsv", KAOMOJI) {
            let row = row?.expect_cells(4)?;
            let meaning = meaning(&row, MarkKind::Kaomoji)?;
            table.add_face(row.cells[0], meaning);
        }
        for (word, kind, polarity, emotion) in ASIDES {
            let emotion = Emotion::from_name(emotion);
            table.add_face(
                &format!("({word})"),
                Meaning {
                    kind: *kind,
                    polarity: *polarity,
                    strength: 2,
                    emotion,
                },
            );
        }
        for row in rows::read("colloquial.tsv", COLLOQUIAL) {
            let row = row?.expect_cells(2)?;
            let spelling: Vec<char> = row.cells[0].chars().collect();
            let Some(last) = spelling.last().copied() else {
                return Err(row.error(0, "a spelling"));
            };
            table
                .spellings
                .entry(last)
                .or_default()
                .push((spelling, row.cells[1].chars().collect()));
        }
        for list in table.faces.values_mut() {
            list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        for list in table.spellings.values_mut() {
            list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        table.first = CharSet::of(table.faces.keys());
        table.last = CharSet::of(table.spellings.keys());
        Ok(table)
    }

    fn add_face(&mut self, pattern: &str, meaning: Meaning) {
        let pattern: Vec<char> = clean(pattern).iter().map(|g| g.c).collect();
        if let Some(first) = pattern.first().copied() {
            self.faces
                .entry(first)
                .or_default()
                .push((pattern, meaning));
        }
    }

    /// Returns what a pictograph says; unlisted ones say nothing.
    pub(super) fn emoji(&self, c: char) -> Option<Meaning> {
        // Below the arrows nothing is a picture, and kana and kanji are none.
        if c < '\u{2190}' || is_word_char(c) {
            return None;
        }
        self.emoji.get(&c).copied().or_else(|| {
            let pictograph = matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}');
            pictograph.then_some(Meaning { kind: MarkKind::Emoji, polarity: 0, strength: 1, emotion: None })
        })
    }

    /// Returns the faces and asides that begin with `c`, longest first.
    pub(super) fn faces(&self, c: char) -> &[(Vec<char>, Meaning)] {
        if !self.first.has(c) {
            return &[];
        }
        self.faces.get(&c).map_or(&[], Vec::as_slice)
    }

    /// Returns the spoken spellings that end with `c`, longest first, each with the word meant.
    pub(super) fn spellings(&self, c: char) -> &[Spelling] {
        if !self.last.has(c) {
            return &[];
        }
        self.spellings.get(&c).map_or(&[], Vec::as_slice)
    }
}

fn meaning(row: &Row<'_>, kind: MarkKind) -> Result<Meaning, TextError> {
    Ok(Meaning {
        kind,
        polarity: row.polarity(1)?,
        strength: row.strength(2)?,
        emotion: row.emotion(3)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_what_they_promise() {
        let table = MarkTable::embedded().unwrap();
        assert!(table.emoji.len() >= 150, "{}", table.emoji.len());
        assert!(table.faces.values().map(Vec::len).sum::<usize>() >= 60 + ASIDES.len());
    }

    #[test]
    fn no_spelling_occurs_in_a_word_meant() {
        let table = MarkTable::embedded().unwrap();
        let all: Vec<&Spelling> = table.spellings.values().flatten().collect();
        for (spelling, _) in &all {
            let holds = |meant: &[char]| {
                meant
                    .windows(spelling.len())
                    .any(|w| w == spelling.as_slice())
            };
            assert!(!all.iter().any(|(_, meant)| holds(meant)), "{spelling:?}");
        }
    }
}
