//! What an order cost each campaign, by all orders attributed to it.

use super::bars::Bar;
use super::canvas::{Anchor, Canvas, MARGIN};
use super::frame::NOTE;
use super::labels::{customers, outreach, ways};
use super::palette::Ink;
use super::speaker::Speaker;
use super::{Sketch, cell};
use crate::report::figures::{CampaignCostFigure, Figures};

/// Campaigns drawn, the newest; the table holds them all.
const LIMIT: usize = 10;

pub(super) fn sketch(figures: &Figures, s: &Speaker<'_>) -> Option<Sketch> {
    let costs = &figures.campaign_costs;
    let cheapest = costs
        .iter()
        .filter_map(|c| Some((c, c.cpo_minor.filter(|v| v.is_finite())?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let wording = ways::costs(s, cheapest.0, cheapest.1);
    let (mut canvas, top) = Canvas::begin(&wording, &[]);
    let bars: Vec<Bar> = costs.iter().take(LIMIT).map(|c| bar(s, c)).collect();
    let mut bottom = canvas.bars(&bars, top);
    if costs.len() > LIMIT {
        let rest = outreach::campaigns_rest(s, costs.len() - LIMIT);
        canvas.text(MARGIN, bottom + 34.0, NOTE, Ink::Soft, Anchor::Start, &rest);
        bottom += 40.0;
    }
    canvas.end(bottom);
    let rows = costs.iter().map(|c| row(s, c)).collect();
    Some(Sketch {
        wording,
        canvas,
        rows,
    })
}

fn bar(s: &Speaker<'_>, cost: &CampaignCostFigure) -> Bar {
    let name = cost.campaign.clone();
    let note = ways::cost_note(s, cost);
    let Some(orders) = cost.order_count else {
        return Bar {
            name,
            note,
            value: customers::hidden(s),
            ..Bar::default()
        };
    };
    Bar {
        name,
        note,
        parts: vec![(cost.cpo_minor.unwrap_or(0.0), Ink::Main)],
        mark: None,
        value: cost
            .cpo_minor
            .map_or_else(|| "–".to_owned(), |v| s.money(v)),
        detail: ways::cost_detail(s, cost, orders),
    }
}

fn row(s: &Speaker<'_>, cost: &CampaignCostFigure) -> Vec<String> {
    vec![
        cost.campaign.clone(),
        s.name("purpose", &cost.channel).to_owned(),
        cell(cost.started_on.clone()),
        cell(cost.cost_minor),
        cell(cost.order_count),
        cell(cost.sales_minor),
        cell(cost.cpo_minor.map(|v| format!("{v:.2}"))),
        cell(cost.sales_per_cost.map(|v| format!("{v:.4}"))),
    ]
}
