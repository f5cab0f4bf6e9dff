//! Who there is, who lives with whom, and whose record each row of the two sources is.
//!
//! Persons are numbers `0..persons`. Neighbouring numbers share a home; a shuffle spreads them over the sources, so that
//! neither the order of the rows nor the ids tell who belongs together.

use jiff::civil::Date;
use rand::{Rng, RngExt};

use super::super::seed::{Domain, hash};

/// Share of a source's records that are a second record of somebody already in it.
const AGAIN_SHARE: f64 = 0.03;
/// Persons of both sources, as a share of a source's records.
const SHARED_SHARE: f64 = 0.6;
/// Persons that are settled together: [`IN_HOUSEHOLDS`] of them in households, the others alone.
const BLOCK: u64 = 20;
const IN_HOUSEHOLDS: u64 = 7;
/// Ways to divide [`IN_HOUSEHOLDS`] persons into households.
const HOUSEHOLDS: [&[u64]; 3] = [&[2, 2, 3], &[3, 4], &[2, 3, 2]];

/// One of the two systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Where people wrote first, and with care.
    Web,
    /// Where they are written again, with other habits and with errors.
    Shop,
}

impl Source {
    /// Both, in the order of writing.
    pub(super) const ALL: [Self; 2] = [Self::Web, Self::Shop];

    /// Returns the name of the source in koe's tables.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Shop => "shop",
        }
    }

    /// Returns the id of a slot; it tells nothing about the person.
    pub(super) fn customer_id(self, slot: u64) -> String {
        match self {
            Self::Web => (100_001 + slot).to_string(),
            Self::Shop => format!("S{slot:07}"),
        }
    }
}

/// Whose record a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holder {
    pub person: u64,
    /// Whether the record is the person's first writing, which is nearly free of errors.
    pub is_first: bool,
}

/// The people one lives with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    /// The member with the least number.
    pub first: u64,
    /// Place of the person among the members, from 0.
    pub place: u64,
    pub members: u64,
}

impl Home {
    /// Draws the sex and the year of birth of the member at this place, where the eldest's are known: a partner, mostly, and
    /// children; somebody who lives alone is of any age.
    pub(super) fn sex_and_year(
        &self,
        is_eldest_female: bool,
        year: i16,
        rng: &mut impl Rng,
    ) -> (bool, i16) {
        let is_partner = self.place == 1 && rng.random_bool(0.75);
        match self.place {
            0 if self.members == 1 => (
                rng.random_bool(0.5),
                1935 + rng.random_range(0..=40) + rng.random_range(0..=33),
            ),
            0 => (is_eldest_female, year),
            _ if is_partner => (!is_eldest_female, year + rng.random_range(-3..=8)),
            _ => (
                rng.random_bool(0.5),
                (year + rng.random_range(20..=38)).min(2008),
            ),
        }
    }
}

/// Draws a day of a year.
pub(super) fn day_of(year: i16, rng: &mut impl Rng) -> Date {
    let month = Date::new(year, rng.random_range(1..=12), 1).unwrap_or(Date::constant(1980, 1, 1));
    let day = rng.random_range(1..=month.days_in_month());
    month.with().day(day).build().unwrap_or(month)
}

/// Everybody in two sources of `records` records each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Population {
    pub seed: u64,
    pub records: u64,
    /// Persons with a record in one source.
    known: u64,
    /// Persons with a record in both.
    pub shared: u64,
    /// Whether nobody moves, marries, changes a number, or goes by another form of the name.
    pub is_steady: bool,
}

impl Population {
    /// Returns the population of a seed.
    pub(super) fn new(records: u64, seed: u64) -> Self {
        let known = records - (records as f64 * AGAIN_SHARE).round() as u64;
        let shared = ((records as f64 * SHARED_SHARE).round() as u64).min(known);
        Self {
            seed,
            records,
            known,
            shared,
            is_steady: false,
        }
    }

    /// Returns how many persons there are.
    pub(super) fn persons(&self) -> u64 {
        2 * self.known - self.shared
    }

    /// Returns whose record a slot of a source is.
    pub(super) fn holder(&self, source: Source, slot: u64) -> Holder {
        let turn = self.shuffled(source as u64, slot, self.records);
        let is_again = turn >= self.known;
        let turn = if is_again {
            hash(self.seed, Domain::Shuffle, turn, source as u64) % self.known
        } else {
            turn
        };
        // Those in both sources are the last ones of the web and the first ones of the shop.
        let number = match source {
            Source::Web => turn,
            Source::Shop => self.known - self.shared + turn,
        };
        Holder {
            person: self.shuffled(u64::MAX, number, self.persons()),
            is_first: source == Source::Web && !is_again,
        }
    }

    /// Returns the home of a person.
    pub(super) fn home(&self, person: u64) -> Home {
        let block = person / BLOCK;
        let mut place = person % BLOCK;
        let alone = Home {
            first: person,
            place: 0,
            members: 1,
        };
        if place >= IN_HOUSEHOLDS {
            return alone;
        }
        let way = hash(self.seed, Domain::Home, block, 1) % HOUSEHOLDS.len() as u64;
        for members in HOUSEHOLDS[way as usize] {
            if place < *members {
                return Home {
                    first: person - place,
                    place,
                    members: *members,
                };
            }
            place -= members;
        }
        alone
    }

    /// Returns the number in a person's e-mail address, the first or a later one; no two addresses share it.
    pub(super) fn mailbox(&self, person: u64, is_later: bool) -> u64 {
        let persons = self.persons();
        let index = person + if is_later { persons } else { 0 };
        self.shuffled(u64::MAX - 1, index, 2 * persons)
    }

    /// Returns where a permutation of `0..count` puts `index`: a Feistel network over the next even power of two, walked
    /// until it falls below `count`.
    fn shuffled(&self, order: u64, index: u64, count: u64) -> u64 {
        let bits = (u64::BITS - count.leading_zeros()).div_ceil(2).max(1);
        let mask = (1 << bits) - 1;
        let mut at = index;
        loop {
            let (mut left, mut right) = (at >> bits, at & mask);
            for round in 0..4 {
                let mixed = hash(self.seed ^ order, Domain::Shuffle, right, round) & mask;
                (left, right) = (right, left ^ mixed);
            }
            at = left << bits | right;
            if at < count {
                return at;
            }
        }
    }
}
