//! The list a Japanese shop keeps by hand, written by people with many habits.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::addresses::full_width;
use super::super::names;
use super::super::people::{capital, hyphenate};
use super::super::seed::pick;
use super::japanese::Card;
use super::kana::{Building, Numbers};
use super::population::Source;

/// Headings of the list.
pub(super) const HEADINGS: [&str; 9] = [
    "顧客番号",
    "氏名",
    "フリガナ",
    "性別",
    "生年月日",
    "郵便番号",
    "住所",
    "電話番号",
    "メール",
];

/// Returns the cells of a line of the list, in the order of [`HEADINGS`].
pub(super) fn cells(slot: u64, card: Card, rng: &mut impl Rng) -> Vec<String> {
    let sex = match (rng.random_bool(0.6), card.female) {
        (false, _) => "",
        (true, true) => "女",
        (true, false) => "男",
    };
    vec![
        Source::Shop.customer_id(slot),
        name(&card, rng),
        reading(&card, rng),
        sex.to_owned(),
        card.birth.map(|date| birth(date, rng)).unwrap_or_default(),
        match rng.random_range(0..10) {
            _ if card.postal_code.is_empty() => String::new(),
            0..6 => postal_code(&card.postal_code, "-"),
            6 => format!("〒{}", postal_code(&card.postal_code, "-")),
            7 => full_width(&postal_code(&card.postal_code, "-")),
            _ => card.postal_code.clone(),
        },
        address(&card, rng),
        phone(&card.phone, rng),
        email(card.email, rng),
    ]
}

/// Writes family and given name in one cell, a quarter of them without a space.
fn name(card: &Card, rng: &mut impl Rng) -> String {
    let space = match rng.random_range(0..100) {
        0..45 => "　",
        45..75 => " ",
        _ => "",
    };
    let honorific = if rng.random_bool(0.02) { " 様" } else { "" };
    format!("{}{space}{}{honorific}", card.family, card.given)
        .trim()
        .to_owned()
}

/// Writes the reading in one of five scripts.
fn reading(card: &Card, rng: &mut impl Rng) -> String {
    if card.family_kana.is_empty() {
        return String::new();
    }
    let space = *pick(&["　", " ", " ", ""], rng);
    let kana = format!("{}{space}{}", card.family_kana, card.given_kana);
    let kana = kana.trim();
    match rng.random_range(0..100) {
        0..40 => kana.to_owned(),
        40..65 => names::half_width(&kana.replace('　', " ")),
        65..85 => names::hiragana(kana),
        _ => {
            let letters = [&card.family_kana, &card.given_kana].map(|kana| romaji(kana, rng));
            match rng.random_range(0..3) {
                0 => letters.join(" ").to_uppercase(),
                1 => letters.map(|word| capital(&word)).join(" "),
                _ => letters.join(" "),
            }
        }
    }
    .trim()
    .to_owned()
}

/// Spells a reading in letters, some by the rules of the schools.
fn romaji(kana: &str, rng: &mut impl Rng) -> String {
    let hepburn = names::romaji(kana);
    if rng.random_bool(0.7) {
        return hepburn;
    }
    [
        ("shi", "si"),
        ("tsu", "tu"),
        ("chi", "ti"),
        ("fu", "hu"),
        ("ji", "zi"),
        ("sh", "sy"),
        ("ch", "ty"),
        ("j", "zy"),
    ]
    .iter()
    .fold(hepburn, |word, (from, to)| word.replace(from, to))
}

/// Writes a birth date in one of the notations of forms and lists.
fn birth(date: Date, rng: &mut impl Rng) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    // The days on which eras began.
    let (era, letter, first) = match () {
        () if date >= Date::constant(2019, 5, 1) => ("令和", 'R', 2018),
        () if date >= Date::constant(1989, 1, 8) => ("平成", 'H', 1988),
        () => ("昭和", 'S', 1925),
    };
    let of_era = year - first;
    match rng.random_range(0..100) {
        0..45 => format!("{year}/{month}/{day}"),
        45..55 => date.to_string(),
        55..65 => format!("{year}年{month}月{day}日"),
        65..70 => format!("{year}{month:02}{day:02}"),
        70..85 => format!("{letter}{of_era}.{month}.{day}"),
        _ if of_era == 1 => format!("{era}元年{month}月{day}日"),
        85..95 => format!("{era}{of_era}年{month}月{day}日"),
        _ => full_width(&format!("{era}{of_era}年{month}月{day}日")),
    }
}

/// Writes an address in one cell, a third of them without the prefecture.
fn address(card: &Card, rng: &mut impl Rng) -> String {
    let Some(address) = card.address else {
        return String::new();
    };
    let prefecture = if rng.random_bool(0.35) {
        ""
    } else {
        address.place.prefecture
    };
    let numbers = *pick(
        &[
            Numbers::Hyphens,
            Numbers::Hyphens,
            Numbers::Words,
            Numbers::Kanji,
            Numbers::Wide,
            Numbers::Mixed,
            Numbers::Lot,
            Numbers::LongMarks,
        ],
        rng,
    );
    let building = match rng.random_range(0..100) {
        0..35 => Building::Dropped,
        35..60 => Building::Plain,
        60..75 => Building::Room,
        75..90 => Building::Wide,
        _ => Building::NumberOnly,
    };
    let is_careless = rng.random_bool(0.5);
    let town = address.town(is_careless, rng);
    format!("{prefecture}{town}{}", address.rest(numbers, building))
}

/// Writes seven digits with `hyphen` after the third.
pub(super) fn postal_code(digits: &str, hyphen: &str) -> String {
    match (digits.get(..3), digits.get(3..)) {
        (Some(a), Some(b)) => format!("{a}{hyphen}{b}"),
        _ => digits.to_owned(),
    }
}

/// Writes a mobile number 3-4-4 and a landline 2-4-4.
pub(super) fn hyphenated(digits: &str) -> String {
    match digits.len() {
        11 => hyphenate(digits),
        10 => format!("{}-{}-{}", &digits[..2], &digits[2..6], &digits[6..]),
        _ => digits.to_owned(),
    }
}

fn phone(digits: &str, rng: &mut impl Rng) -> String {
    if digits.is_empty() {
        return String::new();
    }
    let hyphens = hyphenated(digits);
    match rng.random_range(0..100) {
        0..55 => hyphens,
        55..75 => digits.to_owned(),
        75..87 => full_width(&hyphens),
        87..92 => hyphens.replacen('-', "(", 1).replacen('-', ")", 1),
        92..96 => hyphens.replace('-', " "),
        _ => format!("+81 {}", &hyphens[1..]),
    }
}

fn email(address: String, rng: &mut impl Rng) -> String {
    match rng.random_range(0..100) {
        0..8 => capital(&address),
        8..11 => address.to_uppercase(),
        11..15 => address.replacen('@', "+shop@", 1),
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::seed::{Domain, stream};
    use super::*;

    #[test]
    fn births_are_written_in_the_era_of_their_day() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..400 {
            seen.insert(birth(Date::constant(1989, 1, 7), &mut rng));
            seen.insert(birth(Date::constant(1989, 1, 8), &mut rng));
        }
        for text in [
            "昭和64年1月7日",
            "S64.1.7",
            "H1.1.8",
            "平成元年1月8日",
            "1989/1/8",
            "19890107",
        ] {
            assert!(seen.contains(text), "{text} in {seen:?}");
        }
    }

    #[test]
    fn numbers_are_hyphenated_by_their_length() {
        assert_eq!(hyphenated("09001234567"), "090-0123-4567");
        assert_eq!(hyphenated("0301234567"), "03-0123-4567");
        assert_eq!(postal_code("2480001", "-"), "248-0001");
    }

    #[test]
    fn letters_follow_either_system() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        let seen: std::collections::BTreeSet<_> =
            (0..40).map(|_| romaji("シンジョウ", &mut rng)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["shinjo", "sinzyo"]);
    }
}
