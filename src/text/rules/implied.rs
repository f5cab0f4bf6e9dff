//! Stances that no opinion word carries: これなしでは語れない, 二時間待った, 解約します, だらけ, 私でもできた.

use super::cue_words::{self, Cue};
use super::degree::is_excess;
use super::modality::{is_condition, is_hearsay};
use super::negation::{is_negation, negation_end};
use super::openings::{self, Opening};
use super::{Clause, Draft, Scene, Sentence, UNASSERTED, any_strong, pairs, target};
use crate::text::normalise::is_kanji;
use crate::text::tokens::{Pos, Token};

/// How far the rules of this file look back or ahead.
const REACH: usize = 8;

/// The weight of a noun and a predicate that judge together.
const PAIR: f64 = 1.2;

/// What a rule found: its tokens, the signed weight, its name.
pub(super) type Stance = (std::ops::Range<usize>, f64, &'static str);

/// Adds the stances of a clause.
pub(super) fn add(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    before: usize,
    drafts: &mut Vec<Draft>,
) {
    for at in clause.first..clause.end {
        if !openings::may(Opening::Stance, &scene.tokens[at]) {
            continue;
        }
        let found = stance_at(scene, sentence, clause, &drafts[before..], at);
        let Some((span, signed, rule)) = found else {
            continue;
        };
        let told = is_hearsay(scene.slice(span.end, clause.end));
        let mut draft = Draft::implied(scene, span, signed, rule);
        if told {
            draft.apply("hearsay", UNASSERTED);
        }
        target::name_aspect(scene, clause, &mut draft);
        drafts.push(draft);
    }
}

/// Returns the stance at token `at`, beside what the clause says so far.
pub(super) fn stance_at(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    said: &[Draft],
    at: usize,
) -> Option<Stance> {
    let covered = said.iter().any(|d| d.first <= at && at < d.end);
    let mut found = if covered {
        None
    } else {
        excess_at(scene, clause, said, at)
            .or_else(|| riddled_at(scene, clause, said, at))
            .or_else(|| better_at(scene, clause, at))
            .or_else(|| cause_at(scene, sentence, at))
    };
    if found.is_none() && !any_strong(said) {
        found = indispensable_at(scene, sentence, clause, at)
            .or_else(|| decline_at(scene, clause, at))
            .or_else(|| wait_at(scene, sentence, at))
            .or_else(|| threat_at(scene, sentence, at))
            .or_else(|| admired_at(scene, at))
            .or_else(|| able_at(scene, sentence, clause, at));
        if found.is_none() && !covered {
            found =
                pairs::pair_at(scene, clause, at).map(|(span, sign)| (span, sign * PAIR, "pair"));
        }
    }
    found
}

/// Whether [`stance_at`] may find something at a word of these cue classes, whatever stands around it.
pub(super) fn may_begin(token: &Token<'_>, classes: u64) -> bool {
    let of_surface = matches!(
        token.surface,
        "だらけ"
            | "まし"
            | "マシ"
            | "おかげ"
            | "お陰"
            | "おかげさま"
            | "せい"
            | "所為"
            | "なし"
            | "無し"
            | "ない"
            | "無い"
            | "ず"
            | "手"
            | "これ以上"
            | "このまま"
            | "これ"
            | "この"
            | "そう"
    );
    let of_base = matches!(
        token.base,
        "解約" | "退会" | "アンインストール" | "通報" | "やる" | "いける"
    );
    let of_class = [Cue::Decline, Cue::Kin]
        .iter()
        .any(|cue| cue_words::is_among(*cue, classes));
    of_surface
        || of_base
        || of_class
        || token.detail == "数"
        || is_excess(token)
        || pairs::is_predicate(token)
}

/// すぎる behind a word that is no opinion: 好きすぎる praises, 通知が来すぎ blames, 食べすぎた tells.
fn excess_at(scene: &Scene<'_>, clause: &Clause, said: &[Draft], at: usize) -> Option<Stance> {
    let token = &scene.tokens[at];
    if !is_excess(token) || at <= clause.first || said.iter().any(|d| d.end == at) {
        return None;
    }
    let previous = &scene.tokens[at - 1];
    if previous.end != token.start {
        return None;
    }
    let span = at - 1..at + 1;
    if previous.pos == Pos::Verb {
        if scene.is(Cue::Deed, at - 1) {
            return None;
        }
        return Some(if scene.is(Cue::Moving, at - 1) {
            (span, 2.0, "excess")
        } else {
            (span, -1.0, "excess_alone")
        });
    }
    // IPADIC takes the 良 of 良すぎる for a noun.
    let mut chars = previous.surface.chars();
    let single = chars.next().is_some_and(is_kanji) && chars.next().is_none();
    if previous.pos != Pos::Noun || !single {
        return None;
    }
    let word = format!("{}い", previous.surface);
    let stem = [Token {
        base: word.as_str(),
        pos: Pos::Adjective,
        ..*previous
    }
    .keyed()];
    let entry = scene
        .lexicon
        .find(&stem, 0, 1)
        .map(|found| scene.lexicon.entry(found.entry).polarity)
        .filter(|polarity| *polarity != 0);
    let sign = match entry {
        Some(polarity) => f64::from(polarity),
        None if scene.lexicon.depends_on_noun(stem[0].base_key) => -1.0,
        None => return None,
    };
    Some((span, sign * 2.0, "excess"))
}

/// 汚れだらけ, 小骨だらけ; not 思い出だらけ.
fn riddled_at(scene: &Scene<'_>, clause: &Clause, said: &[Draft], at: usize) -> Option<Stance> {
    let riddled = scene.surface(at) == "だらけ"
        && at > clause.first
        && !said.iter().any(|d| d.end == at)
        && !scene.is(Cue::Praised, at - 1);
    riddled.then(|| (at - 1..at + 1, -1.5, "riddled"))
}

/// スーパーの惣菜の方がまし.
fn better_at(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<Stance> {
    let token = &scene.tokens[at];
    let other = || {
        scene
            .slice(clause.first.max(at.saturating_sub(4)), at)
            .iter()
            .any(|t| matches!(t.surface, "方" | "ほう"))
    };
    let better = matches!(token.surface, "まし" | "マシ")
        && matches!(token.pos, Pos::Noun | Pos::Adverb)
        && other();
    better.then(|| (at..at + 1, -1.5, "comparison"))
}

/// のおかげで praises, のせいで blames.
fn cause_at(scene: &Scene<'_>, sentence: &Sentence, at: usize) -> Option<Stance> {
    match scene.surface(at) {
        "おかげ" | "お陰" | "おかげさま" => {
            let denied = scene.slice(at, sentence.end()).iter().any(is_negation);
            (!denied).then(|| (at..at + 1, 0.8, "thanks_to"))
        }
        "せい" | "所為" => {
            let caused = at > 0
                && matches!(scene.surface(at - 1), "の" | "た" | "な")
                && matches!(scene.surface(at + 1), "で" | "か" | "に");
            caused.then(|| (at..at + 1, -0.8, "because_of"))
        }
        _ => None,
    }
}

/// これなしでは生きられない, 食べずに讃岐は語れない, 買わない手はない, 買わずにはいられない.
fn indispensable_at(
    scene: &Scene<'_>,
    sentence: &Sentence,
    clause: &Clause,
    at: usize,
) -> Option<Stance> {
    let next = scene.surface(at + 1);
    let second = scene.surface(at + 2);
    let topical = next == "に" && matches!(second, "は" | "い");
    let lacks = match scene.surface(at) {
        "なし" | "無し" => next == "で",
        "ない" | "無い" => matches!(next, "生活" | "人生" | "日" | "暮らし" | "日々" | "と"),
        "ず" => next == "に",
        "手" => {
            let praised = at > clause.first
                && is_negation(&scene.tokens[at - 1])
                && matches!(next, "は" | "が" | "も")
                && scene.token(at + 2).is_some_and(is_negation);
            return praised.then(|| (at..at + 3, 1.5, "indispensable"));
        }
        _ => false,
    };
    if !lacks {
        return None;
    }
    let end = sentence.end();
    if scene.surface(at) == "ず" && topical && at > clause.first {
        // 泣かずにはいられない
        let compelled = (at + 2..end.min(at + 5))
            .any(|i| scene.base(i) == "いる" && negation_end(scene, i + 1, end).is_some());
        let fond = matches!(
            scene.base(at - 1),
            "泣く"
                | "笑う"
                | "食べる"
                | "買う"
                | "飲む"
                | "読む"
                | "通う"
                | "応援"
                | "踊る"
                | "見る"
                | "叫ぶ"
        );
        if compelled {
            return fond.then(|| (at..at + 1, 1.5, "compelled"));
        }
    }
    let told = scene
        .slice(at, end.min(at + 1 + REACH))
        .iter()
        .any(|t| matches!(t.base, "語る" | "語れる"));
    if scene.surface(at) == "ず" && !told && !topical {
        return None;
    }
    let impossible = (at + 1..end.min(at + 1 + REACH)).any(|i| {
        let inflected = scene
            .token(i)
            .is_some_and(|t| matches!(t.pos, Pos::Verb | Pos::Noun));
        let light = matches!(scene.base(i), "いる" | "やる")
            && !matches!(scene.surface(i - 1), "て" | "に" | "は");
        inflected && !light && scene.is(Cue::Life, i) && negation_end(scene, i + 1, end).is_some()
    });
    impossible.then(|| (at..at + 1, 1.5, "indispensable"))
}

/// 去年より質が落ちた.
fn decline_at(scene: &Scene<'_>, clause: &Clause, at: usize) -> Option<Stance> {
    let compared = |i: usize| scene.surface(i) == "より" && scene.is(Cue::Other, i - 1);
    let declines = scene.is(Cue::Decline, at)
        && (clause.first + 1..at).any(compared)
        && !scene.any(Cue::Cost, clause.first, at);
    declines.then(|| (at..at + 1, -1.5, "comparison"))
}

/// 二時間待った, 返信に三週間, 診察まで二時間半.
fn wait_at(scene: &Scene<'_>, sentence: &Sentence, at: usize) -> Option<Stance> {
    let counted = scene.tokens[at].detail == "数"
        && matches!(
            scene.surface(at + 1),
            "時間" | "週間" | "か月" | "ヶ月" | "カ月" | "ヵ月" | "日間" | "日"
        );
    if !counted {
        return None;
    }
    let end = sentence.end();
    let waited = scene
        .slice(at + 2, end.min(at + 6))
        .iter()
        .any(|t| matches!(t.base, "待つ" | "待ち" | "並ぶ" | "待たす"));
    let before = scene.slice(sentence.first().max(at.saturating_sub(REACH - 1)), at);
    let answered = before.iter().any(|t| {
        matches!(
            t.surface,
            "返信" | "返事" | "回答" | "診察" | "呼ば" | "着席"
        )
    }) && before
        .iter()
        .any(|t| matches!(t.surface, "まで" | "に" | "から" | "まま"));
    let worth = scene
        .slice(at, end)
        .iter()
        .any(|t| matches!(t.surface, "甲斐" | "価値" | "かい"));
    ((waited || answered) && !worth).then(|| (at..at + 2, -1.0, "waited"))
}

/// 直らないなら解約します, これ以上遅れるようなら, このまま改善がなければ.
fn threat_at(scene: &Scene<'_>, sentence: &Sentence, at: usize) -> Option<Stance> {
    let supposes = |t: &Token<'_>| {
        t.form == "仮定形"
            || (matches!(t.surface, "なら" | "ば" | "たら")
                && matches!(t.pos, Pos::Auxiliary | Pos::Particle))
    };
    let (first, end) = (sentence.first(), sentence.end());
    if matches!(
        scene.base(at),
        "解約" | "退会" | "アンインストール" | "通報"
    ) {
        let threatens = !sentence.is_question && scene.slice(first, at).iter().any(supposes);
        return threatens.then(|| (at..at + 1, -1.0, "threat"));
    }
    let further = matches!(scene.surface(at), "これ以上" | "このまま")
        || (scene.surface(at) == "これ" && scene.surface(at + 1) == "以上")
        || (scene.surface(at) == "この" && scene.surface(at + 1) == "まま");
    let rest = scene.slice(at + 1, end);
    let threatens = further
        && rest.iter().any(supposes)
        && (scene.any(Cue::Demand, at + 1, end)
            || rest
                .iter()
                .any(|t| is_negation(t) || matches!(t.base, "遅れる" | "続く")));
    threatens.then(|| (at..at + 1, -1.0, "threat"))
}

/// なかなかやるじゃないか, 意外といけるじゃん.
fn admired_at(scene: &Scene<'_>, at: usize) -> Option<Stance> {
    let token = &scene.tokens[at];
    let able =
        token.pos == Pos::Verb && token.form == "基本形" && matches!(token.base, "やる" | "いける");
    let tagged = match scene.surface(at + 1) {
        "じゃん" | "やん" => true,
        "じゃ" => scene.token(at + 2).is_some_and(is_negation),
        _ => false,
    };
    (able && tagged).then(|| (at..at + 1, 1.5, "admired"))
}

/// 私でもできた, これなら続けられそう: what can be done.
fn able_at(scene: &Scene<'_>, sentence: &Sentence, clause: &Clause, at: usize) -> Option<Stance> {
    let token = &scene.tokens[at];
    if token.surface == "そう" && token.detail == "接尾" && at > clause.first {
        let verb = &scene.tokens[at - 1];
        let can = verb.pos == Pos::Verb
            && verb.form == "連用形"
            && (matches!(verb.base, "られる" | "れる") || is_potential(verb.base));
        let lasting = (clause.first..clause.end).any(|i| {
            matches!(scene.surface(i), "長く" | "ずっと" | "毎日" | "まだまだ")
                || (scene.surface(i) == "これ" && scene.surface(i + 1) == "なら")
        });
        let denied = scene.token(at + 1).is_some_and(is_negation);
        return (can && lasting && !denied).then(|| (at - 1..at + 1, 1.0, "promising"));
    }
    let weak =
        scene.is(Cue::Kin, at) && !matches!(token.base, "人" | "方" | "者" | "ひと" | "犬" | "猫");
    let even = scene.surface(at + 1) == "でも"
        || (scene.surface(at + 1) == "で" && scene.surface(at + 2) == "も");
    if !weak || !even || sentence.is_question {
        return None;
    }
    let end = sentence.end();
    let able = (at + 2..end.min(at + 1 + REACH)).any(|i| {
        let verb = &scene.tokens[i];
        verb.pos == Pos::Verb
            && verb.detail == "自立"
            && (matches!(verb.base, "できる" | "出来る" | "わかる" | "分かる")
                || is_potential(verb.base))
            && negation_end(scene, i + 1, end).is_none()
            && !is_condition(scene.slice(i + 1, end))
    });
    able.then(|| (at..at + 2, 1.0, "even_i"))
}

fn is_potential(verb: &str) -> bool {
    verb.chars().count() > 2
        && [
            "える", "ける", "せる", "てる", "める", "れる", "げる", "ねる", "べる",
        ]
        .iter()
        .any(|ending| verb.ends_with(ending))
}
