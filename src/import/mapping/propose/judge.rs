//! Whether what was found is enough, and how much it explains.

use std::collections::HashMap;

use super::choose::{Assigned, Work};
use crate::import::mapping::Fills;
use crate::import::values::money;

impl Work<'_> {
    /// Returns what was found; `None` when the table needs what is not there.
    pub(super) fn finish(mut self) -> Option<Assigned> {
        let has = |found: &Assigned, names: &[&str]| {
            names.iter().any(|name| found.columns.contains_key(name))
        };
        match self.fills {
            Fills::Consents | Fills::Contacts => {
                // Guests go by their address.
                if let Some(email) = self.found.columns.remove("email")
                    && !has(&self.found, &["customer_id"])
                {
                    self.found.columns.insert("customer_id", email);
                }
                let is_answered = match self.fills {
                    Fills::Consents => {
                        has(&self.found, &["status"]) || !self.found.consents.is_empty()
                    }
                    _ => has(&self.found, &["state"]) && has(&self.found, &["at"]),
                };
                if !has(&self.found, &["customer_id"]) || !is_answered {
                    return None;
                }
            }
            Fills::Customers => {
                if !has(&self.found, &["customer_id", "email", "phone"])
                    || !(has(
                        &self.found,
                        &[
                            "name",
                            "email",
                            "phone",
                            "birth_date",
                            "address",
                            "postal_code",
                        ],
                    ))
                {
                    return None;
                }
                // A customer stands on a single row.
                let repeats = |name: &&str| {
                    self.found.columns.get(*name).is_some_and(|columns| {
                        let feature = &self.features[columns[0]];
                        !feature.is_empty() && feature.distinct * 10 < feature.values.len() * 9
                    })
                };
                if ["customer_id", "email", "phone"].iter().any(repeats) {
                    self.found.score *= 0.4;
                }
                if self.found.consents.is_empty() {
                    for name in ["effective_at", "expires_at", "evidence"] {
                        self.found.columns.remove(name);
                    }
                }
            }
            Fills::Orders => {
                if !has(&self.found, &["ordered_at"])
                    || !has(&self.found, &["total", "goods", "amount", "unit_price"])
                {
                    return None;
                }
                // Sums of days or shops are no orders.
                let is_sure = has(&self.found, &["customer_id"])
                    && !self.found.guessed.contains(&"customer_id");
                if !is_sure && !has(&self.found, &["order_id", "name", "email", "phone"]) {
                    return None;
                }
                // Amounts of an order that differ from row to row, or customers that are only guessed, tell little.
                let is_named =
                    |name: &&str| has(&self.found, &[name]) && !self.found.guessed.contains(name);
                if ["order_id", "product_name", "quantity"]
                    .iter()
                    .any(is_named)
                {
                    self.found.score += 25.0;
                }
                if !has(&self.found, &["order_id"])
                    && self.shape.repeats
                    && self.shape.row_count > 0
                {
                    self.found.score *= 0.5;
                }
                self.found.tax_added = self.is_tax_added();
                self.without_tax();
            }
            Fills::Posts
                if !has(&self.found, &["posted_at"]) || !has(&self.found, &["text", "rating"]) =>
            {
                return None;
            }
            Fills::Campaigns
                if !has(&self.found, &["campaign"])
                    || !has(&self.found, &["started_on", "ended_on"]) =>
            {
                return None;
            }
            _ => {}
        }
        Some(self.found)
    }

    /// Makes of amounts whose heading says that they are without tax what they can be.
    fn without_tax(&mut self) {
        let says_so = |columns: &Vec<usize>| {
            columns.iter().any(|column| {
                let feature = &self.features[*column];
                let is_token = |word: &str| feature.tokens.iter().any(|token| token == word);
                feature.compact.contains("税抜")
                    || feature.compact.contains("本体")
                    || is_token("net")
                    || is_token("excl")
            })
        };
        if self.found.tax_added || !self.found.columns.get("goods").is_some_and(says_so) {
            return;
        }
        if self.found.columns.contains_key("total") {
            self.found.columns.remove("goods");
        } else if self.found.columns.contains_key("tax") {
            self.found.tax_added = true;
        }
    }

    /// Returns whether the totals show that tax comes on top of the goods.
    fn is_tax_added(&self) -> bool {
        let currencies = ["JPY", "USD", "EUR", "GBP", "KRW", "CNY"];
        currencies
            .iter()
            .find_map(|currency| self.is_tax_added_in(currency))
            .unwrap_or(false)
    }

    /// The same in a currency; `None` where the amounts cannot be read in it.
    fn is_tax_added_in(&self, currency: &str) -> Option<bool> {
        // Sums of amounts may be larger than an amount.
        let amounts = |name: &str| -> Option<HashMap<usize, i128>> {
            let mut sums: HashMap<usize, i128> = HashMap::new();
            for column in self.found.columns.get(name).into_iter().flatten() {
                for (row, text) in &self.features[*column].values {
                    let amount = money::minor_units(text, currency).ok()??;
                    *sums.entry(*row).or_default() += i128::from(amount);
                }
            }
            Some(sums)
        };
        let [goods, total, tax] = [amounts("goods")?, amounts("total")?, amounts("tax")?];
        let [shipping, discount] = [amounts("shipping")?, amounts("discount")?];
        let own = |map: &HashMap<usize, i128>, row: &usize| map.get(row).copied().unwrap_or(0);
        let taxed: Vec<&usize> = total
            .keys()
            .filter(|row| goods.contains_key(row) && own(&tax, row) != 0)
            .collect();
        let on_top = taxed.iter().filter(|row| {
            let sum = own(&goods, row) + own(&shipping, row) - own(&discount, row).abs();
            sum + own(&tax, row) == own(&total, row)
        });
        Some(!taxed.is_empty() && on_top.count() * 10 >= taxed.len() * 9)
    }
}
