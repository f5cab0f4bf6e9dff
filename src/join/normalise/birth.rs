//! Birth dates, as evidence that two records are one person.

use super::address::numerals;
use super::fold::folded;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Returns a date as eight digits, year first; `None` when it cannot be read in one way only.
///
/// Eras are read, times of day dropped. A date that never was keeps its digits, for it may stand the same way in both
/// records. Years of two digits are not taken, nor is a date that can be read with day or month first.
///
/// ```
/// use koe::join::normalise::birth_digits;
/// assert_eq!(birth_digits("1980/1/2").as_deref(), Some("19800102"));
/// assert_eq!(birth_digits("昭和55年1月2日").as_deref(), Some("19800102"));
/// assert_eq!(birth_digits("S55.1.2").as_deref(), Some("19800102"));
/// assert_eq!(birth_digits("1/2/1980"), None);
/// ```
pub fn birth_digits(date: &str) -> Option<String> {
    let text = date.trim();
    if let Some(digits) = plain(text) {
        return digits;
    }
    let text = numerals::dates(&without_brackets(&folded(text)));
    let text = text.trim().trim_start_matches('\'');
    if let Some(digits) = plain(text.strip_suffix(".0").unwrap_or(text)) {
        return digits;
    }
    let (era, rest) = era(text);
    let numbers = Numbers::of(rest)?;
    match (era, numbers) {
        (Some(before), Numbers::Whole(whole)) if whole.len() == 6 => dated(
            before + whole[..2].parse::<u32>().ok()?,
            whole[2..4].parse().ok()?,
            whole[4..].parse().ok()?,
        ),
        (Some(before), Numbers::Three([year, month, day], _)) if year.len() <= 2 => dated(
            before + year.parse::<u32>().ok()?,
            part(&month)?,
            part(&day)?,
        ),
        (None, Numbers::Three([year, month, day], _)) if year.len() == 4 => {
            dated(year.parse().ok()?, part(&month)?, part(&day)?)
        }
        (None, Numbers::Three([first, second, year], named)) if year.len() == 4 => {
            let (month, day) = month_and_day(part(&first)?, part(&second)?, named)?;
            dated(year.parse().ok()?, month, day)
        }
        _ => None,
    }
}

/// Reads eight digits and nothing else; the outer `None` when the text is something else.
fn plain(text: &str) -> Option<Option<String>> {
    let is_plain = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| (!text.starts_with('0')).then(|| text.to_owned()))
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    text.chars()
        .filter(|letter| {
            match letter {
                '(' | '[' => depth += 1,
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// Returns the year before the first of the era a date starts with, and the rest.
fn era(text: &str) -> (Option<u32>, &str) {
    const ERAS: &[(&str, u32)] = &[
        ("明治", 1867),
        ("大正", 1911),
        ("昭和", 1925),
        ("平成", 1988),
        ("令和", 2018),
        ("明", 1867),
        ("大", 1911),
        ("昭", 1925),
        ("平", 1988),
        ("令", 2018),
        ("m", 1867),
        ("t", 1911),
        ("s", 1925),
        ("h", 1988),
        ("r", 2018),
    ];
    let found = ERAS.iter().find_map(|(name, before)| {
        let rest = text.strip_prefix(name)?.trim_start_matches([' ', '.']);
        let is_year = rest.starts_with(|first: char| first.is_ascii_digit() || first == '元');
        is_year.then_some((*before, rest))
    });
    match found {
        Some((before, rest)) => (Some(before), rest),
        None => (None, text),
    }
}

/// The numbers of a date.
enum Numbers {
    Whole(String),
    /// The place of the month, if it is named.
    Three([String; 3], Option<usize>),
}

impl Numbers {
    fn of(text: &str) -> Option<Self> {
        let mut found: Vec<String> = Vec::with_capacity(3);
        let mut named = None;
        let mut rest = text;
        while found.len() < 3 {
            let first = rest.chars().next();
            let Some(first) = first else { break };
            let length = if first.is_ascii_digit() {
                let length = digits_ahead(rest);
                found.push(rest[..length].to_owned());
                length
            } else if first == '元' && found.is_empty() {
                found.push("1".to_owned());
                first.len_utf8()
            } else if first.is_ascii_lowercase() {
                let length = rest
                    .find(|letter: char| !letter.is_ascii_lowercase())
                    .unwrap_or(rest.len());
                if let Some(month) = month(&rest[..length]) {
                    named = Some(found.len());
                    found.push(month.to_string());
                } else if !is_filler(&rest[..length], found.len()) {
                    return None;
                }
                length
            } else if matches!(
                first,
                ' ' | '-' | '/' | '.' | ',' | '年' | '月' | '日' | '生'
            ) {
                first.len_utf8()
            } else {
                return None;
            };
            rest = &rest[length..];
        }
        if let [whole] = &*found {
            return Some(Self::Whole(whole.clone()));
        }
        let is_end = rest.is_empty() || rest.starts_with([' ', 't', '日', ',', '.', '生']);
        match (<[String; 3]>::try_from(found), is_end) {
            (Ok(three), true) => Some(Self::Three(three, named)),
            _ => None,
        }
    }
}

fn digits_ahead(text: &str) -> usize {
    text.find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len())
}

fn month(word: &str) -> Option<usize> {
    let place = MONTHS.iter().position(|month| word.starts_with(month))?;
    Some(place + 1)
}

/// Endings of ordinals and days of the week.
fn is_filler(word: &str, found: usize) -> bool {
    match word {
        "st" | "nd" | "rd" | "th" => found > 0,
        _ => {
            found == 0
                && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                    .iter()
                    .any(|day| word.starts_with(day))
        }
    }
}

/// A month or day; none of more than two digits.
fn part(digits: &str) -> Option<u32> {
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

/// Month and day before a year: told apart by a month's name, or by a number no month has.
fn month_and_day(first: u32, second: u32, named: Option<usize>) -> Option<(u32, u32)> {
    match named {
        Some(0) => Some((first, second)),
        Some(1) => Some((second, first)),
        _ if first == second || (first <= 12 && second > 12) => Some((first, second)),
        _ if first > 12 && second <= 12 => Some((second, first)),
        _ => None,
    }
}

fn dated(year: u32, month: u32, day: u32) -> Option<String> {
    let is_kept = (1000..=9999).contains(&year) && month <= 99 && day <= 99;
    is_kept.then(|| format!("{year:04}{month:02}{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_in_two_ways_or_none_has_no_key() {
        for text in [
            "",
            "0000-00-00",
            "00000000",
            "80/1/2",
            "1/2/1980",
            "1980",
            "1980-01",
            "unknown",
            "4-2-1980-5",
            "19800102-5x",
        ] {
            assert_eq!(birth_digits(text), None, "{text}");
        }
    }
}
