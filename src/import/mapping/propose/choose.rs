//! Which column of the file goes to which column of a table.

use std::collections::{BTreeMap, HashMap};

use super::by_row;
use super::clues::{CAMPAIGNS, CONSENTS, CONTACTS, CUSTOMERS, Clue, ORDERS, POSTS};
use super::feature::Feature;
use crate::import::mapping::targets::Fills;
use crate::import::mapping::words;
use crate::import::values::money;
use crate::schema::contacts;

/// Least score of a heading that is taken.
const SURE: f64 = 4.9;
/// What speaks of who ordered, where others are named besides.
const ORDERER: &[&str] = &[
    "注文者",
    "購入者",
    "請求先",
    "依頼主",
    "billing",
    "customer",
    "buyer",
];
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

/// The columns of one table, found in a file.
#[derive(Debug)]
pub(super) struct Assigned {
    pub fills: Fills,
    pub columns: BTreeMap<&'static str, Vec<usize>>,
    pub consents: Vec<(&'static str, usize)>,
    pub guessed: Vec<&'static str>,
    pub undecided: Vec<(&'static str, usize)>,
    pub tax_added: bool,
    pub score: f64,
}

/// How the rows of a file hang together.
pub(super) struct Shape {
    /// Whether rows that share an order's number differ in a column.
    varies: Vec<bool>,
    /// Whether orders have several rows.
    repeats: bool,
    has_lines: bool,
    has_quantity: bool,
    row_count: usize,
}

impl Shape {
    pub(super) fn of(features: &[Feature], row_count: usize) -> Self {
        let best = |target: &str| {
            let clue = ORDERS.iter().find(|clue| clue.target == target)?;
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
    fn lets_in(&self, target: &str, column: usize, feature: &Feature) -> bool {
        match target {
            "amount" => self.varies[column],
            "unit_price" => self.has_lines,
            "total" => {
                !self.varies[column]
                    && !(self.has_quantity
                        && ["price", "価格", "販売価格"].contains(&feature.compact.as_str()))
            }
            _ if OF_ORDER.contains(&target) => !self.varies[column],
            _ => true,
        }
    }
}

fn scored(clue: &Clue, features: &[Feature]) -> Vec<(usize, f64)> {
    features
        .iter()
        .enumerate()
        .filter(|(_, feature)| clue.lets_in(feature))
        .map(|(column, feature)| (column, clue.heading_score(feature)))
        .filter(|(_, score)| *score > 0.0)
        .collect()
}

/// Lays the columns of a table over those of a file; `None` when what it needs is not there.
pub(super) fn assign(fills: Fills, features: &[Feature], shape: &Shape) -> Option<Assigned> {
    let clues = match fills {
        Fills::Customers => CUSTOMERS,
        Fills::Orders => ORDERS,
        Fills::Posts => POSTS,
        Fills::Consents => CONSENTS,
        Fills::Contacts => CONTACTS,
        Fills::Campaigns => CAMPAIGNS,
        _ => return None,
    };
    let mut work = Work {
        fills,
        features,
        shape,
        taken: vec![false; features.len()],
        found: Assigned {
            fills,
            columns: BTreeMap::new(),
            consents: Vec::new(),
            guessed: Vec::new(),
            undecided: Vec::new(),
            tax_added: false,
            score: 0.0,
        },
    };
    if matches!(fills, Fills::Customers | Fills::Orders) {
        work.parts();
    }
    work.by_heading(clues);
    work.by_value(clues);
    work.together(clues);
    work.consents();
    work.finish()
}

struct Work<'f> {
    fills: Fills,
    features: &'f [Feature],
    shape: &'f Shape,
    taken: Vec<bool>,
    found: Assigned,
}

impl Work<'_> {
    fn take(&mut self, target: &'static str, columns: Vec<usize>, score: f64) {
        for column in &columns {
            self.taken[*column] = true;
        }
        // Who somebody is tells little of an order.
        let of_person = [
            "customer_id",
            "name",
            "name_kana",
            "email",
            "phone",
            "postal_code",
            "prefecture",
            "address",
        ];
        let weight = if self.fills == Fills::Orders && of_person.contains(&target) {
            0.4
        } else {
            1.0
        };
        self.found.score += score * weight;
        self.found.columns.insert(target, columns);
    }

    /// Names and addresses that stand in several columns.
    fn parts(&mut self) {
        let is_delivery = |feature: &Feature| {
            [
                "配送",
                "届け",
                "届先",
                "送付先",
                "発送",
                "受取",
                "shipping",
                "delivery",
                "recipient",
                "店",
            ]
            .iter()
            .any(|part| feature.compact.contains(part))
        };
        let find = |taken: &[bool], names: &[&str]| {
            names.iter().find_map(|name| {
                self.features
                    .iter()
                    .enumerate()
                    .position(|(column, feature)| {
                        let heading = feature.compact.as_str();
                        let is_like = if name.is_ascii() {
                            heading == *name
                                || ["billing", "customer", "buyer"]
                                    .iter()
                                    .any(|of| heading.strip_prefix(of) == Some(name))
                        } else {
                            heading.ends_with(name)
                        };
                        is_like && !taken[column] && !is_delivery(feature)
                    })
            })
        };
        let none = &self.taken;
        let kana = (
            find(
                none,
                &[
                    "姓カナ",
                    "姓フリガナ",
                    "氏カナ",
                    "セイ",
                    "せい",
                    "フリガナ姓",
                    "カナ姓",
                    "姓かな",
                    "姓ふりがな",
                    "lastnamekana",
                ],
            ),
            find(
                none,
                &[
                    "名カナ",
                    "名フリガナ",
                    "メイ",
                    "めい",
                    "フリガナ名",
                    "カナ名",
                    "名かな",
                    "名ふりがな",
                    "firstnamekana",
                ],
            ),
        );
        let family = find(
            none,
            &[
                "姓",
                "氏",
                "苗字",
                "名字",
                "lastname",
                "familyname",
                "surname",
            ],
        )
        .filter(|column| Some(*column) != kana.0);
        let given = find(
            none,
            &[
                "お名前名",
                "氏名名",
                "名前名",
                "注文者名名",
                "firstname",
                "givenname",
            ],
        )
        .or_else(|| {
            // `名` alone, beside a family name.
            self.features.iter().position(|feature| {
                [
                    "名",
                    "注文者名",
                    "お客様名",
                    "購入者名",
                    "請求先名",
                    "会員名",
                ]
                .contains(&feature.compact.as_str())
            })
        })
        .filter(|column| Some(*column) != kana.1);
        let address: Vec<usize> = self
            .features
            .iter()
            .enumerate()
            .filter(|(_, feature)| {
                let heading = feature.compact.as_str();
                let is_like = [
                    "市区町村",
                    "市町村",
                    "番地",
                    "町域",
                    "丁目",
                    "建物",
                    "マンション",
                    "住所",
                ]
                .iter()
                .any(|part| heading.contains(part))
                    || feature.tokens.iter().any(|token| {
                        [
                            "city", "street", "address", "address1", "address2", "addr", "town",
                        ]
                        .contains(&token.as_str())
                    });
                is_like
                    && !is_delivery(feature)
                    && !["カナ", "かな", "email", "mail", "メール", "ip", "id"]
                        .iter()
                        .any(|part| {
                            heading.contains(part) && *part != "ip"
                                || feature.tokens.iter().any(|token| token == part)
                        })
            })
            .map(|(column, _)| column)
            .collect();
        if let (Some(family), Some(given)) = (family, given) {
            let is_latin = self.features[family].texts().all(str::is_ascii);
            let order = if is_latin && self.features[family].compact.is_ascii() {
                vec![given, family]
            } else {
                vec![family, given]
            };
            self.take("name", order, 10.0);
        }
        if let (Some(family), Some(given)) = kana {
            self.take("name_kana", vec![family, given], 10.0);
        }
        let address: Vec<usize> = address
            .into_iter()
            .filter(|column| !self.taken[*column])
            .collect();
        if !address.is_empty() {
            self.take("address", address, 8.0);
        }
    }

    fn by_heading(&mut self, clues: &'static [Clue]) {
        let mut candidates: Vec<(f64, usize, &'static Clue)> = Vec::new();
        for clue in clues {
            for (column, score) in scored(clue, self.features) {
                let feature = &self.features[column];
                let bonus = if ORDERER.iter().any(|part| feature.compact.contains(part)) {
                    0.5
                } else {
                    0.0
                };
                if self.shape.lets_in(clue.target, column, feature) || self.fills != Fills::Orders {
                    candidates.push((score + bonus, column, clue));
                }
            }
        }
        candidates.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        for (score, column, clue) in candidates {
            if self.taken[column] || self.found.columns.contains_key(clue.target) {
                continue;
            }
            if self.is_all_digits_status(clue, column) {
                self.found.undecided.push((clue.target, column));
            } else if !self.is_known(clue, column) {
                continue;
            } else if score >= SURE {
                self.take(clue.target, vec![column], score * clue.tells);
            } else {
                self.found.undecided.push((clue.target, column));
            }
        }
        let found = &self.found.columns;
        let taken = &self.taken;
        self.found
            .undecided
            .retain(|(target, column)| !found.contains_key(target) && !taken[*column]);
    }

    /// Returns whether the words of a column are such that koe has words for them.
    fn is_known(&self, clue: &Clue, column: usize) -> bool {
        let set = match (self.fills, clue.target) {
            (Fills::Contacts, "state") => contacts::STATE.unit,
            (Fills::Contacts, "channel") => contacts::CHANNEL.unit,
            (Fills::Consents, "purpose") => crate::schema::consents::PURPOSE.unit,
            (Fills::Posts, "kind") => crate::schema::posts::KIND.unit,
            _ => return true,
        };
        let words = self.features[column].words(20).unwrap_or_default();
        !words.is_empty()
            && words
                .iter()
                .all(|word| words::of_set(clue.target, set, word).is_some())
    }

    /// Codes of a status say nothing to those who do not know them.
    fn is_all_digits_status(&self, clue: &Clue, column: usize) -> bool {
        self.fills == Fills::Orders
            && clue.target == "status"
            && self.features[column]
                .texts()
                .all(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Takes columns whose headings say nothing by what their values are.
    fn by_value(&mut self, clues: &'static [Clue]) {
        let wanted: &[(&str, fn(&Feature) -> bool)] = match self.fills {
            Fills::Customers => &[
                ("email", |feature| feature.is_email),
                ("phone", |feature| feature.is_phone),
                ("postal_code", |feature| feature.is_postal),
                ("customer_id", |feature| {
                    feature.is_id
                        && feature.has_digits
                        && feature.is_unique()
                        && !feature.is_email
                        && !feature.is_phone
                        && !feature.is_postal
                }),
            ],
            Fills::Orders => &[
                ("email", |feature| feature.is_email),
                ("ordered_at", |feature| feature.is_date),
                ("order_id", |feature| {
                    feature.is_id && feature.has_digits && feature.is_unique() && !feature.is_phone
                }),
                ("total", |feature| {
                    feature.is_money && feature.distinct > 1 && !feature.is_phone
                }),
                ("customer_id", |feature| {
                    feature.is_bare_id()
                        && !feature.is_unique()
                        && feature.distinct > 1
                        && !feature.is_phone
                        && !feature.is_postal
                        && !feature.has_cents()
                }),
            ],
            Fills::Posts => &[
                ("posted_at", |feature| feature.is_date),
                ("text", |feature| {
                    feature.is_text && feature.mean_letters >= 15.0
                }),
                ("post_id", |feature| {
                    feature.is_id
                        && feature.has_digits
                        && feature.is_unique()
                        && feature.mean_letters >= 3.0
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
            if self.found.columns.contains_key(target) {
                continue;
            }
            let fitting: Vec<usize> = (0..self.features.len())
                .filter(|column| {
                    let feature = &self.features[*column];
                    !self.taken[*column]
                        && fits(feature)
                        && self.shape.lets_in(target, *column, feature)
                        && !clue
                            .avoid
                            .iter()
                            .any(|part| feature.compact.contains(part) && !part.is_ascii())
                        && !self.is_spoken_for(clues, *column)
                })
                .collect();
            match fitting.as_slice() {
                [column] => {
                    self.take(clue.target, vec![*column], 4.0 * clue.tells);
                    self.found.guessed.push(clue.target);
                }
                several => {
                    let open = several.iter().map(|column| (clue.target, *column));
                    self.found.undecided.extend(open);
                }
            }
        }
        let taken = &self.taken;
        self.found.undecided.retain(|(_, column)| !taken[*column]);
    }

    /// Returns whether a heading says what the column is, though another has its place.
    fn is_spoken_for(&self, clues: &[Clue], column: usize) -> bool {
        clues
            .iter()
            .any(|clue| clue.heading_score(&self.features[column]) >= 7.0)
    }

    /// Adds columns that belong with others: the time of day, fees, a title above the text.
    fn together(&mut self, clues: &'static [Clue]) {
        for target in ["ordered_at", "posted_at", "at"] {
            let Some(columns) = self.found.columns.get(target).cloned() else {
                continue;
            };
            let time = (0..self.features.len())
                .find(|column| !self.taken[*column] && self.features[*column].is_time);
            let day = &self.features[columns[0]];
            let is_bare = !day.has_time
                || day.texts().all(|text| {
                    text.ends_with(" 0:00")
                        || text.ends_with(" 00:00")
                        || text.ends_with(" 00:00:00")
                });
            if let (Some(time), [day], true) = (time, columns.as_slice(), is_bare)
                && let Some(clue) = clues.iter().find(|clue| clue.target == target)
            {
                self.found.columns.insert(clue.target, vec![*day, time]);
                self.taken[time] = true;
            }
        }
        for target in ["shipping", "discount"] {
            let Some(clue) = clues.iter().find(|clue| clue.target == target) else {
                continue;
            };
            let Some(mut columns) = self.found.columns.get(target).cloned() else {
                continue;
            };
            for (column, score) in scored(clue, self.features) {
                let feature = &self.features[column];
                if !self.taken[column]
                    && score >= 7.0
                    && self.shape.lets_in(target, column, feature)
                {
                    self.taken[column] = true;
                    columns.push(column);
                }
            }
            columns.sort_unstable();
            self.found.columns.insert(clue.target, columns);
        }
        if self.fills == Fills::Posts
            && let Some(title) = self.found.columns.remove("title")
        {
            match self.found.columns.get_mut("text") {
                Some(text) => text.insert(0, title[0]),
                None => {
                    self.found.columns.insert("text", title);
                }
            }
        }
    }

    /// Finds the columns that answer a purpose with yes or no.
    fn consents(&mut self) {
        if !matches!(self.fills, Fills::Customers | Fills::Consents) {
            return;
        }
        let status = self.found.columns.get("status").cloned();
        for column in 0..self.features.len() {
            let feature = &self.features[column];
            let is_free =
                !self.taken[column] || status.as_ref().is_some_and(|status| status[0] == column);
            if let (true, true, Some(purpose)) = (
                is_free,
                feature.is_consent(),
                words::purpose(&feature.heading),
            ) && !self
                .found
                .consents
                .iter()
                .any(|(other, _)| *other == purpose)
            {
                self.found.consents.push((purpose, column));
            }
        }
        if self.fills == Fills::Consents {
            // A sole answer is a status; several are a column per purpose.
            if self.found.consents.len() > 1
                || (status.is_none() && !self.found.consents.is_empty())
            {
                self.found.columns.remove("status");
                self.found.columns.remove("purpose");
            } else {
                self.found.consents.clear();
            }
        }
        for (_, column) in &self.found.consents {
            self.taken[*column] = true;
        }
        self.found.score += 10.0 * self.found.consents.len() as f64;
    }

    fn finish(mut self) -> Option<Assigned> {
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
                let key = ["customer_id", "email"]
                    .iter()
                    .find_map(|name| self.found.columns.get(name));
                // A customer stands on a single row.
                if key.is_some_and(|columns| {
                    let feature = &self.features[columns[0]];
                    !feature.is_empty() && feature.distinct * 10 < feature.values.len() * 9
                }) {
                    self.found.score *= 0.4;
                }
            }
            Fills::Orders => {
                if !has(&self.found, &["ordered_at"])
                    || !has(&self.found, &["total", "goods", "amount", "unit_price"])
                {
                    return None;
                }
                // Amounts of an order that differ from row to row, or customers that are only guessed, tell little.
                let is_named =
                    |name: &&str| has(&self.found, &[name]) && !self.found.guessed.contains(name);
                if ["order_id", "product_name", "quantity"]
                    .iter()
                    .any(|name| is_named(name))
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
            }
            Fills::Posts => {
                if !has(&self.found, &["posted_at"]) || !has(&self.found, &["text", "rating"]) {
                    return None;
                }
            }
            Fills::Campaigns => {
                if !has(&self.found, &["campaign"])
                    || !has(&self.found, &["started_on", "ended_on"])
                {
                    return None;
                }
            }
            _ => {}
        }
        Some(self.found)
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
        let amounts = |name: &str| -> Option<HashMap<usize, i64>> {
            let mut sums: HashMap<usize, i64> = HashMap::new();
            for column in self.found.columns.get(name).into_iter().flatten() {
                for (row, text) in &self.features[*column].values {
                    *sums.entry(*row).or_default() += money::minor_units(text, currency).ok()??;
                }
            }
            Some(sums)
        };
        let [goods, total, tax] = [amounts("goods")?, amounts("total")?, amounts("tax")?];
        let [shipping, discount] = [amounts("shipping")?, amounts("discount")?];
        let own = |map: &HashMap<usize, i64>, row: &usize| map.get(row).copied().unwrap_or(0);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clue_leads_to_a_column_of_its_table() {
        for (fills, clues) in [
            (Fills::Customers, CUSTOMERS),
            (Fills::Orders, ORDERS),
            (Fills::Posts, POSTS),
            (Fills::Consents, CONSENTS),
            (Fills::Contacts, CONTACTS),
            (Fills::Campaigns, CAMPAIGNS),
        ] {
            for clue in clues {
                let is_own = fills.names().contains(&clue.target)
                    || ["title", "email"].contains(&clue.target);
                assert!(is_own, "{}", clue.target);
                assert!(!clue.names.is_empty());
            }
        }
    }
}
