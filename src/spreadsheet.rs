//! Cells of CSV files that people open in a spreadsheet.

use std::borrow::Cow;

/// Returns a cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe before it; numbers stay.
#[must_use]
pub(crate) fn unarmed(cell: &str) -> Cow<'_, str> {
    let is_armed = cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']);
    match is_armed && cell.parse::<f64>().is_err() {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_texts_and_numbers_are_numbers() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(1)",
            "\t=1",
            "-",
            "＝1",
        ] {
            assert_eq!(unarmed(cell), format!("'{cell}"));
        }
        for cell in ["-12", "+0.5", "-1e3", "a=b", "", "朝のさえずり"] {
            assert_eq!(unarmed(cell), cell);
        }
    }
}
