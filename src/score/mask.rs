//! Names of brands taken out of texts while they are read.

use std::borrow::Cow;
use std::ops::Range;

use crate::config::BrandConfig;

/// Stands for the brands' names while a text is analysed.
const STAND_IN: &str = "当店";

/// Replaces the names of brands, which no dictionary knows, by a plain noun, so that they do not fall into pieces.
pub(crate) struct Mask {
    names: Vec<String>,
}

/// A text with stand-ins that can be led back to the text as it was.
pub(crate) struct Traced {
    /// The text with the stand-ins.
    pub(crate) text: String,
    /// Where each stand-in begins, and the bytes it stands for.
    origins: Vec<(usize, Range<usize>)>,
}

impl Traced {
    /// Returns the bytes of the text as it was that a range of the text with stand-ins means.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.place(range.start, false)..self.place(range.end, true)
    }

    fn place(&self, at: usize, is_end: bool) -> usize {
        let is_before = |origin: &(usize, Range<usize>)| match is_end {
            true => origin.0 < at,
            false => origin.0 <= at,
        };
        let last = self.origins.partition_point(is_before).checked_sub(1);
        let Some((start, name)) = last.and_then(|last| self.origins.get(last)) else {
            return at;
        };
        match at.checked_sub(start + STAND_IN.len()) {
            Some(behind) => name.end + behind,
            None if is_end => name.end,
            None => name.start,
        }
    }
}

impl Mask {
    pub(crate) fn new(brands: &[BrandConfig]) -> Self {
        let names =
            |brand: &BrandConfig| [&brand.keywords[..], std::slice::from_ref(&brand.name)].concat();
        let mut names: Vec<String> = brands.iter().flat_map(names).collect();
        names.retain(|name| !name.is_empty());
        names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        Self { names }
    }

    /// Returns the text with the stand-in.
    pub(super) fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(text);
        for name in &self.names {
            if masked.contains(name.as_str()) {
                masked = Cow::Owned(masked.replace(name.as_str(), STAND_IN));
            }
        }
        masked
    }

    /// As [`Mask::masked`], but for names that overlap; positions can be led back.
    pub(crate) fn traced(&self, text: &str) -> Traced {
        let mut traced = Traced {
            text: String::with_capacity(text.len()),
            origins: Vec::new(),
        };
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let at = text.len() - rest.len();
            let name = self
                .names
                .iter()
                .find(|name| rest.starts_with(name.as_str()));
            let size = match name {
                Some(name) => {
                    traced
                        .origins
                        .push((traced.text.len(), at..at + name.len()));
                    traced.text.push_str(STAND_IN);
                    name.len()
                }
                None => {
                    traced.text.push(letter);
                    letter.len_utf8()
                }
            };
            rest = &rest[size..];
        }
        traced
    }

    /// Returns a word without the stand-in before it, nothing when it was all of it.
    pub(crate) fn unmasked(word: &str) -> Option<&str> {
        Some(word.strip_prefix(STAND_IN).unwrap_or(word)).filter(|rest| !rest.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(keywords: &[&str]) -> BrandConfig {
        BrandConfig {
            keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
            ..BrandConfig::default()
        }
    }

    #[test]
    fn positions_are_led_back_over_the_stand_ins() {
        let mask = Mask::new(&[brand(&["トリノコエ", "トリ"])]);
        let text = "トリノコエの豆はトリより美味しい";
        let traced = mask.traced(text);
        assert_eq!(traced.text, mask.masked(text));
        let place = |word: &str| {
            let start = traced.text.rfind(word).unwrap();
            &text[traced.original(start..start + word.len())]
        };
        assert_eq!(place("の豆は"), "の豆は");
        assert_eq!(place("美味しい"), "美味しい");
        assert_eq!(place("当店"), "トリ");
        assert_eq!(place("は当店より"), "はトリより");
        let plain = mask.traced("美味しい");
        assert_eq!(plain.original(3..6), 3..6);
    }

    #[test]
    fn the_names_of_every_brand_are_masked() {
        let mask = Mask::new(&[brand(&["トリ"]), brand(&["フクロウ"])]);
        assert_eq!(mask.masked("トリとフクロウ"), "当店と当店");
    }
}
