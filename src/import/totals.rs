//! Rows of totals that reports put between or below their rows: `合計,,,8,"6,600"`.

use super::head::fold;
use super::values::{ValueError, dates, money, numbers, widths};

/// What such a row calls itself.
const WORDS: &[&str] = &[
    "合計",
    "総合計",
    "総計",
    "小計",
    "計",
    "累計",
    "平均",
    "総合計金額",
    "合計金額",
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "sub-total",
    "sum",
    "average",
];
/// Bytes no such word has more of, marks and blanks around it included.
const MOST_BYTES: usize = 40;
/// What counts things and stands behind their number.
const COUNTERS: &[&str] = &["件", "点", "個", "名", "人", "枚", "本", "冊", "回", "行"];

/// Returns whether a row sums up others: one cell says so, at least one is empty, and all else are numbers or dates.
pub fn is_totals<'c>(cells: impl Iterator<Item = &'c str> + Clone) -> bool {
    // Nearly every row is told by this alone.
    if !cells.clone().any(is_word) {
        return false;
    }
    let (mut is_named, mut has_gap, mut has_number) = (false, false, false);
    for cell in cells {
        let Some(text) = widths::cell(cell) else {
            has_gap = true;
            continue;
        };
        if is_number(text) {
            has_number = true;
        } else if !is_named && is_word(text) {
            is_named = true;
        } else if !matches!(dates::moment(text), Ok(Some(_))) {
            return false;
        }
    }
    is_named && has_gap && has_number
}

fn is_word(text: &str) -> bool {
    if text.len() > MOST_BYTES
        || text
            .bytes()
            .all(|byte| !byte.is_ascii_alphabetic() && byte < 128)
    {
        return false;
    }
    let word: String = fold(text)
        .chars()
        .filter(|letter| !"[]()【】<>《》〈〉=*:-■●◆※".contains(*letter))
        .collect();
    // Letters are set apart for show: `合　計`.
    let close: String = word.split_whitespace().collect();
    WORDS.contains(&word.trim()) || WORDS.contains(&close.as_str())
}

fn is_number(text: &str) -> bool {
    let bare = COUNTERS
        .iter()
        .find_map(|counter| text.strip_suffix(counter))
        .unwrap_or(text);
    matches!(
        numbers::float(bare.trim_end_matches(['%', '％'])),
        Ok(Some(_))
    ) || ["JPY", "USD"].iter().any(|currency| {
        matches!(
            money::minor_units(bare, currency),
            Ok(Some(_)) | Err(ValueError::TooFine)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_rows_of_numbers_that_say_so() {
        let is = |row: &str| is_totals(row.split('|'));
        for row in [
            "合計||||8|6,600|",
            "|||【合　計】||¥1,234",
            "2024/07/31|小計||12件|(3,000)",
            "Grand Total:||$12.50",
            "Total||1.190,00|298,10",
        ] {
            assert!(is(row), "{row}");
        }
        for row in [
            "2024/07/31|100|本店||3,000",
            "合計|||",
            "合計|2|600",
            "合計|佐藤||600",
            "合計セット||2|600",
            "|||",
        ] {
            assert!(!is(row), "{row}");
        }
    }
}
