//! The 47 prefectures.

use std::sync::LazyLock;

use super::folded;

/// Prefectures with their suffixes in the order of their codes (JIS X 0401), and in Latin letters.
pub(in crate::join) const PREFECTURES: [(&str, &str); 47] = [
    ("北海道", "hokkaido"),
    ("青森県", "aomori"),
    ("岩手県", "iwate"),
    ("宮城県", "miyagi"),
    ("秋田県", "akita"),
    ("山形県", "yamagata"),
    ("福島県", "fukushima"),
    ("茨城県", "ibaraki"),
    ("栃木県", "tochigi"),
    ("群馬県", "gunma"),
    ("埼玉県", "saitama"),
    ("千葉県", "chiba"),
    ("東京都", "tokyo"),
    ("神奈川県", "kanagawa"),
    ("新潟県", "niigata"),
    ("富山県", "toyama"),
    ("石川県", "ishikawa"),
    ("福井県", "fukui"),
    ("山梨県", "yamanashi"),
    ("長野県", "nagano"),
    ("岐阜県", "gifu"),
    ("静岡県", "shizuoka"),
    ("愛知県", "aichi"),
    ("三重県", "mie"),
    ("滋賀県", "shiga"),
    ("京都府", "kyoto"),
    ("大阪府", "osaka"),
    ("兵庫県", "hyogo"),
    ("奈良県", "nara"),
    ("和歌山県", "wakayama"),
    ("鳥取県", "tottori"),
    ("島根県", "shimane"),
    ("岡山県", "okayama"),
    ("広島県", "hiroshima"),
    ("山口県", "yamaguchi"),
    ("徳島県", "tokushima"),
    ("香川県", "kagawa"),
    ("愛媛県", "ehime"),
    ("高知県", "kochi"),
    ("福岡県", "fukuoka"),
    ("佐賀県", "saga"),
    ("長崎県", "nagasaki"),
    ("熊本県", "kumamoto"),
    ("大分県", "oita"),
    ("宮崎県", "miyazaki"),
    ("鹿児島県", "kagoshima"),
    ("沖縄県", "okinawa"),
];

/// The names with their variants folded, beside the names.
static FOLDED: LazyLock<Vec<(Vec<char>, &str)>> = LazyLock::new(|| {
    PREFECTURES
        .iter()
        .map(|(name, _)| (folded(name).chars().collect(), *name))
        .collect()
});

/// Returns a prefecture's name without 都, 府 or 県; the 道 of 北海道 is part of its name.
pub(in crate::join) fn without_suffix(name: &str) -> &str {
    name.strip_suffix(['都', '府', '県']).unwrap_or(name)
}

/// Returns the prefecture a folded text starts with, and how many characters its name has.
pub(super) fn at_start(text: &[char]) -> Option<(&'static str, usize)> {
    let has_suffix = |place: usize| matches!(text.get(place), Some('都' | '道' | '府' | '県'));
    if !has_suffix(2) && !has_suffix(3) {
        return None;
    }
    FOLDED
        .iter()
        .find(|(folded, _)| text.starts_with(folded))
        .map(|(folded, name)| (*name, folded.len()))
}

/// Returns the prefecture that a folded cell names, with or without its suffix, in kanji or Latin letters.
pub(super) fn of(cell: &str) -> Option<&'static str> {
    if cell.is_ascii() {
        let latin = cell.split(['-', ' ', ',']).next()?;
        let latin = if latin == "gumma" { "gunma" } else { latin };
        return PREFECTURES
            .iter()
            .find(|(_, name)| *name == latin)
            .map(|(name, _)| *name);
    }
    let letters: Vec<char> = cell.chars().collect();
    let is_named = |folded: &[char]| {
        letters == folded || (folded != ['北', '海', '道'] && letters == folded[..folded.len() - 1])
    };
    FOLDED
        .iter()
        .find(|(folded, _)| is_named(folded))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_their_suffix_name_the_same_prefecture() {
        for (name, latin) in PREFECTURES {
            assert_eq!(of(&folded(without_suffix(name))), Some(name));
            assert_eq!(of(latin), Some(name));
        }
        assert_eq!(without_suffix("北海道"), "北海道");
        assert_eq!(without_suffix("京都府"), "京都");
    }
}
