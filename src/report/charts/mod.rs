//! The charts of a report, drawn from its [`Figures`].
//!
//! Each chart is a file with a function `sketch`, which puts shapes on a canvas: a sheet 1,600 units wide that can be
//! painted on any plotters backend. The SVG of the page and the PNG for slides are the same drawing. Headlines say what the data say,
//! not what kind of chart it is; a chart without data is left out.

mod abc;
mod alert_timeline;
mod aspects;
mod axis;
mod bars;
mod calibration;
mod campaign_costs;
mod campaigns;
mod canvas;
mod cohort_revenue;
mod cohorts;
mod communities;
mod consents;
mod cpm;
mod deciles;
#[cfg(test)]
pub(crate) mod fixture;
mod font;
mod force;
mod frame;
mod heat;
mod influence_network;
mod intervals;
mod join;
mod journey;
mod labels;
mod letters;
mod lifetime_histogram;
mod lorenz;
mod moves;
mod order_stages;
mod palette;
mod png;
mod repeat_months;
mod responses;
mod rfm_map;
mod roles;
mod sales_change;
mod sales_weeks;
mod segment_map;
mod segments;
mod social_lift;
mod sparkline;
mod speaker;
mod svg;
#[cfg(test)]
mod tests;
mod timeline;
mod topics;
mod tracking;
mod treemap;
mod value_intervals;
mod value_voice;
mod voice_days;
mod voice_hours;
mod voice_shares;
mod word_network;
mod words;

pub use join::join_charts;
pub use palette::chart_css;
pub use sparkline::sparkline;

use rayon::prelude::*;

use super::figures::Figures;
use super::words::Lang;
use canvas::Canvas;
use labels::Wording;
use speaker::Speaker;

/// A chart ready for a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// One of [`CHART_IDS`] or of those of [`join_charts`]; also the stem of its file names.
    pub id: &'static str,
    /// The finding as a headline; it stands in the picture too.
    pub title: String,
    /// The finding and what is drawn, as text that may stand for the picture.
    pub description: String,
    /// One `<svg>` element without a fixed size; [`chart_css`] gives it the page's light or dark colours.
    pub svg: String,
    /// The numbers drawn.
    pub table: ChartTable,
}

/// The numbers of a chart, for readers who cannot see it and for CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartTable {
    /// Names of the columns.
    pub headings: Vec<String>,
    /// Rows, each as long as the headings; amounts in minor units, numbers without separators, unknown ones empty.
    pub rows: Vec<Vec<String>>,
}

/// Why a chart could not be drawn as a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// No chart has this id.
    #[error("unknown chart `{id}`")]
    Unknown {
        /// The id asked for.
        id: String,
    },
    /// The report has no data for this chart.
    #[error("chart `{id}` has no data")]
    NoData {
        /// The id asked for.
        id: String,
    },
    /// The picture could not be painted or encoded.
    #[error("chart `{id}` could not be painted: {reason}")]
    Paint {
        /// The id asked for.
        id: String,
        /// What the drawing library says.
        reason: String,
    },
}

/// A chart before it is painted.
struct Sketch {
    wording: Wording,
    canvas: Canvas,
    rows: Vec<Vec<String>>,
}

type Sketcher = fn(&Figures, &Speaker<'_>) -> Option<Sketch>;

const SKETCHERS: [Sketcher; 36] = [
    sales_weeks::sketch,
    sales_change::sketch,
    rfm_map::sketch,
    segment_map::sketch,
    segments::sketch,
    deciles::sketch,
    lorenz::sketch,
    abc::sketch,
    cpm::sketch,
    order_stages::sketch,
    repeat_months::sketch,
    cohorts::sketch,
    cohort_revenue::sketch,
    lifetime_histogram::sketch,
    value_intervals::sketch,
    tracking::sketch,
    calibration::sketch,
    voice_days::sketch,
    alert_timeline::sketch,
    voice_hours::sketch,
    aspects::sketch,
    words::sketch,
    word_network::sketch,
    topics::sketch,
    journey::sketch,
    voice_shares::sketch,
    roles::sketch,
    communities::sketch,
    influence_network::sketch,
    responses::sketch,
    value_voice::sketch,
    moves::sketch,
    social_lift::sketch,
    campaigns::sketch,
    campaign_costs::sketch,
    consents::sketch,
];

/// Ids of all charts, in the order of a report.
pub const CHART_IDS: &[&str] = &[
    "sales_weeks",
    "sales_change",
    "rfm_map",
    "segment_map",
    "segments",
    "deciles",
    "lorenz",
    "abc",
    "cpm",
    "order_stages",
    "repeat_months",
    "cohorts",
    "cohort_revenue",
    "lifetime_histogram",
    "value_intervals",
    "tracking",
    "calibration",
    "voice_days",
    "alert_timeline",
    "voice_hours",
    "aspects",
    "words",
    "word_network",
    "topics",
    "journey",
    "voice_shares",
    "roles",
    "communities",
    "influence_network",
    "responses",
    "value_voice",
    "moves",
    "social_lift",
    "campaigns",
    "campaign_costs",
    "consents",
];

/// Draws every chart the figures have data for, in the order of [`CHART_IDS`].
#[must_use]
pub fn charts(figures: &Figures, lang: Lang) -> Vec<Chart> {
    let speaker = Speaker::new(figures, lang);
    CHART_IDS
        .par_iter()
        .zip(SKETCHERS.par_iter())
        .filter_map(|(id, sketch)| chart(id, sketch(figures, &speaker)?, &speaker))
        .collect()
}

/// Turns a drawing into a chart ready for a page.
fn chart(id: &'static str, sketch: Sketch, speaker: &Speaker<'_>) -> Option<Chart> {
    let description = sketch.wording.description(speaker);
    let svg = svg::render(&sketch.canvas, id, &sketch.wording.title, &description).ok()?;
    Some(Chart {
        id,
        title: sketch.wording.title,
        description,
        svg,
        table: ChartTable {
            headings: sketch.wording.headings,
            rows: sketch.rows,
        },
    })
}

/// Draws one chart as an encoded PNG on white paper, `1600 * scale` pixels wide.
///
/// `scale` is kept between 1 and 4.
///
/// # Errors
///
/// [`ChartError::Unknown`] for an id that is not in [`CHART_IDS`], [`ChartError::NoData`] when the chart would be empty,
/// [`ChartError::Paint`] when the drawing library fails.
pub fn chart_png(
    figures: &Figures,
    lang: Lang,
    id: &str,
    scale: u32,
) -> Result<Vec<u8>, ChartError> {
    let index = CHART_IDS
        .iter()
        .position(|known| *known == id)
        .ok_or_else(|| ChartError::Unknown { id: id.to_owned() })?;
    let sketch = SKETCHERS[index](figures, &Speaker::new(figures, lang))
        .ok_or_else(|| ChartError::NoData { id: id.to_owned() })?;
    png::render(&sketch.canvas, scale).map_err(|reason| ChartError::Paint {
        id: id.to_owned(),
        reason,
    })
}

/// A cell of a [`ChartTable`] that may be unknown.
fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |v| v.to_string())
}
