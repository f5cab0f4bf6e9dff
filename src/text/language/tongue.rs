//! Which of the languages of one script: function words first, then trigrams (whatlang) where the text is long enough.

use std::collections::HashMap;
use std::sync::OnceLock;

use whatlang::Lang;

use super::{Language, is_latin};
use crate::text::TextError;
use crate::text::lexicon::rows;

const WORDS: &str = include_str!("words.tsv");

/// Words read of a text; a post of more says no more.
const MAX_WORDS: usize = 200;
/// Bytes given to the trigram detector, whose time grows with the text.
const MAX_BYTES: usize = 2000;
/// Of so many words at least one has to be a function word of the language.
const WORDS_PER_FUNCTION_WORD: usize = 5;
/// A text of one word is told by words of at least so many letters only: `no` is one in six languages.
const LONE_WORD: usize = 5;
/// Letters from which trigrams are asked about a text without clear function words.
const TRIGRAM_LETTERS: usize = 40;
/// Letters from which trigrams are asked about scripts with several languages other than Latin.
const OTHER_LETTERS: usize = 10;
/// The confidence from which the detector's answer counts.
const CONFIDENCE: f64 = 0.9;

/// Languages that trigrams may answer with for Latin letters; rarer ones are named too often for short English posts.
const LATIN: [Lang; 14] = [
    Lang::Eng,
    Lang::Spa,
    Lang::Fra,
    Lang::Deu,
    Lang::Ita,
    Lang::Por,
    Lang::Nld,
    Lang::Ind,
    Lang::Vie,
    Lang::Tur,
    Lang::Pol,
    Lang::Swe,
    Lang::Tgl,
    Lang::Fin,
];

static TABLE: OnceLock<Result<FunctionWords, TextError>> = OnceLock::new();

/// Function words by language.
#[derive(Debug)]
pub(super) struct FunctionWords {
    languages: Vec<&'static str>,
    /// Word -> bits of the languages it stands in.
    words: HashMap<&'static str, u32>,
    trigrams: whatlang::Detector,
}

impl FunctionWords {
    /// Returns the process-wide table.
    ///
    /// # Errors
    ///
    /// [`TextError::Data`] when the embedded data are malformed.
    pub(super) fn embedded() -> Result<&'static FunctionWords, TextError> {
        let table = TABLE.get_or_init(FunctionWords::read);
        table.as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<FunctionWords, TextError> {
        let mut table = FunctionWords {
            languages: Vec::new(),
            words: HashMap::new(),
            trigrams: whatlang::Detector::with_allowlist(LATIN.to_vec()),
        };
        for row in rows::read("words.tsv", WORDS) {
            let row = row?.expect_cells(2)?;
            let code = row.cells[0];
            let known = table.languages.iter().position(|known| *known == code);
            let index = known.unwrap_or(table.languages.len());
            if index >= u32::BITS as usize {
                return Err(row.error(0, "at most 32 languages"));
            }
            if known.is_none() {
                table.languages.push(code);
            }
            for word in row.cells[1].split(' ') {
                *table.words.entry(word).or_default() |= 1 << index;
            }
        }
        Ok(table)
    }

    /// Returns the language of a text in Latin letters, none when it is not clear.
    pub(super) fn tell(&self, text: &str) -> Option<Language> {
        let mut counts = vec![0usize; self.languages.len()];
        let (mut total, mut letters, mut longest) = (0, 0, 0);
        for word in words(text).take(MAX_WORDS) {
            let length = word.chars().count();
            letters += length;
            longest = longest.max(length);
            total += 1;
            let bits = self.words.get(word.as_str()).copied().unwrap_or(0);
            for (index, count) in counts.iter_mut().enumerate() {
                *count += usize::from((bits >> index) & 1 == 1);
            }
        }
        if total == 0 || (total == 1 && longest < LONE_WORD) {
            return None;
        }
        let best = counts.iter().copied().max().unwrap_or(0);
        let mut winners = (0..counts.len()).filter(|index| counts[*index] == best);
        let winner = winners.next();
        let alone = winners.next().is_none();
        if best > 0 && alone && best * WORDS_PER_FUNCTION_WORD >= total {
            return winner.and_then(|index| named(self.languages[index]));
        }
        if letters < TRIGRAM_LETTERS {
            return None;
        }
        let text: String = cut(text)
            .chars()
            .map(|c| if is_latin(c) { c } else { ' ' })
            .collect();
        told(self.trigrams.detect(&text)?)
    }
}

/// Returns the language of a text in a script other than Latin, Han and Hangul.
pub(super) fn of_other_script(text: &str) -> Option<Language> {
    let text: String = cut(text)
        .chars()
        .map(|c| if c.is_ascii() || is_latin(c) { ' ' } else { c })
        .collect();
    if text.chars().filter(|c| c.is_alphabetic()).count() < OTHER_LETTERS {
        return None;
    }
    told(whatlang::detect(&text)?)
}

fn told(info: whatlang::Info) -> Option<Language> {
    if info.confidence() < CONFIDENCE {
        return None;
    }
    named(two_letters(info.lang()))
}

fn named(code: &'static str) -> Option<Language> {
    match code {
        "en" => Some(Language::English),
        "zh" => Some(Language::Chinese),
        "ko" => Some(Language::Korean),
        // Japanese in Latin letters cannot be analysed and is no other language.
        "ja" => None,
        code => Some(Language::Other(code)),
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_BYTES)]
}

/// Yields the words of a text in lower case, apostrophes within them kept.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !is_latin(c) && !matches!(c, '\'' | '’'))
        .map(|word| word.trim_matches(['\'', '’']))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('’', "'"))
}

/// Returns the ISO 639-1 code; of languages without one that of ISO 639-3.
fn two_letters(lang: Lang) -> &'static str {
    match lang.code() {
        "afr" => "af",
        "aka" => "ak",
        "amh" => "am",
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "cym" => "cy",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jav" => "jv",
        "jpn" => "ja",
        "kan" => "kn",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lat" => "la",
        "lav" => "lv",
        "lit" => "lt",
        "mal" => "ml",
        "mar" => "mr",
        "mkd" => "mk",
        "mya" => "my",
        "nep" => "ne",
        "nld" => "nl",
        "nob" => "nb",
        "ori" => "or",
        "pan" => "pa",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "sin" => "si",
        "slk" => "sk",
        "slv" => "sl",
        "sna" => "sn",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tel" => "te",
        "tgl" => "tl",
        "tha" => "th",
        "tuk" => "tk",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "uzb" => "uz",
        "vie" => "vi",
        "yid" => "yi",
        "zul" => "zu",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_detector_has_a_code_of_two_letters() {
        for lang in Lang::all() {
            assert_eq!(two_letters(*lang).len(), 2, "{lang:?}");
        }
    }

    #[test]
    fn every_word_of_the_table_can_be_met() {
        let table = FunctionWords::embedded().unwrap();
        for word in table.words.keys() {
            let met: Vec<String> = words(word).collect();
            assert_eq!(met, [*word]);
        }
        assert!(table.words.len() > 700, "{}", table.words.len());
    }
}
