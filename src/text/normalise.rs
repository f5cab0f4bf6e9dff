//! Text as analysed: NFKC, without noise, with everything taken out remembered and quotable.
//!
//! The analysis text differs from the original in width, entities, repeated characters, spoken spellings and in what is
//! masked (addresses, emoji, kaomoji, laughter). [`Normalised::original`] leads every position back. Normalising twice is
//! normalising once.

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::lexicon::Emotion;

mod extract;
mod marks;
mod rewrite;

pub(super) use marks::MarkTable;

/// How often extraction and rewriting may feed each other; ordinary posts settle in two.
const MAX_PASSES: usize = 4;

/// What a mark in a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A pictograph.
    Emoji,
    /// A face drawn with characters (顔文字).
    Kaomoji,
    /// Laughter: w, 草, 笑.
    Laugh,
    /// A feeling in brackets: （泣）, （怒）.
    Aside,
    /// A sign that the opposite is meant: （棒）, （皮肉）.
    Sarcasm,
}

/// A sign of feeling that is no word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// 1 good, -1 bad, 0 as the words say.
    pub polarity: i8,
    /// 1 to 3.
    pub strength: u8,
    /// The emotion shown, if one.
    pub emotion: Option<Emotion>,
    /// Where it stood in the analysis text (bytes).
    pub at: usize,
    /// Where it stands in the original (bytes).
    pub original: Range<usize>,
}

/// A text made ready for analysis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Normalised {
    /// The analysis text.
    pub text: String,
    /// Emoji, kaomoji, laughter and asides, in order.
    pub marks: Vec<Mark>,
    /// Hashtags without their `#`, in order.
    pub hashtags: Vec<String>,
    /// Mentioned accounts without their `@`, in order.
    pub mentions: Vec<String>,
    /// Web addresses, in order.
    pub urls: Vec<String>,
    /// Byte offsets in `text` after which characters were repeated or drawn out (すごーーい, !!!).
    pub stretched: Vec<usize>,
    origins: Vec<(u32, u32, u32)>,
}

impl Normalised {
    /// Returns the bytes of the original that `start..end` of the analysis text was made from.
    pub fn original(&self, start: usize, end: usize) -> Range<usize> {
        let first = self.origins.partition_point(|o| (o.0 as usize) <= start);
        let last = self
            .origins
            .partition_point(|o| (o.0 as usize) < end.max(start + 1));
        match (first.checked_sub(1), last.checked_sub(1)) {
            (Some(first), Some(last)) => {
                let last = last.max(first);
                self.origins[first].1 as usize..self.origins[last].2 as usize
            }
            _ => 0..0,
        }
    }

    /// Returns whether anything in `start..end` of the analysis text was repeated or drawn out.
    pub fn is_stretched(&self, start: usize, end: usize) -> bool {
        let from = self.stretched.partition_point(|at| *at <= start);
        self.stretched.get(from).is_some_and(|at| *at <= end)
    }
}

/// One character on its way, with the original bytes it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Glyph {
    c: char,
    from: u32,
    to: u32,
    stretched: bool,
}

/// What extraction took out, positions still counted in glyphs.
#[derive(Debug, Default)]
struct Extracted {
    marks: Vec<Mark>,
    hashtags: Vec<String>,
    mentions: Vec<String>,
    urls: Vec<String>,
}

/// Returns `text` made ready for analysis.
///
/// Texts beyond 4 GiB are cut there.
pub(super) fn normalise(text: &str, table: &MarkTable) -> Normalised {
    let text = &text[..text.floor_char_boundary(u32::MAX as usize)];
    let mut glyphs = clean(text);
    let mut taken = Extracted::default();
    for _ in 0..MAX_PASSES {
        let left = extract::extract(&glyphs, text, table, &mut taken);
        let rewritten = rewrite::rewrite(left.as_ref().unwrap_or(&glyphs), table);
        let is_settled = rewritten == glyphs;
        glyphs = rewritten;
        if is_settled {
            break;
        }
    }
    finish(glyphs, taken)
}

/// Returns the characters of `text` without invisible ones, in NFKC, entities decoded.
fn clean(text: &str) -> Vec<Glyph> {
    let glyphs = compose(visible(text));
    let (glyphs, decoded) = rewrite::decode_entities(glyphs);
    if decoded { compose(glyphs) } else { glyphs }
}

fn visible(text: &str) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len() / 2);
    let mut previous = '\0';
    for (at, raw) in text.char_indices() {
        let Some(c) = visible_char(raw, previous) else {
            if let Some(last) = glyphs.last_mut() {
                last.to = (at + raw.len_utf8()) as u32;
            }
            continue;
        };
        glyphs.push(Glyph {
            c,
            from: at as u32,
            to: (at + raw.len_utf8()) as u32,
            stretched: false,
        });
        previous = raw;
    }
    glyphs
}

/// Returns the character to analyse for `c`, none for controls, joiners, direction marks and emoji modifiers.
fn visible_char(c: char, previous: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' | '\u{b}' | '\u{c}' => Some(' '),
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {
            None
        }
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' => None,
        '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}' => None,
        c if c.is_control() => None,
        '´' => Some('ˊ'),
        '¯' | '￣' => Some('ˉ'),
        '゜' => Some('°'),
        'ﾟ' if !matches!(previous, 'ﾊ'..='ﾎ') => Some('°'),
        '\u{309a}' if !is_hiragana(previous) && !is_katakana(previous) => Some('°'),
        'ﾞ' if !matches!(previous, 'ｳ' | 'ｶ'..='ﾄ' | 'ﾊ'..='ﾎ') => None,
        '゛' => None,
        c => Some(c),
    }
}

/// Whether `c` is of the kana and kanji that most of Japanese is written in: in NFKC, joined by nothing, no picture.
pub(crate) fn is_word_char(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | 'ぁ'..='ゖ' | 'ァ'..='ー' | '、'..='々')
}

/// Returns the NFKC of a character for which it is one character, whatever stands beside it.
///
/// What almost every post is made of, so that few of them need the tables. None of these composes with another, and of
/// these only ASCII has a case.
pub(crate) fn nfkc_alone(c: char) -> Option<char> {
    match c {
        c if c.is_ascii() || is_word_char(c) => Some(c),
        '\u{300c}'..='\u{300f}'
        | '\u{301c}'
        | '\u{30fd}'..='\u{30fe}'
        | '\u{2600}'..='\u{27bf}'
        | '\u{1f300}'..='\u{1faff}' => Some(c),
        '\u{3000}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

/// Returns the glyphs in NFKC, composed stretch by stretch so that every output character keeps its origin.
fn compose(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let others = glyphs.iter().map(|g| g.c);
    let others = others.filter(|c| nfkc_alone(*c) != Some(*c));
    if is_nfkc_quick(others) == IsNormalized::Yes {
        return glyphs;
    }
    let mut out: Vec<Glyph> = Vec::with_capacity(glyphs.len() + 8);
    let mut start = 0;
    while start < glyphs.len() {
        let mut end = start + 1;
        while end < glyphs.len() && joins_previous(glyphs[end].c) {
            end += 1;
        }
        let (from, to) = (glyphs[start].from, glyphs[end - 1].to);
        let single = (end == start + 1).then_some(glyphs[start].c);
        let is_settled = |c: &char| is_nfkc_quick(std::iter::once(*c)) == IsNormalized::Yes;
        let alone = single.and_then(|c| nfkc_alone(c).or_else(|| Some(c).filter(is_settled)));
        if let Some(c) = alone {
            out.push(Glyph { c, ..glyphs[start] });
        } else {
            let composed = glyphs[start..end].iter().map(|g| g.c).nfkc();
            out.extend(composed.map(|c| Glyph {
                c,
                from,
                to,
                stretched: false,
            }));
        }
        start = end;
    }
    // Voiced-sound marks that found nothing to voice would find it once a character between is dropped.
    out.retain(|g| !matches!(g.c, '\u{3099}' | '\u{309a}'));
    out
}

fn joins_previous(c: char) -> bool {
    if nfkc_alone(c).is_some() {
        return false;
    }
    // Hangul letters of every width make syllables.
    matches!(c, 'ﾞ' | 'ﾟ' | '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
        || matches!(c, '\u{3131}'..='\u{318e}' | '\u{ffa0}'..='\u{ffdc}')
        || canonical_combining_class(c) != 0
}

fn finish(glyphs: Vec<Glyph>, mut taken: Extracted) -> Normalised {
    let mut done = Normalised {
        text: String::with_capacity(glyphs.len() * 3),
        origins: Vec::with_capacity(glyphs.len()),
        ..Normalised::default()
    };
    for glyph in &glyphs {
        done.origins
            .push((done.text.len() as u32, glyph.from, glyph.to));
        done.text.push(glyph.c);
        if glyph.stretched {
            done.stretched.push(done.text.len());
        }
    }
    taken
        .marks
        .sort_by_key(|mark| (mark.original.start, mark.original.end));
    for mark in &mut taken.marks {
        let after = glyphs.partition_point(|g| (g.from as usize) < mark.original.start);
        mark.at = done
            .origins
            .get(after)
            .map_or(done.text.len(), |o| o.0 as usize);
    }
    done.marks = taken.marks;
    done.hashtags = taken.hashtags;
    done.mentions = taken.mentions;
    done.urls = taken.urls;
    done
}

/// Whether `c` is a kanji, the repetition mark included.
pub(super) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{323af}' | '々' | '〆')
}

/// Whether `c` is hiragana.
pub(super) fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ゝ' | 'ゞ')
}

/// Whether `c` is katakana, the prolonged sound mark included.
pub(super) fn is_katakana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ' | 'ー' | 'ヽ' | 'ヾ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(text: &str) -> Normalised {
        normalise(text, MarkTable::embedded().unwrap())
    }

    #[test]
    fn width_entities_and_repetition_are_folded() {
        assert_eq!(run("ﾗﾝﾁ &amp;amp; ｶﾞﾁでｽｺﾞｲ").text, "ランチ & ガチでスゴい");
        assert_eq!(run("すごーーーい！！！！").text, "すごい!");
        assert_eq!(run("おいしーい").text, "おいしい");
        assert_eq!(run("やべえよ").text, "やばいよ");
        assert_eq!(run("コーヒー").text, "コーヒー");
        assert_eq!(run("\u{ffa1}\u{ffc2}").text, "가");
        assert_eq!(run("1000円と5555円").text, "1000円と5555円");
    }

    #[test]
    fn addresses_tags_and_faces_are_taken_out() {
        let found =
            run("@koe_shop 最高です(*^^*) #新宿ランチ https://example.com/a?b=1 😊😊ｗｗｗ");
        assert_eq!(found.mentions, ["koe_shop"]);
        assert_eq!(found.hashtags, ["新宿ランチ"]);
        assert_eq!(found.urls, ["https://example.com/a?b=1"]);
        let kinds: Vec<_> = found.marks.iter().map(|m| m.kind).collect();
        assert_eq!(kinds, [MarkKind::Kaomoji, MarkKind::Emoji, MarkKind::Laugh]);
        assert!(!found.text.contains("example") && !found.text.contains('w'));
    }

    #[test]
    fn grass_is_laughter_only_where_it_laughs() {
        assert_eq!(run("それは草").marks.len(), 1);
        assert!(run("庭の草を刈る").marks.is_empty());
        assert!(run("笑顔が素敵").marks.is_empty());
        assert!(run("www.example.com").marks.is_empty());
        assert!(run("windows").marks.is_empty());
    }

    #[test]
    fn the_original_can_be_quoted() {
        let text = "＃昼  すごーーい店 ｶﾞﾁ";
        let found = run(text);
        let at = found.text.find("すごい").unwrap();
        assert_eq!(&text[found.original(at, at + "すごい".len())], "すごーーい");
        let at = found.text.find("ガチ").unwrap();
        assert_eq!(&text[found.original(at, at + "ガチ".len())], "ｶﾞﾁ");
    }

    #[test]
    fn what_stands_alone_is_in_nfkc_joins_nothing_and_has_a_case_in_ascii_only() {
        for c in '\0'..=char::MAX {
            let Some(alone) = nfkc_alone(c) else { continue };
            assert!(c.nfkc().eq([alone]), "{c}");
            assert_eq!(canonical_combining_class(c), 0, "{c}");
            assert!(alone.to_lowercase().eq([alone.to_ascii_lowercase()]), "{c}");
        }
    }

    proptest! {
            #[test]
    fn glyphs_are_composed_as_the_tables_say(
                text in "[ -~ぁ-ヾ一-龠、-〜！-～ｶ-ﾎﾞﾟ\u{3099}\u{309a}\u{301}🙂☀①…㎞]{0,30}",
            ) {
                let all: String = compose(visible(&text)).iter().map(|g| g.c).collect();
                let seen: String = visible(&text).iter().map(|g| g.c).collect();
                let wanted: String = seen.nfkc().filter(|c| !matches!(c, '\u{3099}' | '\u{309a}')).collect();
                prop_assert_eq!(all, wanted);
            }
        }

    #[test]
    fn kaomoji_are_told_apart() {
        for (face, polarity) in [
            ("(´；ω；`)", -1),
            ("(≧▽≦)", 1),
            ("orz", -1),
            ("＼(^o^)／", 1),
            ("(T_T)", -1),
        ] {
            let found = run(&format!("そうか{face}"));
            assert_eq!(found.marks.len(), 1, "{face}: {found:?}");
            assert_eq!(found.marks[0].polarity, polarity, "{face}");
        }
    }

    fn pieces() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "すごーーい",
            "やべえ",
            "&amp;",
            "lt;",
            "＆",
            "ｗｗ",
            "草",
            "笑",
            "(",
            ")",
            "^^",
            "ー",
            "〜",
            "！！！",
            "#",
            "@",
            "a",
            "http",
            "://",
            "ｶ",
            "ﾞ",
            "か",
            "\u{3099}",
            "い",
            "ぃ",
            "し",
            "😊",
            " ",
            "\n",
            "え",
            "1",
            "。",
            "の",
            "w",
        ]);
        prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in prop_oneof![pieces(), any::<String>(), "\\PC*"]) {
            let once = run(&text).text;
            prop_assert_eq!(&run(&once).text, &once);
        }

        #[test]
        fn every_position_leads_back_into_the_original(text in prop_oneof![pieces(), any::<String>()]) {
            let found = run(&text);
            for (at, c) in found.text.char_indices() {
                let range = found.original(at, at + c.len_utf8());
                prop_assert!(text.get(range).is_some());
            }
            for mark in &found.marks {
                prop_assert!(text.get(mark.original.clone()).is_some());
                prop_assert!(found.text.is_char_boundary(mark.at));
            }
        }
    }
}
