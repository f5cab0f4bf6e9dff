//! A text as copies are compared: its letters and digits, one byte each, and a MinHash sketch of them.

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use crate::text::nfkc_alone;

/// Characters of a text that are read.
pub(super) const READ: usize = 2_000;
/// Letters and digits that are kept of them.
pub(super) const LONGEST: usize = 512;
/// Fewest letters and digits that can be a copy; shorter texts are said alike by chance.
pub(super) const SHORTEST: usize = 15;
/// Letters of a shingle. Five letters of Japanese are rare enough to tell texts on one topic apart, and a third of
/// them outlives edits of every fifth letter.
pub(super) const SHINGLE: usize = 5;
/// Shingles of a text that are looked at; a text of 132 letters has no more.
const SKETCH: usize = 128;
/// Letters of the longest hashtag; a longer one is a text somebody wrote without a space.
const LONGEST_TAG: usize = 24;
/// First of the codes that several letters share.
const SHARED: u8 = 123;

/// A text made ready to be compared; see [`Folded::of`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Folded {
    /// One byte per letter or digit.
    pub(super) codes: Vec<u8>,
    /// The smallest hashes of its shingles, ascending.
    pub(super) sketch: Vec<u64>,
    /// Hash of the codes.
    pub(super) whole: u64,
    /// Whether some of the text was left out for its length.
    pub(super) was_cut: bool,
}

impl Folded {
    /// Returns `text` made ready to be compared.
    ///
    /// NFKC and lower case; web addresses, mentions, and hashtags before and behind all other words are left out, as is
    /// all that is no letter and no digit; katakana count as hiragana, and a letter written three times or more counts
    /// twice. Of a long text only the first 2,000 characters are read, of which the first 512 letters are kept.
    pub(super) fn of(text: &str) -> Folded {
        let (letters, is_longer) = letters(text);
        let (codes, has_more) = codes(&letters);
        let is_comparable = codes.len() >= SHORTEST;
        Folded {
            sketch: if is_comparable {
                sketch(&codes)
            } else {
                Vec::new()
            },
            whole: xxh3_64(&codes),
            was_cut: is_longer || has_more,
            codes,
        }
    }

    /// Returns whether the text is long enough to be a copy.
    pub(super) fn is_comparable(&self) -> bool {
        self.codes.len() >= SHORTEST
    }
}

/// Returns the characters of the beginning of a text in NFKC, and whether there are more.
fn letters(text: &str) -> (Vec<char>, bool) {
    let end = if text.len() > READ {
        text.char_indices().nth(READ).map(|(at, _)| at)
    } else {
        None
    };
    let head = &text[..end.unwrap_or(text.len())];
    let mut letters = Vec::with_capacity(head.len().min(READ));
    for c in head.chars() {
        match nfkc_alone(c) {
            Some(c) => letters.push(c),
            None => return (head.nfkc().collect(), end.is_some()),
        }
    }
    (letters, end.is_some())
}

/// Returns the codes of what is said, and whether there is more of it.
fn codes(letters: &[char]) -> (Vec<u8>, bool) {
    let mut codes = Vec::with_capacity(letters.len().min(LONGEST));
    // Where the hashtags began that nothing has followed yet, and whether all of them stand apart from what follows.
    let mut tags: Option<usize> = None;
    let mut are_apart = true;
    let mut at = 0;
    while let Some(c) = letters.get(at).copied() {
        if codes.len() >= LONGEST {
            break;
        }
        let rest = &letters[at..];
        let skipped = skipped(rest);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        let tag = tag(rest);
        if tag > 0 {
            are_apart &= rest.get(tag).is_none_or(|c| c.is_whitespace() || *c == '#');
            tags = tags.or(Some(codes.len()));
            for c in &rest[..tag] {
                push(&mut codes, *c);
            }
            at += tag;
            continue;
        }
        at += 1;
        if !is_letter(c) {
            continue;
        }
        // A hashtag with punctuation behind it is a word of the sentence (`#朝活に参加中。`).
        if tags == Some(0) && are_apart {
            codes.clear();
        }
        tags = None;
        are_apart = true;
        push(&mut codes, c);
    }
    if let Some(tags) = tags {
        codes.truncate(tags);
    }
    let has_more = at < letters.len() || codes.len() > LONGEST;
    codes.truncate(LONGEST);
    (codes, has_more)
}

/// Returns the length of the web address or mention that `letters` begin with, or 0.
fn skipped(letters: &[char]) -> usize {
    match letters.first() {
        Some('h' | 'H') if is_address(letters) => {
            letters.iter().take_while(|c| c.is_ascii_graphic()).count()
        }
        Some('@') => {
            let is_handle = |c: &&char| c.is_ascii_alphanumeric() || matches!(**c, '_' | '.' | '-');
            match letters[1..].iter().take_while(is_handle).count() {
                0 => 0,
                length => 1 + length,
            }
        }
        _ => 0,
    }
}

fn is_address(letters: &[char]) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        letters.len() > scheme.len()
            && letters
                .iter()
                .zip(scheme.chars())
                .all(|(c, wanted)| c.to_ascii_lowercase() == wanted)
    })
}

/// Returns the length of the hashtag that `letters` begin with, or 0.
fn tag(letters: &[char]) -> usize {
    if letters.first() != Some(&'#') {
        return 0;
    }
    let is_tag = |c: &&char| is_letter(**c) || **c == '_';
    let length = letters[1..]
        .iter()
        .take(LONGEST_TAG + 1)
        .take_while(is_tag)
        .count();
    if (1..=LONGEST_TAG).contains(&length) {
        1 + length
    } else {
        0
    }
}

/// Whether a character is a letter or digit, as [`char::is_alphanumeric`] has it; of Japanese without its tables.
fn is_letter(c: char) -> bool {
    match c {
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{4e00}'..='\u{9fff}' => true,
        '、' | '。' => false,
        c => c.is_alphanumeric(),
    }
}

fn push(codes: &mut Vec<u8>, c: char) {
    if ('\u{3000}'..='\u{9fff}').contains(&c) {
        // No letter of Japanese has a case.
        push_lower(codes, c);
    } else {
        for lower in c.to_lowercase() {
            push_lower(codes, lower);
        }
    }
}

fn push_lower(codes: &mut Vec<u8>, c: char) {
    if !is_letter(c) {
        return;
    }
    let code = code(c);
    let is_digit = code < 10;
    if is_digit || !codes.ends_with(&[code, code]) {
        codes.push(code);
    }
}

/// Returns the byte of a letter: its own for digits, Latin and kana, one of 133 shared ones for all others.
fn code(c: char) -> u8 {
    let number = u32::from(c);
    match c {
        '0'..='9' => (number - u32::from('0')) as u8,
        'a'..='z' => (number - u32::from('a') + 10) as u8,
        '\u{3041}'..='\u{3096}' => (number - 0x3041 + 36) as u8,
        '\u{30a1}'..='\u{30f6}' => (number - 0x30a1 + 36) as u8,
        'ー' => SHARED - 1,
        _ => {
            let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let places = u64::from(u8::MAX - SHARED) + 1;
            SHARED + ((spread * places) >> 32) as u8
        }
    }
}

/// Returns the smallest hashes of the shingles of a text, ascending: its bottom-k MinHash sketch (Broder 1997).
pub(super) fn sketch(codes: &[u8]) -> Vec<u64> {
    let mut hashes: Vec<u64> = codes.windows(SHINGLE).map(hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(SKETCH);
    hashes
}

fn hash(shingle: &[u8]) -> u64 {
    let letters = shingle
        .iter()
        .fold(1_u64, |letters, code| (letters << 8) | u64::from(*code));
    mixed(letters)
}

/// Returns a number with its bits mixed, each number another one.
pub(super) fn mixed(number: u64) -> u64 {
    const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;
    let once = (number ^ (number >> 32)).wrapping_mul(FACTOR);
    let twice = (once ^ (once >> 32)).wrapping_mul(FACTOR);
    twice ^ (twice >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn same(left: &str, right: &str) {
        assert_eq!(
            Folded::of(left).codes,
            Folded::of(right).codes,
            "{left} | {right}"
        );
    }

    #[test]
    fn what_does_not_count_is_folded_away() {
        let text = "とりのこえのコーヒーは2杯目も美味しい";
        same(text, "とりのこえの、ｺｰﾋｰは２杯目も　美味しい！！✨");
        same(
            text,
            "@koe_jp とりのこえのコーヒーは2杯目も美味しいhttps://t.co/aBc1 #珈琲 #鎌倉",
        );
        same(text, "#珈琲 #鎌倉 とりのこえのこーひーは2杯目も\n美味しい");
        same("毎日飲んで応援。#朝活✨", "毎日飲んで応援");
        same("Koe Coffee すごーーーーい", "ｋｏｅ　COFFEE スゴーーい");
    }

    #[test]
    fn what_counts_stays() {
        let differ = |left: &str, right: &str| {
            assert_ne!(Folded::of(left).codes, Folded::of(right).codes, "{left}");
        };
        differ("1000円でした", "10000円でした");
        differ("今日は#とりのこえ の珈琲", "今日は の珈琲");
        differ("h", "");
        differ("@とりのこえ", "");
        differ(&format!("#{}", "あい".repeat(20)), "");
        differ("#朝活に参加中。毎日", "毎日");
    }

    #[test]
    fn nothing_said_is_nothing() {
        for text in [
            "",
            " \n",
            "😀😀🎉✨",
            "\u{200f}\u{202e}\0\u{7}",
            "https://example.com/a @koe #koe",
            "＃タグ #だけ",
            "!?…。、",
        ] {
            let folded = Folded::of(text);
            assert!(folded.codes.is_empty(), "{text:?}");
            assert!(!folded.is_comparable() && !folded.was_cut);
        }
    }

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let long = "あいうえおかきくけこ".repeat(40_000);
        let folded = Folded::of(&long);
        assert_eq!(folded.codes.len(), LONGEST);
        assert!(folded.was_cut && folded.sketch.len() <= SKETCH);
        assert!(!Folded::of("あいうえおかきくけこさしすせそ").was_cut);
        // Every character becomes 18 in NFKC.
        assert_eq!(Folded::of(&"\u{fdfa}".repeat(5_000)).codes.len(), LONGEST);
        assert!(Folded::of(&"\u{3099}".repeat(400_000)).was_cut);
    }

    #[test]
    fn a_sketch_is_the_smallest_hashes_of_the_shingles() {
        let text: Vec<u8> = (0..200).map(|n| (n * 7 % 251) as u8).collect();
        let sketch = sketch(&text);
        assert_eq!(sketch.len(), SKETCH);
        assert!(sketch.is_sorted_by(|left, right| left < right));
        let largest = sketch[SKETCH - 1];
        let smaller = text
            .windows(SHINGLE)
            .filter(|window| hash(window) <= largest)
            .count();
        assert_eq!(smaller, SKETCH);
    }

    #[test]
    fn every_kana_has_a_code_of_its_own() {
        let mut codes: Vec<u8> = ('\u{3041}'..='\u{3096}').map(code).collect();
        codes.extend(('0'..='9').chain('a'..='z').map(code));
        codes.push(code('ー'));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), usize::from(SHARED));
        assert!(('一'..='龥').all(|c| code(c) >= SHARED));
    }

    #[test]
    fn letters_are_those_of_the_tables() {
        let differs = |c: &char| is_letter(*c) != c.is_alphanumeric();
        assert_eq!(('\0'..=char::MAX).find(differs), None);
    }

    #[test]
    fn the_short_way_is_nfkc() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let plain_ones: Vec<char> = ('\0'..='\u{1ffff}')
            .filter(|c| nfkc_alone(*c).is_some())
            .collect();
        for _ in 0..2_000 {
            let text: String = (0..40)
                .map(|_| plain_ones[rng.random_range(0..plain_ones.len())])
                .collect();
            assert_eq!(letters(&text).0, text.nfkc().collect::<Vec<char>>());
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_folded(text in ".{0,60}") {
            let folded = Folded::of(&text);
            prop_assert!(folded.codes.len() <= LONGEST);
            prop_assert_eq!(&folded, &Folded::of(&text));
            prop_assert_eq!(folded.is_comparable(), !folded.sketch.is_empty());
        }
    }
}
