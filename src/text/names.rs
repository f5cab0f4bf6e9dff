//! Names of brands: no word in one is an opinion.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::TextError;
use super::tokens::Token;

/// Finds names in normalised texts, however their Latin letters are written; they stand alone ([`stands_alone`]).
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    any: Option<Regex>,
    /// The longest first.
    names: Vec<String>,
}

/// Where names stand in a text, in order and apart from each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    places: Vec<Range<usize>>,
}

impl Names {
    /// Takes normalised names; of two that begin at the same letter the longer one is meant.
    ///
    /// # Errors
    ///
    /// [`TextError::Dictionary`] when there are more than can be looked for at once.
    pub(crate) fn new(mut names: Vec<String>) -> Result<Names, TextError> {
        names.retain(|name| !name.is_empty());
        if names.is_empty() {
            return Ok(Names::default());
        }
        names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let escaped: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
        let any = RegexBuilder::new(&escaped.join("|"))
            .case_insensitive(true)
            .build()
            .map_err(|error| TextError::Dictionary(error.to_string()))?;
        Ok(Names {
            any: Some(any),
            names,
        })
    }

    /// Returns where the names stand in a normalised text.
    pub(crate) fn find(&self, text: &str) -> Named {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(start) = self.first_from(text, from) {
            let ends = self.names.iter().filter_map(|name| {
                let length = length_of(name, &text[start..])?;
                Some(start..start + length)
            });
            match ends.into_iter().find(|place| stands_alone(text, place)) {
                Some(place) => {
                    from = place.end;
                    places.push(place);
                }
                None => {
                    let letter = text[start..].chars().next();
                    from = start + letter.map_or(1, char::len_utf8);
                }
            }
        }
        Named { places }
    }

    /// Returns where the next name begins.
    fn first_from(&self, text: &str, from: usize) -> Option<usize> {
        let found = self.any.as_ref()?.find_at(text, from)?;
        Some(found.start())
    }
}

/// Returns how long a name is that a text begins with, capital letters or not.
fn length_of(name: &str, text: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in name.chars() {
        let (_, letter) = letters.next()?;
        (letter == wanted || letter.to_lowercase().eq(wanted.to_lowercase())).then_some(())?;
    }
    Some(letters.next().map_or(text.len(), |(end, _)| end))
}

/// Whether neither a Latin word nor a number goes on beyond a name at a place of a text: `ucc` is not in `success`, but in `ucc117`.
/// Latin letters are those without marks.
pub(crate) fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let goes_on = |left: Option<char>, right: Option<char>| match (left, right) {
        (Some(left), Some(right)) => {
            (left.is_ascii_alphabetic() && right.is_ascii_alphabetic())
                || (left.is_ascii_digit() && right.is_ascii_digit())
        }
        _ => false,
    };
    let (before, name, behind) = (
        &text[..place.start],
        &text[place.clone()],
        &text[place.end..],
    );
    !goes_on(before.chars().next_back(), name.chars().next())
        && !goes_on(name.chars().next_back(), behind.chars().next())
}

impl Named {
    /// Whether a token is part of a name.
    pub(crate) fn has(&self, token: &Token<'_>) -> bool {
        let next = self
            .places
            .partition_point(|place| place.end <= token.start);
        self.places
            .get(next)
            .is_some_and(|place| place.start < token.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Tokenizer;

    fn named(names: &[&str], text: &str) -> Vec<String> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let named = Names::new(names).unwrap().find(text);
        let tokenizer = Tokenizer::new().unwrap();
        let tokens = tokenizer.tokens(text).unwrap();
        let inside = tokens.iter().filter(|token| named.has(token));
        inside.map(|token| token.surface.to_owned()).collect()
    }

    #[test]
    fn words_inside_a_name_are_told() {
        assert_eq!(
            named(&["とりのこえ", "KOE Bar"], "koe barととりのこえに行った").concat(),
            "koebarとりのこえ"
        );
        assert_eq!(named(&["(株)"], "株を買う"), [""; 0]);
        assert_eq!(named(&[], "とりのこえ"), [""; 0]);
        assert_eq!(named(&["", "こえ"], "").len(), 0);
    }

    #[test]
    fn latin_names_are_whole_words_and_the_longest_that_is_one() {
        for (text, expected) in [
            ("uccの缶", "ucc"),
            ("UCC117", "UCC"),
            ("successの缶", ""),
            ("uccs ucc", "ucc"),
            ("UCC Professional", "UCC"),
            ("UCC pro", "UCC pro"),
            ("17日の7", "7"),
        ] {
            let names = ["ucc", "ucc pro", "7"].map(str::to_owned);
            let places = Names::new(names.to_vec()).unwrap().find(text).places;
            let found: String = places.into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
