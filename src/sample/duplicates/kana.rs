//! The many ways to write one Japanese name, number and address.

use std::sync::LazyLock;

use rand::{Rng, RngExt};

use super::super::addresses::{self, BUILDINGS, Place, full_width};
use super::super::seed::{Domain, hash, pick};

static TOWNS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| words(include_str!("../data/japanese/towns.txt")));
/// Characters written for one another, the usual one first.
static VARIANTS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    include_str!("../data/japanese/variants.txt")
        .lines()
        .map(|line| line.chars().collect())
        .collect()
});
/// Names of one sound, which a keyboard offers for one another.
static HOMOPHONES: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    include_str!("../data/japanese/homophones.txt")
        .lines()
        .map(words)
        .collect()
});

fn words(text: &'static str) -> Vec<&'static str> {
    text.split_whitespace().collect()
}

/// Writes a name with the old or rare forms of its characters, as far as `is_known` allows them.
pub(super) fn old_forms(name: &str, is_known: fn(char) -> bool, rng: &mut impl Rng) -> String {
    name.chars()
        .map(|letter| {
            let group = VARIANTS.iter().find(|group| group[0] == letter);
            group.map_or(letter, |group| {
                let form = *pick(&group[1..], rng);
                if is_known(form) { form } else { letter }
            })
        })
        .collect()
}

/// Returns another name of the same sound.
pub(super) fn homophone(name: &str, rng: &mut impl Rng) -> Option<&'static str> {
    let group = HOMOPHONES.iter().find(|group| group.contains(&name))?;
    let others: Vec<_> = group.iter().filter(|other| **other != name).collect();
    Some(**pick(&others, rng))
}

/// Types a reading with one error: a mark of voice, a small kana, a long vowel or any other.
pub(super) fn misheard(kana: &str, rng: &mut impl Rng) -> String {
    const PAIRS: [(&str, &str); 16] = [
        ("カ", "ガ"),
        ("ガ", "カ"),
        ("サ", "ザ"),
        ("ザ", "サ"),
        ("タ", "ダ"),
        ("ダ", "タ"),
        ("ハ", "バ"),
        ("ザキ", "サキ"),
        ("ジ", "ヂ"),
        ("ズ", "ヅ"),
        ("ョ", "ヨ"),
        ("ュ", "ユ"),
        ("ッ", "ツ"),
        ("ウ", ""),
        ("オ", "ウ"),
        ("シ", "ツ"),
    ];
    super::errors::replaced(kana, &PAIRS, rng).unwrap_or_else(|| swapped(kana, rng))
}

/// Exchanges two neighbouring letters.
fn swapped(text: &str, rng: &mut impl Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 1 {
        let at = rng.random_range(0..letters.len() - 1);
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// Writes a number from 1 to 9,999 in kanji.
fn kanji_number(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut text = String::new();
    for (unit, word) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit > 1 || unit == 1 {
            text.push_str(DIGITS[digit as usize]);
        }
        if digit > 0 {
            text.push_str(word);
        }
    }
    text
}

/// How the numbers of an address are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// `3-12-5`
    Hyphens,
    /// `３－１２－５`
    Wide,
    /// `3丁目12番5号`
    Words,
    /// `三丁目十二番五号`
    Kanji,
    /// `3丁目12-5`
    Mixed,
    /// `3丁目12番地5`
    Lot,
    /// `3ー12ー5`, the hyphen typed as a long mark
    LongMarks,
}

/// How the building is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Building {
    /// ` コーポひなた203`
    Plain,
    /// ` コーポひなた 203号室`
    Room,
    /// `　コーポひなた２０３`
    Wide,
    /// `-203`, the name left out
    NumberOnly,
    /// Nothing.
    Dropped,
}

/// A household's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    pub place: Place,
    town: &'static str,
    pub numbers: [u32; 3],
    building: Option<(&'static str, u32)>,
}

impl Address {
    /// Draws an address.
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let building = rng.random_bool(0.45).then(|| {
            let room = rng.random_range(1..=9) * 100 + rng.random_range(1..=12);
            (*pick(&BUILDINGS, rng), room)
        });
        Self {
            place: addresses::draw_place(rng),
            town: *pick(&TOWNS, rng),
            numbers: [
                rng.random_range(1..=6),
                rng.random_range(1..=38),
                rng.random_range(1..=24),
            ],
            building,
        }
    }

    /// Returns the seven digits of the postal code: one for each town of a city.
    pub(super) fn postal_code(&self) -> String {
        let bytes = self.place.city.bytes().chain(self.town.bytes());
        let word = bytes.fold(0, |word, byte| {
            hash(word, Domain::Street, u64::from(byte), 0)
        });
        format!("{}{:04}", self.place.zip, word % 10_000)
    }

    /// Writes city and town; a careless hand writes ヶ as ケ or が and leaves 大字 out.
    pub(super) fn town(&self, is_careless: bool, rng: &mut impl Rng) -> String {
        let mut town = format!("{}{}", self.place.city, self.town);
        if is_careless {
            let [from, to] = *pick(
                &[["ヶ", "ケ"], ["ヶ", "が"], ["ケ", "ヶ"], ["が", "ヶ"]],
                rng,
            );
            town = town.replace(from, to);
            if rng.random_bool(0.7) {
                town = town.replace("大字", "").replace("字宮前", "宮前");
            }
        }
        town
    }

    /// Writes the numbers and the building.
    pub(super) fn rest(&self, numbers: Numbers, building: Building) -> String {
        let [a, b, c] = self.numbers;
        let mut text = match numbers {
            Numbers::Hyphens => format!("{a}-{b}-{c}"),
            Numbers::Wide => full_width(&format!("{a}-{b}-{c}")),
            Numbers::Words => format!("{a}丁目{b}番{c}号"),
            Numbers::Kanji => {
                let [a, b, c] = self.numbers.map(kanji_number);
                format!("{a}丁目{b}番{c}号")
            }
            Numbers::Mixed => format!("{a}丁目{b}-{c}"),
            Numbers::Lot => format!("{a}丁目{b}番地{c}"),
            Numbers::LongMarks => format!("{a}ー{b}ー{c}"),
        };
        if let Some((name, room)) = self.building {
            text.push_str(&match building {
                Building::Plain => format!(" {name}{room}"),
                Building::Room => format!(" {name} {room}号室"),
                Building::Wide => format!("　{name}{}", full_width(&room.to_string())),
                Building::NumberOnly => format!("-{room}"),
                Building::Dropped => String::new(),
            });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::seed::stream;
    use super::*;

    #[test]
    fn numbers_are_written_in_kanji() {
        for (number, kanji) in [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (38, "三十八"),
            (110, "百十"),
            (1_203, "千二百三"),
        ] {
            assert_eq!(kanji_number(number), kanji);
        }
    }

    #[test]
    fn one_address_has_many_writings() {
        let mut rng = stream(1, Domain::Home, 0, 0);
        let address = Address {
            numbers: [3, 12, 5],
            building: Some(("ことり荘", 203)),
            ..Address::draw(&mut rng)
        };
        for (numbers, building, text) in [
            (Numbers::Hyphens, Building::Plain, "3-12-5 ことり荘203"),
            (
                Numbers::Wide,
                Building::Wide,
                "３－１２－５　ことり荘２０３",
            ),
            (Numbers::Kanji, Building::Dropped, "三丁目十二番五号"),
            (Numbers::Mixed, Building::NumberOnly, "3丁目12-5-203"),
            (
                Numbers::Lot,
                Building::Room,
                "3丁目12番地5 ことり荘 203号室",
            ),
        ] {
            assert_eq!(address.rest(numbers, building), text);
        }
        assert_eq!(address.postal_code().len(), 7);
    }

    #[test]
    fn variants_and_homophones_are_other_writings() {
        let mut rng = stream(1, Domain::Home, 0, 0);
        assert_eq!(old_forms("高木", |_| true, &mut rng), "髙木");
        assert_eq!(
            old_forms("吉田", |form| form < '\u{10000}', &mut rng),
            "吉田"
        );
        assert_eq!(homophone("伊藤", &mut rng), Some("伊東"));
        assert_eq!(homophone("鈴木", &mut rng), None);
        assert_ne!(misheard("ヤマザキ", &mut rng), "ヤマザキ");
        assert!(VARIANTS.iter().all(|group| group.len() > 1));
        assert!(HOMOPHONES.iter().all(|group| group.len() > 1));
    }
}
