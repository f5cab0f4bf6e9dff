//! A writer's manners: dialect, spelling, punctuation, emoji, laughter, hashtags, slips of the finger.

use rand::{Rng, RngExt};

use super::compose::{Mood, Scene};
use super::manners::{
    HAKATA, HASHTAGS, HOKKAIDO, KANSAI, LAUGHS, POLITE_LAUGHS, SLIPS, SPELLINGS, STRETCHED, emoji,
    english, kaomoji,
};
use super::{Dialect, Persona};

/// Adds the shop's name to a post that names neither it nor the product, most of the time.
pub(super) fn name_the_shop(
    text: String,
    product: Option<&str>,
    rng: &mut (impl Rng + ?Sized),
) -> String {
    const NAMES: [&str; 3] = ["とりのこえ", "torinokoe", "トリノコエ"];
    let named = NAMES.iter().any(|n| text.contains(n))
        || product.is_some_and(|p| p.split([' ', '　']).any(|part| text.contains(part)));
    if named || rng.random_bool(0.2) {
        return text;
    }
    match rng.random_range(0..20) {
        0 => format!("@torinokoe_coffee {text}"),
        1 => format!("{text} @torinokoe_coffee"),
        2 => format!("{text}\n#珈琲焙煎所とりのこえ"),
        3 => format!("{text} #torinokoe_coffee"),
        4 | 5 => format!("{text}（とりのこえ）"),
        6..=8 => format!("【とりのこえ】{text}"),
        9 | 10 => format!("{text} #torinokoe"),
        11 => format!("{text} #とりのこえ珈琲"),
        12 => format!("{text} #とりのこえ日和"),
        13 => format!("{text}\n#焙煎所とりのこえ"),
        14 => format!("とりのこえの話。{text}"),
        15 | 16 => format!("{text}\n#とりのこえ"),
        17 => format!("{text} #鎌倉 #とりのこえ"),
        _ => format!("{text} #とりのこえ"),
    }
}

/// Finishes a text about the shop, hashtags included.
pub(super) fn finish(
    text: String,
    scene: &Scene,
    persona: &Persona,
    rng: &mut (impl Rng + ?Sized),
) -> String {
    let mut text = finish_plain(text, scene, persona, rng);
    if scene.fit.channel & 3 != 0 && chance(persona.hashtags * 0.55, rng) {
        let count = 1 + usize::from(chance(0.5, rng)) + usize::from(chance(0.3, rng));
        for at in 0..count {
            let tag = one(HASHTAGS, rng);
            if !text.contains(tag) {
                let gap = if at == 0 && chance(0.4, rng) {
                    '\n'
                } else {
                    ' '
                };
                text.push(gap);
                text.push_str(tag);
            }
        }
    }
    text
}

/// Finishes a text without hashtags of the trade.
pub(super) fn finish_plain(
    text: String,
    scene: &Scene,
    persona: &Persona,
    rng: &mut (impl Rng + ?Sized),
) -> String {
    let casual = scene.fit.register & 9 != 0;
    let (body, tail) = split_tail(&text);
    let mut body = body.replace("{I}", persona.first_person.word());
    replace_all(&mut body, &[("？。", "？"), ("。。", "。")]);
    if scene.fit.register & 6 != 0 {
        body = body.replace("俺", "私").replace("あたし", "私");
    }
    match scene.dialect {
        Some(Dialect::Kansai) => replace_all(&mut body, KANSAI),
        Some(Dialect::Hakata) => replace_all(&mut body, HAKATA),
        Some(Dialect::Hokkaido) => replace_all(&mut body, HOKKAIDO),
        None => {}
    }
    for (from, to, share) in SPELLINGS {
        if body.contains(from) && chance(*share, rng) {
            body = body.replace(from, to);
        }
    }
    if casual && scene.mood != Mood::Neutral {
        for (from, to) in STRETCHED {
            if body.contains(from) && chance(0.08, rng) {
                body = body.replacen(from, to, 1);
            }
        }
    }
    if chance(persona.typos * 0.22, rng) {
        body = mistype(&body, rng);
    }
    let mut body = punctuate(&body, scene, persona, rng);
    if chance(persona.english * 0.18, rng) && scene.fit.channel & 7 != 0 {
        body.push(' ');
        body.push_str(one(english(scene.mood), rng));
    }
    if !tail.is_empty() {
        body.push_str(tail);
    }
    body
}

/// Splits the hashtags and mentions at the end from the words.
fn split_tail(text: &str) -> (&str, &str) {
    let at = [" #", "\n#", " @"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    text.split_at(at.unwrap_or(text.len()))
}

/// Replaces the full stops by what the writer would type there.
fn punctuate(
    body: &str,
    scene: &Scene,
    persona: &Persona,
    rng: &mut (impl Rng + ?Sized),
) -> String {
    let casual = scene.fit.register & 9 != 0;
    let formal = scene.fit.register & 4 != 0;
    let brief = scene.fit.channel & 3 != 0;
    let style = rng.random_range(0..100);
    let inner = match (casual, brief) {
        _ if formal => "。",
        (true, true) if style < 22 => " ",
        (true, true) if style < 40 => "\n",
        (true, _) if style < 45 => "　",
        (false, true) if style < 15 => "。\n",
        (_, _) if style > 93 => "。\n",
        _ => "。",
    };
    let mut out = String::with_capacity(body.len() + 16);
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '。' {
            out.push(c);
            continue;
        }
        match chars.peek().copied() {
            None => out.push_str(&last_mark(scene, persona, rng)),
            Some('」' | '』' | '）' | '\n') => {
                if chars.peek() == Some(&'\n') {
                    out.push_str(if inner.trim().is_empty() { "" } else { "。" });
                }
            }
            Some(_) if scene.mood == Mood::Good && !formal && chance(0.18, rng) => out.push('！'),
            Some(_) if casual && chance(persona.emoji * 0.15, rng) => {
                out.push_str(one(emoji(scene.mood), rng));
            }
            Some(_) => out.push_str(inner),
        }
    }
    out
}

/// What stands at the end of the last sentence.
fn last_mark(scene: &Scene, persona: &Persona, rng: &mut (impl Rng + ?Sized)) -> String {
    let casual = scene.fit.register & 9 != 0;
    let formal = scene.fit.register & 4 != 0;
    if formal {
        return "。".to_owned();
    }
    let laughing = match scene.mood {
        Mood::Good | Mood::Wry => 0.45,
        Mood::Neutral => 0.3,
        Mood::Bad => 0.12,
    };
    if chance(persona.laughs * laughing, rng) {
        return one(if casual { LAUGHS } else { POLITE_LAUGHS }, rng).to_owned();
    }
    if chance(persona.emoji * 0.55, rng) {
        let first = one(emoji(scene.mood), rng);
        let second = if chance(0.3, rng) {
            one(emoji(scene.mood), rng)
        } else {
            ""
        };
        let stop = if casual {
            ""
        } else {
            one(&["。", "！", "", ""], rng)
        };
        return format!("{stop}{first}{second}");
    }
    if chance(persona.kaomoji * 0.5, rng) {
        return one(kaomoji(scene.mood), rng).to_owned();
    }
    let marks: &[&str] = match (casual, scene.mood) {
        (true, Mood::Good) => &["", "", "", "！", "！！", "。", "〜", "♪"],
        (true, Mood::Bad) => &["", "", "", "。", "…", "。", "！"],
        (true, Mood::Wry) => &["", "", "。", "！", "〜", "…"],
        (true, Mood::Neutral) => &["", "", "", "。", "。", "…"],
        (false, Mood::Good) => &["。", "。", "。", "！", "！", "♪"],
        (false, _) => &["。", "。", "。", "。", "…", ""],
    };
    one(marks, rng).to_owned()
}

/// Makes one slip: a wrong conversion, a lost, doubled or swapped letter.
fn mistype(body: &str, rng: &mut (impl Rng + ?Sized)) -> String {
    let slips: Vec<&(&str, &str)> = SLIPS
        .iter()
        .filter(|(right, _)| body.contains(right))
        .collect();
    if !slips.is_empty() && chance(0.6, rng) {
        let (right, wrong) = slips[rng.random_range(0..slips.len())];
        return body.replacen(right, wrong, 1);
    }
    let mut chars: Vec<char> = body.chars().collect();
    let kana = |c: char| ('ぁ'..='ん').contains(&c);
    let places: Vec<usize> = (2..chars.len().saturating_sub(2))
        .filter(|&at| (at - 1..=at + 1).all(|near| kana(chars[near])) && chars[at] != 'の')
        .collect();
    if places.is_empty() || body.contains("とりのこえ") {
        return body.to_owned();
    }
    let at = places[rng.random_range(0..places.len())];
    match rng.random_range(0..3) {
        0 => {
            chars.remove(at);
        }
        1 => chars.insert(at, chars[at]),
        _ => chars.swap(at, at + 1),
    }
    chars.into_iter().collect()
}

fn replace_all(text: &mut String, table: &[(&str, &str)]) {
    for (from, to) in table {
        if text.contains(from) {
            *text = text.replace(from, to);
        }
    }
}

fn chance(p: f64, rng: &mut (impl Rng + ?Sized)) -> bool {
    rng.random_bool(p.clamp(0.0, 1.0))
}

/// One of several words, none of none.
pub(super) fn one<'a>(words: &[&'a str], rng: &mut (impl Rng + ?Sized)) -> &'a str {
    if words.is_empty() {
        return "";
    }
    words[rng.random_range(0..words.len())]
}
