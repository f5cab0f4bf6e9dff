//! The embedded typeface: registration, measuring, breaking and shortening of text.

use ab_glyph::{Font, FontRef};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::OnceLock;

/// Family under which the embedded font is known to plotters and named in SVG.
pub(super) const FAMILY: &str = "M PLUS 1";

/// Line height (ascender less descender) of M PLUS 1 in em; ab_glyph's sizes are line heights.
pub(super) const LINE_HEIGHT_EM: f64 = 1.448;

static FONT: &[u8] = include_bytes!("../font/Mplus1-with-symbols.otf");

/// Makes the embedded font known to plotters, once per process; false when it cannot be read.
pub(super) fn register() -> bool {
    static DONE: OnceLock<bool> = OnceLock::new();
    *DONE.get_or_init(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok())
}

/// Width of a text in em of its size.
///
/// A thousandth of an em is the unit of the font, so measuring at 1,000 pixels per em loses nothing.
fn width_em(text: &str) -> f64 {
    register();
    let desc = FontDesc::new(
        FontFamily::Name(FAMILY),
        LINE_HEIGHT_EM * 1000.0,
        FontStyle::Normal,
    );
    match desc.layout_box(text) {
        Ok(((left, _), (right, _))) => f64::from(right - left) / 1000.0,
        Err(_) => text.chars().count() as f64,
    }
}

/// Space between the pen and the left edge of a letter, in em; zero for letters without an outline.
pub(super) fn bearing_em(letter: char) -> f64 {
    static PARSED: OnceLock<Option<FontRef<'static>>> = OnceLock::new();
    let Some(font) = PARSED.get_or_init(|| FontRef::try_from_slice(FONT).ok()) else {
        return 0.0;
    };
    let em = font.units_per_em().unwrap_or(1000.0);
    let outline = font.outline(font.glyph_id(letter));
    outline.map_or(0.0, |outline| f64::from(outline.bounds.min.x / em))
}

/// Width of a text at a size, both in drawing units.
pub(super) fn width(text: &str, size: f64) -> f64 {
    width_em(text) * size
}

/// Cuts a text to a width and marks the cut with an ellipsis.
pub(super) fn shorten(text: &str, size: f64, limit: f64) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let cut = |count: usize| {
        let kept: String = chars[..count].iter().collect();
        format!("{}…", kept.trim_end())
    };
    // The widths of prefixes grow, so the longest one that fits is found by halving.
    let (mut fits, mut too_long) = (0, chars.len());
    while fits + 1 < too_long {
        let middle = (fits + too_long) / 2;
        if width(&cut(middle), size) <= limit {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    cut(fits)
}

/// Breaks a text into at most `max_lines` lines of a width; the last one is shortened when the text is longer still.
///
/// Japanese breaks between characters, never before closing marks nor after opening ones, and a number stays with its
/// unit; other scripts break at spaces.
pub(super) fn wrap(text: &str, size: f64, limit: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut pieces = pieces(text).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let candidate = format!("{line}{piece}");
        if line.is_empty() || width(candidate.trim_end(), size) <= limit {
            line = candidate;
            continue;
        }
        if lines.len() + 1 >= max_lines {
            line = candidate;
            line.extend(pieces.by_ref());
            break;
        }
        lines.push(line.trim_end().to_owned());
        line = piece.trim_start().to_owned();
    }
    if !line.trim().is_empty() {
        lines.push(shorten(line.trim_end(), size, limit));
    }
    lines
}

/// Parts of a text between which a line may end.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for c in text.chars() {
        let joins = match previous {
            None => false,
            Some(p) => {
                let is_word = !is_wide(c) && !is_wide(p) && p != ' ';
                let is_unit = is_wide(c) && (p.is_ascii_digit() || p == '%');
                // A hiragana or katakana run reads better whole than cut anywhere.
                let is_run = same_kana(p, c);
                is_word || is_unit || is_run || c == ' ' || is_closing(c) || is_opening(p)
            }
        };
        match pieces.last_mut() {
            Some(last) if joins => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        previous = Some(c);
    }
    pieces
}

fn is_wide(c: char) -> bool {
    c >= '\u{2E80}'
}

fn same_kana(a: char, b: char) -> bool {
    let is_hiragana = |c: char| ('\u{3041}'..='\u{309F}').contains(&c);
    let is_katakana = |c: char| ('\u{30A1}'..='\u{30FF}').contains(&c);
    let is_kanji = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    (is_hiragana(a) && is_hiragana(b))
        || (is_katakana(a) && is_katakana(b))
        || (is_kanji(a) && (is_kanji(b) || is_hiragana(b)))
}

fn is_closing(c: char) -> bool {
    "、。，．）」』】〉》！？・ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.)%％".contains(c)
}

fn is_opening(c: char) -> bool {
    "（「『【〈《(".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_measures_kanji_as_one_em() {
        assert!(register());
        assert!((width("珈琲", 10.0) - 20.0).abs() < 0.1);
        assert!(width("il", 10.0) < width("MW", 10.0));
    }

    #[test]
    fn an_opening_bracket_stands_in_the_right_half_of_its_square() {
        assert!(bearing_em('「') > 0.5);
        assert!(bearing_em('」') < 0.2);
        assert_eq!(bearing_em(' '), 0.0);
    }

    #[test]
    fn a_shortened_text_fits_and_ends_with_an_ellipsis() {
        let short = shorten("とても長いセグメントの名前をつけたお店", 20.0, 160.0);
        assert!(width(&short, 20.0) <= 160.0);
        assert!(short.ends_with('…'));
        assert_eq!(shorten("短い", 20.0, 160.0), "短い");
    }

    #[test]
    fn lines_fit_and_no_line_begins_with_a_closing_mark() {
        let text =
            "売上は前の週より12%増えました。新しいお客さまが、ぐっと押し上げてくださっています。";
        let lines = wrap(text, 20.0, 300.0, 9);
        assert!(lines.len() > 1);
        for line in &lines {
            assert!(width(line, 20.0) <= 300.0);
            assert!(!line.starts_with(is_closing));
        }
        assert_eq!(lines.concat(), text);
    }

    #[test]
    fn words_are_not_cut_and_the_last_line_is_shortened() {
        let lines = wrap(
            "Sales rose by 12% on the week before thanks to new customers",
            20.0,
            200.0,
            2,
        );
        assert_eq!(lines.len(), 2);
        assert!(lines[0].ends_with(|c: char| c.is_alphanumeric() || c == '%'));
        assert!(lines[1].ends_with('…'));
    }
}
