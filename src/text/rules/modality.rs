//! What is not asserted: conditions, hearsay, appearance, and praise of what is not there.

use super::cue_words::{self, Cue};
use super::negation::is_negation;
use super::{Clause, Draft, Scene, Sentence, UNASSERTED, after, passing};
use crate::text::tokens::{Pos, Token};

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

/// Applies passing mention, condition, hearsay and appearance behind a hit, and the wish a condition before it makes.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, clause: &Clause, draft: &mut Draft) {
    if let Some(rule) = passing::mention(scene, clause, draft) {
        draft.apply(rule, UNASSERTED);
        return;
    }
    let behind = after(scene, clause, draft.end);
    let rest = scene.slice(draft.end, sentence.end());
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
        if draft.polarity > 0 && matches!(draft.word.as_str(), "安い" | "やすい") {
            // 安そうな生地: what looks cheap looks bad.
            draft.flip("appearance", 1.0);
        } else {
            draft.apply("appearance", 0.5);
        }
    }
}

/// ばいい, といいな, たら嬉しい: praise of what is not there. Past tense tells of what was (食べたら美味しかった).
fn is_welcome_wish(scene: &Scene<'_>, clause: &Clause, draft: &Draft, rest: &[Token<'_>]) -> bool {
    if !WELCOME.contains(&draft.word.as_str()) || draft.first == 0 || draft.first < clause.first {
        return false;
    }
    let stressed = matches!(
        scene.surface(draft.first - 1),
        "もっと" | "なお" | "、" | "さらに" | "より" | "とても" | "すごく"
    ) && draft.first > 1;
    let at = draft.first - if stressed { 2 } else { 1 };
    let previous = &scene.tokens[at];
    // IPADIC reads the と of もらえると助かる as one of quotation.
    let after_verb = at
        .checked_sub(1)
        .map(|p| &scene.tokens[p])
        .is_some_and(|t| {
            t.form == "基本形" && matches!(t.pos, Pos::Verb | Pos::Adjective | Pos::Auxiliary)
        });
    let past = rest
        .iter()
        .take(3)
        .any(|t| t.base == "た" && t.pos == Pos::Auxiliary && t.form != "仮定形");
    // 行っときゃよかった regrets, 買っときゃ最高 recommends.
    let contracted = past && previous.form.starts_with("仮定縮約");
    let conditional = contracted
        || (previous.surface == "ば" && previous.detail == "接続助詞")
        || (previous.base == "た" && previous.form == "仮定形")
        || (previous.surface == "と"
            && previous.pos == Pos::Particle
            && (previous.detail == "接続助詞" || after_verb))
        || previous.surface == "なら";
    // たらよかった regrets; たら嬉しかった may tell of what was.
    let bare = matches!(scene.tokens[draft.first].base, "いい" | "よい" | "良い");
    let regret = contracted
        || bare
        || rest.iter().take(5).any(|t| t.surface == "のに")
        || previous.surface == "ば";
    conditional && (!past || regret)
}

/// 安ければ, 美味しかったら, 不味いなら, 良さそうだったら.
pub(super) fn is_condition(behind: &[Token<'_>]) -> bool {
    for (at, token) in behind.iter().take(6).enumerate() {
        let condition = (token.surface == "ば" && token.pos == Pos::Particle)
            || (token.form == "仮定形" && (token.base == "た" || token.base == "だ"))
            || token.form.starts_with("仮定縮約")
            || matches!(token.surface, "たら" | "なら" | "ても")
            || (token.surface == "も"
                && at > 0
                && matches!(behind[at - 1].surface, "て" | "で")
                && behind[at - 1].detail == "接続助詞");
        if condition {
            return true;
        }
        let passes = token.pos == Pos::Auxiliary
            || matches!(
                token.base,
                "なる" | "する" | "いる" | "の" | "て" | "てる" | "さ" | "そう"
            )
            || token.detail == "非自立";
        if !passes || token.surface == "、" {
            return false;
        }
    }
    false
}

/// 優しくしてほしい, 使えるようにしてください, 元気になりますように: the thing itself is wished for.
fn is_wished(behind: &[Token<'_>]) -> bool {
    let surface = |at: usize| behind.get(at).map_or("", |t| t.surface);
    let asked = behind.iter().take(4).enumerate().any(|(at, t)| {
        let told = at > 0 && matches!(surface(at - 1), "て" | "で");
        (matches!(t.base, "ほしい" | "欲しい" | "くださる" | "下さる") && told)
            || (t.surface == "よう"
                && surface(at + 1) == "に"
                && behind.iter().skip(at).any(is_asking))
    });
    let prayed = behind.iter().take(6).enumerate().any(|(at, t)| {
        t.surface == "よう"
            && at > 0
            && behind[at - 1].base == "ます"
            && surface(at + 1) == "に"
            && behind.get(at + 2).is_none_or(|t| t.pos == Pos::Symbol)
    });
    asked || prayed
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

/// らしい, 〜だそうだ, とのこと, と聞いた, と評判, anywhere behind in the clause.
pub(super) fn is_hearsay(behind: &[Token<'_>]) -> bool {
    // IPADIC tells the hearsay そう (特殊) from the そう of appearance (接尾).
    let told = behind.iter().enumerate().any(|(at, token)| {
        (token.surface == "そう" && token.detail == "特殊")
            || (token.base == "らしい" && token.pos == Pos::Auxiliary)
            || is_seeming(behind, at)
            || is_quoted(behind, at)
    });
    if told {
        return true;
    }
    for (at, token) in behind.iter().take(6).enumerate() {
        let next = behind.get(at + 1).map_or("", |t| t.base);
        if token.surface == "そう" && at > 0 && matches!(next, "です" | "だ" | "") {
            return true;
        }
        if is_reported(behind, at) {
            return true;
        }
        if !matches!(token.pos, Pos::Auxiliary | Pos::Particle) {
            return false;
        }
    }
    false
}

/// 酷評されているみたいだ; 夢みたいだ likens.
fn is_seeming(behind: &[Token<'_>], at: usize) -> bool {
    let next = behind.get(at + 1).map_or("", |t| t.base);
    behind[at].surface == "みたい"
        && at > 0
        && matches!(
            behind[at - 1].pos,
            Pos::Verb | Pos::Auxiliary | Pos::Adjective
        )
        && matches!(next, "だ" | "です" | "")
}

/// と聞いた, って教わった, との噂, だって聞いた.
fn is_quoted(behind: &[Token<'_>], at: usize) -> bool {
    let rest = &behind[at + 1..];
    matches!(
        behind[at].surface,
        "と" | "って" | "だって" | "との" | "とか"
    ) && rest
        .iter()
        .take(2)
        .any(|t| cue_words::has(Cue::Told, t.base))
        && !rest.iter().take(7).any(is_negation)
}

/// とのこと, という話, と言う噂: a longer way to tell what is told.
fn is_reported(behind: &[Token<'_>], at: usize) -> bool {
    let quoted = matches!(
        behind[at].surface,
        "と" | "って" | "との" | "とか" | "という"
    );
    let rest = &behind[at + 1..];
    let tells =
        |t: &Token<'_>| matches!(t.base, "こと" | "話") || cue_words::has(Cue::Told, t.base);
    let opens = rest
        .first()
        .is_some_and(|t| tells(t) || matches!(t.base, "言う" | "いう" | "の"));
    quoted && opens && rest.iter().take(4).any(tells) && !rest.iter().any(is_negation)
}
