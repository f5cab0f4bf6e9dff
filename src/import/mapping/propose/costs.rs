//! Whether a cost is that of one piece or of all pieces of a line: headings as `原価` and `cost` are used for both.

use std::collections::BTreeMap;

use super::by_row;
use super::choose::Work;
use super::feature::Feature;
use crate::import::mapping::Fills;
use crate::import::values::{money, numbers};

/// Decimals to which costs are compared.
const DECIMALS: u32 = 5;

/// What speaks for which cost: products whose cost grows with their pieces, and products whose cost does not.
#[derive(Debug, Default, PartialEq, Eq)]
struct Evidence {
    of_line: usize,
    of_one: usize,
}

impl Work<'_> {
    /// Takes a cost for the other one where the values say so.
    pub(super) fn costs(&mut self) {
        if self.fills != Fills::Orders {
            return;
        }
        let place = |name: &str| self.found.columns.get(name).map(|columns| columns[0]);
        let product = place("product_code").or_else(|| place("product_name"));
        let (Some(product), Some(quantity)) = (product, place("quantity")) else {
            return;
        };
        let (from, to, cost) = match (place("cost"), place("unit_cost")) {
            (Some(cost), None) => ("cost", "unit_cost", cost),
            (None, Some(cost)) => ("unit_cost", "cost", cost),
            _ => return,
        };
        let features = self.features;
        let found = evidence(&features[product], &features[quantity], &features[cost]);
        let is_other = match from {
            "cost" => found.of_one > found.of_line,
            _ => found.of_line > found.of_one,
        };
        if is_other && let Some(columns) = self.found.columns.remove(from) {
            self.found.columns.insert(to, columns);
        }
    }
}

/// Compares rows of one product that have different numbers of pieces.
fn evidence(product: &Feature, quantity: &Feature, cost: &Feature) -> Evidence {
    let currency = cost.currency().unwrap_or_default();
    let (products, quantities) = (by_row(product), by_row(quantity));
    let mut firsts: BTreeMap<&str, (i128, i128)> = BTreeMap::new();
    let mut found: BTreeMap<&str, Evidence> = BTreeMap::new();
    for (row, text) in &cost.values {
        let (Some(&product), Some(&pieces)) = (products.get(row), quantities.get(row)) else {
            continue;
        };
        let (Ok(Some(value)), Ok(Some(pieces))) = (
            money::rounded_units(text, currency, DECIMALS),
            numbers::integer(pieces),
        ) else {
            continue;
        };
        let (value, pieces) = (i128::from(value).abs(), i128::from(pieces).abs());
        if value == 0 || pieces == 0 {
            continue;
        }
        let (first_value, first_pieces) = *firsts.entry(product).or_insert((value, pieces));
        if pieces == first_pieces {
            continue;
        }
        let of_product = found.entry(product).or_default();
        if value == first_value {
            of_product.of_one += 1;
        } else if value * first_pieces == first_value * pieces {
            of_product.of_line += 1;
        }
    }
    let most = |test: fn(&Evidence) -> bool| found.values().filter(|one| test(one)).count();
    Evidence {
        of_line: most(|one| one.of_line > one.of_one),
        of_one: most(|one| one.of_one > one.of_line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(heading: &str, texts: &[&str]) -> Feature {
        let cells = texts.iter().map(|text| (*text).to_owned());
        Feature::of(heading, cells.enumerate())
    }

    #[test]
    fn a_cost_that_grows_with_the_pieces_is_that_of_the_line() {
        let product = feature("商品名", &["豆", "豆", "缶", "豆", "缶"]);
        let quantity = feature("数量", &["1", "2", "1", "-1", "3"]);
        let of = |texts: &[&str]| evidence(&product, &quantity, &feature("原価", texts));
        assert_eq!(
            of(&["560", "1,120", "300", "-560", "900"]),
            Evidence {
                of_line: 2,
                of_one: 0
            }
        );
        assert_eq!(
            of(&["¥560.5", "¥560.5", "¥300", "¥560.5", "¥300"]),
            Evidence {
                of_line: 0,
                of_one: 2
            }
        );
        // Costs that changed meanwhile, gaps and words say nothing.
        assert_eq!(of(&["560", "590", "", "不明", "0"]), Evidence::default());
    }
}
