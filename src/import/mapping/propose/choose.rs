//! Which column of the file goes to which column of a table.

use std::collections::BTreeMap;

use super::clues::{self, BY_NAME, Clue};
use super::feature::Feature;
use super::shape::{SURE, Shape, scored};
use crate::import::mapping::targets::Fills;
use crate::import::mapping::words;
use crate::import::order::PLACED;
use crate::import::refusals;
use crate::schema::contacts;

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

/// Columns of which a wrong one does harm: where two headings are as like, none is taken.
const ONE_OF_A_KIND: &[&str] = &["total", "rating", "customer_id"];
/// Least score of a heading whose values are stars already.
const LEAST_RATING: f64 = 4.0;

/// The columns of one table, found in a file.
#[derive(Debug)]
pub(super) struct Assigned {
    pub fills: Fills,
    pub columns: BTreeMap<&'static str, Vec<usize>>,
    pub consents: Vec<(&'static str, usize)>,
    /// Purposes and columns under which yes may agree to them, or to something else.
    pub unsure: Vec<(&'static str, usize)>,
    pub guessed: Vec<&'static str>,
    pub undecided: Vec<(&'static str, usize)>,
    pub tax_added: bool,
    pub score: f64,
}

/// Lays the columns of a table over those of a file; `None` when what it needs is not there.
pub(super) fn assign(fills: Fills, features: &[Feature], shape: &Shape) -> Option<Assigned> {
    let clues = clues::of(fills);
    if clues.is_empty() {
        return None;
    }
    let mut work = Work {
        fills,
        features,
        shape,
        taken: vec![false; features.len()],
        found: Assigned {
            fills,
            columns: BTreeMap::new(),
            consents: Vec::new(),
            unsure: Vec::new(),
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
    work.answers();
    work.by_value(clues);
    work.costs();
    work.together(clues);
    work.consents();
    work.finish()
}

pub(super) struct Work<'f> {
    pub fills: Fills,
    pub features: &'f [Feature],
    pub shape: &'f Shape,
    pub taken: Vec<bool>,
    pub found: Assigned,
}

impl Work<'_> {
    pub(super) fn take(&mut self, target: &'static str, columns: Vec<usize>, score: f64) {
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
                if self.shape.lets_in(clue.target.as_str(), column, feature)
                    || self.fills != Fills::Orders
                {
                    candidates.push((score + bonus, column, clue));
                }
            }
        }
        // Of headings that are as like, the column that has more to say.
        let filled = |column: usize| self.features[column].values.len();
        candidates.sort_by(|left, right| {
            let by_score = right.0.total_cmp(&left.0);
            let by_filled = || filled(right.1).cmp(&filled(left.1));
            by_score.then_with(by_filled).then(left.1.cmp(&right.1))
        });
        let mut open: Vec<&str> = Vec::new();
        for (place, (score, column, clue)) in candidates.iter().enumerate() {
            let (column, target) = (*column, clue.target.as_str());
            let is_taken = self.taken[column] || self.found.columns.contains_key(target);
            if is_taken || self.is_refusal(target, column) {
                continue;
            }
            let alike = candidates[place + 1..]
                .iter()
                .take_while(|(other, ..)| score - other < 0.01)
                .any(|(_, other, clue)| {
                    clue.target.as_str() == target && self.differ(column, *other)
                });
            if ONE_OF_A_KIND.contains(&target) && *score < 9.0 && alike {
                open.push(target);
            }
            let least = if target == "rating" {
                LEAST_RATING
            } else {
                SURE
            };
            if self.is_all_digits_status(clue, column) || open.contains(&target) {
                self.found.undecided.push((target, column));
            } else if !self.is_known(clue, column) {
                continue;
            } else if *score >= least {
                self.take(target, vec![column], score * clue.tells);
            } else {
                self.found.undecided.push((target, column));
            }
        }
        let found = &self.found.columns;
        let taken = &self.taken;
        self.found
            .undecided
            .retain(|(target, column)| !found.contains_key(target) && !taken[*column]);
    }

    /// Returns whether two columns that are not taken say different things.
    fn differ(&self, column: usize, other: usize) -> bool {
        column != other
            && !self.taken[other]
            && self.features[column].values != self.features[other].values
    }

    /// Returns whether the words of a column are such that koe has words for them.
    fn is_known(&self, clue: &Clue, column: usize) -> bool {
        let feature = &self.features[column];
        let is_among = |test: fn(&str) -> bool| feature.texts().any(test);
        match (self.fills, clue.target.as_str()) {
            // What became of the payment or the parcel says whether the order stands, if anything in it does.
            (Fills::Orders, "status") if clue.heading_score(feature) < BY_NAME => {
                return is_among(|word| words::order_status(word) != PLACED);
            }
            // The state of an order is not that of an address.
            (_, "prefecture") => {
                return !is_among(|word| words::order_status(word) != PLACED);
            }
            (Fills::Customers, "gender") => {
                return is_among(|word| words::gender(word).is_some());
            }
            _ => {}
        }
        let set = match (self.fills, clue.target.as_str()) {
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
                .all(|word| words::of_set(clue.target.as_str(), set, word).is_some())
    }

    /// Codes of a status say nothing to those who do not know them.
    fn is_all_digits_status(&self, clue: &Clue, column: usize) -> bool {
        self.fills == Fills::Orders
            && clue.target.as_str() == "status"
            && self.features[column]
                .texts()
                .all(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Adds columns that belong with others: the time of day, fees, a title above the text.
    fn together(&mut self, clues: &'static [Clue]) {
        for target in ["ordered_at", "posted_at", "at"] {
            let Some(columns) = self.found.columns.get(target).cloned() else {
                continue;
            };
            let time = (0..self.features.len())
                .find(|column| !self.taken[*column] && is_time_of_day(&self.features[*column]));
            let day = &self.features[columns[0]];
            let is_bare = !day.has_time
                || day.texts().all(|text| {
                    text.ends_with(" 0:00")
                        || text.ends_with(" 00:00")
                        || text.ends_with(" 00:00:00")
                });
            if let (Some(time), [day], true) = (time, columns.as_slice(), is_bare)
                && let Some(clue) = clues.iter().find(|clue| clue.target.as_str() == target)
            {
                self.found
                    .columns
                    .insert(clue.target.as_str(), vec![*day, time]);
                self.taken[time] = true;
            }
        }
        for target in ["shipping", "discount"] {
            let Some(clue) = clues.iter().find(|clue| clue.target.as_str() == target) else {
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
            self.found.columns.insert(clue.target.as_str(), columns);
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

    /// Whether a column of what somebody refuses would be read as one of what they agree to, or since when.
    pub(super) fn is_refusal(&self, target: &str, column: usize) -> bool {
        matches!(self.fills, Fills::Customers | Fills::Consents)
            && ["status", "effective_at"].contains(&target)
            && refusals::is_of_refusals(&self.features[column].heading)
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
            if is_free && feature.is_consent() {
                self.answer(column);
            }
        }
        let mut columns: Vec<usize> = self.found.consents.iter().map(|(_, one)| *one).collect();
        columns.sort_unstable();
        columns.dedup();
        if self.fills == Fills::Consents {
            // A sole answer is a status; several are a column per purpose.
            if columns.len() > 1 || (status.is_none() && !columns.is_empty()) {
                self.found.columns.remove("status");
                self.found.columns.remove("purpose");
            } else {
                self.found.consents.clear();
                columns.clear();
            }
        }
        for column in &columns {
            self.taken[*column] = true;
        }
        self.found.score += 10.0 * columns.len() as f64;
    }

    /// Takes a column of yes and no for the answer to what its heading names: to all of it where yes refuses, as import hears
    /// what is left; to nothing where more is said than that somebody agrees.
    fn answer(&mut self, column: usize) {
        let heading = &self.features[column].heading;
        let is_answered = |purpose: &&str| {
            self.found
                .consents
                .iter()
                .any(|(other, _)| other == purpose)
        };
        if refusals::is_of_refusals(heading) {
            let named = refusals::named(heading);
            if !named.iter().any(is_answered) {
                let answers = named.into_iter().map(|purpose| (purpose, column));
                self.found.consents.extend(answers);
            }
            return;
        }
        let Some(purpose) = words::purpose(heading).filter(|purpose| !is_answered(purpose)) else {
            return;
        };
        // That somebody has a telephone, or is registered with an app, agrees to nothing.
        let words = self.features[column].words(8).unwrap_or_default();
        let is_of_being =
            |word: &&str| ["有", "無", "あり", "なし", "登録済", "登録済み"].contains(&word.trim());
        let is_of_agreement = refusals::is_of_agreement(heading) && !words.iter().any(is_of_being);
        match is_of_agreement {
            true => self.found.consents.push((purpose, column)),
            false => self.found.unsure.push((purpose, column)),
        }
    }
}

/// Returns whether a column has the time at which something began, not how long it took.
fn is_time_of_day(feature: &Feature) -> bool {
    let others = [
        "通話",
        "所要",
        "滞在",
        "経過",
        "利用時間",
        "対応時間",
        "待",
        "回答時間",
        "実働",
        "休憩",
        "終了",
        "退",
        "予定",
        "希望",
        "届",
        "配送",
        "受取",
    ];
    let others_latin = [
        "duration", "elapsed", "end", "ended", "closed", "out", "wait", "delivery", "pickup",
    ];
    feature.is_time
        && !others.iter().any(|part| feature.compact.contains(part))
        && !feature
            .tokens
            .iter()
            .any(|token| others_latin.contains(&token.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clue_leads_to_a_column_of_its_table() {
        for fills in Fills::ALL {
            let clues = clues::of(*fills);
            for clue in clues {
                let is_own = fills.names().contains(&clue.target.as_str())
                    || ["title", "email"].contains(&clue.target.as_str());
                assert!(is_own, "{}", clue.target.as_str());
                assert!(!clue.names.is_empty());
            }
        }
    }
}
