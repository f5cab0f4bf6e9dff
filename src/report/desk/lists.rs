//! The desk as lists for spreadsheets.

use rayon::prelude::*;

use super::Desk;
use super::complaints::Complaint;
use super::people::DeskRow;
use super::writer::Writer;
use crate::report::words::{Lang, Words};
use crate::spreadsheet::unarmed;

/// Rows of a list written at once.
const ROWS_AT_ONCE: usize = 4096;

/// Returns `desk.csv`, the persons to contact, in UTF-8 with a byte-order mark so that spreadsheets open it; cells that would be
/// formulas are quoted.
pub fn csv(desk: &Desk, lang: Lang) -> Vec<u8> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let headings = [
        "urgency", "name", "customer", "segment", "action", "reason", "channels", "last", "ltv",
        "quote",
    ];
    let row = |row: &DeskRow| {
        let person = writer.person(row);
        let urgency = if row.is_now { "desk.now" } else { "desk.week" };
        vec![
            words.get(urgency).to_owned(),
            person.name,
            person.customer,
            person.segment,
            person.action,
            person.reasons.join(" / "),
            person.channels,
            person.last_purchased_on,
            row.ltv_minor.map(|ltv| ltv.to_string()).unwrap_or_default(),
            person.quote,
        ]
    };
    list(words, &headings, &desk.rows, row)
}

/// Returns `desk.complaints.csv`, the complaints that wait, written as `desk.csv` is.
pub fn complaints_csv(desk: &Desk, lang: Lang) -> Vec<u8> {
    let words = lang.words();
    let writer = Writer::new(desk, lang);
    let headings = [
        "position",
        "name",
        "customer",
        "platform",
        "post",
        "assignee",
        "deadline",
        "past",
        "waiting_since",
        "waited",
        "segment",
        "ltv",
        "reason",
        "quote",
    ];
    let row = |one: &Complaint| {
        let told = writer.waiting(one);
        let past = if one.is_past {
            words.get("desk.past")
        } else {
            ""
        };
        vec![
            told.position,
            told.name,
            told.note,
            told.platform,
            told.post,
            told.assignee,
            told.due,
            past.to_owned(),
            told.waiting_since,
            told.waited,
            told.segment,
            one.ltv_minor.map(|ltv| ltv.to_string()).unwrap_or_default(),
            told.reasons.join(" / "),
            told.quote,
        ]
    };
    list(words, &headings, &desk.complaints, row)
}

/// Returns a list with its headings; the rows are written in parts, beside each other.
fn list<R: Sync>(
    words: &Words,
    headings: &[&str],
    rows: &[R],
    cells: impl Fn(&R) -> Vec<String> + Sync,
) -> Vec<u8> {
    let headings: Vec<String> = headings
        .iter()
        .map(|key| words.get(&format!("desk.{key}")).to_owned())
        .collect();
    let mut list = "\u{feff}".as_bytes().to_vec();
    list.extend(records(std::iter::once(headings)));
    let parts: Vec<Vec<u8>> = rows
        .par_chunks(ROWS_AT_ONCE)
        .map(|rows| records(rows.iter().map(&cells)))
        .collect();
    for part in parts {
        list.extend(part);
    }
    list
}

/// Returns rows of a list as they stand in the file.
fn records(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| unarmed(cell).into_owned()))
            .expect("memory does not fail to be written");
    }
    writer
        .into_inner()
        .expect("memory does not fail to be flushed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_that_of_one_writer() {
        let rows: Vec<usize> = (0..2 * ROWS_AT_ONCE + 7).collect();
        let cells = |row: &usize| vec![row.to_string(), "=1+1, \"a\"\nb".to_owned(), String::new()];
        let words = Lang::En.words();
        let found = list(words, &["name", "segment", "quote"], &rows, cells);
        let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
        let headings = ["desk.name", "desk.segment", "desk.quote"].map(|key| words.get(key));
        writer.write_record(headings).unwrap();
        for row in &rows {
            let cells = cells(row);
            writer
                .write_record(cells.iter().map(|cell| unarmed(cell).into_owned()))
                .unwrap();
        }
        assert!(found == writer.into_inner().unwrap());
        let none: [usize; 0] = [];
        let empty = list(words, &["name"], &none, cells);
        assert_eq!(String::from_utf8(empty).unwrap().lines().count(), 1);
    }
}
