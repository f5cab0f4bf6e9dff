//! Each rule with cases for and against, beside the sentences of `testdata/voice`.

use std::sync::OnceLock;

use crate::text::{Analyser, Language};

fn analyser() -> &'static Analyser {
    static ANALYSER: OnceLock<Analyser> = OnceLock::new();
    ANALYSER.get_or_init(|| {
        Analyser::new()
            .unwrap()
            .assuming(Language::Japanese)
            .without_learned()
    })
}

/// Fails with every sentence that is not judged as labelled.
fn check(cases: &[(&str, &str)]) {
    let misses: Vec<String> = cases
        .iter()
        .filter_map(|(text, label)| {
            let found = analyser().analyse(text);
            let got = found.label.map_or("none", |l| l.name());
            let hits: Vec<String> = found
                .hits
                .iter()
                .map(|h| {
                    format!(
                        "{}:{}x{:.2}{:?}",
                        h.surface, h.polarity, h.strength, h.rules
                    )
                })
                .collect();
            (got != *label).then(|| format!("{text}: want {label}, got {got}, {}", hits.join(" ")))
        })
        .collect();
    assert!(misses.is_empty(), "{}", misses.join("\n"));
}

/// Whether a rule shaped a hit of `text`.
fn is_applied(rule: &str, text: &str) -> bool {
    analyser()
        .analyse(text)
        .hits
        .iter()
        .any(|hit| hit.rules.contains(&rule))
}

#[test]
fn negation_reaches_through_a_verb_of_its_own() {
    check(&[
        ("期待には応えてくれなかった", "negative"),
        ("欠点が一つも見当たらない", "positive"),
        ("笑顔が絶えない職場", "positive"),
        ("うまく動かない", "negative"),
        ("嫌な匂いがしない", "positive"),
        ("いい香りがしない", "negative"),
        ("良い店ではなかった", "negative"),
        ("こんなに親切な人はいない", "positive"),
        ("こんなにひどい店は見たことがない", "negative"),
    ]);
}

#[test]
fn what_is_over_turns() {
    check(&[
        ("不安が消えた", "positive"),
        ("不安が消えない", "negative"),
        ("ストレスが減った", "positive"),
        ("笑顔が消えた", "negative"),
    ]);
}

#[test]
fn double_negation_restores() {
    check(&[
        ("褒めないわけにはいかない", "positive"),
        ("感動しない人はいない", "positive"),
        ("買わない手はない", "positive"),
        ("後悔していないと言えば嘘になる", "negative"),
        ("嫌いなわけではない", "neutral"),
        ("悪いとは言わない", "neutral"),
        ("親切とは言えない", "negative"),
        ("不便というほどではない", "neutral"),
    ]);
}

#[test]
fn a_polite_question_is_no_negation() {
    check(&[
        ("親切な店を教えてもらえませんか", "neutral"),
        ("いい加減にしてもらえませんか", "negative"),
    ]);
}

#[test]
fn wishes_blame_or_praise() {
    check(&[
        ("ベッドがもう少し広いと助かります", "negative"),
        ("できればメニューを増やしていただきたいです", "negative"),
        ("明日晴れるといいな", "neutral"),
        ("駐車場があるといいな", "negative"),
        ("この味がなくならないでほしい", "positive"),
        ("値上げしないでほしい", "negative"),
        ("いつまでも元気でいてほしい", "positive"),
        ("予約の時間を変えてほしいです", "neutral"),
        ("次回はちゃんと検品してから送ってください", "negative"),
        ("カタログを送ってください", "neutral"),
        ("早く直して！", "negative"),
        ("昔の味に戻して", "negative"),
        ("運営、仕事しろ", "negative"),
        ("もう一度読みたい", "positive"),
        ("写真を撮りたい", "neutral"),
    ]);
}

#[test]
fn what_follows_decides() {
    check(&[
        ("送料無料なのはいいが、梱包が雑", "negative"),
        ("色は気に入っているが、棚の奥にしまったままだ", "negative"),
        ("辛いのは苦手だけど、これは箸が進む", "positive"),
        ("最初は不安だったけど、頼んで正解でした", "positive"),
        ("すごく良かったんだけど！", "positive"),
        (
            "期待していなかったけど、果物みたいな香りがするな",
            "positive",
        ),
        ("期待していたけど、果物みたいな香りはしないな", "negative"),
        ("せっかく予約したのに席が用意されていなかった", "negative"),
        ("伝えていなかったのに、ケーキを用意してくれた", "positive"),
        ("組み立てるのに二人必要です", "neutral"),
        ("電話したけど出なかった", "negative"),
        ("映画は見たけど原作は読んでない", "neutral"),
        ("予約した者ですけど、五分ほど遅れます", "neutral"),
    ]);
}

#[test]
fn excess_praises_feelings_and_blames_the_rest() {
    check(&[
        ("好きすぎてつらい", "positive"),
        ("面白すぎて徹夜した", "positive"),
        ("冷房が効きすぎて震えた", "negative"),
        ("通知が来すぎ", "negative"),
        ("昨日は見すぎた", "neutral"),
        ("画質が良すぎ", "positive"),
        ("挽いたときの香りがずるい", "positive"),
        ("割引の条件がずるい", "negative"),
        ("展開が速すぎてついていけない", "negative"),
    ]);
}

#[test]
fn comparison_blames_what_is_here() {
    check(&[
        ("これなら自分で作った方が美味しい", "negative"),
        ("写真より実物の方が素敵でした", "positive"),
        ("去年より質が落ちている", "negative"),
        ("前のより三センチ大きいサイズです", "neutral"),
        ("本店より支店の方が駅に近いです", "neutral"),
        ("スーパーの惣菜の方がまし", "negative"),
    ]);
}

#[test]
fn what_others_say_is_not_said() {
    check(&[
        ("口コミでは静かな宿だそうです", "neutral"),
        ("店員が無愛想だって聞いたけど行ったことはない", "neutral"),
        ("便利なアプリがあると教わった", "neutral"),
        ("母もひどい対応だと怒っていました", "negative"),
    ]);
}

#[test]
fn conditions_threats_and_intentions() {
    check(&[
        ("良さそうだったら注文しようと思う", "neutral"),
        ("不味かったら返金します", "neutral"),
        ("直らないなら解約します", "negative"),
        ("美味しければまた行く", "neutral"),
        ("食べたら美味しかった", "positive"),
    ]);
}

#[test]
fn passing_mention_weighs_little() {
    check(&[
        ("疲れたときに飲むとほっとする", "positive"),
        ("機械が苦手な父でもすぐ使えた", "positive"),
        ("美味しいかどうか聞いた", "neutral"),
        ("不具合を報告したら感激の対応だった", "positive"),
        ("失敗したかと思った", "neutral"),
    ]);
}

#[test]
fn questions_that_assert() {
    check(&[
        ("ひどいじゃないですか", "negative"),
        ("美味しいんじゃない？", "positive"),
        ("こんなに美味しくていいの？", "positive"),
        ("天才か？", "positive"),
        ("この店は親切ですか？", "neutral"),
        ("なぜ連絡の一つもないのでしょうか", "negative"),
        ("なぜ空は青いのですか", "neutral"),
        ("誰がこんなの買うの？", "negative"),
        ("何回同じことを言わせるんですか", "negative"),
        ("どっちが安いんだろう", "neutral"),
    ]);
}

#[test]
fn stances_without_opinion_words() {
    check(&[
        ("これがない生活はもう考えられません", "positive"),
        ("傘を差して車まで送ってくれた", "positive"),
        ("店員が席に案内してくれない", "negative"),
        ("子供でも簡単に作れた", "positive"),
        ("返信に三週間", "negative"),
        ("電車で二時間です", "neutral"),
        ("夜は真っ黒で何も映らない", "negative"),
        ("まだ届いたか確認していない", "neutral"),
        ("小骨だらけ", "negative"),
        ("加湿器のおかげで朝がつらくない", "positive"),
    ]);
}

#[test]
fn hits_side_by_side() {
    check(&[
        ("泣けるほどまずい", "negative"),
        ("言葉にできないほど綺麗", "positive"),
        ("音が小さくて聞こえない", "negative"),
        ("口コミの高評価は信じられません", "negative"),
        ("いい意味で裏切られました", "positive"),
        ("つまらないことこの上ない", "negative"),
    ]);
}

#[test]
fn sarcasm_turns_praise() {
    check(&[
        (
            "注文を間違えてくれるなんて、すばらしい記憶力ですね",
            "negative",
        ),
        ("こんなに早く壊れるとは、ある意味すごい", "negative"),
        ("ご丁寧に傷まで付けて届けてくれました", "negative"),
        ("ご丁寧に対応していただきました", "positive"),
        ("「最速配送」とは一体…", "negative"),
        ("はいはい、さすが大手", "negative"),
        ("なんて素敵な店なんでしょう", "positive"),
    ]);
}

#[test]
fn the_rating_of_the_writer_decides() {
    check(&[
        ("星1です。料理は美味しい", "negative"),
        ("待ち時間が長くて店内も狭いけど星5つけます", "positive"),
        ("配送が遅かったので星ひとつ減らしました", "positive"),
        ("店員さんが親切でしたが星3です", "neutral"),
        ("味は好きですが狭いので星マイナス1です", "positive"),
        ("星マイナス1。最悪です", "negative"),
        ("皆さん星5ですが、私は星2です", "negative"),
        ("評価は2", "negative"),
        ("70点です", "neutral"),
        ("スープが濃厚で美味しかったです。70点", "positive"),
        ("三つ星レストランで食べました", "neutral"),
        ("100点入りの袋を買いました", "neutral"),
        ("星5ですか？", "neutral"),
        ("星が綺麗でした", "positive"),
    ]);
    assert!(is_applied("stated_rating", "間を取って星3"));
    assert!(is_applied("other_rating", "他の人の星5のレビュー"));
    assert!(!is_applied("stated_rating", "5つ星ホテルに泊まった"));
}

#[test]
fn idle_words_judge_nothing() {
    check(&[
        ("明日は燃えるごみの日", "neutral"),
        ("可もなく不可もなく", "neutral"),
        ("着席から二十分で料理が来た", "neutral"),
        ("対応は十分です", "positive"),
        ("新しいイヤホン、来週届く予定", "neutral"),
        ("全席禁煙で、カードが使えます", "neutral"),
        ("高さは三段階に調節可能", "neutral"),
        ("割れにくいグラス", "positive"),
        ("ボタンが押しづらい", "negative"),
        ("壊れやすい部品", "negative"),
    ]);
}

#[test]
fn rules_leave_their_name_in_the_hit() {
    for (rule, text) in [
        ("ended", "騒音が消えた"),
        ("favour", "玄関まで箱を持ち上げてくれた"),
        ("contrary", "色は気に入っているが、棚の奥にしまったままだ"),
        ("thwarted", "せっかく予約したのに席が用意されていなかった"),
        ("ease", "ページがめくりづらい"),
        ("extent", "悔しいほど美味しい"),
        ("hope", "明日晴れるといいな"),
    ] {
        assert!(is_applied(rule, text), "{rule}: {text}");
        assert!(!is_applied(rule, "スープが美味しい"), "{rule}");
    }
}

#[test]
fn an_implied_hit_quotes_the_words_it_stands_for() {
    let text = "頼んでも店員がテーブルを拭いてくれない。";
    let found = analyser().analyse(text);
    let hit = found
        .hits
        .iter()
        .find(|hit| hit.rules.contains(&"favour"))
        .unwrap();
    assert_eq!(&text[hit.start..hit.end], "拭いてくれ");
}
