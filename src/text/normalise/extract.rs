//! Taking out what is no word: addresses, tags, faces, pictographs, laughter.

use super::marks::Meaning;
use super::{Extracted, Glyph, Mark, MarkKind, MarkTable, is_hiragana, is_kanji, is_katakana};

/// The longest face recognised by its shape alone.
const MAX_FACE: usize = 14;
/// The longest hashtag.
const MAX_TAG: usize = 140;
/// What only faces are drawn with.
const FACE_MARKS: &str = "^ωдД∀ˊ`≧≦▽∇°ˉ˘ಠ◕ิ益皿ε╬";
/// What may stand in a face beside those.
const FACE_PARTS: &str = "^ωдД∀ˊ`≧≦▽∇°ˉ˘ಠ◕ิ益皿ε╬;:_-.,'\"*=<>#@・oOvTnuA~+/|\\♪♡☆ノつ ";

/// Returns the glyphs with a space for everything taken out, none where nothing was; what was taken out is added to
/// `taken`.
pub(super) fn extract(
    glyphs: &[Glyph],
    text: &str,
    table: &MarkTable,
    taken: &mut Extracted,
) -> Option<Vec<Glyph>> {
    let mut out: Option<Vec<Glyph>> = None;
    let mut at = 0;
    while at < glyphs.len() {
        let previous = if at == 0 { ' ' } else { glyphs[at - 1].c };
        let end = match address_end(glyphs, at, previous, taken) {
            Some(end) => end,
            None => match mark_end(glyphs, at, previous, table) {
                Some((end, meaning)) => {
                    add_mark(taken, text, &glyphs[at..end], meaning);
                    end
                }
                None => {
                    if let Some(out) = &mut out {
                        out.push(glyphs[at]);
                    }
                    at += 1;
                    continue;
                }
            },
        };
        let out = out.get_or_insert_with(|| {
            let mut before = Vec::with_capacity(glyphs.len());
            before.extend_from_slice(&glyphs[..at]);
            before
        });
        out.push(Glyph {
            c: ' ',
            from: glyphs[at].from,
            to: glyphs[end - 1].to,
            stretched: false,
        });
        at = end;
    }
    out
}

fn add_mark(taken: &mut Extracted, text: &str, glyphs: &[Glyph], meaning: Meaning) {
    let (from, to) = (
        glyphs[0].from as usize,
        glyphs[glyphs.len() - 1].to as usize,
    );
    if let Some(last) = taken.marks.last_mut() {
        let same = last.kind == meaning.kind
            && last.original.end == from
            && text
                .get(last.original.clone())
                .zip(text.get(from..to))
                .is_some_and(|(a, b)| a.ends_with(b));
        if same {
            last.original.end = to;
            return;
        }
    }
    taken.marks.push(Mark {
        kind: meaning.kind,
        polarity: meaning.polarity,
        strength: meaning.strength,
        emotion: meaning.emotion,
        at: 0,
        original: from..to,
    });
}

fn string(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|g| g.c).collect()
}

fn starts_with(glyphs: &[Glyph], at: usize, pattern: &str) -> bool {
    let mut count = 0;
    for (index, c) in pattern.chars().enumerate() {
        if glyphs
            .get(at + index)
            .is_none_or(|g| g.c.to_ascii_lowercase() != c)
        {
            return false;
        }
        count = index + 1;
    }
    count > 0
}

/// Returns where the web address, e-mail address, mention or `#` at `at` ends, noting it.
fn address_end(
    glyphs: &[Glyph],
    at: usize,
    previous: char,
    taken: &mut Extracted,
) -> Option<usize> {
    let c = glyphs[at].c;
    let fresh = !previous.is_ascii_alphanumeric() && !matches!(previous, '_' | '.' | '@');
    match c {
        'h' | 'H' | 'w' | 'W' if !previous.is_ascii_alphanumeric() => {
            if let Some(end) = url_end(glyphs, at) {
                taken.urls.push(string(&glyphs[at..end]));
                return Some(end);
            }
            if fresh { email_end(glyphs, at) } else { None }
        }
        '@' if fresh => {
            let end = run_end(glyphs, at + 1, |c| c.is_ascii_alphanumeric() || c == '_');
            (end > at + 1).then(|| {
                taken.mentions.push(string(&glyphs[at + 1..end]));
                end
            })
        }
        '#' if !previous.is_ascii_alphanumeric() && !matches!(previous, '&' | '/' | '#') => {
            let limit = glyphs.len().min(at + 1 + MAX_TAG);
            let end = run_end(&glyphs[..limit], at + 1, is_tag_char);
            let tag = &glyphs[at + 1..end];
            (tag.iter().any(|g| !g.c.is_numeric() && g.c != '_')).then(|| {
                taken.hashtags.push(string(tag));
                at + 1
            })
        }
        c if c.is_ascii_alphanumeric() && fresh => email_end(glyphs, at),
        _ => None,
    }
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | 'ー' | '々' | '・')
}

fn run_end(glyphs: &[Glyph], start: usize, accept: impl Fn(char) -> bool) -> usize {
    glyphs[start.min(glyphs.len())..]
        .iter()
        .position(|g| !accept(g.c))
        .map_or(glyphs.len(), |n| start + n)
}

fn url_end(glyphs: &[Glyph], at: usize) -> Option<usize> {
    let scheme = ["https://", "http://", "www."]
        .iter()
        .find(|s| starts_with(glyphs, at, s))?;
    let start = at + scheme.len();
    let url_char = |c: char| {
        c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '}' | '|')
    };
    let mut end = run_end(glyphs, start, url_char);
    while end > start
        && matches!(
            glyphs[end - 1].c,
            '.' | ',' | '!' | '?' | ')' | '\'' | ';' | ':'
        )
    {
        end -= 1;
    }
    (end > start).then_some(end)
}

fn email_end(glyphs: &[Glyph], at: usize) -> Option<usize> {
    let local = run_end(glyphs, at, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-')
    });
    if glyphs.get(local).is_none_or(|g| g.c != '@') {
        return None;
    }
    let end = run_end(glyphs, local + 1, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
    });
    (end > local + 1 && glyphs[local + 1].c.is_ascii_alphanumeric()).then_some(end)
}

/// Returns where the face, aside, pictograph or laughter at `at` ends, with what it says.
fn mark_end(
    glyphs: &[Glyph],
    at: usize,
    previous: char,
    table: &MarkTable,
) -> Option<(usize, Meaning)> {
    let c = glyphs[at].c;
    if let Some(meaning) = table.emoji(c) {
        return Some((at + 1, meaning));
    }
    for (pattern, meaning) in table.faces(c) {
        let end = at + pattern.len();
        let Some(window) = glyphs.get(at..end) else {
            continue;
        };
        if window.iter().map(|g| g.c).ne(pattern.iter().copied()) {
            continue;
        }
        let next = glyphs.get(end).map_or(' ', |g| g.c);
        let inside_word = |inner: char, outer: char| {
            inner.is_ascii_alphanumeric() && outer.is_ascii_alphanumeric()
        };
        if !inside_word(c, previous) && !inside_word(window[window.len() - 1].c, next) {
            return Some((end, *meaning));
        }
    }
    if c == '(' {
        return drawn_face_end(glyphs, at);
    }
    laugh_end(glyphs, at, previous)
}

/// Recognises a face no table lists by what it is drawn with.
fn drawn_face_end(glyphs: &[Glyph], at: usize) -> Option<(usize, Meaning)> {
    let limit = glyphs.len().min(at + MAX_FACE);
    let close = glyphs[at + 1..limit].iter().position(|g| g.c == ')')? + at + 1;
    let inner = &glyphs[at + 1..close];
    let face = inner.len() >= 3
        && inner.iter().all(|g| FACE_PARTS.contains(g.c))
        && inner.iter().any(|g| FACE_MARKS.contains(g.c));
    let meaning = Meaning {
        kind: MarkKind::Kaomoji,
        polarity: 0,
        strength: 1,
        emotion: None,
    };
    face.then_some((close + 1, meaning))
}

/// Recognises w, 草 and 笑 where they laugh: after a word, not inside one.
fn laugh_end(glyphs: &[Glyph], at: usize, previous: char) -> Option<(usize, Meaning)> {
    if !matches!(glyphs[at].c, 'w' | '草' | '笑') {
        return None;
    }
    let mut end = run_end(glyphs, at, |c| matches!(c, 'w' | '草' | '笑'));
    let next = glyphs.get(end).map_or(' ', |g| g.c);
    let only_w = glyphs[at..end].iter().all(|g| g.c == 'w');
    if previous.is_ascii_alphanumeric()
        || matches!(previous, '.' | '_' | '-' | '@' | '/')
        || next.is_ascii_alphanumeric()
        || next == '.'
    {
        return None;
    }
    if !only_w {
        if is_kanji(previous) || (glyphs[at].c == '草' && matches!(previous, 'の' | 'な')) {
            return None;
        }
        let grows = ["生える", "生えた", "はえる", "はえた", "生え"]
            .iter()
            .find(|g| starts_with(glyphs, end, g));
        match grows {
            Some(verb) if glyphs[end - 1].c == '草' => end += verb.chars().count(),
            _ if is_kanji(next) || is_hiragana(next) || is_katakana(next) => return None,
            _ => {}
        }
    }
    let emotion = crate::text::lexicon::Emotion::from_name("喜");
    Some((
        end,
        Meaning {
            kind: MarkKind::Laugh,
            polarity: 0,
            strength: 1,
            emotion,
        },
    ))
}
