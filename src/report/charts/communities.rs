//! Who talks with whom: communities by their accounts, coloured by how much of what they say is negative.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::people;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CommunityFigure, Figures};

/// Share of negative opinions from which on a community is drawn as critical.
const CRITICAL: f64 = 0.3;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let communities = &figures.people.communities;
    let largest = communities.first()?;
    let worst = communities
        .iter()
        .filter(|c| is_critical(c))
        .max_by_key(|c| c.account_count);
    let wording = people::communities(s, largest, worst, communities.len());
    let [critical, other] = people::communities_keys(s);
    let keys: Vec<_> = [(Ink::Bad, critical), (Ink::Main, other)]
        .into_iter()
        .filter(|(ink, _)| communities.iter().any(|c| ink_of(c) == *ink))
        .map(|(ink, text)| (Mark::Square, ink, text))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = communities.iter().map(|c| bar(s, c)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = communities.iter().map(|c| row(s, c)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn is_critical(community: &CommunityFigure) -> bool {
    community
        .negative_share
        .is_some_and(|share| share >= CRITICAL)
}

fn ink_of(community: &CommunityFigure) -> Ink {
    match is_critical(community) {
        true => Ink::Bad,
        false => Ink::Main,
    }
}

fn bar(s: &Speaker<'_>, community: &CommunityFigure) -> Bar {
    Bar {
        name: people::community_name(s, community),
        note: community.words.join(s.pick("、", ", ")),
        parts: vec![(community.account_count as f64, ink_of(community))],
        mark: None,
        value: people::accounts(s, community.account_count),
        detail: people::community_mood(s, community),
    }
}

fn row(s: &Speaker<'_>, community: &CommunityFigure) -> Vec<String> {
    vec![
        community.community.to_string(),
        s.name("platform", &community.platform).to_owned(),
        community.account_count.to_string(),
        community.post_count.to_string(),
        cell(community.negative_share.map(|v| format!("{v:.4}"))),
        community.words.join(" "),
    ]
}
