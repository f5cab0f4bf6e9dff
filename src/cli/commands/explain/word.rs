//! `koe explain word`: how a word is said.

use koe::error::{Error, Result};
use koe::pipeline::{WordExplanation, WordLine};
use koe::report::Lang;
use koe::score::topics::kwic::Line;
use polars::prelude::{DataFrame, df};

use crate::args::Format;
use crate::output;
use crate::ui::sanitised;

/// Weeks shown to people, the last.
const SHOWN_WEEKS: usize = 12;

/// Prints an explanation: as CSV the places alone.
pub fn print(explained: &WordExplanation, format: Format, width: usize, lang: Lang) -> Result<()> {
    if format == Format::Csv {
        return output::print(&lines(&explained.lines)?, format);
    }
    output::print_text(&summary(explained, lang))?;
    if !explained.shifts.is_empty() {
        output::print(&shifts(explained)?, format)?;
    }
    if !explained.partners.is_empty() {
        output::print(&partners(explained)?, format)?;
    }
    if !explained.weeks.is_empty() {
        output::print(&weeks(explained)?, format)?;
    }
    let places: String = explained
        .lines
        .iter()
        .map(|line| place(line, width))
        .collect();
    output::print_text(&places)
}

fn summary(explained: &WordExplanation, lang: Lang) -> String {
    let WordExplanation {
        word,
        post_count,
        positive_count,
        negative_count,
        ..
    } = explained;
    let said = match lang {
        Lang::Ja => {
            format!("「{word}」 {post_count}件（好意 {positive_count}、不満 {negative_count}）")
        }
        Lang::En => format!(
            "\"{word}\": {post_count} posts ({positive_count} positive, {negative_count} negative)"
        ),
    };
    format!("{}\n", sanitised(&said))
}

/// Returns the line of a place: the day, the mood, and the word with its contexts, in a column with those of other lines.
fn place(line: &WordLine, width: usize) -> String {
    let mood = match line.label.as_deref() {
        Some("positive") => '+',
        Some("negative") => '-',
        _ => ' ',
    };
    let shown = Line {
        text: 0,
        left: line.left.clone(),
        word: line.word.clone(),
        right: line.right.clone(),
    };
    format!("{} {mood} {}\n", line.day, sanitised(&shown.aligned(width)))
}

fn lines(lines: &[WordLine]) -> Result<DataFrame> {
    let text = |of: fn(&WordLine) -> &str| lines.iter().map(of).collect::<Vec<_>>();
    df!(
        "posted_at" => text(|line| &line.posted_at),
        "source" => text(|line| &line.source),
        "post_id" => text(|line| &line.post_id),
        "label" => lines.iter().map(|line| line.label.as_deref()).collect::<Vec<_>>(),
        "left" => text(|line| &line.left),
        "word" => text(|line| &line.word),
        "right" => text(|line| &line.right),
    )
    .map_err(Error::frame("list the places"))
}

fn shifts(explained: &WordExplanation) -> Result<DataFrame> {
    let rows = &explained.shifts;
    df!(
        "brand" => rows.iter().map(|row| &*row.brand).collect::<Vec<_>>(),
        "post_count" => rows.iter().map(|row| row.post_count).collect::<Vec<_>>(),
        "previous_count" => rows.iter().map(|row| row.previous_count).collect::<Vec<_>>(),
        "z_previous" => rows.iter().map(|row| row.z_previous.map(rounded)).collect::<Vec<_>>(),
        "z_rest" => rows.iter().map(|row| row.z_rest.map(rounded)).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the shifts"))
}

fn partners(explained: &WordExplanation) -> Result<DataFrame> {
    let rows = &explained.partners;
    df!(
        "word" => rows.iter().map(|row| &*row.word).collect::<Vec<_>>(),
        "post_count" => rows.iter().map(|row| row.post_count).collect::<Vec<_>>(),
        "npmi" => rows.iter().map(|row| rounded(row.npmi)).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the partners"))
}

fn weeks(explained: &WordExplanation) -> Result<DataFrame> {
    let first = explained.weeks.len().saturating_sub(SHOWN_WEEKS);
    let rows = &explained.weeks[first..];
    df!(
        "week_start" => rows.iter().map(|row| &*row.week_start).collect::<Vec<_>>(),
        "post_count" => rows.iter().map(|row| row.post_count).collect::<Vec<_>>(),
        "positive_count" => rows.iter().map(|row| row.positive_count).collect::<Vec<_>>(),
        "negative_count" => rows.iter().map(|row| row.negative_count).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the weeks"))
}

/// Two places, for people.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
