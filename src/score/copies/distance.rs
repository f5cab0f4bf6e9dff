//! Edits between two folded texts, and when so few that one is a copy of the other.

/// Letters from which on a quarter of them may be edited; below, one edit less, as little said is said alike more easily.
const SHORT: usize = 30;
/// Letters of a word that makes another statement of the same sentence, such as the name of another product.
const WORD: usize = 5;
/// Letters from which on a text is known again inside a longer one.
const QUOTABLE: usize = 40;

/// A text to compare with many others: the positions of its letters as bits (Myers 1999, blocks as in Hyyrö 2003).
#[derive(Debug, Clone, Default)]
pub(super) struct Pattern {
    /// For each block of 64 positions, for each of 256 letters, where it stands.
    places: Vec<[u64; 256]>,
    codes: Vec<u8>,
    counts: Counts,
    vertical: Vec<Vertical>,
}

/// How often each of 256 letters stands in a text; texts are of a few hundred letters at most.
#[derive(Debug, Clone, Copy)]
struct Counts([i16; 256]);

impl Default for Counts {
    fn default() -> Counts {
        Counts([0; 256])
    }
}

impl Counts {
    fn of(codes: &[u8]) -> Counts {
        let mut counts = Counts::default();
        for code in codes {
            counts.0[usize::from(*code)] += 1;
        }
        counts
    }

    /// Returns how many letters of `text` stand in it less often, each time that they are missing.
    ///
    /// Without a branch: which letters are missing is beyond what a processor can guess.
    fn missing(&self, text: &[u8]) -> usize {
        let mut left = *self;
        let mut missing = 0;
        for code in text {
            let left = &mut left.0[usize::from(*code)];
            missing += usize::from(*left <= 0);
            *left -= 1;
        }
        missing
    }
}

/// Where the distance rises and falls from one letter of the pattern to the next.
#[derive(Debug, Clone, Copy)]
struct Vertical {
    rises: u64,
    falls: u64,
}

impl Pattern {
    /// Takes another text as the pattern.
    pub(super) fn set(&mut self, codes: &[u8]) {
        self.codes.clear();
        self.codes.extend_from_slice(codes);
        self.places.clear();
        self.places.resize(codes.len().div_ceil(64), [0; 256]);
        for (at, code) in codes.iter().enumerate() {
            self.places[at / 64][usize::from(*code)] |= 1 << (at % 64);
        }
        self.counts = Counts::of(codes);
    }

    /// Returns the Levenshtein distance to `text` if it is at most `limit`.
    pub(super) fn distance(&mut self, text: &[u8], limit: usize) -> Option<usize> {
        let length = self.codes.len();
        if length.abs_diff(text.len()) > limit {
            return None;
        }
        self.distance_unless(self.counts.missing(text), text, limit)
    }

    /// As [`Pattern::distance`]; so many letters of the text are missing in the pattern.
    ///
    /// Each of them is an edit, wherever it stands, and so is each letter that the pattern has more than the text.
    fn distance_unless(&mut self, missing: usize, text: &[u8], limit: usize) -> Option<usize> {
        let length = self.codes.len();
        if missing + length.saturating_sub(text.len()) > limit {
            return None;
        }
        match self.places.len() {
            0 => Some(text.len()),
            1 => self.distance_in::<1>(text, limit),
            2 => self.distance_in::<2>(text, limit),
            _ => {
                self.begin(!0);
                climbed(&self.places, &mut self.vertical, length, text, limit)
            }
        }
    }

    /// As [`Pattern::distance`], for a pattern of so many blocks, which fit into registers.
    fn distance_in<const BLOCKS: usize>(&self, text: &[u8], limit: usize) -> Option<usize> {
        let places: &[[u64; 256]; BLOCKS] = self.places.first_chunk()?;
        let begun = Vertical {
            rises: !0,
            falls: 0,
        };
        let mut vertical = [begun; BLOCKS];
        climbed(places, &mut vertical, self.codes.len(), text, limit)
    }

    /// Returns the distance from `text` to that part of the pattern which is most like it.
    fn distance_of_part(&mut self, text: &[u8]) -> usize {
        self.begin(0);
        for code in text {
            step(&self.places, &mut self.vertical, *code);
        }
        let mut distance = text.len();
        let mut least = distance;
        for at in 0..self.codes.len() {
            let vertical = self.vertical[at / 64];
            let bit = 1 << (at % 64);
            distance += usize::from(vertical.rises & bit != 0);
            distance -= usize::from(vertical.falls & bit != 0);
            least = least.min(distance);
        }
        least
    }

    fn begin(&mut self, rises: u64) {
        self.vertical.clear();
        self.vertical
            .resize(self.places.len(), Vertical { rises, falls: 0 });
    }

    /// Returns whether the pattern is a copy of the earlier `text`: with a quarter of its letters edited, or quoted with
    /// up to half as much said about it.
    ///
    /// Edits of a fifth of the characters can be more than a fifth of the letters, as punctuation is no letter. Beyond a
    /// fifth, a text that differs in one passage only is another statement in the same words.
    pub(super) fn is_copy_of(&mut self, text: &[u8]) -> bool {
        let longest = self.codes.len().max(text.len());
        let limit = if longest < SHORT {
            (longest / 4).saturating_sub(1)
        } else {
            longest / 4
        };
        if self.codes.len().abs_diff(text.len()) > limit && !self.may_quote(text) {
            return false;
        }
        let missing = self.counts.missing(text);
        match self.distance_unless(missing, text, limit) {
            Some(distance) => {
                distance <= longest / 5 || !self.differs_in_one_passage(text, distance)
            }
            None => self.quotes(missing, text),
        }
    }

    fn differs_in_one_passage(&self, text: &[u8], distance: usize) -> bool {
        let shorter = self.codes.len().min(text.len());
        let same = |(left, right): &(&u8, &u8)| left == right;
        let before = self.codes.iter().zip(text).take_while(same).count();
        let after = self
            .codes
            .iter()
            .rev()
            .zip(text.iter().rev())
            .take(shorter - before)
            .take_while(same)
            .count();
        let (here, there) = (
            self.codes.len() - before - after,
            text.len() - before - after,
        );
        here.min(there) >= WORD && distance * 10 >= here.max(there) * 7
    }

    /// Returns whether the pattern is still like `text`, the first of the cluster it is to join.
    ///
    /// A chain of small edits leads from any text to any other; this ends it.
    pub(super) fn is_akin_to(&mut self, text: &[u8]) -> bool {
        let limit = self.codes.len().max(text.len()) * 9 / 20;
        let missing = self.counts.missing(text);
        self.distance_unless(missing, text, limit).is_some() || self.quotes(missing, text)
    }

    /// Whether the pattern is as much longer than a text as one that quotes it.
    fn may_quote(&self, text: &[u8]) -> bool {
        let length = self.codes.len();
        let is_longer = length > text.len() && length <= text.len() + text.len() / 2;
        text.len() >= QUOTABLE && is_longer
    }

    /// Returns whether the pattern quotes `text`, of which so many letters are missing in it.
    fn quotes(&mut self, missing: usize, text: &[u8]) -> bool {
        let limit = text.len() / 10;
        self.may_quote(text) && missing <= limit && self.distance_of_part(text) <= limit
    }

    /// Returns the share of letters that the pattern and `text` have in common, 0 to 1.
    pub(super) fn similarity(&mut self, text: &[u8]) -> f64 {
        let longest = self.codes.len().max(text.len());
        match self.distance(text, longest) {
            Some(distance) if longest > 0 => 1.0 - distance as f64 / longest as f64,
            _ => 1.0,
        }
    }
}

/// Returns the distance between a pattern of so many letters and `text` if it is at most `limit`; `vertical` is as at the
/// beginning of the text.
///
/// Always inlined, so that the number of blocks is known where the caller knows it.
#[inline(always)]
fn climbed(
    places: &[[u64; 256]],
    vertical: &mut [Vertical],
    length: usize,
    text: &[u8],
    limit: usize,
) -> Option<usize> {
    let mut distance = length;
    let last = 1 << ((length - 1) % 64);
    for (done, code) in text.iter().enumerate() {
        let (rises, falls) = step(places, vertical, *code);
        distance += usize::from(rises & last != 0);
        distance -= usize::from(falls & last != 0);
        let left = text.len() - done - 1;
        if distance > limit + left {
            return None;
        }
    }
    (distance <= limit).then_some(distance)
}

/// Goes on by one letter of the text; returns where the distance rises and falls by it in the last block.
#[inline(always)]
fn step(places: &[[u64; 256]], vertical: &mut [Vertical], code: u8) -> (u64, u64) {
    let mut carried = (1, 0);
    let mut last = (0, 0);
    for (places, vertical) in places.iter().zip(vertical) {
        let Vertical { rises, falls } = *vertical;
        let here = places[usize::from(code)] | carried.1;
        let kept = ((here & rises).wrapping_add(rises) ^ rises) | here | falls;
        last = (falls | !(kept | rises), kept & rises);
        let (up, down) = ((last.0 << 1) | carried.0, (last.1 << 1) | carried.1);
        carried = (last.0 >> 63, last.1 >> 63);
        *vertical = Vertical {
            rises: down | !(kept | up),
            falls: kept & up,
        };
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rapidfuzz::distance::levenshtein;

    use super::*;

    fn distance(left: &[u8], right: &[u8]) -> usize {
        levenshtein::distance(left.iter().copied(), right.iter().copied())
    }

    fn pattern(text: &[u8]) -> Pattern {
        let mut pattern = Pattern::default();
        pattern.set(text);
        pattern
    }

    fn part(whole: &[u8], text: &[u8]) -> usize {
        (0..=whole.len())
            .flat_map(|from| (from..=whole.len()).map(move |to| (from, to)))
            .map(|(from, to)| distance(&whole[from..to], text))
            .min()
            .unwrap()
    }

    #[test]
    fn published_distances() {
        for (left, right, edits) in [
            ("kitten", "sitting", 3),
            ("saturday", "sunday", 3),
            ("", "abc", 3),
            ("abc", "", 3),
        ] {
            let mut pattern = pattern(left.as_bytes());
            assert_eq!(pattern.distance(right.as_bytes(), 10), Some(edits));
            assert_eq!(pattern.distance(right.as_bytes(), edits - 1), None);
        }
    }

    #[test]
    fn a_quotation_is_a_copy_and_an_answer_is_none() {
        let text: Vec<u8> = (0..60).collect();
        let with_comment: Vec<u8> = (200..225).chain(0..60).collect();
        let answer: Vec<u8> = (0..60).chain(150..200).collect();
        assert!(pattern(&with_comment).is_copy_of(&text));
        assert!(!pattern(&answer).is_copy_of(&text));
        assert!(!pattern(&text).is_copy_of(&answer));
    }

    #[test]
    fn a_passage_that_differs_is_another_statement_and_scattered_edits_are_none() {
        let text: Vec<u8> = (0..60).collect();
        let with = |places: &[usize]| -> Vec<u8> {
            let mut edited = text.clone();
            for place in places {
                edited[*place] += 100;
            }
            edited
        };
        let passage: Vec<usize> = (20..34).collect();
        let scattered: Vec<usize> = (0..14).map(|n| n * 4).collect();
        assert!(!pattern(&with(&passage)).is_copy_of(&text));
        assert!(pattern(&with(&passage[..12])).is_copy_of(&text));
        assert!(pattern(&with(&scattered)).is_copy_of(&text));
        let too_many: Vec<usize> = (0..16).map(|n| n * 3).collect();
        assert!(!pattern(&with(&too_many)).is_copy_of(&text));
    }

    proptest! {
        #[test]
        fn distances_are_levenshtein(
            left in proptest::collection::vec(0_u8..6, 0..200),
            right in proptest::collection::vec(0_u8..6, 0..200),
            limit in 0_usize..250,
        ) {
            let wanted = distance(&left, &right);
            let found = pattern(&left).distance(&right, limit);
            prop_assert_eq!(found, (wanted <= limit).then_some(wanted));
        }

        #[test]
        fn what_lacks_letters_is_no_quotation(
            whole in proptest::collection::vec(0_u8..40, 0..90),
            from in 0_usize..30,
            edits in proptest::collection::vec((0_usize..45, 0_u8..40), 0..8),
        ) {
            let mut text: Vec<u8> = whole.iter().skip(from).take(45).copied().collect();
            for (place, code) in edits {
                if let Some(letter) = text.get_mut(place) {
                    *letter = code;
                }
            }
            let mut pattern = pattern(&whole);
            let is_longer = whole.len() > text.len() && whole.len() <= text.len() + text.len() / 2;
            let wanted = text.len() >= QUOTABLE
                && is_longer
                && pattern.distance_of_part(&text) <= text.len() / 10;
            let missing = pattern.counts.missing(&text);
            prop_assert_eq!(pattern.quotes(missing, &text), wanted);
        }

        #[test]
        fn a_part_is_the_best_of_all_parts(
            whole in proptest::collection::vec(0_u8..4, 0..24),
            text in proptest::collection::vec(0_u8..4, 0..12),
        ) {
            prop_assert_eq!(pattern(&whole).distance_of_part(&text), part(&whole, &text));
        }

        #[test]
        fn parts_of_long_texts_are_found(
            before in proptest::collection::vec(0_u8..4, 0..90),
            text in proptest::collection::vec(0_u8..4, 60..90),
            after in proptest::collection::vec(0_u8..4, 0..90),
        ) {
            let whole = [before, text.clone(), after].concat();
            prop_assert_eq!(pattern(&whole).distance_of_part(&text), 0);
        }
    }
}
