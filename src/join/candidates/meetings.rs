//! Pairs that share a key: an inverted index over persons, looked up by each account.

use std::collections::HashMap;

use rayon::prelude::*;

use super::Settings;
use super::accounts::Profile;
use super::keys::{What, account_keys, person_keys};
use super::people::Prepared;

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
    slots: HashMap<u64, (u32, u32)>,
    /// Person and place in the person's list.
    entries: Vec<(u32, u16)>,
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
        let mut slots: HashMap<u64, (u32, u32)> = HashMap::with_capacity(keys.len());
        for (place, (key, _, _)) in (0..).zip(&keys) {
            slots.entry(*key).or_insert((place, 0)).1 += 1;
        }
        Self {
            slots,
            entries: keys
                .into_iter()
                .map(|(_, person, index)| (person, index))
                .collect(),
        }
    }

    /// Looks an account's keys up; those that too many persons share are left out.
    fn hits(&self, account: u32, profile: &Profile<'_>, settings: &Settings) -> Vec<Hit> {
        let mut hits = Vec::new();
        account_keys(profile, |what, key, account_index| {
            if let Some(&(slot, count)) = self.slots.get(&key)
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
