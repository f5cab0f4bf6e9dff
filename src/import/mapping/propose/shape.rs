//! How the rows of a file hang together: which belong to one order, and what differs within it.

use std::collections::BTreeMap;

use super::by_row;
use super::clues::{self, Clue};
use super::feature::Feature;
use crate::import::mapping::Fills;

/// Least score of a heading that is taken.
pub(super) const SURE: f64 = 4.9;
/// Cells of an order that are the same on all its rows.
const OF_ORDER: &[&str] = &[
    "customer_id",
    "total",
    "goods",
    "discount",
    "shipping",
    "tax",
    "points_used",
    "refunded",
    "currency",
    "status",
];

/// How the rows of a file hang together.
pub(super) struct Shape {
    /// Whether rows that share an order's number differ in a column.
    pub varies: Vec<bool>,
    /// Whether orders have several rows.
    pub repeats: bool,
    has_lines: bool,
    has_quantity: bool,
    pub row_count: usize,
}

impl Shape {
    pub(super) fn of(features: &[Feature], row_count: usize) -> Self {
        let best = |target: &str| {
            let clue = clues::of(Fills::Orders)
                .iter()
                .find(|clue| clue.target.as_str() == target)?;
            scored(clue, features)
                .into_iter()
                .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)))
                .filter(|(_, score)| *score >= SURE)
                .map(|(column, _)| column)
        };
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        if let Some(id) = best("order_id") {
            for (row, text) in &features[id].values {
                groups.entry(text).or_default().push(*row);
            }
        }
        groups.retain(|_, rows| rows.len() > 1);
        let varies = features
            .iter()
            .map(|feature| {
                let cells = by_row(feature);
                groups.values().any(|rows| {
                    let mut filled = rows.iter().filter_map(|row| cells.get(row));
                    let first = filled.next();
                    filled.any(|text| Some(text) != first)
                })
            })
            .collect();
        let is_there = |target: &str| best(target).is_some();
        Self {
            varies,
            repeats: !groups.is_empty(),
            has_lines: is_there("product_name") || is_there("product_code") || is_there("quantity"),
            has_quantity: is_there("quantity"),
            row_count,
        }
    }

    /// Returns whether the column can be what it is taken for, as the rows of an order go.
    pub(super) fn lets_in(&self, target: &str, column: usize, feature: &Feature) -> bool {
        match target {
            "amount" => self.varies[column],
            // What is the same on all rows of an order may be the cost of the order.
            "cost" => !self.repeats || self.varies[column],
            "unit_price" => self.has_lines,
            "total" => {
                let is_price = ["price", "価格", "販売価格"].contains(&feature.compact.as_str());
                !(self.varies[column] || self.has_quantity && is_price)
            }
            _ if OF_ORDER.contains(&target) => !self.varies[column],
            _ => true,
        }
    }
}

/// Returns the columns that could be what the clue speaks of, each with how like its heading is.
pub(super) fn scored(clue: &Clue, features: &[Feature]) -> Vec<(usize, f64)> {
    features
        .iter()
        .enumerate()
        .filter(|(_, feature)| clue.lets_in(feature))
        .map(|(column, feature)| (column, clue.heading_score(feature)))
        .filter(|(_, score)| *score > 0.0)
        .collect()
}
