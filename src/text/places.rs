//! Where a word stands in a text whatever its form, and the nouns a compound is made of.

use std::ops::Range;

use super::Analyser;
use super::words::{is_noun_stem, noun_parts};

impl Analyser {
    /// Returns the byte ranges of `text` at which a form of the word stands whose dictionary form is `base`: of 飲む, 飲んだ.
    pub fn places(&self, text: &str, base: &str) -> Vec<Range<usize>> {
        let normalised = self.normalise(text);
        let Ok(tokens) = self.tokenizer.tokens(&normalised.text) else {
            return Vec::new();
        };
        tokens
            .iter()
            .enumerate()
            .filter(|(at, token)| token.base == base && !is_noun_stem(&tokens, *at))
            .map(|(_, token)| normalised.original(token.start, token.end))
            .collect()
    }

    /// Returns the nouns that a compound noun is made of; nothing for a word that is none.
    pub fn parts(&self, word: &str) -> Vec<String> {
        let Ok(tokens) = self.tokenizer.tokens(word) else {
            return Vec::new();
        };
        let parts = noun_parts(&tokens);
        match parts.len() {
            0 | 1 => Vec::new(),
            _ => parts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_is_found_in_its_forms() {
        let analyser = Analyser::new().unwrap();
        let text = "昨日飲んだけど、もう飲みません。";
        let places = analyser.places(text, "飲む");
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(
            places
                .iter()
                .all(|place| text[place.clone()].starts_with('飲'))
        );
        assert!(analyser.places("", "飲む").is_empty());
        assert!(analyser.places("自家焙煎の豆", "煎る").is_empty());
    }

    #[test]
    fn a_compound_is_its_nouns_and_a_plain_word_is_nothing() {
        let analyser = Analyser::new().unwrap();
        assert_eq!(analyser.parts("抹茶ラテ").concat(), "抹茶ラテ");
        assert!(analyser.parts("抹茶ラテ").len() > 1);
        assert_eq!(analyser.parts("珈琲焙煎"), ["珈琲", "焙煎"]);
        assert!(analyser.parts("飲む").is_empty());
        assert!(analyser.parts("解約").is_empty());
        assert!(analyser.parts("").is_empty());
    }
}
