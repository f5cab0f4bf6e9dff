//! A section for a file nobody knows, made from its headings and values.
//!
//! Every table koe can fill is tried: each column of the file goes to the column of koe whose usual headings it is most
//! like and whose values it has, and the table that explains most of the file wins. What values alone suggest is used
//! and marked; what could be meant in two ways is left out and listed.

mod answers;
mod by_value;
mod choose;
mod clues;
mod costs;
mod feature;
mod fixed;
mod heading;
mod judge;
mod parts;
mod render;
mod shape;
mod source;

use std::collections::{BTreeMap, HashMap, HashSet};

use self::choose::Assigned;
use self::feature::{Feature, order_of, possible};
use self::shape::Shape;
use super::targets::Fills;
use super::{DayOrder, Mapping, Names, words};
use crate::import::head::{Head, fold};
use crate::import::records::first_rows;
use crate::import::refusals;
use crate::import::totals::is_totals;
use crate::import::values::widths::cell;
use crate::schema::{consents, contacts, customers, orders, posts};

/// Rows looked at.
const MOST_ROWS: usize = 2_000;
/// Columns looked at; no table of a shop has as many.
const MOST_COLUMNS: usize = 1_000;
/// Rows among which the headings are looked for; as many as a reader looks at.
const MOST_PREAMBLE: usize = 10;

/// A section, and what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The section.
    pub mapping: Mapping,
    /// Columns that were chosen by their values, not by their headings.
    guessed: Vec<String>,
    /// Columns that a heading could stand for, and the heading.
    undecided: Vec<(String, String)>,
    /// Purposes, and headings under which yes may agree to them, or to something else.
    unsure: Vec<(String, String)>,
    /// Headings that stay in `extra`.
    rest: Vec<String>,
    /// Orders of day and month, where the values do not tell.
    date_orders: Vec<DayOrder>,
    /// Whether the currency is a guess.
    is_currency_guessed: bool,
}

/// Proposes a section for a file that begins with `sample`; `None` when it is no table koe could use.
pub fn propose(sample: &str) -> Option<Proposal> {
    let table = Sampled::of(sample)?;
    let shape = Shape::of(&table.features, table.row_count);
    let best = Fills::ALL
        .iter()
        .filter_map(|fills| choose::assign(*fills, &table.features, &shape))
        .max_by(|left, right| left.score.total_cmp(&right.score))?;
    Some(table.proposal(best))
}

/// The part of a file that is looked at.
struct Sampled {
    features: Vec<Feature>,
    row_count: usize,
    is_japanese: bool,
}

impl Sampled {
    fn of(sample: &str) -> Option<Self> {
        // What a reader takes for something else is no table, whatever stands between its cells.
        let Head::Table { delimiter, .. } = Head::of(sample) else {
            return None;
        };
        let mut rows = first_rows(sample, delimiter, MOST_ROWS);
        let filled = |row: &Vec<String>| row.iter().filter(|text| cell(text).is_some()).count();
        let widest = rows.iter().take(30).map(filled).max().unwrap_or(0);
        let place = rows
            .iter()
            .take(MOST_PREAMBLE)
            .position(|row| filled(row) >= 2 && filled(row) * 10 >= widest * 7)?;
        let headings = rows.remove(place);
        let mut rows = rows.split_off(place);
        rows.retain(|row| {
            let is_note = filled(row) == 1 && widest > 3;
            filled(row) > 0 && !is_note && !is_totals(row.iter().map(String::as_str))
        });
        // The sample may end within a row.
        if rows.len() > 1 && rows.last().is_some_and(|row| row.len() < headings.len()) {
            rows.pop();
        }
        let mut seen = HashSet::new();
        let features: Vec<Feature> = headings
            .iter()
            .take(MOST_COLUMNS)
            .enumerate()
            .filter(|(_, heading)| seen.insert(fold(heading)) && cell(heading).is_some())
            .map(|(column, heading)| {
                let cells = rows
                    .iter()
                    .enumerate()
                    .filter_map(|(row, cells)| Some((row, cells.get(column)?.clone())));
                Feature::of(heading, cells)
            })
            .collect();
        let is_value = |heading: &String| {
            heading
                .chars()
                .all(|letter| letter.is_numeric() || "-/.:¥$, ".contains(letter))
        };
        let numbers = headings.iter().filter(|heading| is_value(heading)).count();
        if numbers * 2 > headings.len() {
            return None;
        }
        Some(Self {
            features,
            row_count: rows.len(),
            is_japanese: !headings.concat().is_ascii(),
        })
    }

    fn proposal(&self, best: Assigned) -> Proposal {
        let heading = |column: &usize| self.features[*column].heading.clone();
        let columns: BTreeMap<String, Names> = best
            .columns
            .iter()
            .map(|(target, columns)| {
                let names = match columns.as_slice() {
                    [column] => Names::One(heading(column)),
                    columns => Names::Several(columns.iter().map(heading).collect()),
                };
                ((*target).to_owned(), names)
            })
            .collect();
        let used = |column: usize| {
            best.columns.values().flatten().any(|used| *used == column)
                || best.consents.iter().any(|(_, used)| *used == column)
        };
        let (date_order, date_orders) = self.date_order(&best);
        let (currency, is_currency_guessed) = self.currency(&best);
        let mut proposal = Proposal {
            guessed: best.guessed.iter().map(|name| (*name).to_owned()).collect(),
            undecided: best
                .undecided
                .iter()
                .map(|(target, column)| ((*target).to_owned(), heading(column)))
                .collect(),
            unsure: best
                .unsure
                .iter()
                .filter(|(_, column)| !used(*column))
                .map(|(purpose, column)| ((*purpose).to_owned(), heading(column)))
                .collect(),
            rest: (0..self.features.len())
                .filter(|column| !used(*column))
                .map(|column| heading(&column))
                .collect(),
            date_orders,
            is_currency_guessed,
            mapping: Mapping {
                table: best.fills,
                source: None,
                headings: Vec::new(),
                ignored: Vec::new(),
                date_order,
                currency,
                time_zone: None,
                tax_added: best.tax_added,
                customers: None,
                columns,
                fixed: BTreeMap::new(),
                consents: best
                    .consents
                    .iter()
                    .map(|(purpose, column)| ((*purpose).to_owned(), heading(column)))
                    .collect(),
                words: BTreeMap::new(),
            },
        };
        self.words(&best, &mut proposal);
        let (fixed, open) = fixed::of(&best, &self.features, &proposal.mapping);
        proposal.mapping.fixed = fixed;
        proposal.guessed.extend(open.map(str::to_owned));
        proposal
    }

    fn date_order(&self, best: &Assigned) -> (Option<DayOrder>, Vec<DayOrder>) {
        let mut open = Vec::new();
        for column in best.columns.values().flatten() {
            let feature = &self.features[*column];
            if !feature.is_date {
                continue;
            }
            let texts: Vec<String> = feature.texts().map(str::to_owned).collect();
            match order_of(&texts, self.is_japanese) {
                Ok(Some(order)) => return (Some(order), Vec::new()),
                Ok(None) => {}
                Err(orders) => open.push((texts, orders)),
            }
        }
        let all: Vec<String> = open.iter().flat_map(|(texts, _)| texts.clone()).collect();
        let left = if all.is_empty() {
            Vec::new()
        } else {
            possible(&all)
        };
        (None, left)
    }

    fn currency(&self, best: &Assigned) -> (Option<String>, bool) {
        if best.columns.contains_key("currency") {
            return (None, false);
        }
        // The costs of goods have decimals that no price in yen has.
        let names: &[&'static str] = match best.fills {
            Fills::Orders => &["total", "goods", "amount", "unit_price"],
            _ => &["cost"],
        };
        let amounts: Vec<&Feature> = names
            .iter()
            .filter_map(|name| best.columns.get(name))
            .flatten()
            .map(|column| &self.features[*column])
            .collect();
        match amounts.iter().find_map(|feature| feature.currency()) {
            Some(currency) => (Some(currency.to_owned()), false),
            // No yen have cents, and a comma before them is written on the continent.
            None if amounts.iter().any(|feature| feature.has_decimal_comma()) => {
                (Some("EUR".to_owned()), true)
            }
            None if amounts.iter().any(|feature| feature.has_cents()) => {
                (Some("USD".to_owned()), true)
            }
            None => (None, false),
        }
    }

    fn words(&self, best: &Assigned, proposal: &mut Proposal) {
        let sets: &[(&str, &'static str)] = match best.fills {
            Fills::Orders => &[("status", orders::STATUS.unit)],
            Fills::Customers => &[("gender", customers::GENDER.unit)],
            Fills::Consents => &[
                ("purpose", consents::PURPOSE.unit),
                ("status", consents::STATUS.unit),
            ],
            Fills::Contacts => &[
                ("channel", contacts::CHANNEL.unit),
                ("state", contacts::STATE.unit),
            ],
            Fills::Posts => &[("kind", posts::KIND.unit)],
            _ => &[],
        };
        for (name, set) in sets {
            let Some(columns) = best.columns.get(name) else {
                continue;
            };
            let known: BTreeMap<String, String> = self.features[columns[0]]
                .words(20)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|word| {
                    let meant = words::of_set(name, set, word)?;
                    (meant != word).then(|| (word.to_owned(), meant.to_owned()))
                })
                .collect();
            if !known.is_empty() {
                proposal.mapping.words.insert((*name).to_owned(), known);
            }
        }
        let answers: BTreeMap<String, String> = best
            .consents
            .iter()
            // Under such a heading yes refuses, without a word about it.
            .filter(|(_, column)| !refusals::is_of_refusals(&self.features[*column].heading))
            .flat_map(|(_, column)| self.features[*column].words(8).unwrap_or_default())
            .filter_map(|word| Some((word.to_owned(), words::consent(word)?.to_owned())))
            .collect();
        if !answers.is_empty() {
            proposal
                .mapping
                .words
                .insert("consents".to_owned(), answers);
        }
    }
}

impl Proposal {
    /// Returns whether it lists customers without a word on what they agree to.
    pub fn lists_customers(&self) -> bool {
        self.mapping.lists_customers()
    }

    /// Returns a name for the layout of a file: what of the file's name serves, without date and number.
    pub fn name(&self, file_stem: &str) -> String {
        let plain: String = fold(file_stem)
            .chars()
            .map(|letter| {
                if letter.is_ascii_lowercase() {
                    letter
                } else {
                    '_'
                }
            })
            .collect();
        let parts: Vec<&str> = plain.split('_').filter(|part| part.len() > 1).collect();
        let table = self.mapping.table.table().name;
        let name = if parts.is_empty() {
            format!("my_{table}")
        } else {
            parts.join("_")
        };
        if self.mapping.check(&name).is_ok() {
            name
        } else {
            format!("my_{name}")
        }
    }
}

/// Values of a column by row.
fn by_row(feature: &Feature) -> HashMap<usize, &str> {
    feature
        .values
        .iter()
        .map(|(row, text)| (*row, text.as_str()))
        .collect()
}
