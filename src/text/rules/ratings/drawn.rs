//! Ratings drawn in stars: ★★★☆☆, ⭐⭐⭐⭐. Most stars in posts only adorn.

use std::ops::Range;

use super::around::Around;
use super::number;

/// Rows of stars up to which a text may rate; more adorn it.
const MAX_ROWS: usize = 64;
/// The most stars of one sort that rate.
const MOST: usize = 5;
/// From so many on, full stars rate without a word; so many at the beginning of a line.
const FEW: usize = 3;
const MANY: usize = 4;

/// A row of stars, ★ or ☆ each.
struct Row {
    range: Range<usize>,
    stars: Vec<char>,
}

/// Returns the rows of stars in a text that rate, each with its stars of five.
pub(super) fn ratings(around: &Around<'_>) -> Vec<(Range<usize>, f64)> {
    let found = around.table.drawn.find_iter(around.text);
    let rows: Vec<Row> = found
        .take(MAX_ROWS + 1)
        .map(|found| Row {
            range: found.range(),
            stars: found.as_str().chars().filter(|c| *c != ' ').collect(),
        })
        .collect();
    if rows.len() > MAX_ROWS {
        return Vec::new();
    }
    let rated = |row: &Row| {
        let is_single = rows.iter().filter(|other| other.stars == row.stars).count() == 1;
        Some((row.range.clone(), stars(around, row, is_single)?))
    };
    rows.iter().filter_map(rated).collect()
}

/// Returns the stars a row gives, none where it adorns.
fn stars(around: &Around<'_>, row: &Row, is_single: bool) -> Option<f64> {
    let count = row.stars.len();
    let full = row.stars.iter().take_while(|star| **star == '★').count();
    let is_empty_behind = row.stars[full..].iter().all(|star| *star == '☆');
    let before = around.before(row.range.start);
    let is_rated = around.table.rated.is_match(before)
        || (count >= FEW && around.table.named.is_match(before));
    if full > 0 && full < count {
        let is_scale = matches!(count, 5 | 10) || (count == FEW && is_rated);
        let steps = number::of_steps(full as f64, count as f64);
        return steps.filter(|_| is_scale && is_empty_behind);
    }
    let next = around.text[row.range.end..].chars().next();
    let has_half = matches!(next, Some('半' | '½'));
    let ends = has_half || next.is_none_or(|c| !c.is_alphanumeric());
    if !is_empty_behind || count > MOST || !ends {
        return None;
    }
    let previous = around.text[..row.range.start].chars().next_back();
    let begins =
        previous.is_none_or(|c| matches!(c, '\n' | '(' | '[' | '【' | '「' | '『' | ':' | '→'));
    let stands_out = match full {
        0 => count >= MANY && begins,
        _ => count >= MANY || (count == FEW && begins),
    };
    let half = if has_half { 0.5 } else { 0.0 };
    (is_rated || (is_single && stands_out)).then_some((count as f64 + half).min(number::MOST))
}
