//! Where a name is cut.

use super::fold::{is_kanji, is_letter};
use super::kana;

/// A folded name cut at spaces, points and commas.
pub(super) struct Pieces {
    /// The parts in order, none empty.
    pub(super) parts: Vec<String>,
    /// Whether no brackets or signs were left out.
    pub(super) is_plain: bool,
}

impl Pieces {
    /// What stands in brackets is left out if `drops_brackets`.
    pub(super) fn of(text: &str, drops_brackets: bool) -> Self {
        let mut parts: Vec<String> = Vec::with_capacity(2);
        let mut part = String::with_capacity(text.len());
        let mut is_plain = true;
        let mut depth = 0_usize;
        for (place, letter) in text.char_indices() {
            let ends = match letter {
                'a'..='z' if depth == 0 => {
                    part.push(letter);
                    false
                }
                '(' | '[' | '{' | '<' | '「' | '『' | '【' | '〔' | '〈' | '《' => {
                    (depth, is_plain) = (depth + 1, false);
                    true
                }
                ')' | ']' | '}' | '>' | '」' | '』' | '】' | '〕' | '〉' | '》' => {
                    (depth, is_plain) = (depth.saturating_sub(1), false);
                    true
                }
                _ if drops_brackets && depth > 0 => false,
                ' ' | '、' | '・' | ',' | '.' | '/' | '_' | '=' | ';' | ':' | '|' | '·' | '•' => {
                    true
                }
                '-' if is_suffix(&text[place + 1..]) => break,
                _ => {
                    is_plain &= push_letter(letter, &mut part);
                    false
                }
            };
            if ends && !part.is_empty() {
                parts.push(part);
                part = String::with_capacity(text.len() - place);
            }
        }
        if !part.is_empty() {
            parts.push(part);
        }
        Self { parts, is_plain }
    }
}

/// Adds a letter of a folded text in the one form that names are compared in; answers whether it was a letter or belongs to one.
pub(super) fn push_letter(letter: char, part: &mut String) -> bool {
    match letter {
        '々' | '〻' => {
            if let Some(before) = last(part).filter(|&before| is_kanji(before)) {
                part.push(before);
            }
        }
        'ヽ' | 'ゝ' | 'ヾ' | 'ゞ' => {
            if let Some(before) = last(part).filter(|&before| kana::is_kana(before)) {
                let is_voiced = matches!(letter, 'ヾ' | 'ゞ');
                part.push(if is_voiced {
                    kana::voiced(before)
                } else {
                    before
                });
            }
        }
        '-' if last(part).is_some_and(kana::is_kana) => part.push('ー'),
        '-' | '\'' | '’' | '‘' | '`' | 'ʼ' => {}
        // One form of the の in 井ノ上, 井之上, 井の上, and of the が in 一ヶ瀬.
        '之' => part.push('ノ'),
        'ヶ' | 'ゖ' => part.push('ケ'),
        _ if is_letter(letter) => part.push(letter),
        _ => return false,
    }
    true
}

fn last(part: &str) -> Option<char> {
    part.chars().next_back()
}

/// Whether what follows a hyphen is a form of address (Tanaka-san).
fn is_suffix(rest: &str) -> bool {
    ["san", "sama"].iter().any(|suffix| {
        rest.strip_prefix(suffix)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}
