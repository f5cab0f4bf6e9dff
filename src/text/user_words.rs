//! The user's own dictionary: brand and product names that no dictionary knows, kept in one piece by the tokeniser.
//!
//! A comma-separated file without a heading: word, kind (may be left out: a product name), reading (may be left out).
//! Lines beginning with `#` are comments.

use std::collections::{BTreeMap, BTreeSet};

use lindera::dictionary::UserDictionary;
use lindera_dictionary::builder::user_dictionary::UserDictionaryBuilderOptions;

use super::TextError;
use super::normalise::{self, MarkTable, is_hiragana};

/// What errors call a user dictionary; the caller knows its name.
const FILE: &str = "user dictionary";
/// Distance of a hiragana to its katakana in Unicode.
const TO_KATAKANA: u32 = 0x60;
/// Lowest cost given to a word.
const LOWEST_COST: f64 = -20_000.0;

/// What a word of the user's is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordKind {
    /// A brand, shop or company.
    Brand,
    /// A product; also the kind of a word without one.
    Product,
    /// A person.
    Person,
    /// A place.
    Place,
    /// A plain noun.
    Noun,
    /// A noun that takes する.
    ActionNoun,
    /// A noun that takes な.
    AdjectivalNoun,
    /// An adverb.
    Adverb,
    /// An interjection.
    Interjection,
}

impl WordKind {
    /// Returns the kind a name stands for, in English or Japanese.
    pub fn from_name(name: &str) -> Option<WordKind> {
        Some(match name {
            "brand" | "shop" | "company" | "ブランド" | "店名" | "会社" | "組織" => {
                WordKind::Brand
            }
            "" | "product" | "商品" | "製品" | "固有名詞" => WordKind::Product,
            "person" | "人名" => WordKind::Person,
            "place" | "地名" => WordKind::Place,
            "noun" | "名詞" | "一般名詞" | "カスタム名詞" => WordKind::Noun,
            "action" | "サ変" | "サ変名詞" => WordKind::ActionNoun,
            "adjectival" | "形容動詞" => WordKind::AdjectivalNoun,
            "adverb" | "副詞" => WordKind::Adverb,
            "interjection" | "感動詞" => WordKind::Interjection,
            _ => return None,
        })
    }

    /// Returns IPADIC's context number of the class (left and right are the same) and its part of speech in four steps.
    fn ipadic(self) -> (&'static str, [&'static str; 4]) {
        match self {
            WordKind::Brand => ("1292", ["名詞", "固有名詞", "組織", "*"]),
            WordKind::Product => ("1288", ["名詞", "固有名詞", "一般", "*"]),
            WordKind::Person => ("1289", ["名詞", "固有名詞", "人名", "一般"]),
            WordKind::Place => ("1293", ["名詞", "固有名詞", "地域", "一般"]),
            WordKind::Noun => ("1285", ["名詞", "一般", "*", "*"]),
            WordKind::ActionNoun => ("1283", ["名詞", "サ変接続", "*", "*"]),
            WordKind::AdjectivalNoun => ("1287", ["名詞", "形容動詞語幹", "*", "*"]),
            WordKind::Adverb => ("1281", ["副詞", "一般", "*", "*"]),
            WordKind::Interjection => ("3", ["感動詞", "*", "*", "*"]),
        }
    }
}

/// One word of a user's dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserWord {
    /// The word in the normalised form that texts are analysed in.
    pub word: String,
    /// What it is.
    pub kind: WordKind,
    /// The reading in katakana, empty when not given.
    pub reading: String,
}

/// Returns the words of a user's dictionary.
///
/// # Errors
///
/// [`TextError::Data`] with the line of the first row that is malformed, has no word, names no kind or repeats a word.
pub(super) fn parse(csv_text: &str, marks: &MarkTable) -> Result<Vec<UserWord>, TextError> {
    let csv_text = csv_text.strip_prefix('\u{feff}').unwrap_or(csv_text);
    let mut words: Vec<UserWord> = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, row) in csv_text.lines().enumerate() {
        let line = index + 1;
        if row.trim().is_empty() || row.starts_with('#') {
            continue;
        }
        let record =
            cells(row).map_err(|reason| data_error(line, &reason, "word, kind, reading"))?;
        if record.len() > 3 {
            let found = format!("{} columns", record.len());
            return Err(data_error(line, &found, "at most 3 columns"));
        }
        let given = record.get(0).unwrap_or_default();
        let word = normalise::normalise(given, marks).text.trim().to_owned();
        if word.is_empty() {
            return Err(data_error(line, given, "a word"));
        }
        let name = record.get(1).unwrap_or_default();
        let Some(kind) = WordKind::from_name(name) else {
            let expected =
                "brand, product, person, place, noun, action, adjectival, adverb or interjection";
            return Err(data_error(line, name, expected));
        };
        if !seen.insert(word.clone()) {
            return Err(data_error(line, given, "a word not listed before"));
        }
        words.push(UserWord {
            word,
            kind,
            reading: katakana(record.get(2).unwrap_or_default()),
        });
    }
    Ok(words)
}

/// Adds the words of a further file; of a word in both, the later one holds.
pub(super) fn merge(words: &mut Vec<UserWord>, later: Vec<UserWord>) {
    let renewed: BTreeSet<&str> = later.iter().map(|word| word.word.as_str()).collect();
    words.retain(|word| !renewed.contains(word.word.as_str()));
    words.extend(later);
}

/// Returns the dictionary lindera asks for, none for no words.
///
/// # Errors
///
/// [`TextError::Dictionary`] when lindera refuses the words.
pub(super) fn compile(words: &[UserWord]) -> Result<Option<UserDictionary>, TextError> {
    let mut surfaces: BTreeMap<String, &UserWord> = BTreeMap::new();
    for word in words {
        surfaces.insert(word.word.clone(), word);
    }
    // Latin letters are written as people like; another word's own spelling goes first.
    for word in words {
        if word.word.chars().any(|c| c.is_ascii_alphabetic()) {
            for variant in [
                word.word.to_ascii_lowercase(),
                word.word.to_ascii_uppercase(),
            ] {
                surfaces.entry(variant).or_insert(word);
            }
        }
    }
    if surfaces.is_empty() {
        return Ok(None);
    }
    let mut rows = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    for (surface, word) in &surfaces {
        let (context, part) = word.kind.ipadic();
        let cost = cost(surface).to_string();
        let reading = match word.reading.as_str() {
            "" => "*",
            reading => reading,
        };
        let row: [&str; 13] = [
            surface, context, context, &cost, part[0], part[1], part[2], part[3], "*", "*",
            &word.word, reading, reading,
        ];
        rows.write_record(row).map_err(refused)?;
    }
    let rows = rows.into_inner().map_err(refused)?;
    UserDictionaryBuilderOptions::default()
        .builder()
        .build_from_reader(rows.as_slice())
        .map(Some)
        .map_err(refused)
}

/// Returns the cost of a word: the longer, the more surely it is meant; -400 n^1.5 for n characters, as MeCab's users do.
///
/// Names of one and two characters cost as much as words of the dictionary do, so that they are not found inside others.
fn cost(word: &str) -> i16 {
    match word.chars().count() {
        0 | 1 => 4000,
        2 => 1000,
        count => {
            let count = count as f64;
            (-400.0 * count * count.sqrt()).max(LOWEST_COST) as i16
        }
    }
}

/// Returns the cells of one row; quotation marks work as in any comma-separated file.
fn cells(row: &str) -> Result<csv::StringRecord, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(row.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(_) => Ok(record),
        Err(error) => Err(error.to_string()),
    }
}

fn katakana(reading: &str) -> String {
    reading
        .chars()
        .map(|c| match char::from_u32(c as u32 + TO_KATAKANA) {
            Some(kana) if is_hiragana(c) => kana,
            _ => c,
        })
        .collect()
}

fn refused(error: impl ToString) -> TextError {
    TextError::Dictionary(error.to_string())
}

fn data_error(line: usize, found: &str, expected: &str) -> TextError {
    TextError::Data {
        file: FILE.to_owned(),
        line,
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::{Pos, Tokenizer};

    fn parsed(text: &str) -> Result<Vec<UserWord>, TextError> {
        parse(text, MarkTable::embedded().unwrap())
    }

    fn tokenizer(text: &str) -> Tokenizer {
        let words = parsed(text).unwrap();
        Tokenizer::new().unwrap().with_words(&words).unwrap()
    }

    #[test]
    fn names_stay_in_one_piece_in_every_spelling() {
        let own = tokenizer(
            "# 当社の名前\nとりのこえ珈琲,brand,とりのこえこーひー\nﾓﾌﾓﾌｸﾘｰﾑ\nKoe-Bar,product\n",
        );
        for (text, base) in [
            ("昨日とりのこえ珈琲で買った", "とりのこえ珈琲"),
            ("もふもふ、モフモフクリームが良い", "モフモフクリーム"),
            ("koe-bar最高", "Koe-Bar"),
            ("KOE-BARのチョコ", "Koe-Bar"),
        ] {
            let tokens = own.tokens(text).unwrap();
            let found = tokens.iter().find(|t| t.is_user).unwrap();
            assert_eq!((found.base, found.pos), (base, Pos::Noun), "{text}");
            assert!(found.is_known);
            assert_eq!(&text[found.start..found.end], found.surface);
        }
        let tokens = own.tokens("とりのこえ珈琲").unwrap();
        assert_eq!(tokens[0].detail, "固有名詞");
        assert_eq!(tokens[0].reading, "トリノコエコーヒー");
    }

    #[test]
    fn short_names_leave_other_words_whole() {
        let own = tokenizer("ココ,brand\n");
        let tokens = own.tokens("ココアを飲んだ").unwrap();
        assert_eq!(tokens[0].surface, "ココア");
    }

    #[test]
    fn a_bad_row_names_its_line() {
        for (text, message) in [
            (
                "a\n# c\nb,animal\n",
                "`animal` in `user dictionary`, line 3: expected brand, product, person, place, noun, action, \
                 adjectival, adverb or interjection",
            ),
            (
                "\"\",brand\n",
                "`` in `user dictionary`, line 1: expected a word",
            ),
            (
                "x,brand\nx,brand\n",
                "`x` in `user dictionary`, line 2: expected a word not listed before",
            ),
            (
                "x,brand,y,z\n",
                "`4 columns` in `user dictionary`, line 1: expected at most 3 columns",
            ),
        ] {
            assert_eq!(parsed(text).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn no_words_are_no_dictionary_and_later_words_hold() {
        assert!(compile(&[]).unwrap().is_none());
        let mut words = parsed("a,brand\nb,brand\n").unwrap();
        merge(&mut words, parsed("a,place\n").unwrap());
        let kinds: Vec<(&str, WordKind)> = words.iter().map(|w| (&*w.word, w.kind)).collect();
        assert_eq!(kinds, [("b", WordKind::Brand), ("a", WordKind::Place)]);
    }
}
