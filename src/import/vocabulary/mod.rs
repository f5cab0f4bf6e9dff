//! Words by which headings, names of files and cells tell what somebody agrees to or refuses.
//!
//! They stand in two tables beside this file, each with what it says. Headings are taken apart once: what differs in width, case
//! and separators only is the same.

mod cells;
mod headings;

pub(in crate::import) use cells::{Answer, answers, is_turned};
pub(in crate::import) use headings::{Kind, Part, has, parts, purpose};

/// Returns what each word of a table is listed under, with blanks within the words.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, String)> {
    let lines = table.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines.flat_map(|line| {
        let (name, words) = line.split_once('\t').expect("the tables are constant");
        words
            .split(' ')
            .map(move |word| (name, word.replace('_', " ")))
    })
}
