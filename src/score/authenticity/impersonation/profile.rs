//! What an account says of itself in its profile.

use unicode_normalization::UnicodeNormalization;

/// Characters of a text of the profile that are read.
const MOST_CHARS: usize = 2000;

/// Words by which an account passes for the official one.
const CLAIMS: &[&str] = &[
    "公式",
    "オフィシャル",
    "official",
    "プレゼント",
    "当選",
    "キャンペーン",
    "事務局",
    "カスタマー",
    "customer service",
    "customer support",
    "giveaway",
];

/// Words by which it says that it is not.
const DISCLAIMERS: &[&str] = &[
    "非公式",
    "非公認",
    "公式ではあり",
    "公式ではな",
    "公式とは",
    "公式アカウントではあり",
    "公式アカウントではな",
    "公式アカウントとは",
    "関係ありません",
    "関係はありません",
    "無関係",
    "ファンアカウント",
    "ファンです",
    "パロディ",
    "なりきり",
    "unofficial",
    "not official",
    "not affiliated",
    "no affiliation",
    "fan account",
    "fan page",
    "parody",
];

/// What a profile says about being official.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Official,
    NotOfficial,
    Nothing,
}

/// Reads a profile.
pub(super) fn says(bio: &str) -> Says {
    if bio.is_empty() {
        return Says::Nothing;
    }
    let text: String = bio
        .chars()
        .take(MOST_CHARS)
        .nfkc()
        .flat_map(char::to_lowercase)
        .collect();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(*word));
    if has(DISCLAIMERS) {
        Says::NotOfficial
    } else if has(CLAIMS) {
        Says::Official
    } else {
        Says::Nothing
    }
}

/// Whether more was written than is read.
pub(super) fn is_shortened(bio: &str) -> bool {
    bio.len() > MOST_CHARS && bio.chars().nth(MOST_CHARS).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_and_disclaimers_are_read() {
        for (bio, expected) in [
            ("トリノコエの公式アカウントです", Says::Official),
            ("ＯＦＦＩＣＩＡＬ account", Says::Official),
            ("当選された方はDMへ", Says::Official),
            ("公式ではありません。応援しています", Says::NotOfficial),
            ("Unofficial fan account", Says::NotOfficial),
            ("公式とは無関係です", Says::NotOfficial),
            ("パンとコーヒーが好き", Says::Nothing),
            ("", Says::Nothing),
        ] {
            assert_eq!(says(bio), expected, "{bio}");
        }
    }

    #[test]
    fn a_long_profile_is_cut() {
        let long = "あ".repeat(400_000) + "公式";
        assert_eq!(says(&long), Says::Nothing);
        assert!(is_shortened(&long));
        assert!(!is_shortened("短い"));
    }
}
