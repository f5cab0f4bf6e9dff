//! Pairs that share a key: an inverted index over persons, looked up by each account.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Settings;
use super::accounts::Profile;
use super::keys::{What, account_keys, person_keys};
use super::people::Prepared;
use crate::hash::Unhashed;

/// A person and an account that share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Meeting {
    pub person: u32,
    pub account: u32,
    pub what: What,
    /// Place of the name, e-mail address or link in the person's list.
    pub person_index: u16,
    /// Place of the handle in the account's list, the present one first.
    pub account_index: u16,
}

/// A key of an account that persons have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    /// First of the persons in the index.
    slot: u32,
    /// How many persons they are.
    count: u32,
    what: What,
    account: u32,
    account_index: u16,
}

/// Persons by key.
struct Index {
    /// First entry and number of entries of a key.
    slots: HashMap<u64, (u32, u32), Unhashed>,
    /// Most keys of accounts are nobody's.
    sieve: Sieve,
    /// Person and place in the person's list.
    entries: Vec<(u32, u16)>,
    /// Whether persons have links of their own.
    has_links: bool,
}

impl Index {
    fn new(people: &[Prepared<'_>]) -> Self {
        let mut keys: Vec<(u64, u32, u16)> = people
            .par_iter()
            .enumerate()
            .flat_map_iter(|(person, prepared)| {
                let mut keys = Vec::new();
                person_keys(prepared, |key, index| {
                    keys.push((key, person as u32, index))
                });
                keys
            })
            .collect();
        keys.par_sort_unstable();
        keys.dedup_by_key(|(key, person, _)| (*key, *person));
        let mut slots = HashMap::with_capacity_and_hasher(keys.len(), Unhashed);
        let mut place = 0;
        for group in keys.chunk_by(|left, right| left.0 == right.0) {
            let count = group.len() as u32;
            slots.insert(group[0].0, (place, count));
            place += count;
        }
        Self {
            sieve: Sieve::new(slots.keys().copied(), slots.len()),
            slots,
            has_links: people.iter().any(|person| !person.raw.urls.is_empty()),
            entries: keys
                .into_iter()
                .map(|(_, person, index)| (person, index))
                .collect(),
        }
    }

    /// Looks an account's keys up; those that too many persons share are left out.
    fn hits(&self, account: u32, profile: &Profile<'_>, settings: &Settings) -> Vec<Hit> {
        let mut hits = Vec::new();
        account_keys(profile, self.has_links, |what, key, account_index| {
            if self.sieve.may_hold(key)
                && let Some(&(slot, count)) = self.slots.get(&key)
                && count as usize <= settings.max_people_per_key
            {
                hits.push(Hit {
                    slot,
                    count,
                    what,
                    account,
                    account_index,
                });
            }
        });
        hits
    }

    fn meetings(&self, hit: &Hit) -> impl Iterator<Item = Meeting> + use<'_> {
        let Hit {
            slot,
            count,
            what,
            account,
            account_index,
        } = *hit;
        self.entries[slot as usize..(slot + count) as usize]
            .iter()
            .map(move |&(person, person_index)| Meeting {
                person,
                account,
                what,
                person_index,
                account_index,
            })
    }
}

/// A set of hashes that holds a few more than it should, and is small enough to be asked at no cost.
struct Sieve {
    bits: Vec<u64>,
    /// By how much a hash is shifted to the place of its bit.
    shift: u32,
}

impl Sieve {
    fn new(hashes: impl Iterator<Item = u64>, count: usize) -> Self {
        let size = (8 * count).next_power_of_two().max(64);
        let mut sieve = Self {
            bits: vec![0; size / 64],
            shift: u64::BITS - size.ilog2(),
        };
        for hash in hashes {
            let (word, bit) = sieve.place(hash);
            sieve.bits[word] |= bit;
        }
        sieve
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let place = hash >> self.shift;
        ((place / 64) as usize, 1 << (place % 64))
    }

    fn may_hold(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.bits[word] & bit != 0
    }
}

/// Returns every pair that shares a key, sorted, one meeting per pair and meaning.
///
/// Keys of more persons than `max_people_per_key`, or that would make more than `max_pairs_per_key` pairs, are left out:
/// what so many share points to nobody.
pub(super) fn meetings(
    people: &[Prepared<'_>],
    accounts: &[Profile<'_>],
    settings: &Settings,
) -> Vec<Meeting> {
    let index = Index::new(people);
    let mut hits: Vec<Hit> = accounts
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place, account)| index.hits(place as u32, account, settings))
        .collect();
    hits.par_sort_unstable();
    let mut meetings: Vec<Meeting> = hits
        .par_chunk_by(|left, right| (left.slot, left.what) == (right.slot, right.what))
        .filter(|group| {
            let pairs = group.len().saturating_mul(group[0].count as usize);
            pairs <= settings.max_pairs_per_key
        })
        .flat_map_iter(|group| group.iter().flat_map(|hit| index.meetings(hit)))
        .collect();
    // By every field, so that the order does not hang on the threads.
    meetings.par_sort_unstable();
    meetings.dedup_by_key(|meeting| (meeting.person, meeting.account, meeting.what));
    meetings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::fast_hash;

    #[test]
    fn a_sieve_holds_what_it_should_and_little_else() {
        let hash = |number: u32| fast_hash([number.to_string().as_str()]);
        let sieve = Sieve::new((0..1_000).map(hash), 1_000);
        assert!((0..1_000).all(|number| sieve.may_hold(hash(number))));
        let others = (1_000..11_000).filter(|number| sieve.may_hold(hash(*number)));
        assert!(others.count() < 2_500);
        let none = Sieve::new(std::iter::empty(), 0);
        assert!(!none.may_hold(0) && !none.may_hold(u64::MAX));
    }
}
