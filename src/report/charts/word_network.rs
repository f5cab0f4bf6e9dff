//! Which words stand together: dots by how often a word is said, coloured by the mood around it, with lines between close words.

use std::collections::BTreeMap;

use super::Sketch;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::force::{self, Link, Room};
use super::frame::{Area, LABEL, Mark};
use super::labels::{network, voice};
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, NetworkWord, WordLink};

/// Words drawn, those said most.
const LIMIT: usize = 40;
const PLOT_HEIGHT: f64 = 900.0;
const LEAST_RADIUS: f64 = 9.0;
const MORE_RADIUS: f64 = 22.0;
/// Widest label.
const NAME_LIMIT: f64 = 200.0;
/// Space around a dot and its label.
const GAP: f64 = 7.0;
/// NPMI from which on a line is drawn dark.
const CLOSE: f64 = 0.4;
/// Mean sentiment from which on a word counts as positive, and below whose negative as negative.
const MOOD: f64 = 0.2;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let words = &figures.voice.network.words;
    let words = &words[..words.len().min(LIMIT)];
    let place: BTreeMap<&str, usize> = words
        .iter()
        .enumerate()
        .map(|(place, word)| (word.word.as_str(), place))
        .collect();
    let of = |link: &WordLink| -> Option<Link> {
        let left = *place.get(link.word.as_str())?;
        let right = *place.get(link.other_word.as_str())?;
        let npmi = if link.npmi.is_finite() {
            link.npmi
        } else {
            0.0
        };
        (left != right).then_some((left, right, npmi.clamp(0.0, 1.0)))
    };
    let shown: Vec<(&WordLink, Link)> = figures
        .voice
        .network
        .links
        .iter()
        .filter_map(|link| Some((link, of(link)?)))
        .collect();
    let weight = |(link, place): &(&WordLink, Link)| link.post_count as f64 * place.2;
    let (told, (left, right, _)) = shown
        .iter()
        .rev()
        .max_by(|a, b| weight(a).total_cmp(&weight(b)))?;
    let is_negative = [left, right]
        .iter()
        .all(|word| mood(&words[**word]) == Ink::Bad);
    let wording = network::words(s, told, is_negative, words.len());
    let [negative, neutral, positive] = voice::words_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, negative),
        (Mark::Square, Ink::Neutral, neutral),
        (Mark::Square, Ink::Good, positive),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let area = Area {
        left: MARGIN,
        top,
        right: WIDTH - MARGIN,
        bottom: top + PLOT_HEIGHT,
    };
    let links: Vec<Link> = shown.iter().map(|(_, link)| *link).collect();
    draw(&mut canvas, words, &links, &area);
    canvas.end(area.bottom);
    let rows = shown.iter().map(|(link, _)| row(link)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn draw(canvas: &mut Canvas, words: &[NetworkWord], links: &[Link], area: &Area) {
    let most = words.iter().map(|w| w.post_count).max().unwrap_or(1).max(1);
    let names: Vec<String> = words
        .iter()
        .map(|word| font::shorten(&word.word, LABEL, NAME_LIMIT))
        .collect();
    let radii: Vec<f64> = words
        .iter()
        .map(|word| LEAST_RADIUS + MORE_RADIUS * (word.post_count as f64 / most as f64).sqrt())
        .collect();
    let rooms: Vec<Room> = names
        .iter()
        .zip(&radii)
        .map(|(name, radius)| Room {
            half_width: (font::width(name, LABEL) / 2.0).max(*radius) + GAP,
            above: radius + GAP,
            below: radius + LABEL * 1.2 + GAP,
        })
        .collect();
    // A link of no strength would not hold its words together at all.
    let pulls: Vec<Link> = links
        .iter()
        .map(|(left, right, npmi)| (*left, *right, 0.2 + npmi))
        .collect();
    let spots = force::spread(&force::layout(words.len(), &pulls), &rooms, area);
    let mut lines: Vec<&Link> = links.iter().collect();
    lines.sort_by(|a, b| a.2.total_cmp(&b.2));
    for (left, right, npmi) in lines {
        if let (Some(from), Some(to)) = (spots[*left], spots[*right]) {
            let ink = if *npmi >= CLOSE {
                Ink::Axis
            } else {
                Ink::Neutral
            };
            canvas.line(vec![from, to], ink, 2.0 + 5.0 * npmi);
        }
    }
    for (place, word) in words.iter().enumerate() {
        let Some((x, y)) = spots[place] else {
            continue;
        };
        let (name, radius) = (&names[place], radii[place]);
        let baseline = y + radius + LABEL;
        let half = font::width(name, LABEL) / 2.0 + 3.0;
        // Lines end at the label, so that it can be read.
        canvas.rect(
            x - half,
            baseline - LABEL * 0.85,
            x + half,
            baseline + LABEL * 0.18,
            Ink::Paper,
        );
        canvas.dot(x, y, radius, mood(word));
        canvas.text(x, baseline, LABEL, Ink::Text, Anchor::Middle, name);
    }
}

fn mood(word: &NetworkWord) -> Ink {
    match word.sentiment_mean {
        Some(mean) if mean >= MOOD => Ink::Good,
        Some(mean) if mean <= -MOOD => Ink::Bad,
        _ => Ink::Neutral,
    }
}

fn row(link: &WordLink) -> Vec<String> {
    vec![
        link.word.clone(),
        link.other_word.clone(),
        link.post_count.to_string(),
        format!("{:.3}", link.npmi),
    ]
}
