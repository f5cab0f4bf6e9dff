//! Cells of CSV files that people open in a spreadsheet.

use std::borrow::Cow;

/// Returns a text that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe before it.
#[must_use]
pub fn unarmed(text: &str) -> Cow<'_, str> {
    match text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// As [`unarmed`], of a cell that may be a number, which stays one.
#[must_use]
pub fn unarmed_cell(cell: &str) -> Cow<'_, str> {
    match cell.parse::<f64>() {
        Ok(_) => Cow::Borrowed(cell),
        Err(_) => unarmed(cell),
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
            assert_eq!(unarmed_cell(cell), format!("'{cell}"));
        }
        for cell in ["-12", "+0.5", "-1e3"] {
            assert_eq!(unarmed(cell), format!("'{cell}"));
            assert_eq!(unarmed_cell(cell), cell);
        }
        for cell in ["a=b", "", "朝のさえずり"] {
            assert_eq!(unarmed(cell), cell);
            assert_eq!(unarmed_cell(cell), cell);
        }
    }
}
