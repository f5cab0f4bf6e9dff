//! What a help desk's export says of a ticket's course, when the answers themselves are not exported.

use std::io;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::score::written::{In, Out};

const MINUTE: f64 = 60e6;
/// Minutes of a first reply beyond which the cell is rubbish: a hundred years.
const MOST_MINUTES: f64 = 100.0 * 366.0 * 1440.0;

/// The course of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::score) struct Ticket {
    /// First answer, in microseconds since 1970-01-01 UTC.
    pub(super) first_reply_at: Option<i64>,
    /// When it was solved, likewise.
    pub(super) solved_at: Option<i64>,
    /// Somebody answered, known or not when.
    pub(super) is_answered: bool,
    /// Solved or closed, known or not when.
    pub(super) is_solved: bool,
    /// Whose it is.
    pub(super) assignee: Option<String>,
}

impl Ticket {
    /// Reads the further fields (`extra`) of a ticket opened at `opened_at`, by the headings of Zendesk; times without an
    /// offset are local. `None` when they say nothing of the ticket's course.
    pub(in crate::score) fn read(extra: &str, opened_at: i64, zone: &TimeZone) -> Option<Self> {
        let fields: Map<String, Value> = serde_json::from_str(extra).ok()?;
        let text = |name: &str| {
            let value = fields.get(name)?.as_str()?.trim();
            (!value.is_empty()).then_some(value)
        };
        let number = |name: &str| {
            let number: f64 = text(name)?.replace(',', "").parse().ok()?;
            (number.is_finite() && (0.0..=MOST_MINUTES).contains(&number)).then_some(number)
        };
        let first_reply_at = number("First reply time in minutes")
            .map(|minutes| opened_at.saturating_add((minutes * MINUTE) as i64));
        let solved_at = text("Solved at").and_then(|value| instant(value, zone));
        let is_solved = solved_at.is_some()
            || text("Status").is_some_and(|status| {
                ["solved", "closed", "解決済み", "終了"].contains(&status.to_lowercase().as_str())
            });
        let ticket = Self {
            first_reply_at,
            solved_at,
            is_answered: first_reply_at.is_some()
                || is_solved
                || number("Replies").is_some_and(|replies| replies >= 1.0),
            is_solved,
            assignee: text("Assignee").map(str::to_owned),
        };
        (ticket.is_answered || ticket.assignee.is_some()).then_some(ticket)
    }

    pub(in crate::score) fn write(&self, out: &mut Out<'_>) -> io::Result<()> {
        for at in [self.first_reply_at, self.solved_at] {
            out.number(u64::from(at.is_some()))?;
            out.number(at.unwrap_or_default().cast_unsigned())?;
        }
        out.number(u64::from(self.is_answered))?;
        out.number(u64::from(self.is_solved))?;
        out.number(u64::from(self.assignee.is_some()))?;
        out.counted(self.assignee.as_deref().unwrap_or_default().as_bytes())
    }

    /// Reads what [`Ticket::write`] wrote; `None` for anything else.
    pub(in crate::score) fn again(input: &mut In<'_>) -> Option<Self> {
        let (has_reply, first_reply_at) = (input.flag()?, input.time()?);
        let (has_end, solved_at) = (input.flag()?, input.time()?);
        let (is_answered, is_solved) = (input.flag()?, input.flag()?);
        let (has_assignee, assignee) = (input.flag()?, input.text()?);
        Some(Self {
            first_reply_at: has_reply.then_some(first_reply_at),
            solved_at: has_end.then_some(solved_at),
            is_answered,
            is_solved,
            assignee: has_assignee.then_some(assignee),
        })
    }
}

fn instant(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_microsecond());
    }
    let local: DateTime = text.replace('/', "-").parse().ok()?;
    Some(zone.to_timestamp(local).ok()?.as_microsecond())
}

/// Returns the name of the staff member who wrote a message of a LINE official account, from its further fields.
pub(in crate::score) fn staff_name(extra: &str) -> Option<String> {
    let fields: Map<String, Value> = serde_json::from_str(extra).ok()?;
    let name = fields.get("送信者名")?.as_str()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokyo() -> TimeZone {
        TimeZone::get("Asia/Tokyo").unwrap()
    }

    #[test]
    fn zendesks_fields_tell_the_course() {
        let opened: Timestamp = "2024-07-01T01:20:00Z".parse().unwrap();
        let opened = opened.as_microsecond();
        let extra = r#"{"Status":"Closed","Solved at":"2024-07-02 15:00","Assignee":"担当 A",
            "First reply time in minutes":"35","Replies":"2"}"#;
        let ticket = Ticket::read(extra, opened, &tokyo()).unwrap();
        let solved: Timestamp = "2024-07-02T06:00:00Z".parse().unwrap();
        assert_eq!(ticket.first_reply_at, Some(opened + 35 * 60_000_000));
        assert_eq!(ticket.solved_at, Some(solved.as_microsecond()));
        assert!(ticket.is_solved && ticket.is_answered);
        assert_eq!(ticket.assignee.as_deref(), Some("担当 A"));
        let mut bytes = Vec::new();
        ticket.write(&mut Out::new(&mut bytes)).unwrap();
        let mut bytes = &bytes[..];
        assert_eq!(Ticket::again(&mut In::new(&mut bytes)), Some(ticket));
    }

    #[test]
    fn an_open_ticket_says_nothing_and_an_answered_one_only_that_it_is() {
        assert_eq!(
            Ticket::read(r#"{"Status":"Open","Replies":"0"}"#, 0, &tokyo()),
            None
        );
        let pending = Ticket::read(r#"{"Status":"Pending","Replies":"1"}"#, 0, &tokyo()).unwrap();
        assert!(pending.is_answered && !pending.is_solved && pending.first_reply_at.is_none());
    }

    #[test]
    fn rubbish_is_nothing() {
        for extra in [
            "",
            "[1]",
            "{\"Status\":3}",
            "{\"Solved at\":\"soon\",\"First reply time in minutes\":\"1e300\"}",
            "{\"First reply time in minutes\":\"-5\"}",
        ] {
            assert_eq!(Ticket::read(extra, i64::MAX, &tokyo()), None, "{extra}");
        }
        assert_eq!(
            staff_name("{\"送信者名\":\" スタッフ \"}").unwrap(),
            "スタッフ"
        );
        assert_eq!(staff_name("null"), None);
    }
}
