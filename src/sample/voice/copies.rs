//! Copied campaigns: many accounts, nearly the same words.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::Aspect;
use super::compose::Scene;
use super::surface::one;

/// Returns a copy of a campaign's text, with at most a fifth of its characters edited.
///
/// The same `variant` is the same campaign; `rng` decides the edits. About a third of the copies are verbatim.
pub fn copy_paste(variant: u32, rng: &mut impl Rng) -> String {
    let mut author = ChaCha8Rng::seed_from_u64(0x7070_0000 ^ u64::from(variant));
    let original = Scene::of_shop(Aspect::Taste, 0).write("copy", &mut author);
    let mut text = original.clone();
    let mut budget = original.chars().count() / 5;
    if rng.random_bool(0.35) {
        return text;
    }
    for _ in 0..rng.random_range(1..=5) {
        let (edited, cost) = edit(&text, rng);
        if cost > 0 && cost <= budget {
            budget -= cost;
            text = edited;
        }
    }
    text
}

/// One edit and the most characters it can have changed.
fn edit(text: &str, rng: &mut (impl Rng + ?Sized)) -> (String, usize) {
    match rng.random_range(0..6) {
        0 => {
            let mark = one(&["！", "✨", "☕", "🙏", "‼️", "♪", "〜", "👀", "🐦"], rng);
            (format!("{text}{mark}"), mark.chars().count())
        }
        1 => {
            let head = one(
                &["え、", "速報 ", "拡散希望 ", "これ、", "【注目】", "ねえ "],
                rng,
            );
            (format!("{head}{text}"), head.chars().count())
        }
        2 => (text.replacen('。', "！", 1), 1),
        3 => {
            let stops = text.matches('、').count();
            (text.replace('、', " "), stops)
        }
        4 => {
            let tag = one(
                &[" #拡散", " #コーヒー", " #おすすめ", " #PR", " #鎌倉"],
                rng,
            );
            (format!("{text}{tag}"), tag.chars().count())
        }
        _ => {
            const WORDS: [(&str, &str); 8] = [
                ("美味しい", "おいしい"),
                ("コーヒー", "珈琲"),
                ("ください", "下さい"),
                ("本当に", "ほんとに"),
                ("友達", "ともだち"),
                ("とても", "すごく"),
                ("みんな", "皆さん"),
                ("今なら", "いまだけ"),
            ];
            let (from, to) = WORDS[rng.random_range(0..WORDS.len())];
            let hits = text.matches(from).count();
            let longest = from.chars().count().max(to.chars().count());
            (text.replace(from, to), hits * longest)
        }
    }
}
