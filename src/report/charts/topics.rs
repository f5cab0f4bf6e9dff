//! What the opinions are about: posts of each topic by their mood.

use super::bars::Bar;
use super::canvas::Canvas;
use super::frame::Mark;
use super::labels::{heard, voice};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{Figures, TopicFigure};

/// Words below the name of a topic.
const WORDS: usize = 3;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let topics = &figures.voice.topics;
    let largest = topics.iter().rev().max_by_key(|t| t.post_count)?;
    let worst = topics.iter().rev().max_by_key(|t| t.negative_count)?;
    let wording = heard::topics(s, largest, worst);
    let [negative, neutral, positive] = voice::days_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, negative),
        (Mark::Square, Ink::Neutral, neutral),
        (Mark::Square, Ink::Good, positive),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let bars: Vec<Bar> = topics.iter().map(|t| bar(s, t)).collect();
    let bottom = canvas.bars(&bars, top);
    canvas.end(bottom);
    let rows = topics.iter().map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn neutral(topic: &TopicFigure) -> u64 {
    topic
        .post_count
        .saturating_sub(topic.positive_count)
        .saturating_sub(topic.negative_count)
}

fn bar(s: &Speaker<'_>, topic: &TopicFigure) -> Bar {
    // The name holds the first words already.
    let more = topic.words.iter().skip(WORDS).take(WORDS);
    let more: Vec<&str> = more.map(String::as_str).collect();
    Bar {
        name: topic.label.clone(),
        note: more.join(s.pick("、", ", ")),
        parts: vec![
            (topic.negative_count as f64, Ink::Bad),
            (neutral(topic) as f64, Ink::Neutral),
            (topic.positive_count as f64, Ink::Good),
        ],
        mark: None,
        value: s.posts(topic.post_count),
        detail: topic.post_share.map_or_else(String::new, |v| s.share(v)),
    }
}

fn row(topic: &TopicFigure) -> Vec<String> {
    vec![
        topic.label.clone(),
        topic.words.join(" "),
        topic.post_count.to_string(),
        topic.positive_count.to_string(),
        topic.negative_count.to_string(),
        cell(topic.post_share.map(|v| format!("{v:.4}"))),
    ]
}
