//! koe's own lexicon of opinion words, and the user's.
//!
//! `ja.tsv` holds words with polarity, strength, aspect and emotion; `ja_qualities.tsv` what things and feelings are like,
//! `ja_events.tsv` what happens and what people do about it; `ja_aspects.tsv` the adjectives whose sign depends
//! on what they are said of; `ja_nouns.tsv` the nouns that name an aspect. All were written for koe.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::tokens::{Pos, Token, Tokenizer, WordKey, word_key};
use super::{KeySet, TextError};
use crate::hash::Unhashed;

mod aspect;
pub(crate) mod rows;

pub use aspect::Aspect;

const WORDS: &str = include_str!("ja.tsv");
const QUALITIES: &str = include_str!("ja_qualities.tsv");
const EVENTS: &str = include_str!("ja_events.tsv");
const ADJECTIVES: &str = include_str!("ja_aspects.tsv");
const NOUNS: &str = include_str!("ja_nouns.tsv");

macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$item:meta])* $variant:ident = $name:literal $(| $other:literal)*,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$item])* $variant,)* }

        impl $type {
            /// All values, in order.
            pub const ALL: &'static [$type] = &[$($type::$variant,)*];

            /// Returns the name used in tables and data files.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            /// Returns the value a name stands for.
            pub fn from_name(name: &str) -> Option<$type> {
                match name { $($name $(| $other)* => Some($type::$variant),)* _ => None }
            }
        }
    };
}

named! {
    /// The ten emotions of Japanese emotion dictionaries (Nakamura's classes).
    Emotion {
        /// 喜 joy.
        Joy = "joy" | "喜",
        /// 好 liking.
        Liking = "liking" | "好",
        /// 安 relief.
        Relief = "relief" | "安",
        /// 驚 surprise.
        Surprise = "surprise" | "驚",
        /// 怒 anger.
        Anger = "anger" | "怒",
        /// 哀 sadness.
        Sadness = "sadness" | "哀",
        /// 怖 fear.
        Fear = "fear" | "怖",
        /// 恥 shame.
        Shame = "shame" | "恥",
        /// 厭 dislike.
        Dislike = "dislike" | "厭",
        /// 昂 excitement.
        Excitement = "excitement" | "昂",
    }
}

/// One word or expression of the lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The dictionary form.
    pub word: String,
    /// The word class named in the file: noun, verb, adjective, adverb or expression.
    pub part: String,
    /// 1 good, -1 bad, 0 as the company it keeps (ヤバい).
    pub polarity: i8,
    /// 1 to 3.
    pub strength: u8,
    /// What it is about, if that is always the same.
    pub aspect: Option<Aspect>,
    /// The emotion it shows.
    pub emotion: Option<Emotion>,
}

/// What an adjective means, said of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) polarity: i8,
    pub(crate) aspect: Aspect,
}

/// A matched entry: its index and the token after its last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) entry: usize,
    pub(crate) end: usize,
}

/// The lexicon, ready for look-up by tokens.
#[derive(Debug, Clone)]
pub struct Lexicon {
    entries: Vec<Entry>,
    by_word: HashMap<String, usize>,
    /// The words of the user's entries.
    own_words: HashSet<String>,
    /// Entries by their first dictionary form.
    sequences: HashMap<WordKey, Sequences, Unhashed>,
    /// The first forms; most words of a text are none.
    first: KeySet,
    /// By adjective, what it means by the noun it is said of.
    adjectives: HashMap<WordKey, HashMap<WordKey, Said, Unhashed>, Unhashed>,
    nouns: HashMap<WordKey, Aspect, Unhashed>,
    /// Names of the user's own aspects, by their numbers.
    own_aspects: Vec<String>,
    tokenizer: Tokenizer,
}

/// The entries that begin with one word.
#[derive(Debug, Clone, Default)]
struct Sequences {
    /// The entry that is this word alone.
    alone: Option<usize>,
    /// By the second form: (the forms from the second on, entry), longest first.
    longer: HashMap<WordKey, Vec<(Vec<WordKey>, usize)>, Unhashed>,
}

/// Returns the dictionary forms of an entry, without those that may stand between the words of a text.
fn forms(tokenizer: &Tokenizer, word: &str) -> Result<Vec<WordKey>, TextError> {
    let tokens = tokenizer.tokens(word)?;
    let has_more = tokens.iter().skip(1).any(|token| !token.is_skippable);
    let kept = tokens
        .iter()
        .enumerate()
        .filter(|(place, token)| *place == 0 || !has_more || !token.is_skippable);
    Ok(kept.map(|(_, token)| token.form_key).collect())
}

impl Lexicon {
    /// Returns koe's own lexicon.
    ///
    /// # Errors
    ///
    /// [`TextError::Dictionary`] when the tokeniser cannot be opened; [`TextError::Data`] when a data file is malformed.
    pub fn new(tokenizer: Tokenizer) -> Result<Lexicon, TextError> {
        let mut lexicon = Lexicon {
            entries: Vec::new(),
            by_word: HashMap::new(),
            own_words: HashSet::new(),
            sequences: HashMap::default(),
            first: KeySet::default(),
            adjectives: HashMap::default(),
            nouns: HashMap::default(),
            own_aspects: Vec::new(),
            tokenizer,
        };
        lexicon.read_words("ja.tsv", WORDS, false)?;
        lexicon.read_words("ja_qualities.tsv", QUALITIES, false)?;
        lexicon.read_words("ja_events.tsv", EVENTS, false)?;
        lexicon.read_adjectives()?;
        for row in rows::read("ja_nouns.tsv", NOUNS) {
            let row = row?.expect_cells(2)?;
            let aspect = row.aspect(1)?.ok_or_else(|| row.error(1, "an aspect"))?;
            if lexicon
                .nouns
                .insert(word_key(row.cells[0]), aspect)
                .is_some()
            {
                return Err(row.error(0, "a noun not listed before"));
            }
        }
        Ok(lexicon)
    }

    /// Adds a user's entries, in the layout of koe's own: word, part of speech, polarity (`+1`, `0`, `-1`), strength
    /// (1 to 3), aspect or `-`, emotion or `-`, tab-separated.
    ///
    /// A word koe knows takes the user's meaning; of sign 0 it judges nothing. Nothing is added when any row is bad.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] with the line of the first bad row or of a word listed twice.
    pub fn extend_from_tsv(&mut self, text: &str) -> Result<usize, TextError> {
        let mut extended = self.clone();
        let added = extended.read_words("lexicon", text, true)?;
        *self = extended;
        Ok(added)
    }

    /// Cuts all entries anew by `tokenizer`, which cuts texts from now on.
    ///
    /// # Errors
    ///
    /// [`TextError::Tokenise`] when the tokeniser refuses a word.
    pub(crate) fn retokenise(&mut self, tokenizer: Tokenizer) -> Result<(), TextError> {
        self.tokenizer = tokenizer;
        self.by_word.clear();
        self.sequences.clear();
        self.first = KeySet::default();
        let entries = std::mem::take(&mut self.entries);
        self.add_all(entries)
    }

    /// Whether the meaning of an entry's word is the user's.
    pub(crate) fn is_own(&self, word: &str) -> bool {
        self.own_words.contains(word)
    }

    /// Returns the entries, in the order of the files.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read_words(&mut self, file: &str, text: &str, replace: bool) -> Result<usize, TextError> {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut added = Vec::new();
        for row in rows::read(file, text) {
            let row = row?.expect_cells(6)?;
            let word = row.cells[0];
            if let Some(first) = seen.insert(word, row.line()) {
                return Err(row.error(0, &format!("a word not listed before (line {first})")));
            }
            let part = row.cells[1];
            if !["noun", "verb", "adjective", "adverb", "expression"].contains(&part) {
                return Err(row.error(1, "noun, verb, adjective, adverb or expression"));
            }
            let entry = Entry {
                word: word.to_owned(),
                part: part.to_owned(),
                polarity: row.polarity(2)?,
                strength: row.strength(3)?,
                aspect: match self.own_aspect(row.cells[4]) {
                    Some(own) => Some(own),
                    None => row.aspect(4)?,
                },
                emotion: row.emotion(5)?,
            };
            match self.by_word.get(word) {
                Some(known) if replace => self.entries[*known] = entry,
                Some(_) => return Err(row.error(0, "a word not listed before")),
                None => added.push(entry),
            }
        }
        self.add_all(added)?;
        if replace {
            self.own_words
                .extend(seen.keys().map(|word| (*word).to_owned()));
        }
        Ok(seen.len())
    }

    /// Adds entries of words that are not there yet, cut on all threads.
    fn add_all(&mut self, entries: Vec<Entry>) -> Result<(), TextError> {
        let cut = |entry: &Entry| forms(&self.tokenizer, &entry.word);
        let forms: Vec<Vec<WordKey>> = entries.par_iter().map(cut).collect::<Result<_, _>>()?;
        for (entry, forms) in entries.into_iter().zip(forms) {
            let index = self.entries.len();
            let word = word_key(&entry.word);
            self.by_word.insert(entry.word.clone(), index);
            self.entries.push(entry);
            // Alone, a word may be read otherwise than in a sentence (ぼったくり, noun or verb): its own form counts too.
            if forms.first() != Some(&word) || forms.len() > 1 {
                self.add_sequence(vec![word], index);
            }
            self.add_sequence(forms, index);
        }
        Ok(())
    }

    fn add_sequence(&mut self, mut forms: Vec<WordKey>, index: usize) {
        if forms.is_empty() {
            return;
        }
        let rest = forms.split_off(1);
        let first = forms.remove(0);
        self.first.add(first);
        let sequences = self.sequences.entry(first).or_default();
        let Some(second) = rest.first() else {
            sequences.alone.get_or_insert(index);
            return;
        };
        let list = sequences.longer.entry(*second).or_default();
        let place = list.partition_point(|(known, _)| known.len() >= rest.len());
        list.insert(place, (rest, index));
    }

    fn read_adjectives(&mut self) -> Result<(), TextError> {
        for row in rows::read("ja_aspects.tsv", ADJECTIVES) {
            let row = row?.expect_cells(4)?;
            let aspect = row.aspect(3)?.ok_or_else(|| row.error(3, "an aspect"))?;
            let said = Said {
                polarity: row.polarity(2)?,
                aspect,
            };
            let nouns = self.adjectives.entry(word_key(row.cells[0])).or_default();
            if nouns.insert(word_key(row.cells[1]), said).is_some() {
                return Err(row.error(1, "a noun not listed before for this adjective"));
            }
        }
        Ok(())
    }

    /// Returns the longest entry that begins at token `at` and ends before token `limit`.
    pub(crate) fn find(&self, tokens: &[Token<'_>], at: usize, limit: usize) -> Option<Match> {
        let first = tokens[at].form_key;
        if !self.first.may_have(first) {
            return None;
        }
        let sequences = self.sequences.get(&first)?;
        let alone = sequences.alone.map(|entry| Match { entry, end: at + 1 });
        if sequences.longer.is_empty() {
            return alone;
        }
        // The second word stands next, or behind what may be skipped.
        let mut longest: Option<(usize, usize, Match)> = None;
        for second in at + 1..limit.min(tokens.len()) {
            let lists = sequences.longer.get(&tokens[second].form_key);
            for (rest, entry) in lists.into_iter().flatten() {
                let (length, entry) = (rest.len(), *entry);
                let is_beaten = longest.is_some_and(|(best, first, _)| {
                    length < best || (length == best && first < entry)
                });
                if is_beaten {
                    break;
                }
                if let Some(end) = follow(tokens, at + 1, limit, rest) {
                    longest = Some((length, entry, Match { entry, end }));
                    break;
                }
            }
            if !tokens[second].is_skippable {
                break;
            }
        }
        longest.map(|(_, _, found)| found).or(alone)
    }

    /// Returns entry `index`.
    pub(crate) fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }

    /// Whether the sign of `adjective` depends on what it is said of.
    pub(crate) fn depends_on_noun(&self, adjective: WordKey) -> bool {
        self.adjectives.contains_key(&adjective)
    }

    /// Returns what `adjective` means, said of `noun` (`*`: of nothing in particular).
    pub(crate) fn said_of(&self, adjective: WordKey, noun: WordKey) -> Option<Said> {
        self.adjectives.get(&adjective)?.get(&noun).copied()
    }

    /// Returns the aspect `noun` names.
    pub(crate) fn aspect_of(&self, noun: WordKey) -> Option<Aspect> {
        self.nouns.get(&noun).copied()
    }
}

/// Returns the token after the last of `rest`, politeness and tense between its words skipped.
pub(crate) fn follow(
    tokens: &[Token<'_>],
    mut at: usize,
    limit: usize,
    rest: &[WordKey],
) -> Option<usize> {
    for wanted in rest {
        loop {
            let token = tokens.get(at).filter(|_| at < limit)?;
            at += 1;
            if token.form_key == *wanted {
                break;
            }
            if !token.is_skippable {
                return None;
            }
        }
    }
    Some(at)
}

/// Returns the form words are compared by: the dictionary form, one for all negations, one for all subject particles.
pub(crate) fn form<'a>(token: &Token<'a>) -> &'a str {
    match token.pos {
        Pos::Auxiliary if matches!(token.base, "ん" | "ぬ" | "ない" | "ず") => "ない",
        Pos::Adjective if matches!(token.base, "無い" | "ない") => "ない",
        Pos::Particle if matches!(token.surface, "が" | "は" | "も") => "が",
        Pos::Adjective if token.base == "よい" || token.base == "良い" => "いい",
        _ => token.base,
    }
}

/// Politeness, tense and aspect: what may stand between the words of an expression.
pub(crate) fn is_skippable(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Auxiliary => matches!(token.base, "ます" | "た" | "です"),
        Pos::Verb => {
            token.detail == "非自立"
                && matches!(token.base, "いる" | "てる" | "しまう" | "ちゃう" | "とる")
        }
        Pos::Particle => {
            token.surface == "て" || token.surface == "で" && token.detail == "接続助詞"
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        Lexicon::new(Tokenizer::new().unwrap()).unwrap()
    }

    #[test]
    fn the_own_lexicon_is_large_and_balanced() {
        let lexicon = lexicon();
        let count = |sign: i8| {
            lexicon
                .entries()
                .iter()
                .filter(|e| e.polarity == sign)
                .count()
        };
        assert!(
            lexicon.entries().len() >= 1500,
            "{}",
            lexicon.entries().len()
        );
        assert!(count(1) > 500 && count(-1) > 500);
        for aspect in Aspect::ALL {
            assert!(
                lexicon.entries().iter().any(|e| e.aspect == Some(*aspect)),
                "{aspect:?}"
            );
        }
    }

    #[test]
    fn a_bad_cell_names_its_line() {
        let mut lexicon = lexicon();
        let before = lexicon.entries().len();
        let error = lexicon
            .extend_from_tsv("テスト語\tnoun\t+1\t2\t-\t-\n変語\tnoun\tgood\t2\t-\t-\n")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "`good` in `lexicon`, line 2: expected +1, 0 or -1"
        );
        assert_eq!(lexicon.entries().len(), before);
    }

    #[test]
    fn a_word_listed_twice_is_an_error() {
        let row = "ぺろぺろ\tnoun\t+1\t2\t-\t-\n";
        let error = lexicon().extend_from_tsv(&row.repeat(2)).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_users_meaning_wins() {
        let mut lexicon = lexicon();
        assert_eq!(lexicon.extend_from_tsv("最高\tnoun\t-1\t1\t-\t-\n"), Ok(1));
        let entry = lexicon.entries().iter().find(|e| e.word == "最高").unwrap();
        assert_eq!(entry.polarity, -1);
    }

    #[test]
    fn expressions_are_found_inflected() {
        let lexicon = lexicon();
        let tokenizer = Tokenizer::new().unwrap();
        for (text, word) in [
            ("話になりませんでした", "話にならない"),
            ("気に入りました", "気に入る"),
            ("味も薄かった", "味が薄い"),
        ] {
            let tokens = tokenizer.tokens(text).unwrap();
            let found = lexicon
                .find(&tokens, 0, tokens.len())
                .map(|m| lexicon.entry(m.entry).word.clone());
            assert_eq!(found.as_deref(), Some(word), "{text}: {tokens:?}");
        }
    }
}
