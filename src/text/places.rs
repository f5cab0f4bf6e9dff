//! Where a word stands in a text whatever its form, and the nouns a compound is made of.

use std::ops::Range;

use super::Analyser;
use super::words::is_plain_noun;

impl Analyser {
    /// Returns the byte ranges of `text` at which a form of the word stands whose dictionary form is `base`: of 飲む, 飲んだ.
    pub fn places(&self, text: &str, base: &str) -> Vec<Range<usize>> {
        let normalised = self.normalise(text);
        let Ok(tokens) = self.tokenizer.tokens(&normalised.text) else {
            return Vec::new();
        };
        tokens
            .iter()
            .filter(|token| token.base == base)
            .map(|token| normalised.original(token.start, token.end))
            .collect()
    }

    /// Returns the nouns that a compound noun is made of; nothing for a word that is none.
    pub fn parts(&self, word: &str) -> Vec<String> {
        let Ok(tokens) = self.tokenizer.tokens(word) else {
            return Vec::new();
        };
        let is_compound = tokens.len() > 1 && tokens.iter().all(is_plain_noun);
        match is_compound {
            true => tokens
                .iter()
                .map(|token| token.surface.to_owned())
                .collect(),
            false => Vec::new(),
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
    }

    #[test]
    fn a_compound_is_its_nouns_and_a_plain_word_is_nothing() {
        let analyser = Analyser::new().unwrap();
        assert_eq!(analyser.parts("抹茶ラテ").concat(), "抹茶ラテ");
        assert!(analyser.parts("抹茶ラテ").len() > 1);
        assert!(analyser.parts("飲む").is_empty());
        assert!(analyser.parts("解約").is_empty());
        assert!(analyser.parts("").is_empty());
    }
}
