use std::sync::OnceLock;

use super::find::{self, Given};
use crate::text::{Analyser, Analysis, Aspect, Hit, Language};

fn analysed(text: &str) -> Analysis {
    static ANALYSER: OnceLock<Analyser> = OnceLock::new();
    let analyser = ANALYSER.get_or_init(|| {
        Analyser::new()
            .unwrap()
            .assuming(Language::Japanese)
            .without_learned()
    });
    analyser.analyse(text)
}

/// Returns what the writer gives: the last rating said to be over all, else the last.
fn given(text: &str) -> Option<Given> {
    let mut found = find::ratings(text);
    found.retain(|rating| rating.given != Given::Nothing);
    let total = found.iter().rev().find(|rating| rating.is_total);
    total.or(found.last()).map(|rating| rating.given)
}

/// Fails with every text whose rating is not read as so many stars.
fn check(cases: &[(&str, f64)]) {
    let misses: Vec<String> = cases
        .iter()
        .filter(|(text, stars)| given(text) != Some(Given::Stars(*stars)))
        .map(|(text, stars)| format!("{text}: want {stars}, got {:?}", find::ratings(text)))
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Fails with every text in which a rating is read.
fn check_none(texts: &[&str]) {
    let misses: Vec<String> = texts
        .iter()
        .filter(|text| given(text).is_some())
        .map(|text| format!("{text}: {:?}", find::ratings(text)))
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Returns the hits that a rule shaped.
fn hits(rule: &str, text: &str) -> Vec<Hit> {
    let mut hits = analysed(text).hits;
    hits.retain(|hit| hit.rules.contains(&rule));
    hits
}

#[test]
fn stars_in_words_and_numbers() {
    check(&[
        ("星3つです。", 3.0),
        ("★5", 5.0),
        ("☆４", 4.0),
        ("⭐️3です", 3.0),
        ("星 3 つ", 3.0),
        ("★4つ", 4.0),
        ("星は三つにします！", 3.0),
        ("星が3つなのは駅から遠いから", 3.0),
        ("星いつつ！", 5.0),
        ("星三つ半", 3.5),
        ("文句なしの星5", 5.0),
        ("星5つけます", 5.0),
        ("星5でおすすめ", 5.0),
        ("星3個人的には好き", 3.0),
        ("星４つ笑", 4.0),
        ("間を取って星3", 3.0),
        ("星0でもいい", 0.0),
        ("本当は星0にしたい", 0.0),
        ("星1しかつけられない", 1.0),
        ("五つ星です！", 5.0),
        ("コスパ星5", 5.0),
        ("「星5」です", 5.0),
        ("星をつけるなら3です", 3.0),
    ]);
}

#[test]
fn stars_drawn() {
    check(&[
        ("★★★☆☆ 普通でした", 3.0),
        ("⭐⭐☆☆☆", 2.0),
        ("★☆☆☆☆", 1.0),
        ("⭐️⭐️⭐️⭐️⭐️", 5.0),
        ("最高でした★★★★★", 5.0),
        ("★★★★ 美味しい", 4.0),
        ("★★★ ふつう", 3.0),
        ("総合評価：☆☆☆☆", 4.0),
        ("【評価】★★", 2.0),
        ("★★★★★→★★★", 3.0),
    ]);
    check_none(&[
        "★新商品★入荷しました",
        "うれしい☆",
        "こんにちは☆",
        "また今度★",
        "高評価★",
        "可愛い☆☆☆",
        "楽しみ☆☆☆☆",
        "☆★☆お知らせ☆★☆",
        "★★★新商品★★★",
        "★☆★☆★",
        "★★★★★★★",
        "(^_-)-☆",
    ]);
}

#[test]
fn marks_and_scales() {
    check(&[
        ("評価は2", 2.0),
        ("評価は低めの2", 2.0),
        ("総合評価 3", 3.0),
        ("評価「4」", 4.0),
        ("5段階で3", 3.0),
        ("五段階評価で言うと四", 4.0),
        ("5点満点で4点", 4.0),
        ("10点満点中7点", 3.5),
        ("百点満点中八十点", 4.0),
        ("7/10点", 3.5),
        ("4/5に行きました。評価は4/5です。", 4.0),
        ("80点です", 4.0),
        ("90点くらい", 4.5),
        ("点数をつけるなら70点", 3.5),
        ("120点の出来です", 5.0),
        ("100点あげたい", 5.0),
        ("0点。二度と行かない", 0.0),
        ("満点！", 5.0),
        ("文句なしの100点満点です", 5.0),
    ]);
}

#[test]
fn fewer_more_and_none() {
    check(&[
        ("星ひとつ減らして4です", 4.0),
        ("星2つ減らしました", 3.0),
        ("星5から2つ減らしました", 3.0),
        ("接客が悪かったので1点減点", 4.0),
        ("100点から20点引いて80点", 4.0),
        ("配送が遅かったため★マイナス1", 4.0),
        ("よって星マイナス1", 4.0),
        ("星マイナス1なのは線が短いから", 4.0),
        ("サイズが小さかったので−１", 4.0),
        ("星四つに近い三つです。", 3.0),
        ("星3と4の間くらい", 3.5),
        ("星5つ中3つです", 3.0),
        ("星5じゃ足りない", 5.0),
        ("星五つでは足りません♪", 5.0),
        ("星10個あげたい", 5.0),
        ("星5以上の価値があります", 5.0),
        ("星一つもつけたくない", 0.0),
        ("星をつけたくない", 0.0),
        ("星1でも多いくらい", 0.0),
        ("マイナス100点です", 0.0),
    ]);
    assert_eq!(given("星マイナス1"), Some(Given::StarsIfPraised(4.0)));
    check_none(&["星を1つ減らすほどではない", "今日は-1度です。評価は不明"]);
}

#[test]
fn the_last_of_several_counts_and_the_one_over_all_more() {
    check(&[
        ("星5をつけようと思ったけど接客が悪くて星3", 3.0),
        ("星4にするか迷いましたが星5で", 5.0),
        ("星4から星2に変更しました", 2.0),
        ("前回は星5でしたが今回は星2です", 2.0),
        ("本当は星0だけど仕方なく星1", 1.0),
        ("星4！もう少し量があれば星5です", 4.0),
        ("総合★3 味★5", 3.0),
    ]);
}

#[test]
fn what_others_give_or_nobody_is_no_rating() {
    check_none(&[
        "他の人の星1のレビューが信じられない",
        "平均星4.2の店",
        "Googleマップで★4.3",
        "口コミ星五つの白湯",
        "皆様からの星5レビューをお待ちしています",
        "星1をつけている人の気が知れない",
        "星5をいただきました！",
        "「星1」のレビューを信じた",
        "評価3.8だったので行ってみた",
        "星5をつけたかったけど",
        "星5をつけたいところですが",
        "星5はつけられません",
        "星5とまではいかない",
        "星1はかわいそう",
        "改善されたら星5です",
        "もっと早く届いたら星5だったのに",
        "星5ですか？",
        "なんで星1なんですか",
        "以前は星5だったのに",
    ]);
    check(&[
        ("皆さん星5ですが、私は星2です。", 2.0),
        ("Googleの口コミに星1をつけました", 1.0),
        ("Amazonで購入 星2", 2.0),
        ("他の店と比べて星3", 3.0),
        ("駅前のお店で星4", 4.0),
        ("使ってみたら星5！", 5.0),
        ("あえて言えば星4", 4.0),
        ("★3かな？", 3.0),
    ]);
}

#[test]
fn other_stars_and_other_counts_are_no_rating() {
    check_none(&[
        "三つ星レストランで食べました",
        "5つ星ホテルに泊まった",
        "ミシュラン三つ星の味",
        "星が綺麗でした",
        "満点の星空",
        "夜空に星3つ光っていた",
        "黒星3つで終わった",
        "衛星3つを打ち上げた",
        "星野リゾート3回目",
        "星5キャラが出た",
        "辛さ★3",
        "★3,000円以上で送料無料",
        "★5個入り",
        "★5%OFF★",
        "★3/5 発売",
        "☆5月の営業日",
        "★1 コーヒー ★2 紅茶",
        "100点入りの袋を買った",
        "3点セットを購入",
        "10点限定で販売",
        "100点限定",
        "お一人様2点までです",
        "購入した商品は15点です",
        "新作20点の中から選べます",
        "サンプルを3点つけてくれた",
        "良い点が3点あります",
        "前半に2点取って勝った",
        "テストで80点でした",
        "接客は満点なんだけど",
        "ボリューム満点です",
        "高評価3つついてた",
        "評価は3件しかない",
        "評価は3段階あります",
        "住所は3丁目5番地、評価3番",
        "★3点で1,980円！",
        "★2点以上お買い上げで10%OFF",
        "★5点以上で送料無料",
        "20点で5000円でした",
        "絵が約50点です",
        "80点ほど並んでいる",
        "今日の恋愛運は★★★☆☆",
        "運勢は星3つです",
        "10連は★4でした",
        "人事評価は2でした",
    ]);
}

#[test]
fn the_explanation_shows_the_rating_and_what_it_weighs() {
    let text = "接客は丁寧でした。ただ味が薄いので星３つです。";
    let found = analysed(text);
    let stated = hits("stated_rating", text);
    assert_eq!(stated.len(), 1, "{stated:?}");
    assert_eq!((&*stated[0].surface, stated[0].polarity), ("星３つ", 0));
    assert_eq!(&text[stated[0].start..stated[0].end], "星３つ");
    // The others' weights are drawn to 0 by five, and two for each.
    let rest = found.hits.iter().filter(|hit| **hit != stated[0]);
    let rest: f64 = rest
        .filter(|hit| hit.polarity != 0)
        .map(|hit| hit.strength)
        .sum();
    assert!(rest > 0.0, "{found:?}");
    assert!((stated[0].strength - (5.0 + 2.0 * rest)).abs() < 1e-9);
    let signed = |hit: &Hit| f64::from(hit.polarity) * hit.strength;
    let sum: f64 = found.hits.iter().map(signed).sum();
    let score = sum / (1.0 + rest + stated[0].strength);
    assert!((found.score - score).abs() < 1e-9, "{found:?}");
}

#[test]
fn a_rating_takes_the_place_of_the_words_it_is_made_of() {
    for text in ["星5です", "満点です！", "星5じゃ足りない", "⭐⭐☆☆☆です"]
    {
        assert_eq!(analysed(text).hits.len(), 1, "{text}");
        assert_eq!(hits("stated_rating", text).len(), 1, "{text}");
    }
    let others = hits("other_rating", "他の人の星5のレビュー");
    assert!(others.iter().all(|hit| hit.strength < 0.5), "{others:?}");
    assert_eq!(others.len(), 1);
}

#[test]
fn a_rating_of_a_part_is_an_opinion_on_it() {
    let text = "味は星5、接客は星1、総合は星3です";
    let found = analysed(text);
    let of = |aspect: Aspect| {
        let told = found.aspects.iter().find(|(told, _)| *told == aspect);
        told.map(|(_, score)| score.signum())
    };
    assert_eq!(of(Aspect::Taste), Some(1.0), "{found:?}");
    assert_eq!(of(Aspect::Service), Some(-1.0), "{found:?}");
    assert_eq!(found.label.map(|label| label.name()), Some("neutral"));
}

#[test]
fn mocking_stars_blame() {
    let found = analysed("星5です（棒）");
    assert!(found.score < 0.0, "{found:?}");
    assert_eq!(found.hits[0].rules, ["stated_rating", "sarcasm"]);
}

#[test]
fn stars_without_a_word_are_scored_in_no_language() {
    for (text, label) in [("★★★☆☆", "neutral"), ("★5", "positive"), ("☆1", "negative")]
    {
        let found = Analyser::new().unwrap().without_learned().analyse(text);
        assert_eq!(found.language, None, "{text}");
        assert_eq!(found.label.map(|label| label.name()), Some(label), "{text}");
    }
    let found = Analyser::new()
        .unwrap()
        .without_learned()
        .analyse("★ 5:00 ☆");
    assert_eq!(found.label, None, "{found:?}");
}

#[test]
fn long_texts_of_stars_are_read_at_once() {
    for text in [
        "星3".repeat(10_000),
        "★".repeat(20_000),
        "☆a".repeat(10_000),
    ] {
        assert!(find::ratings(&text).len() < 1_000);
    }
    assert!(find::ratings(&"星5です。".repeat(100_000)).is_empty());
}
