//! What goes wrong when a value is typed again: slips of the finger, of the ear and of the scanner.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::seed::pick;

/// Rows of a keyboard; a slip hits the neighbour.
const KEYS: [&str; 4] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890"];
/// What scanners confuse.
const OCR: [(&str, &str); 12] = [
    ("rn", "m"),
    ("m", "rn"),
    ("l", "1"),
    ("l", "i"),
    ("i", "l"),
    ("o", "0"),
    ("e", "c"),
    ("c", "e"),
    ("h", "b"),
    ("cl", "d"),
    ("u", "v"),
    ("vv", "w"),
];
/// What ears confuse.
const SOUNDS: [(&str, &str); 18] = [
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "y"),
    ("y", "ie"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("s", "z"),
    ("c", "k"),
    ("k", "c"),
    ("gh", ""),
    ("ou", "u"),
    ("ai", "ay"),
    ("th", "t"),
    ("wh", "w"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("mac", "mc"),
];

/// Types a text in Latin letters with one error.
pub(super) fn latin(text: &str, rng: &mut impl Rng) -> String {
    match rng.random_range(0..100) {
        0..12 => replaced(text, &OCR, rng).unwrap_or_else(|| struck(text, rng)),
        12..30 => replaced(text, &SOUNDS, rng).unwrap_or_else(|| struck(text, rng)),
        _ => struck(text, rng),
    }
}

/// Types a text of any script with one key too many, too few, wrong or too early.
fn struck(text: &str, rng: &mut impl Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 {
        return text.to_owned();
    }
    let at = rng.random_range(0..letters.len());
    match rng.random_range(0..4) {
        0 => letters[at] = neighbour(letters[at], rng),
        1 => {
            letters.remove(at);
        }
        2 => {
            let extra = if rng.random_bool(0.6) {
                letters[at]
            } else {
                neighbour(letters[at], rng)
            };
            letters.insert(at + 1, extra.to_ascii_lowercase());
        }
        _ => {
            let at = at.min(letters.len() - 2);
            letters.swap(at, at + 1);
        }
    }
    let typed: String = letters.into_iter().collect();
    typed.trim().to_owned()
}

/// Returns the key beside a letter; what is on no key stays.
fn neighbour(letter: char, rng: &mut impl Rng) -> char {
    let small = letter.to_ascii_lowercase();
    let found = KEYS.iter().find_map(|row| {
        let at = row.find(small)?;
        let beside = if at == 0 || at + 1 < row.len() && rng.random_bool(0.5) {
            at + 1
        } else {
            at - 1
        };
        row.as_bytes().get(beside).map(|key| char::from(*key))
    });
    match found {
        Some(key) if letter.is_ascii_uppercase() => key.to_ascii_uppercase(),
        Some(key) => key,
        None => letter,
    }
}

/// Replaces one of the pairs that occur after the first letter.
pub(super) fn replaced(text: &str, pairs: &[(&str, &str)], rng: &mut impl Rng) -> Option<String> {
    let start = text.chars().next()?.len_utf8();
    let (head, tail) = text.split_at(start);
    let fitting: Vec<_> = pairs
        .iter()
        .filter(|(from, _)| tail.contains(from))
        .collect();
    if fitting.is_empty() {
        return None;
    }
    let (from, to) = pick(&fitting, rng);
    Some(format!("{head}{}", tail.replacen(from, to, 1)))
}

/// Types a number with one digit wrong, or with two exchanged.
pub(super) fn digits(text: &str, rng: &mut impl Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..letters.len())
        .filter(|at| letters[*at].is_ascii_digit())
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let nth = rng.random_range(0..places.len());
    let at = places[nth];
    match places.get(nth + 1) {
        Some(&next) if letters[at] != letters[next] && rng.random_bool(0.4) => {
            letters.swap(at, next);
        }
        _ => letters[at] = other_digit(letters[at], rng),
    }
    letters.into_iter().collect()
}

fn other_digit(digit: char, rng: &mut impl Rng) -> char {
    let value = digit.to_digit(10).unwrap_or(0);
    char::from_digit((value + rng.random_range(1..10)) % 10, 10).unwrap_or(digit)
}

/// Types an e-mail address with an error before the `@`.
pub(super) fn email(address: &str, rng: &mut impl Rng) -> String {
    match address.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", latin(local, rng)),
        None => address.to_owned(),
    }
}

/// Gives a birth date another day of the calendar: day and month exchanged, or a digit of year, day or month wrong.
pub(super) fn birth(date: Date, rng: &mut impl Rng) -> Date {
    (0..8)
        .filter_map(|_| wrong_day(date, rng))
        .find(|wrong| *wrong != date)
        .unwrap_or(date)
}

/// Returns `None` where the error makes a day that does not exist.
fn wrong_day(date: Date, rng: &mut impl Rng) -> Option<Date> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let wrong = match rng.random_range(0..10) {
        0..4 => Date::new(year, day, month),
        4..7 => {
            let step = if rng.random_bool(0.5) { 1 } else { 10 };
            let is_later = rng.random_bool(0.5) && year + step <= 2008;
            Date::new(if is_later { year + step } else { year - step }, month, day)
        }
        7 | 8 => Date::new(year, month, day % 10 * 10 + day / 10),
        _ => Date::new(year, rng.random_range(1..=12), day),
    };
    wrong.ok()
}

#[cfg(test)]
mod tests {
    use super::super::super::seed::{Domain, stream};
    use super::*;

    #[test]
    fn a_typo_changes_a_name_by_at_most_two_letters() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        let mut changed = 0;
        for _ in 0..2_000 {
            let typed = latin("Catherine", &mut rng);
            assert!(typed.len().abs_diff(9) <= 2, "{typed}");
            changed += usize::from(typed != "Catherine");
        }
        assert!(changed > 1_800, "{changed}");
    }

    #[test]
    fn numbers_keep_their_length_and_all_but_two_digits() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        for _ in 0..500 {
            let typed = digits("06123 456789", &mut rng);
            let wrong = typed.chars().zip("06123 456789".chars());
            assert_eq!(typed.len(), 12);
            assert!(
                (1..=2).contains(&wrong.filter(|(a, b)| a != b).count()),
                "{typed}"
            );
        }
    }

    #[test]
    fn short_and_empty_values_stay() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        assert_eq!(struck("", &mut rng), "");
        assert_eq!(latin("", &mut rng), "");
        assert_eq!(digits("", &mut rng), "");
        assert_eq!(email("no address", &mut rng), "no address");
    }

    #[test]
    fn a_wrong_birth_date_is_a_day_of_the_calendar() {
        let mut rng = stream(1, Domain::Writing, 0, 0);
        let date = Date::constant(1980, 2, 29);
        // A leap day has few neighbours, and yet an error is found in most cases.
        let wrong = (0..400).filter(|_| birth(date, &mut rng) != date).count();
        assert!(wrong > 150, "{wrong}");
        let date = Date::constant(1980, 4, 7);
        let swapped = (0..1_000)
            .filter(|_| birth(date, &mut rng) == Date::constant(1980, 7, 4))
            .count();
        assert!((350..520).contains(&swapped), "{swapped}");
    }
}
