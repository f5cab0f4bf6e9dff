//! Aspects of the user's own, by the nouns that name them.

use std::collections::BTreeMap;

use super::tokens::Pos;
use super::user_words::{UserWord, WordKind};
use super::{Analyser, Aspect, TextError};

impl Analyser {
    /// Returns the analyser with aspects of the user's own, each with the nouns that name it; under the name of one of
    /// koe's, nouns are added to that one.
    ///
    /// An opinion said of such a noun is about the aspect, whatever its word is mostly said of. A noun that no dictionary
    /// has in one piece is kept in one from now on, so a user's dictionary comes first; a lexicon that names the aspects
    /// comes behind.
    ///
    /// # Errors
    ///
    /// [`TextError::Aspect`] for what is no noun and for more aspects than can be counted, [`TextError::Dictionary`] when
    /// the nouns cannot be compiled.
    pub fn with_aspects(
        mut self,
        aspects: &BTreeMap<String, Vec<String>>,
    ) -> Result<Analyser, TextError> {
        let mut pieces: BTreeMap<String, UserWord> = BTreeMap::new();
        for (name, nouns) in aspects {
            let name = name.trim();
            let refused = |found: &str, expected: &str| TextError::Aspect {
                aspect: name.to_owned(),
                found: found.to_owned(),
                expected: expected.to_owned(),
            };
            let aspect = self
                .lexicon
                .add_aspect(name)
                .ok_or_else(|| refused(name, "at most 256 aspects"))?;
            for given in nouns {
                let noun = self.normalise(given).text.trim().to_owned();
                match self.read_alone(&noun)? {
                    Alone::Noun => {}
                    Alone::Pieces => {
                        let word = UserWord {
                            word: noun.clone(),
                            kind: WordKind::Noun,
                            reading: String::new(),
                        };
                        pieces.insert(noun.clone(), word);
                    }
                    Alone::Other => {
                        return Err(refused(
                            given,
                            "a noun; one that no dictionary knows goes into `text.user_dictionary`, too",
                        ));
                    }
                }
                // Latin letters are written as people like.
                for spelling in [noun.to_ascii_lowercase(), noun.to_ascii_uppercase(), noun] {
                    self.lexicon.name_noun(&spelling, aspect);
                }
            }
        }
        if !pieces.is_empty() {
            self.keep_whole(pieces.into_values().collect())?;
        }
        Ok(self)
    }

    /// Returns the name of an aspect, as tables have it.
    pub fn aspect_name(&self, aspect: Aspect) -> &str {
        self.lexicon.aspect_name(aspect)
    }

    fn read_alone(&self, word: &str) -> Result<Alone, TextError> {
        let tokens = self.tokenizer.tokens(word)?;
        let Some(last) = tokens.last() else {
            return Ok(Alone::Other);
        };
        Ok(match last.pos {
            Pos::Noun if tokens.len() == 1 && last.is_known => Alone::Noun,
            Pos::Noun => Alone::Pieces,
            _ => Alone::Other,
        })
    }
}

/// How a word is read that stands alone.
enum Alone {
    /// As one noun.
    Noun,
    /// As several words that end with a noun, or as one that no dictionary knows.
    Pieces,
    /// As something else.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn own(aspects: &[(&str, &[&str])]) -> Result<Analyser, TextError> {
        let aspects: BTreeMap<String, Vec<String>> = aspects
            .iter()
            .map(|(name, nouns)| {
                let nouns = nouns.iter().map(|noun| (*noun).to_owned()).collect();
                ((*name).to_owned(), nouns)
            })
            .collect();
        Analyser::new()?
            .assuming(Language::Japanese)
            .with_aspects(&aspects)
    }

    fn told(analyser: &Analyser, text: &str) -> Vec<(String, bool)> {
        let found = analyser.analyse(text);
        found
            .aspects
            .iter()
            .map(|(aspect, score)| (analyser.aspect_name(*aspect).to_owned(), *score > 0.0))
            .collect()
    }

    fn is(name: &str, is_good: bool) -> Vec<(String, bool)> {
        vec![(name.to_owned(), is_good)]
    }

    #[test]
    fn an_opinion_on_a_noun_of_the_users_is_about_the_users_aspect() {
        let analyser = own(&[("ギフト", &["包装", "熨斗紙"]), ("taste", &["焙煎豆"])]).unwrap();
        assert_eq!(told(&analyser, "包装がひどい"), is("ギフト", false));
        assert_eq!(told(&analyser, "熨斗紙が素敵でした"), is("ギフト", true));
        // 丁寧 is said of service where nothing else is named.
        assert_eq!(told(&analyser, "包装が丁寧でした"), is("ギフト", true));
        assert_eq!(told(&analyser, "接客が丁寧でした"), is("service", true));
        assert_eq!(told(&analyser, "焙煎豆が最高"), is("taste", true));
        let plain = Analyser::new().unwrap().assuming(Language::Japanese);
        assert_eq!(told(&plain, "包装がひどい"), is("delivery", false));
    }

    #[test]
    fn a_noun_of_several_pieces_is_kept_in_one_in_every_spelling() {
        let analyser = own(&[("定期", &["Koe定期便"])]).unwrap();
        for text in [
            "koe定期便がひどい",
            "KOE定期便がひどい",
            "Koe定期便がひどい",
        ] {
            assert_eq!(told(&analyser, text), is("定期", false), "{text}");
        }
    }

    #[test]
    fn what_is_no_noun_is_refused() {
        for word in ["遅い", "味が薄い", ""] {
            let error = own(&[("自分の", &[word])]).unwrap_err();
            assert!(
                matches!(&error, TextError::Aspect { aspect, .. } if aspect == "自分の"),
                "{word}: {error}"
            );
        }
    }

    #[test]
    fn a_users_lexicon_may_name_them() {
        let mut analyser = own(&[("ギフト", &[])]).unwrap();
        analyser
            .extend_lexicon("映えない\tadjective\t-1\t2\tギフト\t-\n")
            .unwrap();
        let error = analyser
            .extend_lexicon("映える\tverb\t+1\t2\t贈答\t-\n")
            .unwrap_err();
        assert!(error.to_string().contains("an aspect or -"), "{error}");
    }
}
