//! Names of products and competitors, found in texts.

use std::collections::{BTreeMap, HashMap};

use super::brand::folded;
use crate::config::BrandConfig;
use crate::text::stands_alone;

/// Names with what they stand for: places of the entries of `products` or `competitors`.
///
/// Of names that begin at the same letter the longest is meant (カフェラテ, not カフェ), and what is part of one is no name
/// of its own. Latin letters and digits are a name only where the word ends with them: `ucc` is not in `success`.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By their first letter, the longest first. Only looked up, so its order is nobody's.
    by_first: HashMap<char, Vec<(String, Vec<usize>)>>,
}

impl Names {
    /// Takes the entries of a list in `koe.toml`.
    pub(super) fn of(entries: &[String]) -> Self {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, entry) in entries.iter().enumerate() {
            for name in BrandConfig::names(entry) {
                let known = places.entry(folded(name)).or_default();
                if known.last() != Some(&place) {
                    known.push(place);
                }
            }
        }
        let mut names = Self::default();
        for (name, places) in places {
            if let Some(first) = name.chars().next() {
                names
                    .by_first
                    .entry(first)
                    .or_default()
                    .push((name, places));
            }
        }
        for same in names.by_first.values_mut() {
            same.sort_by(|left, right| {
                (right.0.len().cmp(&left.0.len())).then_with(|| left.0.cmp(&right.0))
            });
        }
        names
    }

    /// Whether a folded text has one of the names.
    pub(super) fn is_in(&self, text: &str) -> bool {
        !self.found(text).is_empty()
    }

    /// Returns what is named in a folded text, in order, each once.
    pub(super) fn found(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        if self.by_first.is_empty() {
            return found;
        }
        let mut at = 0;
        while let Some(letter) = text[at..].chars().next() {
            let names = self.by_first.get(&letter).map_or(&[][..], Vec::as_slice);
            let named = names.iter().find(|(name, _)| {
                text[at..].starts_with(name.as_str()) && stands_alone(text, &(at..at + name.len()))
            });
            at += match named {
                Some((name, places)) => {
                    found.extend(places);
                    name.len()
                }
                None => letter.len_utf8(),
            };
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entries: &[&str], text: &str) -> Vec<usize> {
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        Names::of(&entries).found(&folded(text))
    }

    #[test]
    fn a_synonym_in_any_width_and_case_names_the_product_once() {
        let products = ["定期便|サブスク", "朝のさえずり", "Bird Box"];
        for (text, places) in [
            ("ｻﾌﾞｽｸの定期便が届いた", vec![0]),
            ("BIRD BOXと朝のさえずり", vec![1, 2]),
            ("おいしい", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(&products, text), places, "{text}");
        }
        assert!(found(&[], "定期便").is_empty());
    }

    #[test]
    fn the_longest_name_is_meant_and_its_parts_are_not() {
        let products = ["カフェ", "カフェラテ"];
        assert_eq!(found(&products, "カフェラテを一つ"), [1]);
        assert_eq!(found(&products, "カフェでカフェラテ"), [0, 1]);
    }

    #[test]
    fn latin_names_are_whole_words() {
        for (text, is_named) in [
            ("uccの缶", true),
            ("#UCC", true),
            ("ucc117", true),
            ("success", false),
            ("uccs", false),
        ] {
            assert_eq!(!found(&["UCC"], text).is_empty(), is_named, "{text}");
        }
        assert!(found(&["7"], "17日").is_empty());
        assert_eq!(found(&["7"], "7が好き"), [0]);
    }

    #[test]
    fn a_name_of_two_entries_names_both() {
        assert_eq!(found(&["a社|本店", "b社|本店"], "本店"), [0, 1]);
    }
}
