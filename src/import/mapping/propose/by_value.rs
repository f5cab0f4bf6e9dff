//! Columns whose headings say nothing, by what their values are.

use super::choose::Work;
use super::clues::{self, BY_NAME, Clue};
use super::feature::Feature;
use crate::import::mapping::Fills;

/// Letters a text has on average that nothing else tells from a name or title.
const LEAST_LETTERS: f64 = 20.0;

/// A column of koe and what its values are.
type Sort = (&'static str, fn(&Feature) -> bool);

impl Work<'_> {
    /// Takes columns whose headings say nothing by what their values are.
    pub(super) fn by_value(&mut self, clues: &'static [Clue]) {
        let wanted: &[Sort] = match self.fills {
            Fills::Customers => &[
                ("email", |feature| feature.is_email),
                ("phone", |feature| feature.is_phone),
                ("postal_code", |feature| feature.is_postal),
                ("customer_id", |feature| {
                    feature.is_bare_id() && feature.is_unique() && !feature.looks_like_amounts()
                }),
            ],
            Fills::Orders => &[
                ("email", |feature| feature.is_email),
                ("ordered_at", |feature| feature.is_date),
                ("status", Feature::tells_cancellations),
                ("order_id", |feature| {
                    feature.is_bare_id() && feature.is_unique() && !feature.looks_like_amounts()
                }),
                ("amount", |feature| feature.is_money && feature.distinct > 1),
                ("total", |feature| {
                    feature.is_money && feature.distinct > 1 && !feature.is_phone
                }),
                ("customer_id", |feature| {
                    feature.is_bare_id()
                        && !feature.is_unique()
                        && feature.distinct > 1
                        && !feature.looks_like_amounts()
                        && (feature.mean_letters >= 3.0 || !feature.is_integer)
                }),
            ],
            Fills::Posts => &[
                ("posted_at", |feature| feature.is_date),
                ("text", |feature| {
                    feature.is_text && feature.mean_letters >= LEAST_LETTERS
                }),
                ("post_id", |feature| {
                    feature.is_bare_id() && feature.is_unique() && feature.mean_letters >= 3.0
                }),
            ],
            Fills::Consents | Fills::Contacts => &[
                ("email", |feature| feature.is_email),
                ("effective_at", |feature| feature.is_date),
                ("at", |feature| feature.is_date),
            ],
            _ => &[],
        };
        for (target, fits) in wanted {
            let Some(clue) = clues.iter().find(|clue| clue.target == *target) else {
                continue;
            };
            // A price of goods is amount enough; beside it a number may be anything.
            let is_needless = *target == "total"
                && ["goods", "amount", "unit_price"]
                    .iter()
                    .any(|name| self.found.columns.contains_key(name));
            if self.found.columns.contains_key(target) || is_needless {
                continue;
            }
            let fitting: Vec<usize> = (0..self.features.len())
                .filter(|column| {
                    let feature = &self.features[*column];
                    !self.taken[*column]
                        && !self.is_refusal(target, *column)
                        && fits(feature)
                        && self.shape.lets_in(target, *column, feature)
                        && !clue.means_other(feature)
                        && (clue.is_hinted_at(feature)
                            || (*target == "total" && feature.has_mark()))
                        && !(target.ends_with("_id") && self.counts(feature))
                        && !self.is_spoken_for(clues, target, *column)
                })
                .collect();
            match fitting.as_slice() {
                [column] => {
                    self.take(clue.target.as_str(), vec![*column], 4.0 * clue.tells);
                    self.found.guessed.push(clue.target.as_str());
                }
                several => {
                    let open = several.iter().map(|column| (clue.target.as_str(), *column));
                    self.found.undecided.extend(open);
                }
            }
        }
        let taken = &self.taken;
        self.found.undecided.retain(|(_, column)| !taken[*column]);
    }

    /// Returns whether a heading says that its numbers count or measure, or name something else than a person or order.
    fn counts(&self, feature: &Feature) -> bool {
        clues::no_ids().iter().any(|part| part.is_within(feature))
    }

    /// Returns whether a heading says what the column is, though another has its place.
    fn is_spoken_for(&self, clues: &[Clue], target: &str, column: usize) -> bool {
        clues
            .iter()
            .filter(|clue| clue.target != target)
            .any(|clue| clue.heading_score(&self.features[column]) >= BY_NAME)
    }
}
