//! Which matches count, and which classes exclude each other.

use std::collections::BTreeMap;

use super::rules::Class;
use super::scene::{Match, Scene};
use super::{ENOUGH, Evidence, Found, SLACK};
use crate::text::kind::Kind;
use crate::text::lexicon::Emotion;
use crate::text::sentiment::Hit;

/// The strength of a word that shows its emotion alone; weaker words add up.
const FULL_EMOTION: f64 = 3.0;

pub(super) fn sum(matches: &[Match]) -> f64 {
    matches.iter().map(|found| found.weight).sum()
}

/// Returns the matches of one class without those a negative one takes away and, of those that overlap, the first,
/// or a weightier one that comes upon it.
pub(super) fn without_overlap(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by(|left, right| {
        left.first
            .cmp(&right.first)
            .then(right.weight.total_cmp(&left.weight))
            .then(right.end.cmp(&left.end))
    });
    // The token up to which a negative match reaches, over the matches that begin before or at the one looked at.
    let mut barred = 0;
    let mut kept: Vec<Match> = Vec::with_capacity(matches.len());
    let mut at = 0;
    while at < matches.len() {
        let group = matches[at..].partition_point(|m| m.first == matches[at].first);
        let group = &matches[at..at + group];
        at += group.len();
        for negative in group.iter().filter(|found| found.weight < 0.0) {
            barred = barred.max(negative.end);
        }
        for found in group {
            if found.weight <= 0.0 || found.first < barred {
                continue;
            }
            match kept.last_mut() {
                Some(last) if found.first < last.end => {
                    if found.weight > last.weight {
                        *last = *found;
                    }
                }
                _ => kept.push(*found),
            }
        }
    }
    kept
}

/// Settles what excludes each other: praise in the clause of a request only says what would be welcome, a report is one only
/// where nothing is judged, and chatter only where nothing else is done.
pub(super) fn settle(scene: &Scene<'_>, found: &mut BTreeMap<Class, Vec<Match>>) {
    let (request, praise) = (Class::Kind(Kind::Request), Class::Kind(Kind::Praise));
    if let Some(requests) = found.get(&request)
        && let Some(praises) = found.get(&praise)
    {
        let clauses: Vec<usize> = requests
            .iter()
            .flat_map(|r| [scene.clause(r.first), scene.clause(r.end.saturating_sub(1))])
            .collect();
        // Requests come in order, and so do their clauses.
        let kept: Vec<Match> = praises
            .iter()
            .filter(|p| !p.is_opinion || clauses.binary_search(&scene.clause(p.first)).is_err())
            .copied()
            .collect();
        if sum(&kept) >= ENOUGH - SLACK {
            found.insert(praise, kept);
        } else {
            found.remove(&praise);
        }
    }
    let judged = found.contains_key(&praise) || found.contains_key(&Class::Kind(Kind::Complaint));
    if judged {
        found.remove(&Class::Kind(Kind::Report));
    }
    let kinds = found.keys().filter(|class| matches!(class, Class::Kind(_)));
    if kinds.count() > 1 {
        found.remove(&Class::Kind(Kind::Chatter));
    }
}

/// Adds the emotions of opinion words and pictographs that no pattern has named.
pub(super) fn add_felt(hits: &[Hit], emotions: &mut Found<Emotion>) {
    let mut felt: BTreeMap<Emotion, Vec<Evidence>> = BTreeMap::new();
    for hit in hits {
        let Some(emotion) = hit.emotion else { continue };
        let is_mark = hit
            .rules
            .iter()
            .any(|rule| matches!(*rule, "emoji" | "kaomoji" | "aside"));
        let full = if is_mark { 1.0 } else { FULL_EMOTION };
        felt.entry(emotion).or_default().push(Evidence {
            weight: (hit.strength / full).min(ENOUGH),
            ..Evidence::of_hit(hit)
        });
    }
    for (emotion, evidence) in felt {
        let weight: f64 = evidence.iter().map(|word| word.weight).sum();
        let is_named = emotions.iter().any(|(named, _)| *named == emotion);
        if !is_named && weight >= ENOUGH - SLACK {
            emotions.push((emotion, evidence));
        }
    }
    emotions.sort_by_key(|(emotion, _)| *emotion);
}
