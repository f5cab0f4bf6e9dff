//! When the shop answers: `[score.business_hours]` and `[score.conversation]`.

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Ranges of one weekday at most.
const MOST_RANGES: usize = 24;

/// Hours in which the clock of an answer runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessHoursConfig {
    /// Ranges of Mondays, e.g. `09:00-12:00, 13:00-18:00`; empty when closed. The same for the others.
    pub monday: String,
    /// Tuesdays.
    pub tuesday: String,
    /// Wednesdays.
    pub wednesday: String,
    /// Thursdays.
    pub thursday: String,
    /// Fridays.
    pub friday: String,
    /// Saturdays.
    pub saturday: String,
    /// Sundays.
    pub sunday: String,
    /// Closed on Japan's national holidays.
    pub holidays: bool,
    /// A day of the table `holidays` is a closing day when its name has one of these words.
    pub closing_words: Vec<String>,
}

/// What a conversation is and how soon it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationConfig {
    /// Hours of silence that end a conversation.
    pub session_hours: u32,
    /// Business minutes within which a first answer is due.
    pub response_target_minutes: u32,
}

/// Opening hours within a day: minutes after midnight, the end up to a day later than the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenRange {
    /// First open minute, 0..1440.
    pub start: u16,
    /// First minute that is closed again, above `start`; above 1440 after midnight.
    pub end: u16,
}

impl BusinessHoursConfig {
    /// Returns the ranges of a weekday, by their starts.
    pub fn ranges(&self, weekday: Weekday) -> Vec<OpenRange> {
        let place = weekday.to_monday_zero_offset();
        self.weekdays()
            .into_iter()
            .zip(0..)
            .find(|(_, number)| *number == place)
            .and_then(|((_, text), _)| ranges(text))
            .unwrap_or_default()
    }

    fn weekdays(&self) -> [(&'static str, &str); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }

    pub(super) fn check(&self) -> Result<()> {
        let mut is_ever_open = false;
        for (name, text) in self.weekdays() {
            match ranges(text) {
                Some(ranges) => is_ever_open |= !ranges.is_empty(),
                None => {
                    return Err(Error::BadSetting {
                        key: format!("score.business_hours.{name}"),
                        value: text.to_owned(),
                        expected:
                            "hours such as `09:00-12:00, 13:00-18:00`, or nothing when closed"
                                .into(),
                    });
                }
            }
        }
        if is_ever_open {
            return Ok(());
        }
        Err(Error::BadSetting {
            key: "score.business_hours".into(),
            value: "closed on every day".into(),
            expected: "open on one day of the week at least".into(),
        })
    }
}

/// Reads ranges; `None` for what are none.
fn ranges(text: &str) -> Option<Vec<OpenRange>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut ranges = text
        .split([',', '、'])
        .map(range)
        .collect::<Option<Vec<OpenRange>>>()?;
    ranges.sort_unstable();
    (ranges.len() <= MOST_RANGES).then_some(ranges)
}

fn range(text: &str) -> Option<OpenRange> {
    let (start, end) = text.split_once(['-', '–', '~', '〜', '～'])?;
    let (start, end) = (minutes(start.trim())?, minutes(end.trim())?);
    if start == end || start == DAY {
        return None;
    }
    let end = if end < start { end + DAY } else { end };
    Some(OpenRange { start, end })
}

/// Reads `9:00` or `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= DAY).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Option<Vec<(u16, u16)>> {
        Some(
            ranges(text)?
                .into_iter()
                .map(|range| (range.start, range.end))
                .collect(),
        )
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        assert_eq!(pairs("09:00-18:00"), Some(vec![(540, 1080)]));
        assert_eq!(
            pairs("13:00–18:00, 9:00〜12:00"),
            Some(vec![(540, 720), (780, 1080)])
        );
        assert_eq!(pairs("18:00-02:00"), Some(vec![(1080, 1560)]));
        assert_eq!(pairs("18:00-00:00"), Some(vec![(1080, 1440)]));
        assert_eq!(pairs("00:00-24:00"), Some(vec![(0, 1440)]));
        assert_eq!(pairs(" "), Some(Vec::new()));
    }

    #[test]
    fn what_are_no_hours_is_refused() {
        for text in [
            "closed",
            "9-18",
            "09:00",
            "09:00-09:00",
            "09:00-24:30",
            "09:60-18:00",
            "+9:00-18:00",
            "24:00-02:00",
            "009:00-18:00",
            "09:00-18:00,",
            ":00-1:00-",
        ] {
            assert_eq!(pairs(text), None, "{text}");
        }
        assert_eq!(pairs(&["1:00-2:00"; 25].join(",")), None);
    }
}
