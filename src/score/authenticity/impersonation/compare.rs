//! How a handle or a name relates to an official one.

use rapidfuzz::distance::damerau_levenshtein;

use super::key::{Key, Sketch};
use super::words::{self, Hint};

/// Least weight of a name for which two edits still say something.
const TWO_EDITS: f64 = 10.0;
/// And its fewest letters, so that some neighbours stay together.
const TWO_EDITS_LETTERS: usize = 8;
/// Least weight of a name for which an edit beside further words says something.
const EDIT_BESIDE_WORDS: f64 = 5.0;
/// Most letters of a text that is compared with more than a look at its sketch.
const MOST_EDITED: usize = 64;
/// Most places of a target within one text that are looked at.
const MOST_PLACES: usize = 4;

/// An official handle or name, or the name of the brand.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub key: Key,
    pub source: Source,
    /// Whether words such as 公式 were dropped from it.
    pub is_core: bool,
    /// Whether it is nothing but common words.
    pub is_generic: bool,
    /// The official accounts it belongs to.
    pub officials: Vec<usize>,
}

/// Where a target comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Account,
    /// A keyword of the brand, which others may use as well.
    Keyword,
}

/// How sure it is that two texts look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grade {
    /// The same letters.
    Equal,
    /// Hardly told apart.
    Alike,
    /// Near to each other.
    Near,
}

/// One edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    /// Two neighbours changed places.
    Swap,
    /// A letter doubled, or one of two dropped.
    Double,
    /// A letter added or dropped within.
    Inner,
    /// A letter added or dropped at an end, as also makes another word.
    End,
    /// A letter replaced by one that looks other.
    Replace,
}

/// How a text relates to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The same but for width and case.
    Equal,
    /// The same letters, with other separators.
    Spaced,
    Alike,
    Near,
    Edit(Edit),
    TwoEdits,
    /// The same words in another order.
    Moved,
    /// Beside words of which one claims to be official.
    Claim(Grade),
    /// Beside words that say nothing, or digits.
    Plain(Grade),
    EditClaim(Edit),
    EditPlain(Edit),
    /// Beside words that say that it is not official.
    Fan,
    /// Beside other words and a claim.
    PartClaim,
    /// Beside other words.
    Part,
}

impl Target {
    /// Whether a text with this sketch can have a relation to the target at all.
    ///
    /// One edit changes at most four letters of a loose reading (`d`, read as `cl`, for `m`, read as `rn`), breaks at most
    /// three pairs of neighbours, and leaves one of them where there are five letters.
    pub fn may_relate(&self, text: &Sketch) -> bool {
        let own = &self.key.sketch;
        if text.length == 0 {
            return false;
        }
        let is_near = text.length.abs_diff(own.length) <= 2;
        let changed = (text.letters ^ own.letters).count_ones();
        let most_changed = if self.key.weight >= TWO_EDITS { 6 } else { 4 };
        if is_near && changed <= most_changed {
            return own.length < 5 || text.pairs & own.pairs != 0 || changed == 0;
        }
        let missing_pairs = (own.pairs & !text.pairs).count_ones();
        let missing = (own.letters & !text.letters).count_ones();
        if text.length > own.length && missing_pairs == 0 && missing == 0 {
            return true;
        }
        self.key.weight >= EDIT_BESIDE_WORDS
            && text.length >= own.length
            && missing_pairs <= 3
            && missing <= 2
            && text.pairs & own.pairs != 0
    }

    /// Returns the relation of a text to the target.
    pub fn relation(&self, text: &Key) -> Option<Relation> {
        if text.loose == self.key.loose {
            return Some(self.whole(text));
        }
        let within = self.within(text);
        if matches!(within, Some(Relation::Claim(_) | Relation::Plain(_))) {
            return within;
        }
        self.edited(text).or(within)
    }

    fn whole(&self, text: &Key) -> Relation {
        if text.folded != self.key.folded {
            return match self.grade(text) {
                Grade::Near => Relation::Near,
                _ => Relation::Alike,
            };
        }
        if text.raw == self.key.raw {
            Relation::Equal
        } else {
            Relation::Spaced
        }
    }

    /// How alike the target is to what is within the text.
    fn grade(&self, text: &Key) -> Grade {
        if holds(&text.folded, &self.key.folded) {
            Grade::Equal
        } else if text.strong.contains(&*self.key.strong) {
            Grade::Alike
        } else {
            Grade::Near
        }
    }

    /// The target stands within the text.
    fn within(&self, text: &Key) -> Option<Relation> {
        let length = self.key.loose.len();
        if length < 2
            || text.loose.len() <= length
            || self.key.sketch.pairs & !text.sketch.pairs != 0
        {
            return None;
        }
        let mut best: Option<Relation> = None;
        let places = (0..=text.loose.len() - length)
            .filter(|from| text.loose[*from..from + length] == self.key.loose[..])
            .take(MOST_PLACES);
        for from in places {
            let to = from + length;
            let (before, after) = (&text.loose[..from], &text.loose[to..]);
            let rest = words::both(
                words::read(before, &text.digits[..from]),
                words::read(after, &text.digits[to..]),
            );
            let found = match rest {
                Some(rest) if rest.fans > 0 => Relation::Fan,
                Some(rest) if rest.claims > 0 => Relation::Claim(self.grade(text)),
                Some(_) => Relation::Plain(self.grade(text)),
                None => match words::hint([before, after]) {
                    Hint::Fan => Relation::Fan,
                    Hint::Claim => Relation::PartClaim,
                    Hint::None => Relation::Part,
                },
            };
            if best.is_none_or(|best| rank(found) < rank(best)) {
                best = Some(found);
            }
        }
        best
    }

    /// The text is the target with one or two edits, alone or beside words.
    fn edited(&self, text: &Key) -> Option<Relation> {
        let own = &self.key;
        if text.loose.len() > MOST_EDITED || own.loose.len() > MOST_EDITED {
            return None;
        }
        if let Some(edit) =
            edit(&own.folded, &text.folded).or_else(|| edit(&own.loose, &text.loose))
        {
            return Some(Relation::Edit(edit));
        }
        let changed = (text.sketch.letters ^ own.sketch.letters).count_ones();
        if own.weight >= TWO_EDITS
            && own.folded.len() >= TWO_EDITS_LETTERS
            && changed <= 6
            && own.loose.len().abs_diff(text.loose.len()) <= 2
            && (distance(&own.loose, &text.loose) <= 2 || distance(&own.folded, &text.folded) <= 2)
        {
            return Some(Relation::TwoEdits);
        }
        if changed == 0 && text.loose.len() == own.loose.len() {
            let words = own.words();
            if words.len() > 1 && words == text.words() {
                return Some(Relation::Moved);
            }
        }
        if own.weight < EDIT_BESIDE_WORDS || text.loose.len() < own.loose.len() {
            return None;
        }
        words::stages(text, false)
            .into_iter()
            .find_map(|(from, to)| {
                let edit = edit(&own.folded, text.folded_part(from, to))
                    .or_else(|| edit(&own.loose, &text.loose[from..to]))?;
                let claims = |loose: &[char], digits: &[bool]| {
                    words::read(loose, digits).is_some_and(|tally| tally.claims > 0)
                };
                let is_claim = claims(&text.loose[..from], &text.digits[..from])
                    || claims(&text.loose[to..], &text.digits[to..]);
                Some(if is_claim {
                    Relation::EditClaim(edit)
                } else {
                    Relation::EditPlain(edit)
                })
            })
    }
}

/// Of several places of a target within a text, the one that says most counts.
fn rank(relation: Relation) -> u8 {
    match relation {
        Relation::Claim(_) => 0,
        Relation::Plain(_) => 1,
        Relation::Fan => 2,
        Relation::PartClaim => 3,
        _ => 4,
    }
}

fn holds(text: &[char], part: &[char]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

fn distance(left: &[char], right: &[char]) -> usize {
    damerau_levenshtein::distance(left.iter().copied(), right.iter().copied())
}

/// Returns the edit that leads from one text to another, if it is a single one.
fn edit(from: &[char], to: &[char]) -> Option<Edit> {
    if from == to || from.len().abs_diff(to.len()) > 1 {
        return None;
    }
    let same = from
        .iter()
        .zip(to)
        .take_while(|(left, right)| left == right)
        .count();
    if from.len() == to.len() {
        let (left, right) = (&from[same..], &to[same..]);
        if left[1..] == right[1..] {
            return Some(Edit::Replace);
        }
        let is_swap =
            left.len() > 1 && left[0] == right[1] && left[1] == right[0] && left[2..] == right[2..];
        return is_swap.then_some(Edit::Swap);
    }
    let (long, short) = if from.len() > to.len() {
        (from, to)
    } else {
        (to, from)
    };
    if long[same + 1..] != short[same..] {
        return None;
    }
    let extra = Some(&long[same]);
    let is_double = long.get(same + 1) == extra || (same > 0 && long.get(same - 1) == extra);
    Some(if is_double {
        Edit::Double
    } else if same == 0 || same == short.len() {
        Edit::End
    } else {
        Edit::Inner
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(text: &str) -> Target {
        let key = Key::new(text);
        Target {
            is_generic: words::is_generic(&key),
            key,
            source: Source::Account,
            is_core: false,
            officials: vec![0],
        }
    }

    fn relation(official: &str, text: &str) -> Option<Relation> {
        target(official).relation(&Key::new(text))
    }

    #[test]
    fn relations_are_told_apart() {
        for (official, text, expected) in [
            ("torinokoe", "Torinokoe", Some(Relation::Equal)),
            ("torinokoe", "tori_no_koe", Some(Relation::Spaced)),
            ("torinokoe", "t0rinokoe", Some(Relation::Alike)),
            ("トリノコエ", "とりのこえ", Some(Relation::Near)),
            ("torinokoe", "torinokeo", Some(Relation::Edit(Edit::Swap))),
            (
                "torinokoe",
                "torinnokoe",
                Some(Relation::Edit(Edit::Double)),
            ),
            ("torinokoe", "torinkoe", Some(Relation::Edit(Edit::Inner))),
            ("torinokoe", "torinokoes", Some(Relation::Edit(Edit::End))),
            (
                "torinokoe",
                "torinokae",
                Some(Relation::Edit(Edit::Replace)),
            ),
            ("made_up", "mabe_up", Some(Relation::Edit(Edit::Replace))),
            (
                "torinokoe_coffee",
                "torinkoe_cofee",
                Some(Relation::TwoEdits),
            ),
            ("pine_silver", "silver_pine", Some(Relation::Moved)),
            (
                "torinokoe",
                "torinokoe_official",
                Some(Relation::Claim(Grade::Equal)),
            ),
            (
                "torinokoe",
                "t0rinokoe_jp",
                Some(Relation::Plain(Grade::Alike)),
            ),
            (
                "torinokoe",
                "torinkoe_official",
                Some(Relation::EditClaim(Edit::Inner)),
            ),
            (
                "torinokoe",
                "torinokeo_jp",
                Some(Relation::EditPlain(Edit::Swap)),
            ),
            ("トリノコエ", "トリノコエファンクラブ", Some(Relation::Fan)),
            ("トリノコエ", "田中@トリノコエ大好き", Some(Relation::Fan)),
            (
                "トリノコエ",
                "トリノコエ渋谷店公式",
                Some(Relation::PartClaim),
            ),
            ("トリノコエ", "コトリノコエダ", Some(Relation::Part)),
            ("トリノコエ", "ヒバリ", None),
            ("torinokoe", "", None),
            ("", "torinokoe", None),
        ] {
            assert_eq!(relation(official, text), expected, "{official} {text}");
        }
    }

    #[test]
    fn edits_are_those_of_damerau() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        for (left, right, expected) in [
            ("abc", "abc", None),
            ("abc", "acb", Some(Edit::Swap)),
            ("abcd", "badc", None),
            ("", "a", Some(Edit::End)),
            ("a", "", Some(Edit::End)),
            ("ab", "ba", Some(Edit::Swap)),
            ("a", "b", Some(Edit::Replace)),
            ("abc", "abbc", Some(Edit::Double)),
        ] {
            assert_eq!(edit(&letters(left), &letters(right)), expected, "{left}");
        }
    }

    proptest! {
        #[test]
        fn one_edit_is_a_distance_of_one(left in "[abcmd]{0,7}", right in "[abcmd]{0,7}") {
            let (left, right): (Vec<char>, Vec<char>) =
                (left.chars().collect(), right.chars().collect());
            prop_assert_eq!(edit(&left, &right).is_some(), distance(&left, &right) == 1);
        }

        #[test]
        fn the_sketch_rules_out_no_relation_that_counts(
            official in "[a-m_]{5,12}",
            text in "(t|o|_official|jp_)?[a-m_]{4,12}(_jp|01|_official|x)?",
            place in 0_usize..12,
            other in "[a-m]",
        ) {
            // A name of two letters is near to everything and counts for nothing.
            prop_assume!(official.chars().filter(|letter| *letter != '_').count() >= 3);
            let target = target(&official);
            let mut changed: Vec<char> = official.chars().collect();
            let place = place.min(changed.len() - 1);
            changed[place] = other.chars().next().unwrap_or('a');
            let changed: String = changed.into_iter().collect();
            for text in [text, format!("{changed}_official"), changed] {
                let key = Key::new(&text);
                if !target.may_relate(&key.sketch) {
                    let found = target.relation(&key);
                    prop_assert!(found.is_none(), "{} {} {:?}", official, text, found);
                }
            }
        }

        #[test]
        fn any_texts_compare(official in "\\PC{0,20}", text in ".{0,20}") {
            let _ = relation(&official, &text);
        }
    }
}
