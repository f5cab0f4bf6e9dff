//! Character rewriting: entities, repetition, drawn-out vowels, spoken spellings.
//!
//! Each step appends to an output whose end is rewritten until no rule applies there, so that the result holds no
//! left-hand side of any rule.

use super::{Glyph, MarkTable, is_hiragana, is_kanji, is_katakana};

/// The longest entity, ampersand and semicolon included.
const MAX_ENTITY: usize = 10;
/// From this many the same characters in a row are one.
const MAX_RUN: usize = 3;

/// Returns the glyphs with HTML entities decoded (also doubly escaped ones) and whether there were any.
pub(super) fn decode_entities(glyphs: Vec<Glyph>) -> (Vec<Glyph>, bool) {
    if !glyphs.iter().any(|g| g.c == '&') {
        return (glyphs, false);
    }
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    let mut decoded = false;
    for glyph in glyphs {
        out.push(glyph);
        while out.last().is_some_and(|g| g.c == ';') {
            let floor = out.len().saturating_sub(MAX_ENTITY);
            let Some(start) = out[floor..].iter().rposition(|g| g.c == '&') else {
                break;
            };
            let start = floor + start;
            let name: String = out[start + 1..out.len() - 1].iter().map(|g| g.c).collect();
            let Some(c) = entity(&name) else { break };
            let (from, to) = (out[start].from, glyph.to);
            out.truncate(start);
            decoded = true;
            match super::visible_char(c, '\0') {
                Some(c) => out.push(Glyph {
                    c,
                    from,
                    to,
                    stretched: false,
                }),
                None => break,
            }
        }
    }
    (out, decoded)
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "yen" => '¥',
        "hearts" => '♥',
        "middot" => '·',
        "copy" => '©',
        "reg" => '®',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            // A full-width ampersand or semicolon would read as a new entity after NFKC.
            match char::from_u32(code)? {
                '＆' => '&',
                '；' => ';',
                c => c,
            }
        }
    })
}

/// Returns the glyphs with repetition squeezed, drawn-out vowels shortened and spoken spellings spelled out.
pub(super) fn rewrite(glyphs: &[Glyph], table: &MarkTable) -> Vec<Glyph> {
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    let mut squeezing = false;
    for glyph in glyphs {
        let Some(last) = out.last().copied() else {
            if glyph.c != ' ' && glyph.c != '\n' {
                out.push(*glyph);
            }
            continue;
        };
        if last.c == glyph.c {
            let run = 1 + out
                .iter()
                .rev()
                .take(MAX_RUN)
                .take_while(|g| g.c == glyph.c)
                .count();
            if squeezing || limit(glyph.c).is_some_and(|limit| run >= limit) {
                squeezing = true;
                if limit(glyph.c) == Some(MAX_RUN) && run >= MAX_RUN {
                    out.pop();
                }
                stretch(&mut out, glyph, glyph.c != ' ' && glyph.c != '\n');
                continue;
            }
        } else {
            squeezing = false;
        }
        if (glyph.c == ' ' && last.c == '\n') || is_space_before_break(&mut out, glyph) {
            continue;
        }
        push(&mut out, *glyph, table);
    }
    while out.last().is_some_and(|g| g.c == ' ' || g.c == '\n') {
        out.pop();
    }
    out
}

/// A line break swallows the space before it.
fn is_space_before_break(out: &mut [Glyph], glyph: &Glyph) -> bool {
    match out.last_mut() {
        Some(last) if last.c == ' ' && glyph.c == '\n' => {
            last.c = '\n';
            true
        }
        _ => false,
    }
}

/// Returns from which run length on a character is said once; none for those that may repeat.
fn limit(c: char) -> Option<usize> {
    match c {
        ' ' | '\n' | '!' | '?' | '。' | '、' | 'ー' | '〜' | '~' => Some(2),
        c if is_hiragana(c) || is_katakana(c) || is_kanji(c) => Some(MAX_RUN),
        _ => None,
    }
}

fn stretch(out: &mut [Glyph], dropped: &Glyph, counts: bool) {
    if let Some(last) = out.last_mut() {
        last.to = last.to.max(dropped.to);
        last.from = last.from.min(dropped.from);
        last.stretched |= counts;
    }
}

fn push(out: &mut Vec<Glyph>, glyph: Glyph, table: &MarkTable) {
    let previous = out.last().map_or('\0', |g| g.c);
    out.push(glyph);
    for (spelling, meant) in table.spellings(glyph.c) {
        let Some(start) = out.len().checked_sub(spelling.len()) else {
            continue;
        };
        if out[start..]
            .iter()
            .map(|g| g.c)
            .ne(spelling.iter().copied())
        {
            continue;
        }
        let from = out[start].from;
        let stretched = out[start..].iter().any(|g| g.stretched);
        out.truncate(start);
        out.extend(meant.iter().map(|c| Glyph {
            c: *c,
            from,
            to: glyph.to,
            stretched: false,
        }));
        if let Some(last) = out.last_mut() {
            last.stretched = stretched;
        }
        return;
    }
    let drawn_out = match glyph.c {
        'ー' => is_hiragana(previous),
        '〜' | '~' => is_hiragana(previous) || is_katakana(previous),
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' => {
            is_hiragana(previous)
                && !matches!(
                    previous,
                    'ふ' | 'て' | 'で' | 'う' | 'ゔ' | 'ち' | 'じ' | 'と' | 'ど'
                )
        }
        _ => false,
    };
    if drawn_out {
        out.pop();
        stretch(out, &glyph, true);
        // おいし + ー, おいし + ぃ: the vowel drawn out is the missing い.
        if previous == 'し' && glyph.c != '〜' && glyph.c != '~' {
            out.push(Glyph {
                c: 'い',
                stretched: true,
                ..glyph
            });
        }
    }
    let is_doubled =
        matches!(out.as_slice(), [.., a, b, c] if [a.c, b.c, c.c] == ['し', 'い', 'い']);
    if is_doubled && glyph.c != 'ー' {
        let extra = out.pop();
        if let Some(extra) = extra {
            stretch(out, &extra, true);
        }
    }
}
