//! A text as ratings are looked for in it: half width, every star ★ or ☆, every character with its place in the original.

use std::ops::Range;

use crate::text::nfkc_alone;

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct View {
    pub(super) text: String,
    /// Of each character its byte in the text, and the bytes of the original that it stands for.
    places: Vec<(usize, Range<usize>)>,
}

impl View {
    /// Returns the view of a text.
    pub(super) fn of(original: &str) -> Self {
        let mut view = Self {
            text: String::with_capacity(original.len()),
            places: Vec::with_capacity(original.len() / 2),
        };
        for (at, written) in original.char_indices() {
            let end = at + written.len_utf8();
            if let Some(c) = folded(written) {
                view.places.push((view.text.len(), at..end));
                view.text.push(c);
            } else if let Some((_, place)) = view.places.last_mut() {
                place.end = end;
            }
        }
        view
    }

    /// Returns the bytes of the original that bytes of the view stand for.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.places.partition_point(|(at, _)| *at < range.start);
        let behind = self.places.partition_point(|(at, _)| *at < range.end);
        let last = behind.checked_sub(1).and_then(|last| self.places.get(last));
        match (self.places.get(first), last) {
            (Some((_, first)), Some((_, last))) if first.start < last.end => first.start..last.end,
            _ => 0..0,
        }
    }
}

/// Returns a character in half width, stars as ★ and ☆; none for what only joins or varies others.
fn folded(c: char) -> Option<char> {
    Some(match c {
        '\u{200b}'..='\u{200f}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' => return None,
        '⭐' | '🌟' | '✭' | '✮' | '⭑' => '★',
        '✩' | '✰' | '⭒' => '☆',
        '−' => '-',
        '\t' => ' ',
        '\r' => '\n',
        '①'..='⑨' => {
            char::from_u32(u32::from(c) - u32::from('①') + u32::from('1')).unwrap_or(c)
        }
        c => nfkc_alone(c).unwrap_or(c),
    })
}

/// Whether a text may state a rating; almost no other text may, and a look at its characters tells.
pub(super) fn may_rate(text: &str) -> bool {
    let (mut before, mut before_that) = ('\0', '\0');
    let (mut has_word, mut has_number) = (false, false);
    for c in text.chars() {
        match c {
            '星' | '★' | '☆' | '⭐' | '🌟' | '✭' | '✮' | '⭑' | '✩' | '✰' | '⭒' =>
            {
                return true;
            }
            '点' if is_number(before) || matches!(before, '満' | 'ロ' | 'ろ') => return true,
            '価' => has_word |= before == '評',
            '点' => has_word |= matches!(before, '評' | '採' | '合'),
            '数' => has_word |= before == '点',
            '階' => has_word |= before == '段',
            '度' => has_word |= matches!(before, '足' | 'め' | 'メ' | 'ト'),
            'グ' => has_word |= (before_that, before) == ('ィ', 'ン'),
            c if is_number(c) => {
                let is_less = matches!(before, '-' | '−' | '－');
                if (is_less && !before_that.is_ascii_alphanumeric()) || before == 'ス' {
                    return true;
                }
                has_number = true;
            }
            _ => {}
        }
        (before_that, before) = (before, c);
    }
    has_word && has_number
}

fn is_number(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | '①'..='⑨' | '零' | 'ゼ' | '百' | '十')
        || matches!(
            c,
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_stars_are_folded_and_lead_back() {
        let text = "評価　⭐️⭐️✩ ★４．５";
        let view = View::of(text);
        assert_eq!(view.text, "評価 ★★☆ ★4.5");
        let at = view.text.find('★').unwrap();
        assert_eq!(&text[view.original(&(at..at + "★★".len()))], "⭐️⭐️");
        let at = view.text.find("4.5").unwrap();
        assert_eq!(&text[view.original(&(at..at + 3))], "４．５");
    }

    #[test]
    fn a_look_tells_what_states_no_rating() {
        for text in [
            "星3",
            "☆",
            "⭐",
            "満点",
            "８０点",
            "ゼロ点",
            "評価は2",
            "5段階で3",
            "満足度4",
            "狭いので-1です",
            "マイナス1",
        ] {
            assert!(may_rate(text), "{text}");
        }
        for text in [
            "味の評価は高い",
            "良い点と悪い点",
            "3時に行った",
            "スープが美味しい",
            "2026-11-29",
            "https://example.com/a-1",
            "",
        ] {
            assert!(!may_rate(text), "{text}");
        }
    }
}
