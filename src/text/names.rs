//! Names of brands: no word in one is an opinion.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::TextError;
use super::tokens::Token;

/// Finds names in normalised texts, however their Latin letters are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    any: Option<Regex>,
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
        let names: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
        let any = RegexBuilder::new(&names.join("|"))
            .case_insensitive(true)
            .build()
            .map_err(|error| TextError::Dictionary(error.to_string()))?;
        Ok(Names { any: Some(any) })
    }

    /// Returns where the names stand in a normalised text.
    pub(crate) fn find(&self, text: &str) -> Named {
        let places = self.any.iter().flat_map(|any| any.find_iter(text));
        Named {
            places: places.map(|found| found.range()).collect(),
        }
    }
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
}
