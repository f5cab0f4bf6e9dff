//! What is not asserted: wishes, conditions, hearsay, appearance, questions.

use super::super::Sentence;
use super::negation::is_negation;
use super::{Clause, Cues, Draft, Scene, after, content_before};
use crate::text::tokens::{Pos, Token};

/// The weight left to what is only supposed, reported or asked.
const UNASSERTED: f64 = 0.08;

/// Words that, after a condition, say what would be welcome.
const WELCOME: &[&str] = &[
    "いい",
    "良い",
    "よい",
    "嬉しい",
    "うれしい",
    "ありがたい",
    "有難い",
    "有り難い",
    "助かる",
    "幸い",
    "最高",
    "完璧",
    "満点",
    "言うことない",
    "文句なし",
    "申し分ない",
    "便利",
];

/// Applies condition, hearsay and appearance behind a hit, and the wish a condition before it makes.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, clause: &Clause, draft: &mut Draft) {
    let behind = after(scene, clause, draft.end);
    let rest = &scene.tokens[draft.end.min(sentence.end())..sentence.end()];
    if is_welcome_wish(scene, clause, draft, rest) {
        draft.polarity = -1;
        draft.weight = 1.0;
        draft.emotion = None;
        draft.rules.push("wish");
        return;
    }
    if is_condition(behind) || is_wished(behind) {
        draft.apply("condition", UNASSERTED);
    } else if is_hearsay(behind) || is_told(scene, draft, behind) {
        draft.apply("hearsay", UNASSERTED);
    } else if behind
        .first()
        .is_some_and(|t| t.surface == "そう" && t.pos == Pos::Noun)
    {
        draft.apply("appearance", 0.5);
    }
}

/// ばいい, といいな, たら嬉しい: praise of what is not there. Past tense tells of what was (食べたら美味しかった).
fn is_welcome_wish(scene: &Scene<'_>, clause: &Clause, draft: &Draft, rest: &[Token<'_>]) -> bool {
    if !WELCOME.contains(&draft.word.as_str()) || draft.first == 0 || draft.first < clause.first {
        return false;
    }
    let previous = &scene.tokens[draft.first - 1];
    let previous = if matches!(
        previous.surface,
        "もっと" | "なお" | "、" | "さらに" | "より" | "とても" | "すごく"
    ) && draft.first > 1
    {
        &scene.tokens[draft.first - 2]
    } else {
        previous
    };
    let conditional = (previous.surface == "ば" && previous.detail == "接続助詞")
        || (previous.base == "た" && previous.form == "仮定形")
        || (previous.surface == "と"
            && previous.pos == Pos::Particle
            && previous.detail == "接続助詞")
        || previous.surface == "なら";
    let past = rest
        .iter()
        .take(3)
        .any(|t| t.base == "た" && t.pos == Pos::Auxiliary && t.form != "仮定形");
    // たらよかった regrets; たら嬉しかった may tell of what was.
    let bare = matches!(scene.tokens[draft.first].base, "いい" | "よい" | "良い");
    let regret =
        bare || rest.iter().take(5).any(|t| t.surface == "のに") || previous.surface == "ば";
    conditional && (!past || regret)
}

/// 安ければ, 美味しかったら, 不味いなら.
fn is_condition(behind: &[Token<'_>]) -> bool {
    for (at, token) in behind.iter().take(5).enumerate() {
        let condition = (token.surface == "ば" && token.pos == Pos::Particle)
            || (token.form == "仮定形" && (token.base == "た" || token.base == "だ"))
            || token.form.starts_with("仮定縮約")
            || matches!(token.surface, "たら" | "なら")
            || (token.surface == "ても"
                || (token.surface == "も"
                    && at > 0
                    && matches!(behind[at - 1].surface, "て" | "で")
                    && behind[at - 1].detail == "接続助詞"));
        if condition {
            return true;
        }
        let passes = matches!(token.pos, Pos::Auxiliary)
            || matches!(token.base, "なる" | "する" | "いる" | "の" | "て" | "てる")
            || token.detail == "非自立";
        if !passes || token.surface == "、" {
            return false;
        }
    }
    false
}

/// 優しくしてほしい, 改善を希望: the thing itself is wished for.
fn is_wished(behind: &[Token<'_>]) -> bool {
    behind.iter().take(4).enumerate().any(|(at, t)| {
        let next = behind.get(at + 1).map_or("", |n| n.surface);
        let told = at > 0 && matches!(behind[at - 1].surface, "て" | "で");
        (matches!(t.base, "ほしい" | "欲しい" | "くださる" | "下さる") && told)
            || (t.surface == "よう" && next == "に" && behind.iter().skip(at).any(is_asking))
    })
}

/// ください, お願い, ほしい: words that ask for something.
fn is_asking(token: &Token<'_>) -> bool {
    matches!(
        token.base,
        "くださる"
            | "下さる"
            | "お願い"
            | "願う"
            | "ほしい"
            | "欲しい"
            | "希望"
            | "いただく"
            | "頂く"
    )
}

/// 美味しいそうだ is told, 美味しそうだ seen: the form before そう tells.
fn is_told(scene: &Scene<'_>, draft: &Draft, behind: &[Token<'_>]) -> bool {
    let finished = scene
        .token(draft.end.saturating_sub(1))
        .is_some_and(|t| t.form == "基本形");
    finished
        && behind
            .first()
            .is_some_and(|t| t.surface == "そう" && t.pos == Pos::Noun)
}

/// らしい, 〜だそうだ, とのこと, と聞いた, と評判.
fn is_hearsay(behind: &[Token<'_>]) -> bool {
    // IPADIC tells the hearsay そう (特殊) from the そう of appearance (接尾).
    if behind
        .first()
        .is_some_and(|t| t.surface == "そう" && t.detail == "特殊")
    {
        return true;
    }
    for (at, token) in behind.iter().take(6).enumerate() {
        let next = behind.get(at + 1).map_or("", |t| t.base);
        if matches!(token.base, "らしい") && token.pos == Pos::Auxiliary {
            return true;
        }
        if token.surface == "そう" && at > 0 && matches!(next, "です" | "だ" | "") {
            return true;
        }
        let quoted = matches!(token.surface, "と" | "って" | "との" | "とか" | "という");
        if quoted
            && matches!(
                next,
                "聞く"
                    | "こと"
                    | "噂"
                    | "評判"
                    | "書く"
                    | "話"
                    | "言う"
                    | "いう"
                    | "教える"
                    | "口コミ"
                    | "の"
            )
        {
            let told = behind.iter().skip(at + 1).take(4).any(|t| {
                matches!(
                    t.base,
                    "聞く" | "こと" | "噂" | "評判" | "書く" | "話" | "教える" | "口コミ"
                )
            });
            let denied = behind.iter().skip(at + 1).any(is_negation);
            if told && !denied {
                return true;
            }
        }
        if !matches!(token.pos, Pos::Auxiliary | Pos::Particle) {
            return false;
        }
    }
    false
}

/// Adds the wishes of a clause that no opinion word carries: てほしい, もう少し…, ください.
pub(super) fn add_wishes(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    before: usize,
    drafts: &mut Vec<Draft>,
    cues: &mut Cues,
) {
    let already = drafts[before..].iter().any(|d| d.rules.contains(&"wish"));
    cues.requests |= already;
    if let Some(wish) = drafts[before..]
        .iter()
        .rposition(|d| d.rules.contains(&"wish"))
    {
        for draft in &mut drafts[before..before + wish] {
            draft.apply("condition", UNASSERTED);
        }
    }
    for at in clause.first..clause.end {
        let Some(weight) = wish_at(scene, clause, sentence, at) else {
            continue;
        };
        cues.requests = true;
        if already && weight > 0.0 {
            // もっと早く買えばよかった: the regret is about the day, not the thing.
            for draft in drafts[before..]
                .iter_mut()
                .filter(|d| d.rules.contains(&"wish"))
            {
                draft.flip("late_find", 1.5);
            }
        }
        if weight == 0.0 || already {
            return;
        }
        let polarity = if weight > 0.0 { 1 } else { -1 };
        let blamed = drafts[before..]
            .iter()
            .any(|d| d.polarity == polarity && d.weight >= 1.0);
        if !blamed {
            let mut draft = Draft {
                first: at,
                end: at + 1,
                polarity,
                weight: weight.abs(),
                aspect: None,
                emotion: None,
                rules: vec!["wish"],
                mark: None,
                word: scene.tokens[at].base.to_owned(),
            };
            super::target::name_aspect(scene, clause, &mut draft);
            drafts.push(draft);
        }
        return;
    }
}

/// Returns the signed weight of the wish at token `at`: negative blames, positive longs for, 0 only asks.
fn wish_at(scene: &Scene<'_>, clause: &Clause, sentence: &Sentence, at: usize) -> Option<f64> {
    let token = &scene.tokens[at];
    let previous = at
        .checked_sub(1)
        .filter(|_| at > clause.first)
        .map(|p| &scene.tokens[p]);
    let told = previous.is_some_and(|p| matches!(p.surface, "て" | "で") && p.pos == Pos::Particle);
    match token.base {
        "欲しい" | "ほしい" if told => {
            let come = content_before(scene, clause, at).is_some_and(|t| {
                matches!(
                    t.base,
                    "来る"
                        | "くる"
                        | "行く"
                        | "食べる"
                        | "買う"
                        | "見る"
                        | "読む"
                        | "知る"
                        | "頑張る"
                        | "続ける"
                        | "続く"
                        | "使う"
                        | "飲む"
                        | "試す"
                )
            });
            let sneer = scene.tokens[clause.first..at].iter().any(|t| {
                matches!(
                    t.surface,
                    "早く" | "ちゃんと" | "きちんと" | "もう少し" | "もっと"
                )
            });
            Some(if come && !sneer { 1.0 } else { -1.0 })
        }
        "欲しい" | "ほしい" => {
            let mine = scene.tokens[clause.first..at].iter().any(|t| {
                matches!(
                    t.surface,
                    "この"
                        | "これ"
                        | "その"
                        | "あの"
                        | "絶対"
                        | "全部"
                        | "新作"
                        | "私"
                        | "めっちゃ"
                )
            });
            let lacking = previous
                .is_some_and(|p| matches!(p.surface, "が" | "も" | "は" | "くらい" | "ぐらい"))
                || is_little_more(scene, clause, at);
            Some(if lacking && !mine { -1.0 } else { 1.0 })
        }
        "もう少し" | "もうちょっと" | "もっと" => longing(scene, clause, sentence, at),
        "もう"
            if scene
                .token(at + 1)
                .is_some_and(|t| matches!(t.surface, "少し" | "ちょっと" | "すこし")) =>
        {
            longing(scene, clause, sentence, at + 1)
        }
        "くださる" | "下さる" | "ください" | "下さい" if told => Some(0.0),
        "願う" | "希望" | "お願い" if token.pos == Pos::Verb || token.pos == Pos::Noun => {
            Some(0.0)
        }
        "くれる" if told && scene.token(at + 1).is_some_and(|t| t.form == "仮定形") => {
            Some(-0.5)
        }
        _ => None,
    }
}

fn is_little_more(scene: &Scene<'_>, clause: &Clause, at: usize) -> bool {
    scene.tokens[clause.first..at].iter().any(|t| {
        matches!(
            t.surface,
            "もう少し" | "もうちょっと" | "もっと" | "少し" | "ちょっと"
        )
    })
}

/// もっと食べたい longs, もっと早く知りたかった regrets a late find, もう少し量が… wants more.
fn longing(scene: &Scene<'_>, clause: &Clause, sentence: &Sentence, at: usize) -> Option<f64> {
    let behind = &scene.tokens[at + 1..clause.end];
    let found = behind.iter().any(|t| {
        matches!(
            t.base,
            "買う" | "知る" | "来る" | "出会う" | "始める" | "行く" | "使う"
        )
    });
    if found
        && behind
            .first()
            .is_some_and(|t| matches!(t.base, "早い" | "はやい"))
    {
        return Some(1.0);
    }
    if behind
        .iter()
        .any(|t| t.base == "たい" && t.pos == Pos::Auxiliary)
    {
        return Some(1.0);
    }
    let rest = &scene.tokens[at + 1..sentence.end()];
    let wants = rest.iter().any(|t| {
        matches!(
            t.base,
            "ば" | "と"
                | "欲しい"
                | "ほしい"
                | "お願い"
                | "願う"
                | "ください"
                | "くださる"
                | "頑張る"
                | "工夫"
                | "改善"
                | "べき"
                | "かな"
        ) || t.form == "仮定形"
            || t.surface == "ても"
    });
    wants.then_some(-1.0)
}

/// Takes the assertion from the hits of a question's last clause.
pub(super) fn ask(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut [Draft]) {
    let Some(last) = sentence.clauses.iter().rev().find(|c| {
        scene.tokens[c.first..c.end]
            .iter()
            .any(|t| t.pos != Pos::Symbol)
    }) else {
        return;
    };
    for draft in drafts.iter_mut().filter(|d| d.first >= last.first) {
        draft.apply("question", UNASSERTED);
    }
}

/// なんでこんなに遅いんですか: a question that blames.
pub(super) fn is_reproach(tokens: &[Token<'_>]) -> bool {
    let words = [
        "なんで",
        "何で",
        "なぜ",
        "何故",
        "どうして",
        "いつまで",
        "いい加減",
        "どういう",
    ];
    tokens.iter().enumerate().any(|(at, t)| {
        words.contains(&t.surface)
            || (t.surface == "いつ" && tokens.get(at + 1).is_some_and(|n| n.surface == "まで"))
            || (matches!(t.surface, "何" | "なん")
                && tokens
                    .get(at + 1)
                    .is_some_and(|n| n.surface == "で" && n.detail != "助動詞"))
            || (t.surface == "どう"
                && tokens
                    .get(at + 1)
                    .is_some_and(|n| matches!(n.base, "なる" | "いう")))
    })
}
