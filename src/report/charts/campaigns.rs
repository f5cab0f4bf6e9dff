//! What each campaign brought per person, with its interval around it.

use super::axis::{self, Scale};
use super::canvas::{Anchor, Canvas, MARGIN, WIDTH};
use super::frame::{LABEL, Mark, NOTE};
use super::labels::outreach;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell, font};
use crate::report::figures::{CampaignFigure, Figures};

/// Campaigns drawn, the newest; the table holds them all.
const LIMIT: usize = 10;
const ROW: f64 = 88.0;
const NAME_LIMIT: f64 = 440.0;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let mut campaigns: Vec<&CampaignFigure> = figures
        .campaigns
        .iter()
        .filter(|c| {
            c.lift_minor.is_finite()
                && c.lift_lower_minor.is_finite()
                && c.lift_upper_minor.is_finite()
        })
        .collect();
    if campaigns.is_empty() {
        return None;
    }
    campaigns.sort_by(|a, b| b.started_on.cmp(&a.started_on));
    let best = campaigns
        .iter()
        .filter(|c| c.lift_lower_minor > 0.0)
        .max_by(|a, b| a.lift_minor.total_cmp(&b.lift_minor))
        .copied();
    let wording = outreach::campaigns(s, best, campaigns.len());
    let shown = &campaigns[..campaigns.len().min(LIMIT)];
    let keys: Vec<_> = [Ink::Good, Ink::Axis, Ink::Bad]
        .into_iter()
        .zip(outreach::campaigns_keys(s))
        .filter(|(ink, _)| shown.iter().any(|c| ink_of(c) == *ink))
        .map(|(ink, text)| (Mark::Stroke, ink, text))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let mut bottom = draw(&mut canvas, s, shown, top);
    if campaigns.len() > LIMIT {
        let rest = outreach::campaigns_rest(s, campaigns.len() - LIMIT);
        canvas.text(MARGIN, bottom + 34.0, NOTE, Ink::Soft, Anchor::Start, &rest);
        bottom += 40.0;
    }
    canvas.end(bottom);
    let rows = campaigns.iter().map(|c| row(c)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

/// Good when the whole interval lies above zero, bad below, neither across it.
fn ink_of(campaign: &CampaignFigure) -> Ink {
    if campaign.lift_lower_minor > 0.0 {
        Ink::Good
    } else if campaign.lift_upper_minor < 0.0 {
        Ink::Bad
    } else {
        Ink::Axis
    }
}

fn draw(canvas: &mut Canvas, s: &Speaker<'_>, shown: &[&CampaignFigure], top: f64) -> f64 {
    let notes: Vec<String> = shown
        .iter()
        .map(|c| outreach::campaign_note(s, c))
        .collect();
    let gutter = Canvas::gutter(shown.iter().map(|c| c.campaign.as_str()), LABEL, NAME_LIMIT).max(
        Canvas::gutter(notes.iter().map(String::as_str), NOTE, NAME_LIMIT),
    );
    let values: Vec<[String; 2]> = shown
        .iter()
        .map(|c| outreach::campaign_value(s, c))
        .collect();
    let room = Canvas::gutter(values.iter().map(|v| v[0].as_str()), LABEL, 260.0).max(
        Canvas::gutter(values.iter().map(|v| v[1].as_str()), NOTE, 320.0),
    );
    let (left, right) = (MARGIN + gutter + 56.0, WIDTH - MARGIN - room - 48.0);
    let low = shown.iter().map(|c| c.lift_lower_minor).fold(0.0, f64::min);
    let high = shown.iter().map(|c| c.lift_upper_minor).fold(0.0, f64::max);
    let ticks = axis::ticks(low, high, 4, 1.0);
    let scale = Scale::new(ticks.low, ticks.high, left, right);
    let bottom = top + ROW * shown.len() as f64;
    for tick in &ticks.values {
        canvas.upright(scale.at(*tick), top, bottom, Ink::Grid, 2.0);
    }
    canvas.upright(scale.at(0.0), top, bottom, Ink::Axis, 3.0);
    for (i, campaign) in shown.iter().enumerate() {
        let middle = top + ROW * (i as f64 + 0.5);
        let name = font::shorten(&campaign.campaign, LABEL, NAME_LIMIT);
        let note = font::shorten(&notes[i], NOTE, NAME_LIMIT);
        canvas.text_at(
            MARGIN,
            middle - 16.0,
            LABEL,
            Ink::Text,
            Anchor::Start,
            &name,
        );
        canvas.text_at(MARGIN, middle + 18.0, NOTE, Ink::Soft, Anchor::Start, &note);
        let ink = ink_of(campaign);
        let (x0, x1) = (
            scale.at(campaign.lift_lower_minor),
            scale.at(campaign.lift_upper_minor),
        );
        canvas.level(x0, x1, middle, ink, 6.0);
        canvas.upright(x0, middle - 11.0, middle + 11.0, ink, 4.0);
        canvas.upright(x1, middle - 11.0, middle + 11.0, ink, 4.0);
        canvas.dot(scale.at(campaign.lift_minor), middle, 13.0, ink);
        let [lift, interval] = &values[i];
        let x = WIDTH - MARGIN;
        canvas.text_at(x, middle - 16.0, LABEL, Ink::Text, Anchor::End, lift);
        canvas.text_at(x, middle + 18.0, NOTE, Ink::Soft, Anchor::End, interval);
    }
    let labels: Vec<(f64, String)> = ticks
        .values
        .iter()
        .map(|v| (scale.at(*v), s.signed_money(*v)))
        .collect();
    canvas.axis_labels(bottom + 36.0, &labels);
    bottom + 42.0
}

fn row(c: &CampaignFigure) -> Vec<String> {
    vec![
        c.campaign.clone(),
        c.channel.clone(),
        c.started_on.clone(),
        c.measured_to.clone(),
        c.treated_count.to_string(),
        c.control_count.to_string(),
        format!("{:.2}", c.lift_minor),
        format!("{:.2}", c.lift_lower_minor),
        format!("{:.2}", c.lift_upper_minor),
        cell(c.cost_minor),
    ]
}
