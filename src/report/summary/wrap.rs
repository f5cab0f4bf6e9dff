//! Lines of plain text that are narrow enough for any mail program.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Letters that may not begin a line.
const NO_START: &str = "、。,.，．!?！？:;：；」』)）】〉》〕]}｝ー・々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥%％’”〜";
/// Letters that may not end a line.
const NO_END: &str = "「『(（【〈《〔[{｛‘“";
/// Letters that stay with the number before them.
const COUNTERS: &str = "万億兆円人件日月年度週分時";

/// Returns the columns a text takes on a terminal: letters that East Asian fonts draw wide count as two.
pub(super) fn columns(text: &str) -> usize {
    let by_letter = text
        .chars()
        .map(|letter| letter.width().unwrap_or(0))
        .sum::<usize>();
    // Of some sequences the whole is wider than its letters, of others narrower.
    by_letter.max(text.width())
}

/// Returns a text without what could break a line or turn its direction: such letters become spaces or go away.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .map(|letter| match letter {
            '\u{2028}' | '\u{2029}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

/// Returns a text cut to so many columns, with an ellipsis where something is left out.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if columns(&kept) + 1 > limit {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

/// Returns a text with spaces behind it up to so many columns.
pub(super) fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(columns(text))))
}

/// Returns a text with spaces before it up to so many columns.
pub(super) fn right(text: &str, to: usize) -> String {
    format!("{}{text}", " ".repeat(to.saturating_sub(columns(text))))
}

/// Breaks a text into lines of at most `limit` columns; the first begins with `first`, the others with as many spaces. Words and
/// numbers stay whole where they fit, and no line begins or ends with a mark that must not.
pub(super) fn wrapped(first: &str, text: &str, limit: usize) -> Vec<String> {
    let indent = " ".repeat(columns(first));
    let room = limit.saturating_sub(indent.len()).max(2);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut has_space = false;
    for unit in units(text) {
        if unit == " " {
            has_space = true;
            continue;
        }
        let space = if has_space && !line.is_empty() {
            " "
        } else {
            ""
        };
        has_space = false;
        // Only the whole tells how wide it is.
        let longer = format!("{line}{space}{unit}");
        if columns(&longer) <= room {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for part in parts(&unit, room) {
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = part;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            let begin = if place == 0 { first } else { indent.as_str() };
            format!("{begin}{line}").trim_end().to_owned()
        })
        .collect()
}

/// Splits a text into what stays together, and single spaces.
fn units(text: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for letter in text.chars() {
        if letter == ' ' {
            units.push(" ".to_owned());
            before = None;
            continue;
        }
        let is_joined = before.is_some_and(|before| joins(before, letter));
        match units.last_mut().filter(|_| is_joined) {
            Some(unit) => unit.push(letter),
            None => units.push(letter.to_string()),
        }
        before = Some(letter);
    }
    units
}

/// Whether a letter stays on the line of the one before it.
fn joins(before: char, letter: char) -> bool {
    let width = |letter: char| letter.width().unwrap_or(0);
    let is_number = before.is_ascii_digit() || COUNTERS.contains(before);
    width(letter) == 0
        || (width(before) == 1 && width(letter) == 1)
        || NO_END.contains(before)
        || NO_START.contains(letter)
        || (is_number && COUNTERS.contains(letter))
}

/// Splits what is wider than a line.
fn parts(unit: &str, room: usize) -> Vec<String> {
    if columns(unit) <= room {
        return vec![unit.to_owned()];
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    for letter in unit.chars() {
        part.push(letter);
        if columns(&part) > room {
            part.pop();
            parts.push(std::mem::take(&mut part));
            part.push(letter);
        }
    }
    parts.push(part);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_letters_count_as_two() {
        assert_eq!(columns("売上ABC"), 7);
        assert_eq!(columns("ｶﾅ"), 2);
        assert_eq!(columns(""), 0);
    }

    #[test]
    fn japanese_breaks_between_letters_and_marks_stay() {
        assert_eq!(
            wrapped("- ", "売上は184万円で、増えました。", 12),
            ["- 売上は", "  184万円", "  で、増えま", "  した。"]
        );
        assert_eq!(wrapped("", "「優良」の方", 6), ["「優", "良」の", "方"]);
    }

    #[test]
    fn words_stay_whole_and_long_ones_are_split() {
        assert_eq!(
            wrapped("- ", "sales were up on August", 14),
            ["- sales were", "  up on August"]
        );
        assert_eq!(
            wrapped("", "aaaaaaaaaaaa bb", 5),
            ["aaaaa", "aaaaa", "aa bb"]
        );
        assert_eq!(wrapped("- ", "", 10), ["-"]);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("売上の報告", 10), "売上の報告");
        assert_eq!(cut("売上の報告", 9), "売上の報…");
        assert_eq!(cut("abcdef", 4), "abc…");
    }

    #[test]
    fn nothing_breaks_out_of_a_line() {
        assert_eq!(plain("a\r\nBcc: x\u{2028}y\u{202e}z\0"), "a  Bcc: x yz ");
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(
            text in "[ -~あ-ん一-龠ーァ-ヶ、。「」（）0-9☎️👨‍👩‍👧é]{0,200}",
            limit in 8usize..80,
        ) {
            let lines = wrapped("- ", &plain(&text), limit);
            for line in &lines {
                prop_assert!(columns(line) <= limit, "{line:?}");
            }
            let kept = |text: &str| -> String { text.chars().filter(|letter| *letter != ' ').collect() };
            let whole: String = lines.concat();
            let whole = kept(&whole);
            prop_assert_eq!(whole.strip_prefix('-').unwrap(), kept(&plain(&text)));
        }
    }
}
