//! What each campaign brought per person, with its interval around it.

use super::canvas::{Anchor, Canvas, MARGIN};
use super::frame::{Mark, NOTE};
use super::intervals::Interval;
use super::labels::outreach;
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CampaignFigure, Figures};

/// Campaigns drawn, the newest; the table holds them all.
const LIMIT: usize = 10;

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
    let shown: Vec<Interval> = campaigns
        .iter()
        .take(LIMIT)
        .map(|c| interval(s, c))
        .collect();
    let keys: Vec<_> = [Ink::Good, Ink::Axis, Ink::Bad]
        .into_iter()
        .zip(outreach::campaigns_keys(s))
        .filter(|(ink, _)| shown.iter().any(|row| row.ink == *ink))
        .map(|(ink, text)| (Mark::Stroke, ink, text))
        .collect();
    let (mut canvas, top) = Canvas::begin(&wording, &keys);
    let mut bottom = canvas.intervals(&shown, top, 1.0, |v| s.signed_money(v));
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

fn interval(s: &Speaker<'_>, c: &CampaignFigure) -> Interval {
    let [value, detail] = outreach::campaign_value(s, c);
    Interval {
        name: c.campaign.clone(),
        note: outreach::campaign_note(s, c),
        lower: c.lift_lower_minor,
        middle: c.lift_minor,
        upper: c.lift_upper_minor,
        ink: Interval::sign(c.lift_lower_minor, c.lift_upper_minor),
        value,
        detail,
    }
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
