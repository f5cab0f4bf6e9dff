//! Accounts made up around made-up brands: some pass for the official one, some only name it or something like it.

use super::brands::*;

/// SplitMix64: the same draws on every machine.
pub(super) struct Draws(pub u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn any<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn pair(&mut self, list: &[(&'static str, &'static str)]) -> (&'static str, &'static str) {
        list[self.below(list.len())]
    }
}

/// A brand and how its official account shows itself.
#[derive(Debug, Clone)]
pub(super) struct Brand {
    pub name: &'static str,
    pub handle: &'static str,
    pub shown: String,
}

/// A handle and a display name.
pub(super) type Account = (String, String);

impl Brand {
    pub fn draw(draws: &mut Draws) -> Self {
        let (name, handle) = draws.pair(BRANDS);
        let decoration = draws.any(&["", "", "🐦", "【公式】", " 公式", "(公式)", "⭐", "®"]);
        Self {
            name,
            handle,
            shown: format!("{name}{decoration}"),
        }
    }

    /// The handle without what says that it is official.
    fn core(&self) -> String {
        self.handle.replace("_official", "").replace("_jp", "")
    }

    fn own_name(&self, draws: &mut Draws) -> String {
        draws.any(&[&*self.shown, self.name]).to_owned()
    }
}

/// A handle that has nothing to do with any brand.
fn any_handle(draws: &mut Draws) -> String {
    let (_, person) = draws.pair(PEOPLE);
    let middle = draws.any(&["", "_", "x", "chan", "_0"]);
    format!("{person}{middle}{}", draws.below(10_000))
}

/// Replaces one letter by what looks like it.
fn disguised(draws: &mut Draws, text: &str, tables: &[Pairs]) -> Option<String> {
    let mut options = Vec::new();
    for (place, letter) in text.char_indices() {
        let lower = letter.to_ascii_lowercase();
        for (_, other) in tables
            .iter()
            .copied()
            .flatten()
            .filter(|(from, _)| *from == lower)
        {
            options.push((place, place + letter.len_utf8(), *other));
        }
    }
    if options.is_empty() {
        return None;
    }
    let (from, to, other) = options[draws.below(options.len())];
    Some(format!("{}{other}{}", &text[..from], &text[to..]))
}

/// Drops, adds, swaps, doubles or replaces one letter within a handle.
fn edited(draws: &mut Draws, text: &str) -> String {
    const LETTERS: &[u8] = b"abcdefghiklmnoprstuvy";
    loop {
        let mut letters: Vec<char> = text.chars().collect();
        let place = 1 + draws.below(letters.len() - 2);
        let other = char::from(LETTERS[draws.below(LETTERS.len())]);
        match draws.below(5) {
            0 => {
                letters.remove(place);
            }
            1 => letters.insert(place, other),
            2 => letters.swap(place, place + 1),
            3 => letters.insert(place, letters[place]),
            _ => letters[place] = other,
        }
        let edited: String = letters.into_iter().collect();
        if edited != text {
            return edited;
        }
    }
}

/// Hiragana for katakana, katakana for hiragana, or full width.
fn in_another_script(name: &str) -> String {
    let moved = |letter: char, by: i64| {
        u32::try_from(i64::from(u32::from(letter)) + by)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or(letter)
    };
    let other: String = name
        .chars()
        .map(|letter| match letter {
            'ぁ'..='ゖ' => moved(letter, 0x60),
            'ァ'..='ヶ' => moved(letter, -0x60),
            _ => letter,
        })
        .collect();
    if other != name {
        return other;
    }
    name.chars()
        .map(|letter| match letter {
            '!'..='~' => moved(letter, 0xfee0),
            _ => letter,
        })
        .collect()
}

/// Draws an account that passes for the brand's; `None` where the brand has nothing that could be changed so.
pub(super) fn impersonator(draws: &mut Draws, brand: &Brand) -> Option<Account> {
    let all: &[Pairs] = &[KANA, CYRILLIC, GLYPHS];
    let account = match draws.below(11) {
        0 => {
            let handle = disguised(draws, brand.handle, &[GLYPHS, CYRILLIC])?;
            let name = if draws.below(4) == 0 {
                String::new()
            } else {
                brand.own_name(draws)
            };
            (handle, name)
        }
        1 if brand.handle.len() >= 6 => {
            let handle = edited(draws, brand.handle);
            let name = match draws.below(3) {
                0 => disguised(draws, brand.name, all)?,
                _ => brand.own_name(draws),
            };
            (handle, name)
        }
        2 => {
            let (core, affix) = (brand.core(), draws.any(HANDLE_CLAIMS));
            let handle = if affix == "official_" {
                format!("{affix}{core}")
            } else {
                format!("{core}{affix}")
            };
            let claim = draws.any(NAME_CLAIMS);
            let name = match draws.below(3) {
                0 => format!("{}{claim}", brand.name),
                _ => brand.own_name(draws),
            };
            (handle, name)
        }
        3 => (any_handle(draws), brand.own_name(draws)),
        4 | 5 => (any_handle(draws), disguised(draws, brand.name, all)?),
        6 => {
            let handle = any_handle(draws);
            (handle, format!("{}{}", brand.name, draws.any(NAME_CLAIMS)))
        }
        7 => {
            let place = 1 + draws.below(brand.handle.len() - 1);
            let handle = if brand.handle.contains('_') && draws.below(2) == 0 {
                brand.handle.replace('_', "")
            } else {
                let (before, after) = brand.handle.split_at(place);
                format!("{before}{}{after}", draws.any(&["_", ".", "__"]))
            };
            (handle, brand.own_name(draws))
        }
        8 => {
            let mut letters: Vec<char> = brand.name.chars().collect();
            let unseen = ['\u{200b}', '\u{2060}', '\u{200e}', '\u{ad}', '\u{feff}'];
            let place = 1 + draws.below(letters.len() - 1);
            letters.insert(place, unseen[draws.below(unseen.len())]);
            (any_handle(draws), letters.into_iter().collect())
        }
        9 => {
            let first = brand.handle.split('_').next().unwrap_or(brand.handle);
            let handle = format!("{first}{}", draws.any(HANDLE_CLAIMS));
            (handle, in_another_script(brand.name))
        }
        10 => {
            let handle = disguised(draws, brand.handle, &[GLYPHS])?;
            let affix = draws.any(&["", "_jp", "_official"]);
            let name = disguised(draws, brand.name, all)?;
            let claim = if draws.below(2) == 0 {
                ""
            } else {
                draws.any(NAME_CLAIMS)
            };
            (format!("{handle}{affix}"), format!("{name}{claim}"))
        }
        _ => return None,
    };
    (account.0.to_lowercase() != brand.handle).then_some(account)
}

/// Draws an account that does not pass for the brand's, however much it has to do with it.
pub(super) fn other(draws: &mut Draws, brand: &Brand) -> Account {
    let (person, person_handle) = draws.pair(PEOPLE);
    let (name, core) = (brand.name, brand.core());
    match draws.below(11) {
        0 => {
            let more = draws.any(&["", "☀️", "@ダイエット中", "🍞", "ちゃん"]);
            (any_handle(draws), format!("{person}{more}"))
        }
        1 => {
            let handle = if draws.below(2) == 0 {
                format!("{core}{}", draws.any(HANDLE_FANS))
            } else {
                any_handle(draws)
            };
            (handle, format!("{name}{}", draws.any(NAME_FANS)))
        }
        2 => {
            let between = draws.any(&["@", "＠", "/", "（"]);
            let more = draws.any(&[
                "大好き",
                "行きたい",
                "通い",
                "愛用中",
                "のパンが好き",
                "に行った",
                "",
            ]);
            (any_handle(draws), format!("{person}{between}{name}{more}"))
        }
        3 | 4 => {
            let (other, handle) = draws.pair(OTHERS);
            let more = draws.any(&["", "", "公式", "【公式】", " 渋谷店"]);
            (handle.to_owned(), format!("{other}{more}"))
        }
        5 => {
            let more = draws.any(&["", "☕", "巡り"]);
            let common = draws.any(COMMON);
            (any_handle(draws), format!("{common}{more}"))
        }
        6 => {
            let shown = match draws.below(4) {
                0 => format!("{person}({name})"),
                1 => format!("{name}店員の{person}"),
                2 => format!("{name}で働く{person}"),
                _ => format!("{person}｜{name}スタッフ"),
            };
            (any_handle(draws), shown)
        }
        7 => {
            let (place, place_handle) = draws.pair(PLACES);
            let shown = if draws.below(2) == 0 {
                format!("{name}{place}店")
            } else {
                format!("{name} {place}")
            };
            (format!("{core}_{place_handle}"), shown)
        }
        8 => {
            let between = draws.any(&["_", "x"]);
            (format!("{core}{between}{person_handle}"), person.to_owned())
        }
        9 => {
            let before = draws.any(&["my", "about_", "i"]);
            let (prefix, suffix) = (
                draws.any(&["こ", "大", "ニュー"]),
                draws.any(&["ダ", "ん家", "太郎"]),
            );
            (
                format!("{before}{core}da{person_handle}"),
                format!("{prefix}{name}{suffix}"),
            )
        }
        _ => {
            let (place, place_handle) = draws.pair(PLACES);
            let (_, handle) = draws.pair(OTHERS);
            let common = draws.any(COMMON);
            (
                format!("{handle}_{place_handle}"),
                format!("{common}{place}店"),
            )
        }
    }
}
