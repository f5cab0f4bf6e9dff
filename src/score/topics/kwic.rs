//! Key word in context (Luhn 1960): a word where it stands, with what stands to its left and right.
//!
//! Matching folds width, case and composition (NFKC, lower case), so that ﾗﾃ finds ラテ, and quotes the text as it was
//! written. Contexts are measured in columns of a terminal: a kanji takes two (UAX #11).

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_width::UnicodeWidthChar;

/// A place of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which of the texts.
    pub text: usize,
    /// What stands before it, cut at the left to the width; line breaks and control characters are blanks.
    pub left: String,
    /// The word as written.
    pub word: String,
    /// What stands behind it, cut at the right to the width.
    pub right: String,
}

impl Line {
    /// Returns the line with its left context padded to `width` columns, so that the words of several lines stand in a column.
    pub fn aligned(&self, width: usize) -> String {
        let padding = width.saturating_sub(columns(&self.left));
        let padding = " ".repeat(padding);
        format!("{padding}{} {} {}", self.left, self.word, self.right)
    }
}

/// Returns the lines of every place at which `query` stands in the texts, in their order, `limit` at most.
///
/// `width` is how many columns of context each side has at most. An empty query stands nowhere.
pub fn kwic<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    query: &str,
    width: usize,
    limit: usize,
) -> Vec<Line> {
    let query = folded(query);
    let lines = texts.into_iter().enumerate().flat_map(|(place, text)| {
        let ranges = places_of_folded(text, &query, limit);
        ranges
            .into_iter()
            .map(move |range| line(place, text, range, width))
    });
    lines.take(limit).collect()
}

/// Returns the line of one place in a text; a range that is none of the text's gives an empty word.
pub fn line(place: usize, text: &str, range: Range<usize>, width: usize) -> Line {
    let (before, word, behind) = match (
        text.get(..range.start),
        text.get(range.clone()),
        text.get(range.end..),
    ) {
        (Some(before), Some(word), Some(behind)) => (before, word, behind),
        _ => ("", "", ""),
    };
    let mut left: Vec<char> = shown(before.chars().rev(), width);
    left.reverse();
    Line {
        text: place,
        left: left.into_iter().collect(),
        word: shown(word.chars(), usize::MAX).into_iter().collect(),
        right: shown(behind.chars(), width).into_iter().collect(),
    }
}

/// Returns the byte ranges at which `query` stands in `text`, widths and case folded, not overlapping, `limit` at most.
pub fn places(text: &str, query: &str, limit: usize) -> Vec<Range<usize>> {
    places_of_folded(text, &folded(query), limit)
}

/// Whether a text holds a query, which is [`folded`]; most texts are told without folding them.
pub fn holds(text: &str, folded_query: &str) -> bool {
    if folded_query.is_empty() {
        return false;
    }
    let is_lower = |letter: char| letter.to_lowercase().next() == Some(letter);
    let is_folded = is_nfkc_quick(text.chars()) == IsNormalized::Yes && text.chars().all(is_lower);
    match is_folded {
        true => text.contains(folded_query),
        false => folded(text).contains(folded_query),
    }
}

/// Returns a text in NFKC and lower case.
pub fn folded(text: &str) -> String {
    fold(text).0
}

fn places_of_folded(text: &str, query: &str, limit: usize) -> Vec<Range<usize>> {
    if query.is_empty() {
        return Vec::new();
    }
    let (folded, origins) = fold(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, _) in folded.match_indices(query) {
        if found.len() >= limit {
            break;
        }
        let end = start + query.len();
        let first = origins.partition_point(|origin| origin.at <= start);
        let behind = origins.partition_point(|origin| origin.at < end);
        let (Some(first), Some(last)) = (first.checked_sub(1), behind.checked_sub(1)) else {
            continue;
        };
        let range = origins[first].from..origins[last].to;
        // Two matches may come from one character.
        if found.last().is_none_or(|before| before.end <= range.start) {
            found.push(range);
        }
    }
    found
}

/// Where folded characters come from: those from byte `at` on stand for the bytes `from..to`.
struct Origin {
    at: usize,
    from: usize,
    to: usize,
}

/// Folds a text cluster by cluster: a character with the marks that belong to it.
fn fold(text: &str) -> (String, Vec<Origin>) {
    let mut folded = String::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len() / 2);
    let mut rest = text.char_indices().peekable();
    while let Some((from, first)) = rest.next() {
        let mut to = from + first.len_utf8();
        while let Some((at, mark)) = rest.next_if(|(_, next)| joins(*next)) {
            to = at + mark.len_utf8();
        }
        origins.push(Origin {
            at: folded.len(),
            from,
            to,
        });
        folded.extend(text[from..to].nfkc().flat_map(char::to_lowercase));
    }
    (folded, origins)
}

/// Whether a character changes the one before it: accents, and the half-width ﾞ and ﾟ.
fn joins(letter: char) -> bool {
    matches!(letter, '\u{ff9e}' | '\u{ff9f}') || is_combining_mark(letter)
}

/// Returns characters as long as they fit, those that would break the line as blanks.
fn shown(letters: impl Iterator<Item = char>, width: usize) -> Vec<char> {
    let mut left = width;
    let mut shown = Vec::new();
    for letter in letters {
        // A control character has no width of its own; it is shown as a blank.
        let (letter, columns) = match letter.width() {
            Some(columns) => (letter, columns),
            None => (' ', 1),
        };
        let Some(rest) = left.checked_sub(columns) else {
            break;
        };
        // Marks that turn the direction of what follows would turn the whole line.
        if !is_direction(letter) {
            shown.push(letter);
            left = rest;
        }
    }
    shown
}

fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_stand_in_a_column_whatever_the_width_of_the_letters() {
        let texts = ["明日は定休日ですか？", "Shopの定休日\nは月曜", "定休日"];
        let lines = kwic(texts, "定休日", 8, 10);
        let shown: Vec<String> = lines.iter().map(|line| line.aligned(8)).collect();
        assert_eq!(
            shown,
            [
                "  明日は 定休日 ですか？",
                "  Shopの 定休日  は月曜",
                "         定休日 "
            ]
        );
        assert_eq!(kwic(texts, "定休日", 4, 10)[0].left, "日は");
        assert_eq!(kwic(texts, "定休日", 3, 10)[0].left, "は");
    }

    #[test]
    fn widths_and_case_do_not_matter_and_the_text_stands_as_written() {
        let lines = kwic(["ｶﾞﾗｽの器とLATTE"], "ガラス", 20, 10);
        assert_eq!(lines[0].word, "ｶﾞﾗｽ");
        assert_eq!(lines[0].right, "の器とLATTE");
        assert_eq!(
            kwic(["抹茶ＬＡＴＴＥ"], "latte", 20, 10)[0].word,
            "ＬＡＴＴＥ"
        );
        assert_eq!(kwic(["か\u{3099}き"], "が", 9, 9)[0].word, "か\u{3099}");
        // One character, three matches of the folded text.
        assert_eq!(places("㌘㌘", "ラ", 9), [0..3, 3..6]);
        assert_eq!(places("ああああ", "ああ", 9), [0..6, 6..12]);
    }

    #[test]
    fn nothing_limits_and_odd_texts_are_no_trouble() {
        assert!(kwic(["あ"], "", 9, 9).is_empty());
        assert!(kwic([""], "あ", 9, 9).is_empty());
        let long = "あ".repeat(100_000);
        assert_eq!(kwic([long.as_str()], "あ", 9, 7).len(), 7);
        assert_eq!(kwic(["あああ", "ああ"], "あ", 0, 4)[3].text, 1);
        let odd = line(0, "a\u{202e}b\u{7}c", 6..7, 9);
        assert_eq!((&*odd.left, &*odd.right), ("ab ", ""));
        assert_eq!(line(0, "あ", 1..2, 9).word, "");
    }

    proptest! {
        #[test]
        fn every_place_is_of_the_text_and_folds_to_the_query(text in "\\PC{0,40}", query in "[a-zあ-ん]{1,2}") {
            for range in places(&text, &query, 100) {
                let found = text.get(range).expect("a range of the text");
                prop_assert!(folded(found).contains(&folded(&query)));
            }
            prop_assert_eq!(holds(&text, &query), !places(&text, &query, 1).is_empty());
            for line in kwic([text.as_str()], &query, 12, 100) {
                prop_assert!(columns(&line.left) <= 12 && columns(&line.right) <= 12);
            }
        }
    }
}
