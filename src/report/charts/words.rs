//! Words that rose and words that fell, side by side.

use super::Sketch;
use super::axis::Scale;
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::font;
use super::frame::{LABEL, Mark, NOTE};
use super::labels::voice;
use super::palette::Ink;
use super::speaker::Speaker;
use crate::report::figures::{Figures, WordFigure};

/// Words drawn per column; the table holds them all.
const LIMIT: usize = 10;
const ROW: f64 = 56.0;
const BAR: f64 = 30.0;
const COLUMN_GAP: f64 = 72.0;
/// Mean sentiment from which on a word counts as positive, and below whose negative as negative.
const MOOD: f64 = 0.2;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let (rising, falling) = (&figures.voice.rising_words, &figures.voice.falling_words);
    let columns = [rising, falling].map(|words| &words[..words.len().min(LIMIT)]);
    let longest = columns.iter().map(|c| c.len()).max().filter(|n| *n > 0)?;
    let wording = voice::words(s, rising, falling);
    let [negative, neutral, positive] = voice::words_keys(s);
    let keys = [
        (Mark::Square, Ink::Bad, negative),
        (Mark::Square, Ink::Neutral, neutral),
        (Mark::Square, Ink::Good, positive),
    ];
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let most = columns
        .iter()
        .flat_map(|c| c.iter())
        .map(|w| w.z_score.abs())
        .filter(|z| z.is_finite())
        .fold(0.0, f64::max);
    let shown: Vec<(&str, &[WordFigure])> = voice::words_columns(s)
        .into_iter()
        .zip(columns)
        .filter(|(_, words)| !words.is_empty())
        .collect();
    let gaps = COLUMN_GAP * (shown.len() - 1) as f64;
    let width = (WIDTH - 2.0 * MARGIN - gaps) / shown.len() as f64;
    for (i, (heading, words)) in shown.iter().enumerate() {
        let left = MARGIN + (width + COLUMN_GAP) * i as f64;
        canvas.text(left, top + 24.0, LABEL, Ink::Text, Anchor::Start, heading);
        canvas.level(left, left + width, top + 46.0, Ink::Grid, 2.0);
        column(
            &mut canvas,
            s,
            words,
            (left, left + width),
            top + 56.0,
            most,
        );
    }
    canvas.end(top + 56.0 + ROW * longest as f64);
    let rows = rising.iter().chain(falling).map(row).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn column(
    canvas: &mut Canvas,
    s: &Speaker<'_>,
    words: &[WordFigure],
    (left, right): (f64, f64),
    top: f64,
    most: f64,
) {
    let limit = (right - left) * 0.34;
    let gutter = Canvas::gutter(words.iter().map(|w| w.word.as_str()), LABEL, limit);
    let changes: Vec<String> = words.iter().map(|w| voice::word_change(s, w)).collect();
    let room = Canvas::gutter(changes.iter().map(String::as_str), NOTE, 300.0) + 18.0;
    let from = left + gutter + 22.0;
    let scale = Scale::new(0.0, most, from, right - room);
    for (i, (word, change)) in words.iter().zip(&changes).enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let name = font::shorten(&word.word, LABEL, limit);
        canvas.text_at(left, middle, LABEL, Ink::Text, Anchor::Start, &name);
        let end = scale.at(word.z_score.abs()).max(from + 3.0);
        let ink = mood(word.sentiment_mean);
        canvas.rect(from, middle - BAR / 2.0, end, middle + BAR / 2.0, ink);
        canvas.text_at(end + 14.0, middle, NOTE, Ink::Soft, Anchor::Start, change);
    }
}

fn mood(sentiment: Option<f64>) -> Ink {
    match sentiment {
        Some(mean) if mean >= MOOD => Ink::Good,
        Some(mean) if mean <= -MOOD => Ink::Bad,
        _ => Ink::Neutral,
    }
}

fn row(word: &WordFigure) -> Vec<String> {
    vec![
        word.word.clone(),
        word.post_count.to_string(),
        word.previous_post_count.to_string(),
        format!("{:.2}", word.z_score),
        word.sentiment_mean
            .map_or_else(String::new, |m| format!("{m:.2}")),
    ]
}
