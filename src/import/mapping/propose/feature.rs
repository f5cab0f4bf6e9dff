//! What a column of an unknown file looks like: its heading in parts, and what its values are.

use std::collections::HashSet;

use jiff::civil::Date;

use super::heading::{compact, tokens, without_notes};
use crate::import::mapping::DayOrder;
use crate::import::mapping::cells::clock;
use crate::import::mapping::day_order::{three, year_first};
use crate::import::mapping::words;
use crate::import::order::PLACED;
use crate::import::values::dates::{self, Moment};
use crate::import::values::keys::{email_key, phone_key};
use crate::import::values::widths::{cell, narrow};
use crate::import::values::{ValueError, money, numbers};

/// Share of the values that must be of a sort.
const MOST: f64 = 0.9;
/// Currencies whose marks are looked for, with what shows them.
const MARKS: &[(&str, &[&str])] = &[
    ("JPY", &["¥", "円", "\\", "jpy"]),
    ("EUR", &["€", "eur"]),
    ("GBP", &["£", "gbp"]),
    ("KRW", &["₩", "krw"]),
    ("USD", &["$", "usd"]),
];

/// One column of the sample.
pub(super) struct Feature {
    pub heading: String,
    /// Lower case, letters and digits only, Japanese in one way of writing.
    pub compact: String,
    /// The same without notes that do not change what it means: `合計` of `合計（税込）`.
    pub bare: String,
    /// Words of a heading in Latin letters.
    pub tokens: Vec<String>,
    /// Filled cells with their rows.
    pub values: Vec<(usize, String)>,
    pub distinct: usize,
    pub is_date: bool,
    pub is_time: bool,
    /// Whether dates have times of day.
    pub has_time: bool,
    /// Digits alone that may count seconds or be a day.
    pub is_stamp: bool,
    pub is_money: bool,
    pub is_integer: bool,
    pub is_email: bool,
    pub is_phone: bool,
    pub is_postal: bool,
    pub is_url: bool,
    pub is_rating: bool,
    pub is_currency: bool,
    /// Short names without blanks, of digits or Latin letters.
    pub is_id: bool,
    /// Whether the values have digits in them.
    pub has_digits: bool,
    /// Words, not numbers or addresses.
    pub is_text: bool,
    pub mean_letters: f64,
}

impl Feature {
    pub(super) fn of(heading: &str, cells: impl Iterator<Item = (usize, String)>) -> Self {
        let values: Vec<(usize, String)> = cells
            .filter_map(|(row, text)| Some((row, cell(&text)?.to_owned())))
            .collect();
        let texts = || values.iter().map(|(_, text)| text.as_str());
        let mostly = |test: &dyn Fn(&str) -> bool| {
            let count = texts().filter(|text| test(text)).count();
            !values.is_empty() && count as f64 >= MOST * values.len() as f64
        };
        let is_date = mostly(&is_date);
        let without_notes = without_notes(heading);
        let is_number = mostly(&|text| currencies_of(text).next().is_some());
        let is_email = mostly(&|text| email_key(text).is_some_and(|key| key.contains('.')));
        let is_url = mostly(&|text| text.starts_with("http://") || text.starts_with("https://"));
        let is_time = mostly(&is_time) || (tells_time(heading) && mostly(&is_bare_time));
        let letters: usize = texts().map(|text| text.chars().count()).sum();
        Self {
            heading: cell(heading).unwrap_or_default().to_owned(),
            compact: compact(heading),
            bare: compact(&without_notes),
            tokens: tokens(&without_notes),
            distinct: texts().collect::<HashSet<_>>().len(),
            is_date,
            is_time,
            has_time: texts().any(is_date_with_time),
            is_stamp: mostly(&|text| dates::moment(text).is_ok_and(|moment| moment.is_some())),
            is_money: is_number && !is_date && !is_time,
            is_integer: mostly(&|text| numbers::integer(text).is_ok()),
            is_email,
            is_phone: mostly(&is_phone),
            is_postal: mostly(&is_postal),
            is_url,
            is_rating: mostly(&is_rating),
            is_currency: mostly(&|text| {
                text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
            }),
            is_id: mostly(&|text| {
                text.len() <= 64
                    && !text.contains(char::is_whitespace)
                    && !is_date_mark(text)
                    && (text.is_ascii() || text.contains(char::is_numeric))
            }),
            has_digits: mostly(&|text| text.contains(char::is_numeric)),
            is_text: !is_number && !is_date && !is_email && !is_url,
            mean_letters: letters as f64 / values.len().max(1) as f64,
            values,
        }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        self.values.iter().map(|(_, text)| text.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Returns whether no value comes twice.
    pub(super) fn is_unique(&self) -> bool {
        !self.is_empty() && self.distinct == self.values.len()
    }

    /// Returns whether the heading says nothing: `A`, `col2`, `項目3`.
    pub(super) fn is_mute(&self) -> bool {
        let word = self
            .compact
            .trim_end_matches(|letter: char| letter.is_ascii_digit());
        (word.is_ascii() && word.len() <= 1)
            || [
                "col",
                "column",
                "field",
                "var",
                "unnamed",
                "列",
                "項目",
                "カラム",
            ]
            .contains(&word)
    }

    /// Returns whether the values are ids by themselves, whatever the heading is.
    pub(super) fn is_bare_id(&self) -> bool {
        self.is_id
            && self.has_digits
            && self.texts().all(str::is_ascii)
            && !(self.is_date || self.is_time || self.is_email || self.is_phone || self.is_postal)
    }

    /// Returns whether the values look like amounts rather than names: marked as `¥1,200`, or all round.
    pub(super) fn looks_like_amounts(&self) -> bool {
        let is_round = self.distinct > 1 && self.texts().all(|text| text.ends_with('0'));
        self.is_money && (is_round || self.has_mark())
    }

    /// Returns whether the values are written as nothing but amounts are.
    pub(super) fn has_mark(&self) -> bool {
        self.is_money
            && (self.has_cents()
                || self.currency().is_some()
                || self.texts().any(|text| text.contains(',')))
    }

    /// Returns the values, each once, if there are at most `most`.
    pub(super) fn words(&self, most: usize) -> Option<Vec<&str>> {
        let mut words: Vec<&str> = Vec::new();
        for text in self.texts() {
            if !words.contains(&text) {
                words.push(text);
            }
            if words.len() > most {
                return None;
            }
        }
        Some(words)
    }

    /// Returns whether every value answers a question about consent.
    pub(super) fn is_consent(&self) -> bool {
        self.words(8).is_some_and(|words| {
            !words.is_empty() && words.iter().all(|word| words::consent(word).is_some())
        })
    }

    /// Returns whether the values are a few words of which one says that an order does not stand.
    pub(super) fn tells_cancellations(&self) -> bool {
        let words = self.words(8).unwrap_or_default();
        words.len() > 1
            && words.iter().all(|word| word.chars().count() <= 20)
            && words.iter().any(|word| words::order_status(word) != PLACED)
    }

    /// Returns the currency that marks of the values, or else of the heading, show: `Total (£)`.
    pub(super) fn currency(&self) -> Option<&'static str> {
        currency_of(self.texts()).or_else(|| {
            let is_word = |mark: &str| mark.is_ascii() && mark.len() == 3;
            let has = |mark: &str| {
                if is_word(mark) {
                    tokens(&self.heading).iter().any(|token| token == mark)
                } else {
                    narrow(&self.heading).contains(mark)
                }
            };
            MARKS
                .iter()
                .find(|(_, marks)| marks.iter().any(|mark| has(mark)))
                .map(|(currency, _)| *currency)
        })
    }

    /// Returns whether amounts have a comma before their cents: `1.190,00`.
    pub(super) fn has_decimal_comma(&self) -> bool {
        self.has_cents()
            && self.texts().all(|text| {
                let cents = text.rsplit_once(',').map(|(_, cents)| cents);
                cents.is_none_or(|cents| cents.len() == 2) && !text.ends_with(".00")
            })
            && self.texts().any(|text| text.contains(','))
    }

    /// Returns whether some amount has parts that yen have not.
    pub(super) fn has_cents(&self) -> bool {
        self.texts()
            .any(|text| money::minor_units(text, "JPY") == Err(ValueError::TooFine))
    }
}

fn is_date_mark(text: &str) -> bool {
    text.contains('/') || (text.contains(':') && text.contains('-'))
}

fn is_date(text: &str) -> bool {
    if three(text).is_some() {
        return !possible(&[text.to_owned()]).is_empty();
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_bare = digits == narrow(text).len();
    match dates::moment(text) {
        Ok(Some(Moment::Day(day))) => !is_bare || (1980..2100).contains(&day.year()),
        Ok(Some(_)) => !is_bare,
        _ => false,
    }
}

fn is_date_with_time(text: &str) -> bool {
    let read = year_first(text, possible(&[text.to_owned()]).first().copied());
    matches!(
        dates::moment(&read),
        Ok(Some(Moment::Local(_) | Moment::Exact(_)))
    )
}

fn is_time(text: &str) -> bool {
    text.contains([':', '時'])
        && matches!(
            dates::moment(&format!("2024-01-01 {text}")),
            Ok(Some(Moment::Local(_)))
        )
}

/// Returns the currency whose marks the texts have.
fn currency_of<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Option<&'static str> {
    let shows = |marks: &[&str]| {
        texts.clone().any(|text| {
            let text = narrow(text).to_lowercase();
            marks.iter().any(|mark| text.contains(mark))
        })
    };
    MARKS
        .iter()
        .find(|(_, marks)| shows(marks))
        .map(|(currency, _)| *currency)
}

/// Returns whether a heading says that its digits are times of day.
fn tells_time(heading: &str) -> bool {
    let compact = compact(heading);
    ["時刻", "時間"].iter().any(|part| compact.contains(part))
        || tokens(heading).last().is_some_and(|token| token == "time")
}

fn is_bare_time(text: &str) -> bool {
    let time = clock(text);
    time.len() > text.len() && is_time(&time)
}

fn is_phone(text: &str) -> bool {
    let text = narrow(text);
    let text = text.trim_start_matches('\'');
    text.starts_with(['0', '+', '('])
        && phone_key(text).is_some()
        && !is_date(text)
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || "+-() .".contains(letter))
}

fn is_postal(text: &str) -> bool {
    let text = narrow(text);
    let is_marked = text.starts_with('〒') || text.as_bytes().get(3) == Some(&b'-');
    let digits: Vec<char> = text
        .trim_start_matches(['〒', '\''])
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .collect();
    digits.len() == 7 && digits.iter().all(char::is_ascii_digit) && (is_marked || text.len() == 7)
}

fn is_rating(text: &str) -> bool {
    let stars = words::stars(text).ok().flatten();
    stars.is_some_and(|stars| (0.0..=5.0).contains(&stars) && (stars * 2.0).fract() == 0.0)
}

fn currencies_of(text: &str) -> impl Iterator<Item = &'static str> {
    let text = text.to_owned();
    ["JPY", "USD", "EUR", "GBP", "KRW", "CNY"]
        .into_iter()
        .filter(move |currency| {
            matches!(
                money::minor_units(&text, currency),
                Ok(Some(_)) | Err(ValueError::TooFine)
            )
        })
}

/// Returns the orders of day, month and year in which every date can be read.
pub(super) fn possible(texts: &[String]) -> Vec<DayOrder> {
    [DayOrder::Ymd, DayOrder::Mdy, DayOrder::Dmy]
        .into_iter()
        .filter(|order| texts.iter().all(|text| day_in(text, *order).is_some()))
        .collect()
}

fn day_in(text: &str, order: DayOrder) -> Option<Date> {
    let read = year_first(text, Some(order));
    dates::date(&read, &jiff::tz::TimeZone::UTC).ok().flatten()
}

/// Returns the order in which the dates of a column must be read: `Ok(None)` where the year stands first anyway, `Err`
/// with the orders there are where the values do not tell.
pub(super) fn order_of(
    texts: &[String],
    is_japanese: bool,
) -> Result<Option<DayOrder>, Vec<DayOrder>> {
    let open: Vec<String> = texts
        .iter()
        .filter(|text| three(text).is_some())
        .cloned()
        .collect();
    if open.is_empty() {
        return Ok(None);
    }
    let orders = possible(&open);
    match orders.as_slice() {
        [] => return Ok(None),
        [order] => return Ok(Some(*order)),
        _ => {}
    }
    if is_japanese && orders.contains(&DayOrder::Ymd) {
        return Ok(Some(DayOrder::Ymd));
    }
    // Exports are sorted by time: the right order goes one way, the wrong one back and forth.
    let turns = |order: &DayOrder| {
        let days: Vec<Date> = open
            .iter()
            .filter_map(|text| day_in(text, *order))
            .collect();
        let count = |back: fn(&Date, &Date) -> bool| {
            days.windows(2)
                .filter(|pair| back(&pair[0], &pair[1]))
                .count()
        };
        count(|before, after| after < before).min(count(|before, after| after > before))
    };
    let mut by_turns: Vec<(usize, DayOrder)> =
        orders.iter().map(|order| (turns(order), *order)).collect();
    by_turns.sort_by_key(|(turns, _)| *turns);
    match by_turns.as_slice() {
        [(fewest, order), (next, _), ..] if *fewest == 0 && *next > 1 => Ok(Some(*order)),
        _ => Err(orders),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_order_of_dates_is_told_by_days_beyond_twelve_or_by_time_going_on() {
        let order = |list: &[&str]| order_of(&texts(list), false);
        assert_eq!(order(&["2024/1/5", "2024/2/1"]), Ok(None));
        assert_eq!(order(&["3/1/2024", "25/1/2024"]), Ok(Some(DayOrder::Dmy)));
        assert_eq!(order(&["1/3/2024", "1/25/2024"]), Ok(Some(DayOrder::Mdy)));
        assert_eq!(
            order(&[
                "01/10/2023",
                "09/10/2023",
                "02/11/2023",
                "11/11/2023",
                "03/12/2023"
            ]),
            Ok(Some(DayOrder::Dmy))
        );
        assert!(order(&["1/2/2024", "3/4/2024"]).is_err());
        assert_eq!(
            order_of(&texts(&["24/1/5", "24/2/3"]), true),
            Ok(Some(DayOrder::Ymd))
        );
    }

    #[test]
    fn values_tell_what_a_column_is() {
        let of = |list: &[&str]| Feature::of("x", texts(list).into_iter().enumerate());
        assert!(of(&["2024/1/5 9:05", "2024/2/1"]).is_date);
        assert!(!of(&["1406851500", "1406851501"]).is_date);
        assert!(of(&["20240105", "20240203"]).is_date);
        assert!(of(&["09:05", "13:40:10"]).is_time);
        let of_time = |list: &[&str]| Feature::of("売上時刻", texts(list).into_iter().enumerate());
        assert!(of_time(&["93005", "134010"]).is_time && !of(&["93005", "134010"]).is_time);
        assert!(of(&["090-1234-5678", "+81 90 1234 5678"]).is_phone);
        assert!(!of(&["10001", "10002"]).is_phone);
        assert!(of(&["〒160-0023", "1600023"]).is_postal);
        assert_eq!(of(&["$8.00"]).currency(), Some("USD"));
        assert!(of(&["8.25"]).has_cents() && !of(&["8.00"]).has_cents());
        assert!(of(&["★★★☆☆", "4.5"]).is_rating);
    }
}
