//! The rules of sentiment in words, for people who ask why.

/// Rule, what it is called in Japanese, and in English.
const NAMES: &[(&str, &str, &str)] = &[
    ("lexicon", "評価語", "opinion word"),
    ("aspect", "対象で決まる評価", "sign by what it is said of"),
    (
        "aspect_default",
        "対象がない場合の評価",
        "sign where nothing is named",
    ),
    ("pair", "名詞と述語の組", "noun with predicate"),
    ("excess_alone", "すぎる（単独）", "too much, on its own"),
    ("excess", "すぎる", "too much"),
    ("degree", "程度の副詞", "degree"),
    ("stretched", "文字の引き延ばし", "drawn out"),
    ("exclamation", "感嘆符", "exclamation"),
    ("negation", "否定", "negated"),
    ("double_negation", "二重否定", "negated twice"),
    ("only", "〜しかない", "nothing but"),
    ("wish", "要望", "wished for"),
    ("condition", "条件・仮定", "conditional"),
    ("hearsay", "伝聞", "hearsay"),
    ("appearance", "様子・推量", "seems so"),
    ("question", "疑問", "asked"),
    ("conceded", "譲歩（〜けど）", "conceded"),
    ("insisted", "譲歩のあとの主張", "insisted on"),
    (
        "comparison",
        "以前・他との比較",
        "better elsewhere or before",
    ),
    ("regret", "期待外れ", "let down"),
    ("once", "過去の評価", "was so once"),
    (
        "late_find",
        "もっと早く〜ばよかった",
        "wished to have found it sooner",
    ),
    ("sarcasm", "皮肉の記号", "sarcasm"),
    (
        "ambiguous",
        "文脈で決まる語",
        "sign by the rest of the text",
    ),
    ("emoji", "絵文字", "emoji"),
    ("kaomoji", "顔文字", "kaomoji"),
    ("aside", "（泣）などの書き添え", "aside in brackets"),
];

/// Returns what a rule of a [`super::Hit`] is called in Japanese and in English; nothing for a rule that has no name yet.
pub fn rule_name(rule: &str) -> Option<(&'static str, &'static str)> {
    NAMES
        .iter()
        .find(|(name, ..)| *name == rule)
        .map(|(_, ja, en)| (*ja, *en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyser;

    #[test]
    fn rules_met_in_texts_have_names() {
        let analyser = Analyser::new().unwrap();
        for text in [
            "美味しくない😭",
            "もう少し安いといいな",
            "味は良いけど高すぎる！",
            "すごーく美味しいらしいですか？",
            "前の方が美味しかったのに",
        ] {
            for hit in analyser.analyse(text).hits {
                for rule in &hit.rules {
                    assert!(rule_name(rule).is_some(), "{rule} of {text}");
                }
            }
        }
        assert_eq!(rule_name("no such rule"), None);
    }
}
