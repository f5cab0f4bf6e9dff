//! English: VADER (Hutto & Gilbert 2014), a lexicon and rules for posts, as the crate `vader-sentimental` ports it.
//!
//! VADER's compound score c lies in -1..1, and by its authors' convention a text is positive from 0.05 on, negative to
//! -0.05. koe's labels begin at [`LABEL_THRESHOLD`]; so c is stretched piece by piece: `score(±0.05) = ±0.25`,
//! `score(±1) = ±1`, straight lines between. The labels are VADER's own, and scores stand on koe's scale.
//!
//! Limits: negation reaches three words, sarcasm is not seen, aspects are not told. A text of more than
//! [`MAX_PIECE`] words is read piece by piece (VADER is made for single posts, and its time grows with the square of a
//! piece's length) and scored by the mean, weighted by words.

use std::ops::Range;

use vader_sentimental::SentimentIntensityAnalyzer;

use super::sentiment::{Hit, LABEL_THRESHOLD};

/// Words read at once; a longer text is cut, at the end of a sentence where one is near.
const MAX_PIECE: usize = 64;
/// Words before a word that change what it says.
const REACH: usize = 3;
/// VADER's limit of a label.
const VADER_THRESHOLD: f64 = 0.05;
/// VADER's constant of normalisation: compound = s / sqrt(s^2 + 15).
const ALPHA: f64 = 15.0;
/// Strength of a valence of 1; VADER's strongest words have 4, koe's 3.
const STRENGTH: f64 = 0.75;
/// Sums of valence below this are none.
const LEAST: f64 = 1e-6;
/// Expressions VADER takes as a whole. It looks them up in no fixed order, so no two may stand in one piece.
const IDIOMS: [&str; 7] = [
    "the shit",
    "the bomb",
    "bad ass",
    "badass",
    "yeah right",
    "kiss of death",
    "to die for",
];

/// What an English text says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Judgement {
    /// The score on koe's scale, -1..1.
    pub(super) score: f64,
    /// The opinion words, in order, with their weight in context.
    pub(super) hits: Vec<Hit>,
}

/// One word as VADER reads it, and where it stands.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    text: String,
    range: Range<usize>,
}

/// Returns what an English text says.
pub(super) fn judge(original: &str) -> Judgement {
    let vader = SentimentIntensityAnalyzer::new();
    let words = words(original);
    let mut hits = Vec::new();
    let (mut sum, mut weight) = (0.0, 0.0);
    for piece in pieces(&words) {
        let known = hits.len();
        find_hits(&vader, original, piece, &mut hits);
        // The port lets an exclamation mark after nothing said count against; in VADER it only adds to what is said.
        if hits.len() > known {
            let compound = vader.polarity_scores(&joined(piece)).compound;
            sum += compound * piece.len() as f64;
        }
        weight += piece.len() as f64;
    }
    let compound: f64 = if weight > 0.0 { sum / weight } else { 0.0 };
    // Four decimals, as the authors publish it.
    Judgement {
        score: stretched((compound * 1e4).round() / 1e4) + 0.0,
        hits,
    }
}

/// Returns a compound score on koe's scale.
fn stretched(compound: f64) -> f64 {
    let size = compound.abs();
    let score = if size <= VADER_THRESHOLD {
        size / VADER_THRESHOLD * LABEL_THRESHOLD
    } else {
        let share = (size - VADER_THRESHOLD) / (1.0 - VADER_THRESHOLD);
        LABEL_THRESHOLD + share * (1.0 - LABEL_THRESHOLD)
    };
    score.clamp(0.0, 1.0).copysign(compound)
}

/// Returns the words between white space, addresses and mentions left out, pictographs standing alone.
fn words(original: &str) -> Vec<Piece> {
    let mut words = Vec::new();
    let mut start = 0;
    for part in original.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        let skipped = word.starts_with("http://")
            || word.starts_with("https://")
            || word.starts_with("www.")
            || (word.starts_with('@') && word.len() > 1);
        if !skipped {
            split_pictographs(word, start, &mut words);
        }
        start += part.len();
    }
    words
}

fn split_pictographs(word: &str, start: usize, words: &mut Vec<Piece>) {
    let mut from = 0;
    for (at, c) in word.char_indices() {
        if is_pictograph(c) {
            push(&word[from..at], start + from, words);
            push(&word[at..at + c.len_utf8()], start + at, words);
            from = at + c.len_utf8();
        }
    }
    push(&word[from..], start + from, words);
}

fn push(word: &str, start: usize, words: &mut Vec<Piece>) {
    if !word.is_empty() {
        words.push(Piece {
            text: word.replace(['’', '‘'], "'"),
            range: start..start + word.len(),
        });
    }
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{1f300}'..='\u{1faff}')
}

/// Returns the words in pieces that VADER can read.
fn pieces(words: &[Piece]) -> Vec<&[Piece]> {
    let mut pieces = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let mut end = rest.len().min(MAX_PIECE);
        if end < rest.len() {
            let stop = rest[..end]
                .iter()
                .rposition(|word| word.text.ends_with(['.', '!', '?']) && word.text.len() > 1);
            end = stop.map_or(end, |stop| stop + 1);
        }
        halve(&rest[..end], &mut pieces);
        rest = &rest[end..];
    }
    pieces
}

/// Adds a piece, in halves as long as two idioms stand in it.
fn halve<'a>(piece: &'a [Piece], pieces: &mut Vec<&'a [Piece]>) {
    let plain: Vec<String> = piece.iter().map(|word| bare(&word.text)).collect();
    let plain = plain.join(" ").to_lowercase();
    let idioms = IDIOMS.iter().filter(|idiom| plain.contains(**idiom));
    if idioms.count() > 1 && piece.len() > 1 {
        let (left, right) = piece.split_at(piece.len() / 2);
        halve(left, pieces);
        halve(right, pieces);
    } else {
        pieces.push(piece);
    }
}

fn joined(piece: &[Piece]) -> String {
    let mut text = String::with_capacity(piece.iter().map(|word| word.text.len() + 1).sum());
    for word in piece {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// Returns the word without the punctuation around it, as VADER takes it: whole when hardly anything is left.
fn bare(word: &str) -> String {
    let stripped = word.trim_matches(|c: char| c.is_ascii_punctuation());
    let kept = if stripped.len() <= 1 { word } else { stripped };
    kept.to_owned()
}

/// Returns the words of a piece without emphasis, which would count for a valence.
fn unstressed(piece: &[Piece]) -> Vec<String> {
    piece
        .iter()
        .map(|word| bare(&word.text).replace(['!', '?'], ""))
        .collect()
}

/// Adds the opinion words of a piece. A word's valence in context is what it adds to the words before it.
fn find_hits(
    vader: &SentimentIntensityAnalyzer<'_>,
    original: &str,
    piece: &[Piece],
    hits: &mut Vec<Hit>,
) {
    let plain = unstressed(piece);
    for (at, word) in plain.iter().enumerate() {
        if valence(vader, word).abs() < LEAST {
            continue;
        }
        let before = plain[at.saturating_sub(REACH)..at].join(" ");
        let together = format!("{before} {word}");
        let added = valence(vader, &together) - valence(vader, &before);
        let range = piece[at].range.clone();
        hits.push(Hit {
            surface: original.get(range.clone()).unwrap_or_default().to_owned(),
            start: range.start,
            end: range.end,
            polarity: match added {
                added if added > LEAST => 1,
                added if added < -LEAST => -1,
                _ => 0,
            },
            strength: added.abs() * STRENGTH,
            aspect: None,
            emotion: None,
            rules: vec!["vader"],
        });
    }
}

/// Returns the sum of valences behind VADER's compound score of a text.
fn valence(vader: &SentimentIntensityAnalyzer<'_>, text: &str) -> f64 {
    let compound = vader.polarity_scores(text).compound;
    let left = 1.0 - compound * compound;
    if left <= 0.0 {
        return 0.0;
    }
    compound * (ALPHA / left).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::pace::assert_in_proportion;
    use crate::text::sentiment::Label;
    use proptest::prelude::*;

    fn label(text: &str) -> Label {
        Label::of(judge(text).score)
    }

    #[test]
    fn the_labels_are_those_of_vader() {
        for (text, wanted) in [
            ("VADER is smart, handsome, and funny.", Label::Positive),
            ("VADER is not smart, handsome, nor funny.", Label::Negative),
            ("The book was only kind of good.", Label::Positive),
            ("At least it isn't a horrible book.", Label::Positive),
            ("Today SUX!", Label::Negative),
            ("the parcel is on the table", Label::Neutral),
            (
                "Terrible service and the food was disgusting",
                Label::Negative,
            ),
            ("😍", Label::Positive),
            ("Hello!!!", Label::Neutral),
            ("?!", Label::Neutral),
            ("", Label::Neutral),
        ] {
            assert_eq!(label(text), wanted, "{text}: {:?}", judge(text));
        }
    }

    #[test]
    fn the_scale_keeps_order_and_thresholds() {
        assert_eq!(stretched(0.05), LABEL_THRESHOLD);
        assert_eq!(stretched(-0.05), -LABEL_THRESHOLD);
        assert_eq!((stretched(1.0), stretched(-1.0)), (1.0, -1.0));
        assert_eq!(stretched(0.0), 0.0);
        assert!(stretched(0.0499) < LABEL_THRESHOLD);
        assert!(stretched(0.8316) < stretched(0.8439));
    }

    #[test]
    fn hits_carry_place_and_meaning_in_context() {
        let text = "Loved it, but the staff was not friendly @shop";
        let found = judge(text);
        let words: Vec<(&str, i8)> = found
            .hits
            .iter()
            .map(|hit| (&text[hit.start..hit.end], hit.polarity))
            .collect();
        assert_eq!(words, [("Loved", 1), ("friendly", -1)]);
        assert!(found.hits.iter().all(|hit| hit.strength > 0.0));
    }

    #[test]
    fn a_long_text_is_read_in_pieces_and_in_proportion() {
        assert_in_proportion("good", 1_250, |size| {
            assert_eq!(label(&"good xx yy zz ".repeat(size)), Label::Positive);
        });
        let words = words("a b c. d e f");
        assert_eq!(pieces(&words).len(), 1);
    }

    #[test]
    fn no_piece_has_two_idioms() {
        let text = "yeah right, this cake is to die for, the bomb, honestly the kiss of death";
        let words = words(text);
        for piece in pieces(&words) {
            let plain = joined(piece).to_lowercase();
            assert!(IDIOMS.iter().filter(|i| plain.contains(**i)).count() < 2);
        }
        assert!((0..20).all(|_| judge(text) == judge(text)));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_within_bounds(text in prop_oneof![any::<String>(), "[a-zA-Z!?'.,:) 😀]{0,120}"]) {
            let found = judge(&text);
            prop_assert!(found.score.is_finite() && (-1.0..=1.0).contains(&found.score));
            for hit in &found.hits {
                prop_assert_eq!(text.get(hit.start..hit.end), Some(hit.surface.as_str()));
                prop_assert!(hit.strength.is_finite());
            }
        }
    }
}
