//! Forms of address and titles, which are no part of a name.

/// Whether a word beside a name is a form of address.
pub(super) fn is_title(word: &str, is_first: bool) -> bool {
    match word {
        "mr" | "mrs" | "ms" | "miss" | "mx" | "dr" | "prof" | "mister" => true,
        "jr" | "sr" | "ii" | "iii" | "iv" | "esq" | "phd" | "sama" => !is_first,
        "様" | "殿" | "氏" | "君" | "先生" | "御中" | "さん" | "さま" | "ちゃん" | "くん"
        | "サマ" => !is_first,
        _ => false,
    }
}

/// What is written after a name without a space, and how many letters of a name must be left when the name has no
/// other part. Kana forms count in hiragana only: ハッサン is a name.
const SUFFIXES: &[(&str, usize)] = &[
    ("様", 1),
    ("さん", 1),
    ("さま", 1),
    ("ちゃん", 2),
    ("くん", 2),
    ("御中", 2),
    ("先生", 2),
    ("殿", 2),
    ("氏", 2),
];

/// Returns a name without the forms of address at its end; `is_part` when another part of the name stands before it.
pub(super) fn bare(mut name: &str, is_part: bool) -> &str {
    while let Some(rest) = SUFFIXES.iter().find_map(|(suffix, least)| {
        let rest = name.strip_suffix(suffix)?;
        let least = if is_part { 1 } else { *least };
        (rest.chars().count() >= least).then_some(rest)
    }) {
        name = rest;
    }
    name
}
