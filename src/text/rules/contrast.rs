//! Concession: けど, のに, ものの, でも. What follows decides, in opinion words or in words of its own.

use super::clauses::{Clause, Joint};
use super::cue_words::Cue;
use super::negation::{is_negation, negation_end};
use super::{Draft, Scene, Sentence, any_strong, is_content};

/// Weight left to what is conceded, and given to what follows.
const CONCEDED: f64 = 0.4;
const INSISTED: f64 = 1.2;
/// The most all that is conceded may weigh beside what follows.
const MAX_CONCEDED: f64 = 0.4;
/// What an unspoken contrary weighs: so much of what is conceded, at least so much.
const CONTRARY: f64 = 2.5;
const MIN_CONTRARY: f64 = 1.1;
/// What is said of something that turned out well.
const UNEXPECTED: &str = "期待していなかった";
/// How many tokens behind a joint are read.
const REACH: usize = 48;

/// Applies concession between the clauses of a sentence.
pub(super) fn apply(scene: &Scene<'_>, sentence: &Sentence, drafts: &mut Vec<Draft>) {
    let mut opened = false;
    for (index, clause) in sentence.clauses.iter().enumerate() {
        if !matches!(clause.joint, Joint::But | Joint::Despite) {
            continue;
        }
        // In order of place; what a rule added stands at the end, behind the joint it was added for.
        let followed = drafts
            .iter()
            .any(|d| d.first >= clause.end && d.is_strong());
        if followed {
            concede(drafts, clause.end);
        } else if !opened {
            let added = leave_open(scene, sentence, index, drafts);
            opened = added.is_some();
            drafts.extend(added);
        }
    }
}

/// Weighs what stands before token `end` against what stands behind it.
fn concede(drafts: &mut [Draft], end: usize) {
    for draft in drafts.iter_mut() {
        if draft.first < end {
            draft.apply("conceded", CONCEDED);
        } else {
            draft.apply("insisted", INSISTED);
        }
    }
    let weight = |behind: bool, sign: i8| -> f64 {
        drafts
            .iter()
            .filter(|d| (d.first >= end) == behind && d.polarity == sign)
            .map(|d| d.weight)
            .sum()
    };
    let factors = [1, -1].map(|sign| {
        let limit = MAX_CONCEDED * weight(true, -sign);
        let conceded = weight(false, sign);
        let outweighed = weight(true, sign) < limit && conceded > limit;
        (sign, if outweighed { limit / conceded } else { 1.0 })
    });
    for (sign, factor) in factors {
        for draft in drafts
            .iter_mut()
            .filter(|d| d.first < end && d.polarity == sign)
        {
            draft.weight *= factor;
        }
    }
}

/// でも at the head of a sentence: what the sentence before said (from token `previous`) weighs less.
pub(super) fn concede_before(drafts: &mut [Draft], previous: usize) {
    for draft in drafts.iter_mut().rev().take_while(|d| d.first >= previous) {
        if !draft.has("conceded") {
            draft.apply("conceded", CONCEDED);
        }
    }
}

/// Reads a concession no opinion word follows: the contrary of what is conceded (気に入っているが、すぐ充電が切れる), or
/// that something was not to be (予約したのに席がない, 電話したけど出なかった). Returns the hit to add.
fn leave_open(
    scene: &Scene<'_>,
    sentence: &Sentence,
    index: usize,
    drafts: &mut [Draft],
) -> Option<Draft> {
    let clause = sentence.clauses[index];
    let end = sentence.end().min(clause.end + REACH);
    let rest = scene.slice(clause.end, end);
    let spoken = rest
        .iter()
        .any(|t| is_content(t) && t.surface.chars().any(char::is_alphabetic));
    if !spoken {
        if clause.joint == Joint::Despite {
            regret(clause, drafts);
        }
        return None;
    }
    let undecided = drafts
        .iter()
        .any(|d| d.first >= clause.end && d.polarity == 0);
    if sentence.is_question || undecided || asks(scene, clause.end, end) {
        return None;
    }
    let favoured = rest
        .iter()
        .any(|t| matches!(t.base, "くれる" | "くださる") || t.surface == "くだ");
    // 並ばずに入れた
    let good = favoured
        || (clause.end..end)
            .any(|at| scene.is(Cue::Rapt, at) && negation_end(scene, at + 1, end).is_some());
    let next = sentence.clauses.get(index + 1).map_or(end, |c| c.end);
    let span = clause.end..next;
    if any_strong(drafts) {
        let sum: f64 = drafts
            .iter()
            .filter(|d| d.is_strong())
            .map(|d| f64::from(d.polarity) * d.weight)
            .sum();
        let against = clause.joint == Joint::Despite && (sum < 0.0) != good;
        // まだ観てない and 量は普通 are no contrary.
        let level = rest.iter().any(|t| {
            matches!(
                t.surface,
                "まだ" | "普通" | "まあまあ" | "そこそこ" | "それなり"
            )
        });
        // 期待していなかったけど leads on to praise.
        let surprised = drafts.iter().any(|d| d.word == UNEXPECTED);
        if sum.abs() < 0.5 || against || level || surprised {
            return None;
        }
        for draft in drafts.iter_mut() {
            draft.apply("conceded", CONCEDED);
        }
        let conceded: f64 = drafts.iter().map(|d| d.weight).sum();
        let weight = (conceded * CONTRARY).max(MIN_CONTRARY);
        let signed = if sum > 0.0 { -weight } else { weight };
        return Some(Draft::implied(scene, span, signed, "contrary"));
    }
    if clause.joint == Joint::Despite {
        let signed = if good { 1.0 } else { -1.0 };
        return Some(Draft::implied(scene, span, signed, "thwarted"));
    }
    let from = clause.first.max(clause.end.saturating_sub(4));
    let tried = scene.slice(from, clause.end).iter().any(|t| t.base == "た");
    let failed = rest.iter().rev().take(5).any(is_negation)
        && !rest.iter().any(|t| matches!(t.surface, "まだ" | "こと"))
        && !scene.any(Cue::Untried, clause.end, end)
        && !scene.any(Cue::Rapt, clause.end, end);
    (tried && failed).then(|| Draft::implied(scene, span, -0.8, "in_vain"))
}

/// Whether tokens `from..end` ask for something or leave it open.
fn asks(scene: &Scene<'_>, from: usize, end: usize) -> bool {
    let rest = scene.slice(from, end);
    rest.iter().any(|t| {
        matches!(t.base, "お願い" | "ほしい" | "欲しい" | "だろう")
            || (t.base == "くださる" && t.form.starts_with("命令"))
    }) || rest.iter().rev().take(3).any(|t| t.surface == "か")
}

/// 楽しみにしていたのに: praise that was not to be.
fn regret(clause: Clause, drafts: &mut [Draft]) {
    for draft in drafts
        .iter_mut()
        .filter(|d| d.first >= clause.first && d.first < clause.end)
    {
        if draft.polarity > 0 && draft.weight >= 0.5 {
            draft.flip("regret", 1.0);
        }
    }
}
