//! Who writes: personas, profile lines, names and handles.

use rand::{Rng, RngExt};

use super::compose::{Mood, Scene};
use super::surface::one;
use super::{Dialect, FirstPerson, Persona};

impl Persona {
    /// Draws a writer; the manners hang together (an elder is formal, long and without laughs).
    pub fn draw(rng: &mut impl Rng) -> Persona {
        use FirstPerson::{Atashi, Boku, Jibun, Ore, Uchi, Watashi, WatashiKana};
        let kind = rng.random_range(0..100);
        // formality, emoji, kaomoji, laughs, english, hashtags, length: where this kind of writer usually is
        let (centre, words): ([f64; 7], &[FirstPerson]) = match kind {
            0..=27 => (
                [0.1, 0.4, 0.08, 0.5, 0.25, 0.2, 0.25],
                &[Watashi, Atashi, Ore, Uchi, Jibun],
            ),
            28..=49 => (
                [0.25, 0.25, 0.15, 0.25, 0.12, 0.3, 0.45],
                &[Watashi, Boku, Ore, WatashiKana, Jibun],
            ),
            50..=71 => (
                [0.5, 0.35, 0.2, 0.1, 0.08, 0.45, 0.5],
                &[Watashi, WatashiKana, Boku],
            ),
            72..=87 => ([0.65, 0.12, 0.1, 0.05, 0.08, 0.15, 0.65], &[Watashi, Boku]),
            _ => ([0.92, 0.02, 0.06, 0.01, 0.02, 0.03, 0.75], &[Watashi]),
        };
        let [formality, emoji, kaomoji, laughs, english, hashtags, length] =
            centre.map(|c| near(c, rng));
        let dialect = match rng.random_range(0..100) {
            0..=11 => Some(Dialect::Kansai),
            12..=14 => Some(Dialect::Hakata),
            15..=16 => Some(Dialect::Hokkaido),
            _ => None,
        };
        Persona {
            formality,
            emoji,
            kaomoji,
            laughs,
            english,
            typos: rng.random_range(0.0f64..1.0).powi(3),
            hashtags,
            length,
            dialect,
            first_person: words[rng.random_range(0..words.len())],
        }
    }
}

/// A share near the one usual for a kind of writer.
fn near(at: f64, rng: &mut impl Rng) -> f64 {
    let spread = rng.random_range(-0.2..0.2) + rng.random_range(-0.1..0.1);
    (at + spread * (0.35 + at)).clamp(0.0, 1.0)
}

/// Returns a profile line.
pub fn bio(persona: &Persona, rng: &mut impl Rng) -> String {
    let mut scene = Scene::of_person(persona, Mood::Neutral, rng);
    let text = scene.write("bio", rng);
    text.trim_end_matches('。').to_owned()
}

/// Returns a display name from a given name in Latin letters and in kana; either may be empty.
pub fn display_name(
    persona: &Persona,
    given_name_romaji: &str,
    given_kana: &str,
    rng: &mut impl Rng,
) -> String {
    let letters = ascii(given_name_romaji);
    let hiragana: String = given_kana.chars().map(to_hiragana).collect();
    let kana = if hiragana.is_empty() {
        "とり".to_owned()
    } else {
        hiragana
    };
    let head: String = kana.chars().take(2).collect();
    let mark = if rng.random_bool(persona.emoji.clamp(0.0, 1.0)) {
        one(
            &[
                "☕", "🐦", "🌿", "🐈", "🍞", "🎧", "📚", "🌙", "☕️", "🏃", "🎸", "🍀",
            ],
            rng,
        )
    } else {
        ""
    };
    let place = one(
        &[
            "鎌倉",
            "藤沢",
            "湘南",
            "在宅勤務",
            "育児中",
            "コーヒー沼",
            "転職活動中",
            "低浮上",
            "札幌",
            "京都",
            "お茶の間",
        ],
        rng,
    );
    let title = one(
        &[
            "珈琲好きの",
            "ねむい",
            "週末の",
            "毎朝の",
            "旅する",
            "腹ぺこ",
            "雨の日の",
            "二杯目の",
        ],
        rng,
    );
    let mut capital = letters.clone();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let name = match rng.random_range(0..14) {
        0 | 1 => kana,
        2 if !letters.is_empty() => letters,
        3 if !letters.is_empty() => capital,
        4 if !letters.is_empty() => format!("{}.", &capital[..1]),
        5 => format!("{kana}@{place}"),
        6 => format!("{title}{kana}"),
        7 => format!(
            "{head}{}",
            one(
                &[
                    "ちゃん",
                    "ぽん",
                    "さん",
                    "まる",
                    "っち",
                    "たん",
                    "りん",
                    "姐"
                ],
                rng
            )
        ),
        8 => format!("{kana}｜{place}"),
        9 => format!(
            "{head}ー{}",
            one(&["", "さん", "ママ", "の日記", "の珈琲帖"], rng)
        ),
        10 if !letters.is_empty() => format!(
            "{capital} {}",
            one(
                &["coffee log", "/ films", "the cat", "in Kamakura", "days"],
                rng
            )
        ),
        11 => given_kana.to_owned(),
        _ => kana,
    };
    let name = if name.is_empty() {
        "とり".to_owned()
    } else {
        name
    };
    format!("{name}{mark}")
}

/// Returns a handle of 4 to 15 letters, digits and underscores from a name in Latin letters.
pub fn handle(romaji_given: &str, romaji_family: &str, rng: &mut impl Rng) -> String {
    let or = |name: String, other: &str| {
        if name.is_empty() {
            other.to_owned()
        } else {
            name
        }
    };
    let given = or(ascii(romaji_given), "tori");
    let family = or(ascii(romaji_family), "koe");
    let word = one(
        &[
            "coffee", "cafe", "log", "cat", "life", "kurashi", "bread", "run", "film", "neko",
            "days", "tabi",
        ],
        rng,
    );
    let (g, f) = (&given[..1], &family[..1]);
    let number = rng.random_range(0..10_000u32);
    let year = rng.random_range(60..100u32);
    let base = match rng.random_range(0..10) {
        0 => format!("{given}_{family}"),
        1 => format!("{given}{number}"),
        2 => format!("{given}_{word}"),
        3 => format!("{f}{given}{number:03}"),
        4 => format!("{word}_{given}{}", number % 100),
        5 => format!("{g}_{family}{year}"),
        6 => format!("_{given}{f}_{}", number % 1000),
        7 => format!("{given}{family}{}", number % 10),
        8 => format!("{g}{f}_{word}{number}"),
        _ => format!("{given}{f}{year}"),
    };
    let mut short: String = base.chars().take(15).collect();
    while short.len() < 4 {
        short.push('_');
    }
    short
}

fn ascii(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn to_hiragana(c: char) -> char {
    if ('ァ'..='ヶ').contains(&c) {
        char::from_u32(c as u32 - 0x60).unwrap_or(c)
    } else {
        c
    }
}
