//! What each product sells.

use std::collections::HashMap;

use super::{Line, Sold};
use crate::hash::Mixing;
use crate::segment::measures::facts::owner;
use crate::segment::measures::names::Names;
use crate::segment::measures::pairs::{Distinct, packed};
use crate::segment::purchases::Entry;

/// What the lines of one product make.
#[derive(Debug, Default)]
pub(in crate::segment::measures) struct Product {
    pub(in crate::segment::measures) source: String,
    /// Its code, or its name where it has none.
    pub(in crate::segment::measures) product: String,
    /// The last of its names in the alphabet.
    pub(in crate::segment::measures) name: Option<String>,
    /// The last of its categories in the alphabet.
    pub(in crate::segment::measures) category: Option<String>,
    /// Persons who bought it.
    pub(in crate::segment::measures) buyers: i64,
    /// Lines of sales.
    pub(in crate::segment::measures) lines: i64,
    /// Pieces, returned ones taken off.
    pub(in crate::segment::measures) quantity: i64,
    /// Amounts, those of returns taken off.
    pub(in crate::segment::measures) sales: i64,
    /// Amounts of lines with a cost.
    pub(in crate::segment::measures) costed_sales: i64,
    cost: i64,
    has_cost: bool,
}

impl Product {
    /// Returns the sales of lines with a cost less the cost; nothing where no cost is known.
    pub(in crate::segment::measures) fn margin(&self) -> Option<i64> {
        self.has_cost
            .then(|| self.costed_sales.wrapping_sub(self.cost))
    }

    fn add(&mut self, line: &Line<'_>, order: Entry, sold: &Sold) {
        keep_larger(&mut self.name, line.product_name);
        keep_larger(&mut self.category, line.category);
        self.lines += i64::from(!order.is_return());
        self.quantity = self.quantity.wrapping_add(sold.units);
        self.sales = self.sales.wrapping_add(sold.amount);
        if let Some((amount, cost)) = sold.costed {
            self.has_cost = true;
            self.costed_sales = self.costed_sales.wrapping_add(amount);
            self.cost = self.cost.wrapping_add(cost);
        }
    }
}

/// All products, while lines come in.
#[derive(Default)]
pub(super) struct Products {
    sources: Names,
    names: Names,
    /// Place of each product by the numbers of its source and of itself.
    places: HashMap<u64, u32, Mixing>,
    products: Vec<Product>,
    /// Product and person.
    buyers: Distinct,
}

impl Products {
    /// Adds a line of an order to its product; one that names none is in none.
    pub(super) fn add(&mut self, line: &Line<'_>, order: Entry, sold: &Sold) {
        let Some(product) = line.product_code.or(line.product_name) else {
            return;
        };
        let key = packed(self.sources.number(line.source), self.names.number(product));
        let next = self.products.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.products.push(Product {
                source: line.source.to_owned(),
                product: product.to_owned(),
                ..Product::default()
            });
        }
        self.products[place as usize].add(line, order, sold);
        if !order.is_return() && owner(order).is_some() {
            self.buyers.insert(place, order.person());
        }
    }

    /// Returns the products by source and name.
    pub(super) fn into_sorted(self) -> Vec<Product> {
        let mut products = self.products;
        let buyers = self.buyers.counts(products.len());
        for (product, buyers) in products.iter_mut().zip(buyers) {
            product.buyers = buyers;
        }
        products.sort_unstable_by(|left, right| {
            (&left.source, &left.product).cmp(&(&right.source, &right.product))
        });
        products
    }
}

fn keep_larger(kept: &mut Option<String>, text: Option<&str>) {
    if text > kept.as_deref() {
        *kept = text.map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::purchases::NOBODY;

    #[test]
    fn a_product_is_its_code_else_its_name_within_its_source() {
        let line = |source: &'static str,
                    product_code: Option<&'static str>,
                    product_name: Option<&'static str>| Line {
            source,
            order_id: "1",
            product_code,
            product_name,
            category: product_name,
            quantity: None,
            amount: None,
            cost: None,
        };
        let (sale, back) = (Entry::new(3, 10, false, 0), Entry::new(3, 11, true, 0));
        let of_nobody = Entry::new(NOBODY, 10, false, 0);
        let sold = Sold {
            units: 1,
            amount: 100,
            costed: None,
        };
        let costed = Sold {
            units: -1,
            amount: -50,
            costed: Some((-50, -20)),
        };
        let mut products = Products::default();
        products.add(&line("web", Some("b"), Some("cup")), sale, &sold);
        products.add(&line("web", Some("b"), Some("mug")), of_nobody, &sold);
        products.add(&line("web", Some("b"), None), sale, &sold);
        products.add(&line("web", None, Some("b")), back, &costed);
        products.add(&line("till", Some("b"), None), sale, &sold);
        products.add(&line("till", None, None), sale, &sold);
        let found = products.into_sorted();
        let keys: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.source.as_str(), one.product.as_str()))
            .collect();
        assert_eq!(keys, [("till", "b"), ("web", "b")]);
        let [till, web] = &found[..] else {
            panic!("two products");
        };
        assert_eq!((till.name.as_deref(), till.margin()), (None, None));
        assert_eq!(web.name.as_deref(), Some("mug"));
        assert_eq!(web.category.as_deref(), Some("mug"));
        assert_eq!((web.buyers, web.lines), (1, 3));
        assert_eq!((web.quantity, web.sales), (2, 250));
        assert_eq!((web.costed_sales, web.margin()), (-50, Some(-30)));
    }
}
