//! What every agreement is worth: the model's numbers, and the weight of a pair.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::dictionary::Dictionary;
use super::features::{Features, Row, SplitFamily};
use super::field::{FIXED, Kind, Level, Pattern, address, birth, email, name, phone};

/// The fitted model.
///
/// For a pair with agreement levels γ the odds of being one person are
///
/// ```text
///   P(match | γ)      λ_m Π m_f(γ_f)
///   ------------  =  --------------------------------------
///   P(other | γ)      λ_s Π u_f(γ_f)  +  λ_h Π h_f(γ_f)
/// ```
///
/// with three classes of pairs: one person (m), strangers (u), and two people of one household (h), who share name and
/// address without being one. Values that many records have count less (term frequencies). After Fellegi and Sunter, A
/// Theory for Record Linkage, JASA 64 (1969).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Records the model was fitted on.
    pub records: u64,
    /// Share of all pairs that are one person.
    pub match_share: f64,
    /// Share of all pairs that are two people of one household.
    pub household_share: f64,
    /// The fields in their order.
    pub fields: Vec<FieldWeights>,
    /// Names of the identifiers among the fields.
    pub identifiers: Vec<String>,
    /// How often frequent values come.
    pub terms: Terms,
    /// Family names by which names without a space are cut.
    pub families: Vec<SplitFamily>,
    /// Given names that stand for each other.
    #[serde(default)]
    pub aliases: Vec<[String; 2]>,
    /// How big blocks may be; it goes by the records at hand, and not into a file of weights.
    #[serde(skip)]
    pub caps: BlockCaps,
}

/// How many records the blocks of each rule may have, as the records afforded it when they were last counted.
///
/// Kept until there are twice or half as many records: so what pairs are compared does not change with every new one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockCaps {
    /// Records there were.
    pub records: u64,
    /// The most that any block could have.
    pub most: u64,
    /// Records of a block at most, per rule.
    pub caps: Vec<u32>,
}

impl BlockCaps {
    /// Returns the caps, where they still hold for so many records.
    pub fn of(&self, records: usize, rules: usize, most: usize) -> Option<&[u32]> {
        let records = records as u64;
        let is_alike = records <= self.records * 2 && records >= self.records / 2;
        (is_alike && self.caps.len() == rules && self.most == most as u64).then_some(&self.caps[..])
    }
}

/// The numbers of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldWeights {
    /// Key of the field.
    pub field: String,
    /// Levels, the best first.
    pub levels: Vec<LevelWeights>,
}

/// The numbers of one level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelWeights {
    /// Share of the pairs of one person that agree so.
    pub m: f64,
    /// Share of the pairs of strangers.
    pub u: f64,
    /// Share of the pairs of one household; that of strangers where a household tells nothing.
    pub h: f64,
}

/// Returns the levels of every field of a model.
pub fn levels_of(fields: &[FieldWeights]) -> impl Iterator<Item = &'static [Level]> {
    let kinds = FIXED.into_iter().chain(std::iter::repeat(Kind::Identifier));
    kinds.map(Kind::levels).take(fields.len())
}

impl Weights {
    /// Whether all fields and levels are there, as this version of koe knows them, with numbers that can be.
    pub fn is_whole(&self) -> bool {
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        let is_field = |(field, levels): (&FieldWeights, &'static [Level])| {
            let numbers = field.levels.iter();
            field.levels.len() == levels.len()
                && numbers
                    .flat_map(|level| [level.m, level.u, level.h])
                    .all(is_share)
        };
        self.fields.len() == FIXED.len() + self.identifiers.len()
            && self
                .fields
                .iter()
                .zip(levels_of(&self.fields))
                .all(is_field)
            && is_share(self.match_share)
            && is_share(self.household_share)
            && self.match_share + self.household_share < 1.0
    }
}

impl LevelWeights {
    fn weight(self) -> f64 {
        (self.m / self.u).log2()
    }

    fn household(self) -> f64 {
        (self.h / self.u).log2()
    }
}

/// Columns whose values have frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Family names.
    Family,
    /// Given names.
    Given,
    /// Readings of family names.
    FamilyReading,
    /// Readings of given names.
    GivenReading,
    /// Dates of birth.
    Birth,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Postal codes.
    Postal,
    /// Towns.
    Town,
}

impl Term {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Family,
        Self::Given,
        Self::FamilyReading,
        Self::GivenReading,
        Self::Birth,
        Self::Email,
        Self::Phone,
        Self::Postal,
        Self::Town,
    ];

    /// Returns the key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Given => "given",
            Self::FamilyReading => "family_reading",
            Self::GivenReading => "given_reading",
            Self::Birth => "birth",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Postal => "postal",
            Self::Town => "town",
        }
    }

    /// Returns a record's value of the column.
    pub(super) fn value(self, row: &Row) -> u32 {
        match self {
            Self::Family => row.family,
            Self::Given => row.given,
            Self::FamilyReading => row.family_reading,
            Self::GivenReading => row.given_reading,
            Self::Birth => row.birth,
            Self::Email => row.email,
            Self::Phone => row.phone,
            Self::Postal => row.postal,
            Self::Town => row.town,
        }
    }

    /// Returns the texts of the column's values; none where the values are numbers themselves.
    fn dictionary(self, features: &Features) -> Option<&Dictionary> {
        match self {
            Self::Family | Self::Given => Some(&features.names),
            Self::FamilyReading | Self::GivenReading => Some(&features.readings),
            Self::Birth => None,
            Self::Email => Some(&features.emails),
            Self::Phone => Some(&features.phones),
            Self::Postal => Some(&features.postals),
            Self::Town => Some(&features.towns),
        }
    }

    /// Whether a value that more records have than a person usually has records is no sign of a person.
    fn is_of_one(self) -> bool {
        matches!(self, Self::Email | Self::Phone)
    }
}

/// How often values come.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Terms(pub(in crate::join) Vec<TermCounts>);

/// How often the values of one column come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermCounts {
    /// The column.
    pub column: Term,
    /// Records that have a value.
    pub filled: u64,
    /// Sum of the squares of all values' shares: how likely two strangers share one.
    pub shared: f64,
    /// Hash and number of records of the values that [`FEWEST`] records have at least.
    pub counts: Vec<(u64, u32)>,
}

/// Values of fewer records are not counted.
pub(super) const FEWEST: u32 = 3;
/// Records that are taken to have a value that was not counted.
const SELDOM: f64 = 2.0;
/// Records a person has of a shop and its web shop; a number shared by more is weaker evidence.
const RECORDS_OF_ONE: f64 = 2.0;

fn hash_of(dictionary: Option<&Dictionary>, number: u32) -> u64 {
    match dictionary {
        Some(dictionary) => xxh3_64(dictionary.get(number).as_bytes()),
        None => u64::from(number),
    }
}

impl Terms {
    /// Counts the values of all columns.
    pub fn count(features: &Features) -> Self {
        let column = |column: Term| {
            let dictionary = column.dictionary(features);
            let mut numbers: Vec<u32> = features.rows.iter().map(|row| column.value(row)).collect();
            numbers.retain(|number| *number != 0);
            numbers.sort_unstable();
            let filled = numbers.len() as u64;
            let same = numbers.chunk_by(|left, right| left == right);
            let counts: Vec<(u32, u32)> = same.map(|same| (same[0], same.len() as u32)).collect();
            let squares: u128 = counts
                .iter()
                .map(|(_, count)| u128::from(*count).pow(2))
                .sum();
            let mut frequent: Vec<(u64, u32)> = counts
                .into_iter()
                .filter(|(_, count)| *count >= FEWEST)
                .map(|(number, count)| (hash_of(dictionary, number), count))
                .collect();
            frequent.sort_unstable();
            TermCounts {
                column,
                filled,
                shared: squares as f64 / (filled.max(1) as f64).powi(2),
                counts: frequent,
            }
        };
        Self(Term::ALL.into_par_iter().map(column).collect())
    }

    /// Returns the hashes of the values that records have, by column.
    pub fn values(features: &Features) -> Vec<(Term, BTreeSet<u64>)> {
        let column = |column: Term| {
            let dictionary = column.dictionary(features);
            let numbers = features.rows.iter().map(|row| column.value(row));
            let hashes: BTreeSet<u64> = numbers
                .filter(|number| *number != 0)
                .map(|number| hash_of(dictionary, number))
                .collect();
            (column, hashes)
        };
        Term::ALL.into_iter().map(column).collect()
    }

    /// Returns the texts of the values that records have of a column; none where the values are numbers.
    pub fn texts(features: &Features, term: Term) -> BTreeSet<&str> {
        let Some(dictionary) = term.dictionary(features) else {
            return BTreeSet::new();
        };
        let numbers = features.rows.iter().map(|row| term.value(row));
        numbers
            .filter(|number| *number != 0)
            .map(|number| dictionary.get(number))
            .collect()
    }

    /// Returns how many records have each value of a column, by the value's number; nil for fewer than [`FEWEST`].
    pub(super) fn counts(&self, features: &Features, term: Term) -> Vec<u32> {
        let Some(counts) = self.0.iter().find(|counts| counts.column == term) else {
            return Vec::new();
        };
        let known: HashMap<u64, u32, crate::hash::Unhashed> =
            counts.counts.iter().copied().collect();
        let dictionary = term.dictionary(features);
        let values = dictionary.map_or(0, Dictionary::len) as u32;
        let count = |number: u32| known.get(&hash_of(dictionary, number)).copied();
        (0..values)
            .into_par_iter()
            .map(|number| count(number).unwrap_or_default())
            .collect()
    }

    /// Returns what agreeing on each value of a column adds to the weight, by the value's number.
    fn adjustments(&self, features: &Features, term: Term) -> Adjustments {
        let Some(counts) = self.0.iter().find(|counts| counts.column == term) else {
            return Adjustments::default();
        };
        let known: HashMap<u64, u32, crate::hash::Unhashed> =
            counts.counts.iter().copied().collect();
        let of = |count: f64| match term.is_of_one() {
            true => (RECORDS_OF_ONE / count.max(RECORDS_OF_ONE)).log2(),
            // A pair that shares a value is among those that have it: what a stranger shares is had by the others.
            false => (counts.shared * counts.filled.max(1) as f64 / (count - 1.0)).log2(),
        };
        let rare = of(SELDOM);
        let of = |count: u32| of(f64::from(count));
        let dictionary = term.dictionary(features);
        match dictionary {
            None => Adjustments {
                rare,
                by_number: Vec::new(),
                by_value: known
                    .iter()
                    .map(|(value, count)| (*value as u32, of(*count)))
                    .collect(),
            },
            Some(texts) => Adjustments {
                rare,
                by_number: (0..texts.len() as u32)
                    .into_par_iter()
                    .map(|number| {
                        known
                            .get(&hash_of(dictionary, number))
                            .map_or(rare, |count| of(*count)) as f32
                    })
                    .collect(),
                by_value: HashMap::new(),
            },
        }
    }
}

/// What agreeing on a value adds to the weight.
#[derive(Debug, Default)]
struct Adjustments {
    rare: f64,
    by_number: Vec<f32>,
    by_value: HashMap<u32, f64>,
}

impl Adjustments {
    fn of(&self, number: u32) -> f64 {
        match self.by_number.get(number as usize) {
            Some(found) => f64::from(*found),
            None => self.by_value.get(&number).copied().unwrap_or(self.rare),
        }
    }
}

/// A model made ready for the records of one run.
pub struct Scorer<'a> {
    features: &'a Features,
    weights: &'a Weights,
    prior: f64,
    household_prior: f64,
    levels: Vec<Vec<(f64, f64)>>,
    terms: Vec<Adjustments>,
}

/// The parts of a pair's weight, in log2 of odds.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// What is known before the pair is looked at.
    pub prior: f64,
    /// Per field: its place, the level, the level's weight, and what the value's frequency adds.
    pub fields: Vec<(usize, u8, f64, f64)>,
    /// What is taken off because two people of one household would agree so, too.
    pub household: f64,
    /// The sum.
    pub weight: f64,
}

impl<'a> Scorer<'a> {
    /// Makes a model ready.
    pub fn new(weights: &'a Weights, features: &'a Features) -> Self {
        let strangers =
            (1.0 - weights.match_share - weights.household_share).max(f64::MIN_POSITIVE);
        let levels = weights.fields.iter().map(|field| {
            let levels = field.levels.iter();
            let missing = std::iter::once((0.0, 0.0));
            missing
                .chain(levels.map(|level| (level.weight(), level.household())))
                .collect()
        });
        Self {
            prior: (weights.match_share / strangers).log2(),
            household_prior: (weights.household_share / strangers).log2(),
            levels: levels.collect(),
            terms: Term::ALL
                .into_par_iter()
                .map(|term| weights.terms.adjustments(features, term))
                .collect(),
            features,
            weights,
        }
    }

    /// Returns the weight of a pair that agrees so: log2 of the odds that it is one person.
    pub fn weight(&self, pattern: Pattern, left: usize, right: usize) -> f64 {
        let (left, right) = (&self.features.rows[left], &self.features.rows[right]);
        let (mut weight, mut household) = (self.prior, self.household_prior);
        for (field, levels) in self.levels.iter().enumerate() {
            let level = pattern.level(field);
            if level == 0 {
                continue;
            }
            let (match_weight, household_weight) = levels[level as usize];
            let frequency = self.frequency(field, level, left, right);
            weight += match_weight + frequency;
            if FIXED.get(field).is_some_and(|kind| kind.is_of_household()) {
                household += household_weight + frequency;
            }
        }
        weight - taken_off(household)
    }

    /// Returns the weight of a pair part by part.
    pub fn waterfall(&self, pattern: Pattern, left: usize, right: usize) -> Waterfall {
        let (left, right) = (&self.features.rows[left], &self.features.rows[right]);
        let mut fields = Vec::new();
        let (mut weight, mut household) = (self.prior, self.household_prior);
        for (field, levels) in self.levels.iter().enumerate() {
            let level = pattern.level(field);
            let (match_weight, household_weight) = levels[level as usize];
            let frequency = match level {
                0 => 0.0,
                level => self.frequency(field, level, left, right),
            };
            weight += match_weight + frequency;
            if FIXED.get(field).is_some_and(|kind| kind.is_of_household()) {
                household += household_weight + frequency;
            }
            fields.push((field, level, match_weight, frequency));
        }
        let household = -taken_off(household);
        Waterfall {
            prior: self.prior,
            fields,
            household,
            weight: weight + household,
        }
    }

    /// Returns the field that says most for a pair.
    pub fn strongest_field(&self, pattern: Pattern, left: usize, right: usize) -> Kind {
        let (left, right) = (&self.features.rows[left], &self.features.rows[right]);
        let weight = |field: usize| {
            let level = pattern.level(field);
            let frequency = match level {
                0 => return 0.0,
                level => self.frequency(field, level, left, right),
            };
            self.levels[field][level as usize].0 + frequency
        };
        let fields = 0..self.levels.len();
        let strongest = fields.max_by(|left, right| {
            let order = weight(*left).total_cmp(&weight(*right));
            // Of two that say the same, the first.
            order.then_with(|| right.cmp(left))
        });
        let strongest = strongest.and_then(|field| FIXED.get(field));
        strongest.copied().unwrap_or(Kind::Identifier)
    }

    /// Returns the match keys of the records.
    pub fn features(&self) -> &'a Features {
        self.features
    }

    /// Returns the model.
    pub fn weights(&self) -> &Weights {
        self.weights
    }

    /// Returns what the frequencies of family and given name add where one record has them the other way round: which
    /// is which is taken from how many have them so.
    fn swapped(&self, left: &Row, right: &Row) -> [f64; 2] {
        let are_both = |one: u32, other: u32| one != 0 && other != 0;
        let has_names = are_both(left.family, right.given) || are_both(left.given, right.family);
        let terms = match has_names {
            true => [Term::Family, Term::Given],
            false => [Term::FamilyReading, Term::GivenReading],
        };
        let both = |row: &Row| match has_names {
            true => [row.family, row.given],
            false => [row.family_reading, row.given_reading],
        };
        let (left, right) = (both(left), both(right));
        // Of two spellings the one that more have.
        let of = |term: Term, one: u32, other: u32| match (one, other) {
            (0, name) | (name, 0) => self.term(term, name),
            _ => self.term(term, one).min(self.term(term, other)),
        };
        let straight = [
            of(terms[0], left[0], right[1]),
            of(terms[1], left[1], right[0]),
        ];
        let crossed = [
            of(terms[0], left[1], right[0]),
            of(terms[1], left[0], right[1]),
        ];
        // Which record comes first must not matter, also where both say the same.
        let order = |terms: [f64; 2]| (terms[0] + terms[1], terms[1]);
        match order(straight) <= order(crossed) {
            true => straight,
            false => crossed,
        }
    }

    fn term(&self, term: Term, number: u32) -> f64 {
        self.terms[term as usize].of(number)
    }

    /// Returns what the frequency of the value agreed on adds to a field's weight.
    fn frequency(&self, field: usize, level: u8, left: &Row, right: &Row) -> f64 {
        // Of records without a name the reading may agree, and the other way round.
        let name = |terms: [Term; 2], names: [u32; 2], readings: [u32; 2]| {
            let [is_family, is_given] = [Term::Family, Term::Given].map(|term| terms[0] == term);
            let is_shared = |[left, right]: [u32; 2]| left != 0 && left == right;
            match level {
                name::EXACT | name::VARIANT if is_shared(names) => self.term(terms[0], names[0]),
                name::EXACT | name::VARIANT | name::READING if is_shared(readings) => {
                    self.term(terms[1], readings[0])
                }
                // The name that more have is the one that was meant.
                name::SLIP => names
                    .map(|name| self.term(terms[0], name))
                    .into_iter()
                    .fold(f64::INFINITY, f64::min),
                name::SWAPPED if is_family => self.swapped(left, right)[0],
                name::SWAPPED if is_given => self.swapped(left, right)[1],
                _ => 0.0,
            }
        };
        match FIXED.get(field) {
            Some(Kind::Family) => name(
                [Term::Family, Term::FamilyReading],
                [left.family, right.family],
                [left.family_reading, right.family_reading],
            ),
            Some(Kind::Given) => name(
                [Term::Given, Term::GivenReading],
                [left.given, right.given],
                [left.given_reading, right.given_reading],
            ),
            Some(Kind::Birth) if level == birth::EXACT => self.term(Term::Birth, left.birth),
            Some(Kind::Email) if level == email::EXACT => self.term(Term::Email, left.email),
            Some(Kind::Phone) if level == phone::EXACT => self.term(Term::Phone, left.phone),
            Some(Kind::Address) if level <= address::PLACE => {
                if left.town != 0 && left.town == right.town {
                    self.term(Term::Town, left.town)
                } else if left.postal != 0 && left.postal == right.postal {
                    self.term(Term::Postal, left.postal)
                } else {
                    0.0
                }
            }
            _ => 0.0,
        }
    }
}

/// Returns log2(1 + 2^x): what the odds of a household take off the weight against strangers alone.
fn taken_off(household: f64) -> f64 {
    match household > 60.0 {
        true => household,
        false => household.exp2().ln_1p() / std::f64::consts::LN_2,
    }
}
