//! What stands around a rating: whether it is one, whether the writer gives it, and what to.

use std::ops::Range;

use super::table::{Class, Table};
use crate::text::normalise::{is_kanji, is_katakana};

/// How many characters before and behind a rating are looked at.
const LEFT: usize = 60;
const RIGHT: usize = 40;
/// What ends a sentence.
const STOPS: [char; 4] = ['。', '!', '?', '\n'];
/// What closes behind a number, as in [`super::table`].
const CLOSERS: [char; 6] = [')', '」', '』', '】', ']', '》'];
/// From so many stars on, a wish to give them that is not fulfilled gives none.
const WORTH_A_WISH: f64 = 3.0;

/// A text and the patterns it is looked at by.
pub(super) struct Around<'v> {
    pub(super) text: &'v str,
    pub(super) table: &'static Table,
}

/// What belongs to a number behind it: a counter, a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tail {
    pub(super) length: usize,
    pub(super) has_half: bool,
}

impl<'v> Around<'v> {
    /// Returns what tells of ratings in a folded text.
    pub(super) fn new(text: &'v str) -> Self {
        let table = Table::get();
        Self { text, table }
    }

    /// Returns what stands before a place in its sentence.
    pub(super) fn before(&self, at: usize) -> &'v str {
        let text = &self.text[..at];
        let far = text.char_indices().rev().nth(LEFT - 1);
        let near = &text[far.map_or(0, |(from, _)| from)..];
        near.rsplit(STOPS).next().unwrap_or(near)
    }

    /// Returns what stands behind a place, beyond the end of its sentence too.
    fn next(&self, at: usize) -> &'v str {
        let text = &self.text[at..];
        let far = text.char_indices().nth(RIGHT);
        &text[..far.map_or(text.len(), |(to, _)| to)]
    }

    /// Returns what stands behind a place in its sentence, and whether a question mark ends it.
    fn behind(&self, at: usize) -> (&'v str, bool) {
        let near = self.next(at);
        match near.find(STOPS) {
            Some(stop) => (&near[..stop], near[stop..].starts_with('?')),
            None => (near, false),
        }
    }

    /// Returns what stands before a place in its clause.
    fn clause(&self, at: usize) -> &'v str {
        let before = self.before(at);
        let begin = self.table.breaks.find_iter(before).last();
        &before[begin.map_or(0, |found| found.end())..]
    }

    /// Returns the sentence a rating stands in.
    fn sentence(&self, range: &Range<usize>) -> &'v str {
        let before = self.before(range.start).len();
        let behind = self.behind(range.end).0.len();
        &self.text[range.start - before..range.end + behind]
    }

    /// Whether what matches a form may be a rating where it stands.
    pub(super) fn fits(&self, class: Class, range: &Range<usize>) -> bool {
        let (text, table) = (&self.text[range.clone()], self.table);
        let before = self.before(range.start);
        let previous = self.text[..range.start].chars().next_back();
        let is_other = match class {
            Class::Full => !table.whole.is_match(before) && !self.is_unsaid(range.end),
            Class::Bare => !table.anchor.is_match(self.text) && !table.because.is_match(before),
            Class::Marks => text.contains('点') && before.ends_with('を'),
            _ => false,
        };
        !is_other
            && !self.counts_items(text, range)
            && previous.is_none_or(|previous| self.begins(text, before, previous))
    }

    /// Whether 点 counts something else in the sentence (テストで80点); what is not given anyway is left to that.
    fn counts_items(&self, text: &str, range: &Range<usize>) -> bool {
        text.contains('点')
            && !self.table.word.is_match(text)
            && !self.is_unsaid(range.end)
            && self.table.item.is_match(self.sentence(range))
    }

    /// Whether a word or number begins with `text` behind the character `previous`.
    fn begins(&self, text: &str, before: &str, previous: char) -> bool {
        let Some(first) = text.chars().next() else {
            return false;
        };
        let is_kanji_number = |c: char| "零一二三四五六七八九十百".contains(c);
        let goes_on = match first {
            '-' | '0'..='9' if previous.is_ascii() => {
                previous.is_ascii_alphanumeric() || matches!(previous, '.' | ',' | '/' | '-')
            }
            '0'..='9' => is_kanji_number(previous) || "第全計各".contains(previous),
            '星' => {
                (is_kanji(previous) || is_katakana(previous)) && !self.table.star.is_match(before)
            }
            '評' => self.table.not_word.is_match(before),
            first if is_kanji_number(first) => {
                is_kanji_number(previous) || "第全計各".contains(previous)
            }
            _ => false,
        };
        !goes_on
    }

    /// Returns what belongs to a number that ends at a place, where what stands behind says that a rating is stated.
    pub(super) fn said(&self, class: Class, at: usize) -> Option<Tail> {
        let next = self.next(at);
        let length_of = |text: &str, words: &[&str]| {
            let word = words.iter().find(|word| text.starts_with(**word));
            word.map_or(0, |word| word.len())
        };
        let counter = length_of(next, &["つ", "個"]);
        let half = length_of(&next[counter..], &["半", "½"]);
        let mark = length_of(&next[counter..], &["点"]);
        let tails = [
            (0, false),
            (counter, false),
            (counter + half, half > 0),
            (counter + mark, false),
        ];
        tails
            .into_iter()
            .find(|(length, _)| self.is_said(class, &next[*length..]))
            .map(|(length, has_half)| Tail { length, has_half })
    }

    fn is_said(&self, class: Class, next: &str) -> bool {
        let mut chars = next.trim_start_matches(CLOSERS).chars();
        let Some(first) = chars.next() else {
            return true;
        };
        if !first.is_alphanumeric() {
            let counts = chars.next().is_some_and(|c| c.is_ascii_digit())
                && matches!(first, '.' | ',' | '/' | ':' | '-' | '〜' | '~' | '×' | '*');
            return !counts && !matches!(first, '%' | '+');
        }
        let table = self.table;
        table.said.is_match(next)
            || match class {
                Class::Stars | Class::Above | Class::Beyond | Class::Mean => {
                    table.of_stars.is_match(next)
                }
                Class::Rank | Class::Nothing | Class::Fewer | Class::Bare => false,
                Class::Points | Class::Less | Class::Marks | Class::Hundred | Class::Full => {
                    table.of_marks.is_match(next)
                }
            }
    }

    /// Whether what stands behind a place says that the writer does not give what stands before it.
    pub(super) fn is_unsaid(&self, at: usize) -> bool {
        self.table.unsaid.is_match(self.behind(at).0)
    }

    /// Whether the writer gives a rating of so many stars: it is not asked, wished for, supposed or another's.
    pub(super) fn is_meant(&self, range: &Range<usize>, stars: f64) -> bool {
        let table = self.table;
        let (before, clause) = (self.before(range.start), self.clause(range.start));
        let (behind, asks) = self.behind(range.end);
        let is_given = table.given.is_match(behind);
        if asks && !table.wonders.is_match(behind) {
            return false;
        }
        if !is_given && table.unsaid.is_match(behind) {
            return false;
        }
        if stars >= WORTH_A_WISH && table.conceded.is_match(behind) {
            return false;
        }
        let is_others = table.others.is_match(clause) || table.beside.is_match(clause);
        if is_others && !is_given && !table.mine.is_match(clause) {
            return false;
        }
        let is_supposed = table.supposed.is_match(before) && !table.judging.is_match(before);
        let is_measure = table.measure.is_match(before);
        !is_supposed && !is_measure && !table.sky.is_match(self.sentence(range))
    }

    /// Whether a reason for giving less stands beside a rating.
    pub(super) fn is_reasoned(&self, range: &Range<usize>) -> bool {
        let behind = self.behind(range.end).0;
        let gives_one = ["なのは", "なのが", "のは", "のが", "は"]
            .iter()
            .any(|begin| behind.starts_with(begin));
        gives_one || self.table.because.is_match(self.before(range.start))
    }

    /// Whether what stands before a place says that the rating there is over all.
    pub(super) fn is_total(&self, at: usize) -> bool {
        self.table.total.is_match(self.before(at))
    }

    /// Whether the rating at a place is of a part that is no aspect.
    pub(super) fn is_part(&self, at: usize) -> bool {
        self.table.part.is_match(self.before(at))
    }
}
