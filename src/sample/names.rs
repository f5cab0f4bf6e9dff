//! Invented names: families, given names, their readings and the ways one family is written.

use rand::{Rng, RngExt};
use std::sync::LazyLock;

use super::seed::pick;

type Entry = (&'static str, &'static str);

fn entries(text: &'static str) -> Vec<Entry> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

static FAMILY: LazyLock<Vec<Entry>> = LazyLock::new(|| entries(include_str!("data/family.tsv")));
static FEMALE: LazyLock<Vec<Entry>> =
    LazyLock::new(|| entries(include_str!("data/given_female.tsv")));
static MALE: LazyLock<Vec<Entry>> = LazyLock::new(|| entries(include_str!("data/given_male.tsv")));
/// Pairs that would spell a well-known person.
static AVOIDED: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let mut pairs: Vec<_> = include_str!("data/avoid.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    pairs.sort_unstable();
    pairs
});

/// Writings of one family name that mean the same family, standard form first.
const VARIANTS: [(&str, &[&str]); 13] = [
    ("高", &["髙"]),
    ("渡辺", &["渡邊", "渡邉"]),
    ("斎藤", &["齋藤", "斉藤", "齊藤"]),
    ("崎", &["﨑"]),
    ("桜", &["櫻"]),
    ("沢", &["澤"]),
    ("島", &["嶋"]),
    ("浜", &["濱"]),
    ("広", &["廣"]),
    ("関", &["關"]),
    ("滝", &["瀧"]),
    ("田辺", &["田邊", "田邉"]),
    ("辺", &["邊", "邉"]),
];

/// A written name and its reading in katakana.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub written: &'static str,
    pub kana: &'static str,
}

impl From<Entry> for Name {
    fn from((written, kana): Entry) -> Self {
        Self { written, kana }
    }
}

/// Draws a family and a given name that together belong to nobody well known.
pub(super) fn draw(female: bool, rng: &mut impl Rng) -> (Name, Name) {
    let family = draw_family(rng);
    (family, draw_given(family, female, rng))
}

/// Draws a given name that together with a family name belongs to nobody well known.
pub(super) fn draw_given(family: Name, female: bool, rng: &mut impl Rng) -> Name {
    let given = if female { &*FEMALE } else { &*MALE };
    let first = rng.random_range(0..given.len());
    let free = (0..given.len())
        .map(|step| given[(first + step) % given.len()])
        .find(|g| AVOIDED.binary_search(&(family.written, g.0)).is_err());
    free.unwrap_or(given[first]).into()
}

/// Draws a family name; common families come first in the list and are drawn more often.
pub(super) fn draw_family(rng: &mut impl Rng) -> Name {
    let depth: f64 = rng.random::<f64>();
    let index = (depth.powf(1.6) * FAMILY.len() as f64) as usize;
    FAMILY[index.min(FAMILY.len() - 1)].into()
}

/// Returns another writing of a family name, if it has one.
pub(super) fn variant(family: &str, rng: &mut impl Rng) -> Option<String> {
    let (standard, others) = VARIANTS
        .iter()
        .find(|(standard, _)| family.contains(standard))?;
    let other: &str = pick::<&str>(others, rng);
    Some(family.replacen(standard, other, 1))
}

/// Spells a katakana reading in letters, Hepburn without long vowels, lower case.
pub(super) fn romaji(kana: &str) -> String {
    let chars: Vec<char> = kana.chars().collect();
    let mut out = String::with_capacity(kana.len());
    let mut double = false;
    let mut index = 0;
    while index < chars.len() {
        let small = chars.get(index + 1).copied().and_then(small_vowel);
        let base = syllable(chars[index]);
        index += 1;
        match chars[index - 1] {
            'ッ' => {
                double = true;
                continue;
            }
            'ー' => continue,
            _ => {}
        }
        if std::mem::take(&mut double) {
            out.extend(base.chars().next());
        }
        match small {
            Some(vowel) => {
                index += 1;
                let stem = base.trim_end_matches('i');
                out.push_str(stem);
                if !matches!(stem, "sh" | "ch" | "j") {
                    out.push('y');
                }
                out.push(vowel);
            }
            None => out.push_str(base),
        }
    }
    out.replace("ou", "o").replace("oo", "o").replace("uu", "u")
}

fn small_vowel(kana: char) -> Option<char> {
    match kana {
        'ャ' => Some('a'),
        'ュ' => Some('u'),
        'ョ' => Some('o'),
        _ => None,
    }
}

fn syllable(kana: char) -> &'static str {
    const TABLE: [(&str, [&str; 5]); 15] = [
        ("アイウエオ", ["a", "i", "u", "e", "o"]),
        ("カキクケコ", ["ka", "ki", "ku", "ke", "ko"]),
        ("サシスセソ", ["sa", "shi", "su", "se", "so"]),
        ("タチツテト", ["ta", "chi", "tsu", "te", "to"]),
        ("ナニヌネノ", ["na", "ni", "nu", "ne", "no"]),
        ("ハヒフヘホ", ["ha", "hi", "fu", "he", "ho"]),
        ("マミムメモ", ["ma", "mi", "mu", "me", "mo"]),
        ("ヤ・ユ・ヨ", ["ya", "", "yu", "", "yo"]),
        ("ラリルレロ", ["ra", "ri", "ru", "re", "ro"]),
        ("ワ・・・ヲ", ["wa", "", "", "", "o"]),
        ("ガギグゲゴ", ["ga", "gi", "gu", "ge", "go"]),
        ("ザジズゼゾ", ["za", "ji", "zu", "ze", "zo"]),
        ("ダヂヅデド", ["da", "ji", "zu", "de", "do"]),
        ("バビブベボ", ["ba", "bi", "bu", "be", "bo"]),
        ("パピプペポ", ["pa", "pi", "pu", "pe", "po"]),
    ];
    if kana == 'ン' {
        return "n";
    }
    TABLE
        .iter()
        .find_map(|(row, letters)| row.chars().position(|c| c == kana).map(|p| letters[p]))
        .unwrap_or("")
}

/// Writes katakana in half width, as old shop systems store it.
pub(super) fn half_width(kana: &str) -> String {
    const FULL: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンャュョッー";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｬｭｮｯｰ";
    const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
    const PLAIN: &str = "カキクケコサシスセソタチツテトハヒフヘホ";
    const POPPED: &str = "パピプペポ";
    const BREATH: &str = "ハヒフヘホ";
    let at = |from: &str, to: &str, c: char| {
        from.chars()
            .position(|x| x == c)
            .and_then(|p| to.chars().nth(p))
    };
    let mut out = String::with_capacity(kana.len());
    for c in kana.chars() {
        let (plain, mark) = if let Some(plain) = at(VOICED, PLAIN, c) {
            (plain, Some('ﾞ'))
        } else if let Some(plain) = at(POPPED, BREATH, c) {
            (plain, Some('ﾟ'))
        } else {
            (c, None)
        };
        out.push(at(FULL, HALF, plain).unwrap_or(plain));
        out.extend(mark);
    }
    out
}

/// Writes katakana in hiragana.
pub(super) fn hiragana(kana: &str) -> String {
    kana.chars()
        .map(|c| match c {
            'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::seed::{Domain, stream};
    use super::*;

    #[test]
    fn readings_become_letters() {
        for (kana, letters) in [
            ("サトウ", "sato"),
            ("ハットリ", "hattori"),
            ("ジュンコ", "junko"),
            ("リョウタ", "ryota"),
            ("オオノ", "ono"),
            ("シンイチ", "shinichi"),
            ("キョウコ", "kyoko"),
        ] {
            assert_eq!(romaji(kana), letters);
        }
    }

    #[test]
    fn half_width_splits_the_voicing_mark() {
        assert_eq!(half_width("ワタナベ"), "ﾜﾀﾅﾍﾞ");
        assert_eq!(half_width("ジュンペイ"), "ｼﾞｭﾝﾍﾟｲ");
    }

    #[test]
    fn every_list_entry_has_a_katakana_reading() {
        for (written, kana) in FAMILY.iter().chain(FEMALE.iter()).chain(MALE.iter()) {
            assert!(!written.is_empty());
            assert!(
                kana.chars().all(|c| ('ァ'..='ー').contains(&c)),
                "{written}"
            );
            assert!(!romaji(kana).is_empty());
        }
        assert!(FAMILY.len() >= 250);
        assert!(FEMALE.len() + MALE.len() >= 295);
    }

    #[test]
    fn well_known_pairs_are_never_drawn() {
        let mut rng = stream(1, Domain::Person, 0, 0);
        for round in 0..40_000 {
            let (family, given) = draw(round % 2 == 0, &mut rng);
            assert!(
                AVOIDED
                    .binary_search(&(family.written, given.written))
                    .is_err()
            );
        }
    }

    #[test]
    fn variants_differ_from_the_standard_writing() {
        let mut rng = stream(1, Domain::Person, 0, 0);
        assert_eq!(variant("高橋", &mut rng).as_deref(), Some("髙橋"));
        assert_ne!(variant("渡辺", &mut rng).as_deref(), Some("渡辺"));
        assert_eq!(variant("加藤", &mut rng), None);
    }
}
