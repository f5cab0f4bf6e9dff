//! Prefectures and cities in the words of a profile.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::join::normalise::{PREFECTURES, sound_key, without_suffix};

use super::place_names::CITIES;

/// Most characters of a profile's place that are read.
const MOST_CHARACTERS: usize = 60;
/// Most characters of a city's name.
const LONGEST_CITY: usize = 8;

/// Latin letters, in the common alphabet, to prefecture and city of the tables.
static LATIN: LazyLock<HashMap<String, (u8, Option<&'static str>)>> = LazyLock::new(|| {
    let mut latin = HashMap::new();
    for (name, letters, code) in CITIES {
        latin.insert(sound_key(letters), (code, Some(name)));
    }
    for (code, (_, letters)) in (1..).zip(PREFECTURES) {
        latin.insert(sound_key(letters), (code, None));
    }
    latin
});

/// Where a person lives or an account says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Codes of prefectures, 1 to 47, in order.
    pub prefectures: Vec<u8>,
    /// Names of cities without 市区町村, in order.
    pub cities: Vec<String>,
}

impl Place {
    /// Whether nothing was recognised.
    pub fn is_empty(&self) -> bool {
        self.prefectures.is_empty() && self.cities.is_empty()
    }

    fn tidy(mut self) -> Self {
        self.prefectures.sort_unstable();
        self.prefectures.dedup();
        self.cities.sort();
        self.cities.dedup();
        self
    }
}

/// Reads a person's prefectures and the towns of the addresses.
pub(super) fn of_person(prefectures: &[&str], towns: &[&str]) -> Place {
    let mut place = Place::default();
    for prefecture in prefectures {
        place.prefectures.extend(prefectures_in(&wide(prefecture)));
    }
    for town in towns {
        let town = wide(town);
        // The prefecture may stand before the town; its 都道府県 tells it from a town's own name.
        let with_prefecture = (1..)
            .zip(PREFECTURES)
            .find_map(|(code, (name, _))| Some((code, town.strip_prefix(name)?)));
        let rest = match with_prefecture {
            Some((code, rest)) => {
                place.prefectures.push(code);
                rest
            }
            None => &town,
        };
        place.cities.extend(city(rest.trim()));
    }
    place.tidy()
}

/// Reads the place of a profile; `cities` are those that people live in.
pub(super) fn of_account(text: &str, cities: &HashMap<String, u32>) -> Place {
    let text: String = wide(text).chars().take(MOST_CHARACTERS).collect();
    let mut place = Place {
        prefectures: prefectures_in(&text),
        cities: vec![],
    };
    for (name, _, code) in CITIES {
        if text.contains(name) {
            place.prefectures.push(code);
        }
    }
    for token in latin_tokens(&text) {
        if let Some((_, Some(name))) = LATIN.get(&sound_key(token)) {
            place.cities.push((*name).to_owned());
        }
    }
    let letters: Vec<char> = text.replace("東京都", "東京").chars().collect();
    for start in 0..letters.len() {
        for end in start + 2..=letters.len().min(start + LONGEST_CITY) {
            let name: String = letters[start..end].iter().collect();
            let names_prefecture = PREFECTURES
                .iter()
                .any(|(prefecture, _)| without_suffix(prefecture) == name);
            let is_city = !names_prefecture || letters.get(end) == Some(&'市');
            if is_city && cities.contains_key(&name) {
                place.cities.push(name);
            }
        }
    }
    place.tidy()
}

/// Returns the codes of the prefectures named in a text, longest names first, so that 東京都 is not 京都.
fn prefectures_in(text: &str) -> Vec<u8> {
    let rest = text.replace("東京都", "東京 ");
    let mut codes: Vec<u8> = (1..)
        .zip(PREFECTURES)
        .filter(|(_, (name, _))| rest.contains(without_suffix(name)))
        .map(|(code, _)| code)
        .collect();
    for token in latin_tokens(text) {
        if let Some((code, _)) = LATIN.get(&sound_key(token)) {
            codes.push(*code);
        }
    }
    // Shopify writes JP-14.
    if let Some(code) = text
        .trim()
        .strip_prefix("JP-")
        .and_then(|code| code.parse().ok())
        && (1..=47).contains(&code)
    {
        codes.push(code);
    }
    codes
}

/// Returns tokens that may be place names in Latin letters or kana.
fn latin_tokens(text: &str) -> impl Iterator<Item = &str> {
    let suffixes = |token: &str| matches!(token, "ken" | "fu" | "to" | "shi" | "city" | "japan");
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(move |token| token.len() >= 3 && !suffixes(token))
}

/// Returns the name of the municipality at the front of a town, without 市区町村 where two characters are left.
fn city(town: &str) -> Option<String> {
    let letters: Vec<char> = town.chars().take(12).collect();
    let after = |place: usize, ends: &[char]| {
        letters[place.min(letters.len())..]
            .iter()
            .position(|letter| ends.contains(letter))
            .map(|found| found + place)
    };
    let ward = after(1, &['区']);
    let mut end = after(1, &['市']);
    // 四日市市, 廿日市市, 野々市市
    if let Some(place) = end
        && letters.get(place + 1) == Some(&'市')
    {
        end = Some(place + 1);
    }
    let (start, end) = match (end, ward) {
        (Some(city), Some(ward)) if ward < city => (0, ward),
        (Some(city), _) => (0, city),
        (None, Some(ward)) => (0, ward),
        (None, None) => {
            let start = after(1, &['郡']).map_or(0, |place| place + 1);
            (start, after(start + 1, &['町', '村'])?)
        }
    };
    let name: String = letters[start..end].iter().collect();
    if end - start >= 2 {
        Some(name)
    } else {
        letters.get(end).map(|suffix| format!("{name}{suffix}"))
    }
}

/// Returns a text with widths folded; the case stays, as folding of letters comes later.
fn wide(text: &str) -> String {
    text.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn municipalities_are_cut_where_they_end() {
        for (town, name) in [
            ("鎌倉市雪ノ下1-2-3", "鎌倉"),
            ("横浜市港北区日吉", "横浜"),
            ("世田谷区北沢", "世田谷"),
            ("四日市市諏訪町", "四日市"),
            ("市川市八幡", "市川"),
            ("東村山市本町", "東村山"),
            ("西多摩郡日の出町平井", "日の出"),
            ("津市丸之内", "津市"),
            ("中央区市場町", "中央"),
        ] {
            assert_eq!(city(town).as_deref(), Some(name), "{town}");
        }
        assert_eq!(city("Springfield"), None);
    }

    #[test]
    fn places_are_found_in_kanji_kana_and_latin_letters() {
        let cities = HashMap::from([("鎌倉".to_owned(), 1), ("京都".to_owned(), 1)]);
        for (text, prefectures, names) in [
            ("東京都", vec![13], vec![]),
            ("Kyōto, Japan", vec![26], vec![]),
            ("京都市左京区", vec![26], vec!["京都"]),
            ("京都府宇治市", vec![26], vec![]),
            ("神奈川／鎌倉", vec![14], vec!["鎌倉"]),
            ("Yokohama", vec![14], vec!["横浜"]),
            ("とっとり", vec![31], vec![]),
            ("Tokyo⇄Osaka", vec![13, 27], vec![]),
            ("地球のどこか", vec![], vec![]),
            ("Tokorozawa", vec![], vec![]),
        ] {
            let place = of_account(text, &cities);
            assert_eq!(
                (place.prefectures, place.cities),
                (prefectures, names.iter().map(|n| (*n).to_owned()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn no_two_places_of_the_tables_sound_alike() {
        assert_eq!(LATIN.len(), CITIES.len() + PREFECTURES.len());
    }

    #[test]
    fn a_person_lives_where_any_record_says() {
        let place = of_person(&["JP-31", "東京都"], &["神奈川県鎌倉市大町"]);
        assert_eq!(place.prefectures, [13, 14, 31]);
        assert_eq!(place.cities, ["鎌倉"]);
    }
}
