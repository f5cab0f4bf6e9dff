//! The rules of sentiment in words, for people who ask why.

/// Rule, what it is called in Japanese, and in English; grouped as in `docs/methods/score.md`.
const NAMES: &[(&str, &str, &str)] = &[
    // Words and marks.
    ("lexicon", "評価語", "opinion word"),
    ("vader", "英語の評価語", "English opinion word"),
    ("aspect", "対象で決まる評価", "sign by what it is said of"),
    (
        "aspect_default",
        "対象がない場合の評価",
        "sign where nothing is named",
    ),
    ("pair", "名詞と述語の組", "noun with predicate"),
    (
        "ambiguous",
        "文脈で決まる語",
        "sign by the rest of the text",
    ),
    (
        "stated_rating",
        "本人が付けた点数（星3つ・80点）",
        "rating stated by the writer",
    ),
    (
        "other_rating",
        "本人の評価ではない点数（平均星4.2）",
        "rating not given by the writer",
    ),
    (
        "learned",
        "ラベル付きの文から学んだ語の傾向",
        "word weighed by labelled sentences",
    ),
    ("emoji", "絵文字", "emoji"),
    ("kaomoji", "顔文字", "kaomoji"),
    ("aside", "（泣）などの書き添え", "aside in brackets"),
    // How much, and how easily.
    ("degree", "程度の副詞", "degree"),
    ("excess", "すぎる", "too much"),
    ("excess_alone", "すぎる（単独）", "too much, on its own"),
    ("stretched", "文字の引き延ばし", "drawn out"),
    ("exclamation", "感嘆符", "exclamation"),
    ("ease", "〜やすい・〜にくい", "easy or hard to do"),
    (
        "measured",
        "差を述べるだけ（3センチ大きい）",
        "only tells a difference",
    ),
    ("wanted", "急ぐよう求める（早く〜しろ）", "told to be quick"),
    // What is denied, and what is over.
    ("negation", "否定", "negated"),
    ("double_negation", "二重否定", "negated twice"),
    ("only", "〜しかない", "nothing but"),
    (
        "ended",
        "悪い点がなくなった（不安が消えた）",
        "trouble is over",
    ),
    (
        "lost",
        "良い点がなくなった（笑顔が消えた）",
        "the good is gone",
    ),
    (
        "stays",
        "否定されても評価は同じ（違和感が消えない）",
        "negated, yet it stays",
    ),
    // What is wished, done and passed by.
    ("wish", "要望", "wished for"),
    (
        "hope",
        "願いごと（不満ではない）",
        "hoped for, blaming nobody",
    ),
    (
        "late_find",
        "もっと早く〜ばよかった",
        "wished to have found it sooner",
    ),
    (
        "favour",
        "〜してくれた・〜してもらえない",
        "favour done or refused",
    ),
    ("condition", "条件・仮定", "conditional"),
    ("hearsay", "伝聞", "hearsay"),
    ("question", "疑問", "asked"),
    ("tag", "同意を求める問い（〜じゃない？）", "asks for assent"),
    ("surprise", "驚きの問い（！？）", "asked in surprise"),
    (
        "too_good",
        "良すぎて驚く（〜ていいの？）",
        "too good to be true",
    ),
    ("appearance", "様子・推量", "seems so"),
    ("doubt", "どうか分からない（〜かどうか）", "in doubt"),
    ("occasion", "場面の説明（〜ときに）", "tells the occasion"),
    (
        "belief",
        "当てが外れた思い込み（〜と思っていた）",
        "believed wrongly",
    ),
    ("person", "人についての説明", "said of a person"),
    ("worry", "以前の悩み", "an earlier worry"),
    ("even", "困ったときの対応（故障にも）", "even in trouble"),
    (
        "reported",
        "問題の報告・対処",
        "problem reported or dealt with",
    ),
    ("inform", "案内・お知らせ", "information"),
    (
        "errand",
        "用件の連絡（〜の者ですが）",
        "customer's own errand",
    ),
    // What two parts of a text do to each other.
    ("conceded", "譲歩（〜けど）", "conceded"),
    ("insisted", "譲歩のあとの主張", "insisted on"),
    (
        "contrary",
        "逆接のあとの反対の評価",
        "contrary of what is conceded",
    ),
    (
        "thwarted",
        "予想に反した結果（〜のに）",
        "against expectation",
    ),
    (
        "in_vain",
        "試みたが駄目だった（〜したけど）",
        "tried in vain",
    ),
    ("regret", "期待外れ", "let down"),
    (
        "comparison",
        "以前・他との比較",
        "better elsewhere or before",
    ),
    ("once", "過去の評価", "was so once"),
    (
        "absorbed",
        "ほかの評価の一部（苦情が来ない）",
        "part of another opinion",
    ),
    (
        "extent",
        "程度や状況の説明（〜ほど）",
        "only tells how much",
    ),
    (
        "manner",
        "やり方の説明（見事に〜）",
        "only tells the manner",
    ),
    (
        "subject",
        "述語が評価を決める（高評価は〜）",
        "the predicate decides",
    ),
    ("mixed", "良い点も悪い点もある", "good and bad alike"),
    (
        "consequence",
        "結果で決まる評価（軽くて使いやすい）",
        "sign by what comes of it",
    ),
    ("rapture", "好きすぎてつらい", "overwhelmed by delight"),
    ("good_sense", "いい意味で", "in a good sense"),
    ("sarcasm", "皮肉", "sarcasm"),
    // Stances that no opinion word carries.
    ("indispensable", "なくてはならない", "cannot do without"),
    ("compelled", "〜せずにはいられない", "cannot help it"),
    ("admired", "感心（やるじゃん）", "admired"),
    ("even_i", "私でもできる", "even I can"),
    ("promising", "続けられそう", "promising"),
    ("thanks_to", "〜のおかげ", "thanks to"),
    ("because_of", "〜のせい", "blamed for"),
    ("riddled", "〜だらけ", "riddled with"),
    ("waited", "長く待った", "long wait"),
    (
        "threat",
        "このままなら解約などの警告",
        "warns of consequences",
    ),
    ("sneer", "責める問い（いつまで〜）", "reproachful question"),
    ("failure", "うまくいかない（映らないなど）", "does not work"),
];

/// Returns what a rule of a [`super::Hit`] is called in Japanese and in English; nothing for what is no rule.
pub fn rule_name(rule: &str) -> Option<(&'static str, &'static str)> {
    NAMES
        .iter()
        .find(|(name, ..)| *name == rule)
        .map(|(_, ja, en)| (*ja, *en))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::Analyser;

    const RULES: &str = include_str!("rules/mod.rs");

    macro_rules! modules {
        ($($name:literal),* $(,)?) => {
            &[$(($name, include_str!(concat!("rules/", $name, ".rs"))),)*]
        };
    }

    /// The modules of `rules` and their source.
    const MODULES: &[(&str, &str)] = modules![
        "clauses",
        "comparison",
        "contrast",
        "degree",
        "failure",
        "favours",
        "hits",
        "implied",
        "modality",
        "negation",
        "pairs",
        "passing",
        "questions",
        "ratings",
        "reach",
        "relations",
        "sarcasm",
        "target",
        "wishes",
    ];
    /// Modules of `rules` whose literals are no rules: the classes of cue words, what begins with a word, and tests.
    const WITHOUT_RULES: &[&str] = &["cue_words", "openings", "tests"];
    /// Sources beside `rules` that give a hit its first rule.
    const OTHERS: &[&str] = &[
        RULES,
        include_str!("sentiment.rs"),
        include_str!("english.rs"),
    ];
    /// Literals of [`OTHERS`] that look like rules: labels and an English word.
    const NO_RULES: &[&str] = &["positive", "neutral", "negative", "badass"];

    /// Returns the literals of a source that are written like rules: small letters and `_`, outside of comments and tests.
    fn literals(source: &str) -> impl Iterator<Item = &str> {
        source
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .map(|line| line.split_once("//").map_or(line, |(code, _)| code))
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .filter(|text| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            })
    }

    #[test]
    fn every_rule_has_a_name_and_every_name_a_rule() {
        let modules = MODULES.iter().map(|(_, source)| *source);
        let used: BTreeSet<&str> = modules
            .chain(OTHERS.iter().copied())
            .flat_map(literals)
            .filter(|text| !NO_RULES.contains(text))
            .collect();
        let named: BTreeSet<&str> = NAMES.iter().map(|(rule, ..)| *rule).collect();
        let unnamed: Vec<_> = used.difference(&named).collect();
        let unused: Vec<_> = named.difference(&used).collect();
        assert!(unnamed.is_empty(), "rules without a name: {unnamed:?}");
        assert!(unused.is_empty(), "names without a rule: {unused:?}");
    }

    #[test]
    fn every_module_of_rules_is_read_for_its_rules() {
        let declared: BTreeSet<&str> = RULES
            .lines()
            .filter_map(|line| {
                let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
                line.strip_prefix("mod ")?.strip_suffix(';')
            })
            .collect();
        let read: BTreeSet<&str> = MODULES
            .iter()
            .map(|(name, _)| *name)
            .chain(WITHOUT_RULES.iter().copied())
            .collect();
        assert_eq!(declared, read);
    }

    #[test]
    fn rules_and_their_names_are_unique() {
        let count = |names: BTreeSet<&str>| names.len();
        assert_eq!(count(NAMES.iter().map(|n| n.0).collect()), NAMES.len());
        assert_eq!(count(NAMES.iter().map(|n| n.1).collect()), NAMES.len());
        assert_eq!(count(NAMES.iter().map(|n| n.2).collect()), NAMES.len());
    }

    #[test]
    fn rules_met_in_texts_have_names() {
        let analyser = Analyser::new().unwrap();
        for text in [
            "美味しくない😭",
            "もう少し安いといいな",
            "味は良いけど高すぎる！",
            "すごーく美味しいらしいですか？",
            "前の方が美味しかったのに",
            "二時間待ったのに、画面が映らない。いつまで待たせるの",
            "他の人の星1は見ましたが、私は味が好きで星5です",
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
