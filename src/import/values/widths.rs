//! Full-width, half-width and invisible characters.

use unicode_normalization::UnicodeNormalization;

/// Returns the text in its compatibility form (NFKC), hyphens and minus signs as `-`, trimmed, without control and
/// zero-width characters.
///
/// For reading values and comparing headings only: what is stored stays as it was written.
pub fn narrow(text: &str) -> String {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.trim().to_owned();
    }
    let narrowed: String = text
        .nfkc()
        .filter_map(|letter| match letter {
            '\t' | '\n' | '\r' => Some(' '),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
            _ if is_invisible(letter) => None,
            _ => Some(letter),
        })
        .collect();
    narrowed.trim().to_owned()
}

/// Returns whether a character is a control or has no width.
pub fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// Returns a cell without surrounding blanks (full-width ones too) and zero-width characters at its ends, or `None`
/// when nothing is left.
pub fn cell(text: &str) -> Option<&str> {
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return Some(text);
    }
    let trimmed = text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter));
    (!trimmed.is_empty()).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_becomes_half_width_and_marks_are_unified() {
        assert_eq!(narrow("　￥１，２３４\u{200b} "), "¥1,234");
        assert_eq!(narrow("０９０−１２３４－５６７８"), "090-1234-5678");
        assert_eq!(narrow("ﾔﾏﾀﾞ"), "ヤマダ");
        assert_eq!(narrow("a\0b"), "ab");
    }

    #[test]
    fn cells_are_trimmed_but_not_changed() {
        assert_eq!(cell("\u{3000}山田 花子\u{feff}"), Some("山田 花子"));
        assert_eq!(cell(" \u{3000}\u{200b}"), None);
    }
}
