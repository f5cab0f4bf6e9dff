//! Negation and its reach: ない, ません, ず, わけではない, なくはない, しかない, とは言えない.

use super::cue_words::Cue;
use super::{Clause, Draft, Scene, Sentence, reach};
use crate::text::tokens::{Pos, Token};

/// How far behind a word its negation may stand.
const REACH: usize = 10;
/// How long a verb group may be.
const GROUP: usize = 7;

/// What the words after a hit do to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Not negated.
    Plain,
    /// Negated once.
    Negated,
    /// わけではない: not quite.
    Weakened,
    /// Negated twice.
    Double,
    /// しかない: nothing but.
    Only,
}

/// Returns where the sentence takes back what it denies (…と言えば嘘になる), in bytes of the analysis text.
pub(super) fn owned_up(scene: &Scene<'_>, sentence: &Sentence) -> Option<usize> {
    let text = scene.text(sentence.first(), sentence.end());
    if !text.contains('嘘') {
        return None;
    }
    let start = scene.token(sentence.first())?.start;
    ["と言えば嘘", "といえば嘘", "と言ったら嘘"]
        .iter()
        .find_map(|lie| text.find(lie))
        .map(|at| start + at)
}

/// Applies the negation behind a hit, if any; `owned` is where the sentence takes it back.
pub(super) fn apply(scene: &Scene<'_>, clause: &Clause, draft: &mut Draft, owned: Option<usize>) {
    if draft.end <= draft.first {
        return;
    }
    let end = clause.end.min(draft.end + REACH);
    let own = scene.token(draft.end - 1).is_some_and(is_negation);
    let outcome = read(scene, draft.end, end, draft.polarity, own);
    let taken_back = owned.is_some_and(|at| scene.tokens[draft.end - 1].end <= at);
    let outcome = match outcome {
        Outcome::Plain if taken_back => Outcome::Negated,
        Outcome::Negated if taken_back => Outcome::Double,
        outcome => outcome,
    };
    let of_person = scene
        .slice(draft.end, end.min(draft.end + 4))
        .iter()
        .any(is_person);
    if outcome != Outcome::Plain && of_person && reach::is_superlative(scene, clause, draft) {
        // こんなに親切な人はいない
        return;
    }
    match outcome {
        Outcome::Plain if is_naught(scene, draft.end, end) => draft.flip("negation", 1.0),
        Outcome::Plain => reach::apply(scene, clause, draft),
        Outcome::Only => draft.apply("only", 1.5),
        Outcome::Double if draft.polarity < 0 && scene.is(Cue::Moving, draft.end - 1) => {
            // 泣かずにはいられない
            draft.flip("double_negation", 1.5);
        }
        Outcome::Double => draft.apply("double_negation", 0.5),
        Outcome::Weakened if draft.polarity > 0 => draft.flip("negation", 1.0),
        Outcome::Weakened => draft.flip("negation", 0.3),
        Outcome::Negated if draft.polarity > 0 => {
            // 最高ではない blames less than 美味しくない.
            let weight = if draft.weight >= 3.0 {
                1.0
            } else {
                draft.weight.max(1.0)
            };
            draft.flip("negation", weight);
        }
        Outcome::Negated => draft.flip("negation", 1.0),
    }
}

/// 爽快感ゼロ, 緊張感は皆無, ストレスなし; not なしで.
fn is_naught(scene: &Scene<'_>, from: usize, end: usize) -> bool {
    let noun = from
        .checked_sub(1)
        .and_then(|last| scene.token(last))
        .is_some_and(|t| t.pos == Pos::Noun);
    let at = from + usize::from(matches!(scene.surface(from), "が" | "は" | "も"));
    let none = match scene.surface(at) {
        "ゼロ" | "皆無" => true,
        "なし" | "無し" => at == from && scene.surface(at + 1) != "で",
        _ => false,
    };
    noun && at < end && none
}

/// Reads tokens `from..end` behind a hit of this polarity; `own`: the hit itself ends in a negation.
fn read(scene: &Scene<'_>, from: usize, end: usize, polarity: i8, own: bool) -> Outcome {
    let mut count = 0;
    let mut weakened = false;
    let mut softened = false;
    let mut only = false;
    let mut at = from;
    while let Some(token) = scene.token(at).filter(|_| at < end) {
        let next = scene.surface(at + 1);
        if is_negation(token) {
            if only {
                return Outcome::Only;
            }
            if is_rhetorical(scene, from, at) {
                break;
            }
            count += 1;
        } else if token.surface == "しか" {
            only = true;
        } else if matches!(token.base, "わけ" | "訳" | "はず") {
            // わけではない is not quite, わけがない not at all.
            weakened = next != "が";
            at += usize::from(next == "が");
        } else if matches!(token.surface, "も" | "でも" | "とも") && parallel(scene, at, end) {
            at += 1;
        } else {
            let goes_on = continues(scene, at, at > from || own, count > 0 || own)
                || weakened && matches!(token.base, "いく" | "行く")
                || is_transparent(token, at == from);
            if !goes_on {
                break;
            }
        }
        if is_notion(token) && matches!(next, "が" | "は" | "も") {
            at += 1;
        }
        // まずくはない, 不便というほどではない, 悪いとは言わない
        let contrasted = at == from
            && token.surface == "は"
            && scene
                .token(at + 1)
                .filter(|_| at + 1 < end)
                .is_some_and(is_negation);
        softened |= contrasted
            || matches!(token.surface, "ほど" | "とは" | "とまで")
            || (token.surface == "と" && next == "は");
        at += 1;
    }
    match count {
        0 => Outcome::Plain,
        1 if weakened || (softened && polarity < 0 && !own) => Outcome::Weakened,
        1 => Outcome::Negated,
        _ => Outcome::Double,
    }
}

/// Words a negation reaches through only with their neighbours: なんてとんでもない, ない手はない, 言う人はいない.
///
/// `attributed`: the hit is an attribute of what stands at `at`; `negated`: a negation stands before it.
fn continues(scene: &Scene<'_>, at: usize, attributed: bool, negated: bool) -> bool {
    let token = &scene.tokens[at];
    let next = scene.surface(at + 1);
    match token.surface {
        "とんでも" => at > 0 && scene.surface(at - 1) == "なんて",
        "手" => negated && matches!(next, "は" | "が" | "も"),
        _ => {
            is_person(token)
                && attributed
                && matches!(next, "は" | "が" | "も" | "なんて" | "など")
                && matches!(scene.base(at + 2), "いる" | "ない" | "少ない" | "おる")
        }
    }
}

fn is_person(token: &Token<'_>) -> bool {
    matches!(token.surface, "人" | "者" | "方" | "ひと")
}

fn is_notion(token: &Token<'_>) -> bool {
    matches!(token.surface, "感じ" | "気" | "様子" | "こと")
}

/// Whether a token negates what stands before it.
pub(super) fn is_negation(token: &Token<'_>) -> bool {
    match token.pos {
        Pos::Auxiliary => {
            matches!(token.base, "ない" | "ん" | "ぬ" | "ず" | "まい") && token.surface != "な"
        }
        Pos::Adjective => matches!(token.base, "ない" | "無い"),
        _ => false,
    }
}

/// Returns the token after the negation of the verb group that goes on at `at`, none when it is not negated.
pub(super) fn negation_end(scene: &Scene<'_>, at: usize, end: usize) -> Option<usize> {
    for index in at..end.min(at + GROUP).min(scene.tokens.len()) {
        let token = &scene.tokens[index];
        if is_negation(token) {
            return (!is_rhetorical(scene, at, index)).then_some(index + 1);
        }
        let goes_on = match token.pos {
            Pos::Auxiliary => true,
            Pos::Verb => {
                matches!(token.detail, "接尾" | "非自立")
                    || matches!(token.base, "する" | "なる" | "できる" | "出来る")
            }
            Pos::Particle => matches!(token.surface, "て" | "で" | "は" | "も"),
            _ => false,
        };
        if !goes_on {
            return None;
        }
    }
    None
}

/// 美味しいじゃないか, じゃないですか, んじゃない?, 直してもらえませんか: not a denial. The reading began at `from`.
pub(super) fn is_rhetorical(scene: &Scene<'_>, from: usize, at: usize) -> bool {
    if asks_favour(scene, at) {
        return true;
    }
    let next = scene.surface(at + 1);
    let second = scene.surface(at + 2);
    let copula = at > from && matches!(scene.surface(at - 1), "じゃ" | "では" | "は");
    let explained = scene
        .slice(from, at)
        .iter()
        .any(|t| matches!(t.surface, "ん" | "の") && t.detail == "非自立");
    let tagged = next == "か"
        || (next == "です" && second == "か")
        || (next == "の" && matches!(second, "" | "!" | "。" | "?"));
    copula && (tagged || (explained && !matches!(next, "です" | "けど" | "が" | "た")))
}

/// Whether the negation at `at` makes a request polite: てもらえませんか.
pub(super) fn asks_favour(scene: &Scene<'_>, at: usize) -> bool {
    let polite = at > 0 && scene.base(at - 1) == "ます";
    let verb = at.checked_sub(if polite { 2 } else { 1 });
    let favour = verb.is_some_and(|verb| {
        matches!(
            scene.base(verb),
            "もらえる" | "くれる" | "いただける" | "くださる" | "頂ける"
        )
    });
    let next = scene.surface(at + 1);
    let asked = matches!(next, "か" | "かな")
        || next.starts_with('?')
        || (scene.base(at + 1) == "です"
            && (scene.surface(at + 2) == "か" || scene.surface(at + 3) == "か"));
    favour && asked
}

/// くも…くもない: whether the も at `at` is the first of two over one negation.
fn parallel(scene: &Scene<'_>, at: usize, end: usize) -> bool {
    scene
        .token(at + 1)
        .filter(|_| at + 1 < end)
        .is_some_and(|t| matches!(t.pos, Pos::Adjective | Pos::Noun) && !is_negation(t))
        && scene
            .slice(at + 2, end.min(at + 5))
            .iter()
            .any(|t| matches!(t.surface, "も" | "でも" | "とも"))
}

/// Words negation reaches through.
fn is_transparent(token: &Token<'_>, first: bool) -> bool {
    match token.pos {
        Pos::Particle => {
            matches!(
                token.surface,
                "は" | "も"
                    | "に"
                    | "で"
                    | "と"
                    | "て"
                    | "じゃ"
                    | "とは"
                    | "なんて"
                    | "って"
                    | "では"
                    | "には"
                    | "という"
                    | "ほど"
                    | "でも"
                    | "まで"
                    | "とまで"
                    | "とも"
                    | "だって"
                    | "さえ"
                    | "すら"
                    | "など"
                    | "なんか"
                    | "ばかり"
            ) || (matches!(token.surface, "が" | "を") && first)
                || (token.surface == "の" && !first)
        }
        Pos::Auxiliary => {
            matches!(token.base, "だ" | "です" | "ます" | "た" | "だった") || token.surface == "な"
        }
        Pos::Verb => is_light(token.base) || token.detail == "接尾",
        Pos::Noun => {
            let light = matches!(
                token.base,
                "さ" | "こと" | "事" | "もの" | "ほう" | "方" | "ん" | "の" | "そう" | "程"
            ) && token.detail != "一般";
            light || (matches!(token.surface, "感じ" | "様子") && !first)
        }
        Pos::Adverb => matches!(
            token.base,
            "あまり" | "全然" | "そんなに" | "まったく" | "全く" | "それほど" | "ちっとも"
        ),
        _ => false,
    }
}

/// Verbs that only carry what stands before them.
fn is_light(verb: &str) -> bool {
    matches!(
        verb,
        "なる"
            | "なれる"
            | "する"
            | "ある"
            | "いる"
            | "おる"
            | "いらっしゃる"
            | "思う"
            | "思える"
            | "言う"
            | "言える"
            | "いう"
            | "いえる"
            | "感じる"
            | "感じられる"
            | "できる"
            | "出来る"
            | "れる"
            | "られる"
            | "せる"
            | "てる"
            | "しまう"
            | "みる"
            | "見える"
            | "もらえる"
            | "もらう"
            | "くれる"
            | "はる"
            | "くださる"
            | "いただく"
            | "いただける"
    )
}
