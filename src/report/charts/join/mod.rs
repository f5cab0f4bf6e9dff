//! The charts of the page of join, drawn from its [`JoinFigures`].

mod scores;
mod sizes;
#[cfg(test)]
mod tests;
mod weights;

use super::speaker::Speaker;
use super::{Chart, Sketch};
use crate::report::join::JoinFigures;
use crate::report::words::Lang;

type Sketcher = fn(&JoinFigures, &Speaker<'_>) -> Option<Sketch>;

/// The charts in their order, by their ids.
const SKETCHERS: [(&str, Sketcher); 3] = [
    ("join_weights", weights::sketch),
    ("join_scores", scores::sketch),
    ("join_sizes", sizes::sketch),
];

/// Draws every chart the figures have data for: `join_weights`, `join_scores`, `join_sizes`.
#[must_use]
pub fn join_charts(figures: &JoinFigures, lang: Lang) -> Vec<Chart> {
    let speaker = Speaker::plain(lang);
    SKETCHERS
        .into_iter()
        .filter_map(|(id, sketch)| super::chart(id, sketch(figures, &speaker)?, &speaker))
        .collect()
}
